//! Which repositories belong together.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Fact, FactKind, exceeds, meet};

/// Repositories that are analyzed together.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// Those that are reported on, sorted.
    pub members: Vec<String>,
    /// Those that are only there for the members, sorted: they grant what may be for them.
    pub context: Vec<String>,
}

/// Sets that grow together.
#[derive(Default)]
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    fn find(&mut self, mut at: usize) -> usize {
        while let Some(up) = self.parents.get(at).copied().filter(|up| *up != at) {
            // Each step halves the way for the next search.
            let further = self.parents.get(up).copied().unwrap_or(up);
            if let Some(own) = self.parents.get_mut(at) {
                *own = further;
            }
            at = further;
        }
        at
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        if let Some(parent) = self.parents.get_mut(a.max(b)) {
            *parent = a.min(b);
        }
    }
}

/// The groups of several repositories that `facts` make; facts that meet no others may be missing.
#[must_use]
pub fn plan(facts: &[Fact]) -> Vec<Group> {
    let names: BTreeSet<&str> = facts.iter().map(|fact| fact.repository.as_str()).collect();
    let numbers: BTreeMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let number = |fact: &Fact| numbers.get(fact.repository.as_str()).copied().unwrap_or(0);
    let mut by_key: BTreeMap<&str, Vec<Fact>> = BTreeMap::new();
    for fact in facts {
        by_key.entry(&fact.key).or_default().push(fact.clone());
    }
    by_key.retain(|_, facts| meet(facts));
    let mut sets = Sets { parents: (0..names.len()).collect() };
    for facts in by_key.values() {
        let of =
            |kinds: &[FactKind]| facts.iter().filter(|fact| kinds.contains(&fact.kind)).map(number).collect::<Vec<_>>();
        let has = |kind| facts.iter().any(|fact| fact.kind == kind);
        if has(FactKind::Asks) && has(FactKind::Declares) {
            of(&[FactKind::Asks, FactKind::Declares]).windows(2).for_each(|pair| sets.unite(pair[0], pair[1]));
        }
        if exceeds(facts) {
            of(&[FactKind::Sets]).windows(2).for_each(|pair| sets.unite(pair[0], pair[1]));
        }
    }
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..names.len() {
        members.entry(sets.find(at)).or_default().push(at);
    }
    // A grant takes findings away and makes none, so who grants is there for those who are granted, and not the other way round.
    let mut context: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for facts in by_key.values() {
        let mut of = |kind| -> BTreeSet<usize> {
            facts.iter().filter(|fact| fact.kind == kind).map(|fact| sets.find(number(fact))).collect()
        };
        let (granting, granted) = (of(FactKind::Grants), of(FactKind::Grantable));
        for at in granted {
            context.entry(at).or_default().extend(granting.iter().filter(|other| **other != at));
        }
    }
    let name = |at: &usize| names.get(*at).map_or_else(String::new, |name| (*name).to_owned());
    let all = members.iter().map(|(first, own)| {
        let others = context.get(first).into_iter().flatten().filter_map(|other| members.get(other)).flatten();
        let mut context: Vec<String> = others.map(name).collect();
        context.sort();
        Group { members: own.iter().map(name).collect(), context }
    });
    all.filter(|group| group.members.len() + group.context.len() > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(repository: &str, kind: FactKind, key: &str) -> Fact {
        Fact::new(repository, kind, key)
    }

    fn group(members: &[&str], context: &[&str]) -> Group {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Group { members: owned(members), context: owned(context) }
    }

    #[test]
    fn who_asks_belongs_to_who_declares_and_to_nobody_else() {
        use FactKind::{Asks, Declares};
        let facts = [
            fact("a", Asks, "vault v"),
            fact("b", Declares, "vault v"),
            fact("b", Asks, "set s"),
            fact("c", Declares, "set s"),
            // Two ask for what nobody has, two have what nobody asks for, one asks for what it has.
            fact("d", Asks, "set x"),
            fact("e", Asks, "set x"),
            fact("d", Declares, "set y"),
            fact("e", Declares, "set y"),
            fact("f", Declares, "set z"),
            fact("f", Asks, "set z"),
        ];
        assert_eq!(plan(&facts), [group(&["a", "b", "c"], &[])]);
    }

    #[test]
    fn sets_join_repositories_only_where_they_may_be_too_many() {
        let sets = |repository: &str, count| Fact { count, limit: 10, ..fact(repository, FactKind::Sets, "sets here") };
        assert!(plan(&[sets("a", 6), sets("b", 4)]).is_empty());
        assert_eq!(plan(&[sets("a", 6), sets("b", 5)]), [group(&["a", "b"], &[])]);
        // Those of one configuration and those of another are the same ones.
        assert!(plan(&[sets("a", 6), sets("a", 6), sets("b", 4)]).is_empty());
    }

    #[test]
    fn who_grants_is_there_for_those_who_are_granted_with_all_that_it_belongs_to() {
        use FactKind::{Asks, Declares, Grantable, Grants};
        let facts = [
            fact("app", Grantable, "grant: vault v"),
            fact("iam", Grants, "grant: vault v"),
            fact("iam", Asks, "vault w"),
            fact("net", Declares, "vault w"),
        ];
        assert_eq!(plan(&facts), [group(&["app"], &["iam", "net"]), group(&["iam", "net"], &[])]);
    }
}
