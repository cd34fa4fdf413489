use cmklint_graph::World;

/// Into how many parts [`without`] may cut a world before it gives up.
const MAX_PARTS: usize = 512;

/// How many facts of worlds [`cover_all`] may look at before it gives up: some 64 worlds of two facts each are within it.
const MAX_LOOKS: usize = 10_000;

/// A world with more facts than this is not subtracted from another.
const MAX_FACTS: usize = 32;

/// The part of `world` that is in none of `others`, as worlds that exclude one another. `world` itself where that costs too much work.
pub(crate) fn without(world: &World, others: &[&World]) -> Vec<World> {
    let mut left = vec![world.clone()];
    for other in others {
        left = left.iter().flat_map(|world| outside(world, other)).collect();
        if left.len() > MAX_PARTS {
            return vec![world.clone()];
        }
    }
    left
}

/// The part of `world` that is not in `other`: for each fact of `other`, the part where it is the first that doesn't hold.
fn outside(world: &World, other: &World) -> Vec<World> {
    if world.and(other).is_none() || other.facts().count() > MAX_FACTS {
        return vec![world.clone()];
    }
    let mut out = Vec::new();
    let mut within = world.clone();
    for (atom, holds) in other.facts() {
        out.extend(within.assume(atom, !holds));
        let Some(next) = within.assume(atom, holds) else { break };
        within = next;
    }
    out
}

/// Whether at least one of `worlds` holds, whatever the conditions turn out to be. `false` where that costs too much work to find out.
pub(crate) fn cover_all<'w>(worlds: impl IntoIterator<Item = &'w World>) -> bool {
    let mut left = MAX_LOOKS;
    let all: Vec<&World> = worlds.into_iter().collect();
    covered(&all, &World::any(), &mut left)
}

fn covered(worlds: &[&World], base: &World, left: &mut usize) -> bool {
    // Each fact is looked at twice: here and below.
    let looks: usize = worlds.iter().map(|w| 1 + w.facts().count()).sum();
    let Some(fewer) = left.checked_sub(2 * looks) else { return false };
    *left = fewer;
    if worlds.iter().any(|w| w.facts().all(|(atom, holds)| base.decides(atom) == Some(holds))) {
        return true;
    }
    let worlds: Vec<&World> = worlds.iter().copied().filter(|w| base.and(w).is_some()).collect();
    let open = worlds.first().and_then(|w| w.facts().find(|(atom, _)| base.decides(atom).is_none()));
    let Some((atom, _)) = open else { return false };
    // A branch that contradicts the assumptions needs no world.
    [true, false].into_iter().all(|holds| base.assume(atom, holds).is_none_or(|base| covered(&worlds, &base, left)))
}

#[cfg(test)]
mod tests {
    use cmklint_graph::{Atom, Literal, Symbol};

    use super::*;

    fn world(facts: &[(&Atom, bool)]) -> World {
        facts.iter().fold(World::any(), |w, (atom, holds)| w.assume(atom, *holds).unwrap())
    }

    #[test]
    fn both_arms_of_a_condition_are_all_worlds() {
        let a = Atom::truth(Symbol::new("a", "a"));
        let b = Atom::truth(Symbol::new("b", "b"));
        assert!(cover_all(&[World::any()]));
        assert!(cover_all(&[world(&[(&a, true)]), world(&[(&a, false)])]));
        assert!(!cover_all(&[world(&[(&a, true)])]));
        assert!(!cover_all(&[]));
        assert!(!cover_all(&[world(&[(&a, true), (&b, true)]), world(&[(&a, false)])]));
        assert!(cover_all(&[world(&[(&a, true), (&b, true)]), world(&[(&a, false)]), world(&[(&b, false)])]));
    }

    #[test]
    fn what_of_a_world_is_outside_of_others_is_reported_in_parts() {
        let a = Atom::truth(Symbol::new("a", "a"));
        let b = Atom::truth(Symbol::new("b", "b"));
        let both = world(&[(&a, true), (&b, true)]);
        let described = |worlds: Vec<World>| worlds.iter().map(World::describe).collect::<Vec<_>>();
        assert_eq!(without(&World::any(), &[]), [World::any()]);
        assert!(without(&both, &[&World::any()]).is_empty() && without(&both, &[&world(&[(&a, true)])]).is_empty());
        let parts = without(&World::any(), &[&both]);
        assert_eq!(described(parts), described(vec![world(&[(&a, false)]), world(&[(&a, true), (&b, false)])]));
        assert_eq!(described(without(&world(&[(&a, false)]), &[&both])), described(vec![world(&[(&a, false)])]));
        assert!(without(&World::any(), &[&world(&[(&a, true)]), &world(&[(&a, false)])]).is_empty());
    }

    #[test]
    fn all_allowed_values_of_a_symbol_are_all_worlds() {
        let literal = |text: &str| Literal::String(text.into());
        let symbol = Symbol::new("s", "s").with_allowed([literal("x"), literal("y"), literal("z")]);
        let is = |text: &str| Atom::equals(symbol.clone(), literal(text));
        let (x, y, z) = (is("x"), is("y"), is("z"));
        assert!(cover_all(&[world(&[(&x, true)]), world(&[(&y, true)]), world(&[(&z, true)])]));
        assert!(!cover_all(&[world(&[(&x, true)]), world(&[(&y, true)])]));
    }
}
