//! Conditions on one unknown that reach it through different functions (`env == 'prod'` and `toLower(env) == 'prod'`), looked at together: whether some value
//! of the unknown satisfies all that a world assumes.

use std::cell::RefCell;

use crate::kept::Kept;
use crate::literals::{Conditions, is_opaque, smallest_of};
use crate::parts::{is_part, share_a_whole, told_by, wholes};
use crate::probe::{domains, likely, literals};
use crate::trial::{MAX_DEPTH, Said, Trial, Tried, has_no_value, with_given};
use crate::value::{Fact, Kind, Literal, Outcome, Symbol, SymbolOrigin, TextPart, Value, is_call};
use crate::work;

/// Conditions that depend on more unknowns than this together are not looked at.
const MAX_UNKNOWNS: usize = 8;
/// Combinations of values that conditions name, which are tried before others are searched for.
const MAX_LIKELY: usize = 256;
/// Of more conditions than this the others are not looked at.
const MAX_CONDITIONS: usize = 24;

/// At most this many verdicts are kept.
const MAX_KNOWN: usize = 4_096;

/// The conditions, each with how much is known of its unknown, and whether parts are related to their wholes.
type Asked = (Vec<(Fact, Option<usize>, usize)>, bool);

thread_local! {
    /// What was found of conditions that were looked at before, by what identifies them: lists of values that are looked up by one key ask the same again and again.
    static KNOWN: RefCell<Kept<Asked, Verdict>> = RefCell::default();
}

/// Whether conditions can be so together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Some values make them so, or nothing speaks against it.
    Possible,
    /// No values do.
    Impossible,
    /// None of the values that were tried does, and others might.
    Doubtful,
}

/// The unknowns that `symbol` is computed from.
fn bases(symbol: &Symbol) -> &[Symbol] {
    match symbol.origin() {
        SymbolOrigin::Call(call) if !call.bases().is_empty() => call.bases(),
        _ => std::slice::from_ref(symbol),
    }
}

/// The unknowns that `symbol` is computed from, and those that their requirements relate them to (a list that is filtered, and what is left of it); with those
/// that they are parts of where `of_wholes`.
fn reach(symbol: &Symbol, of_wholes: bool) -> Vec<&Symbol> {
    let own = bases(symbol);
    let related = own.iter().flat_map(Symbol::requirements).filter_map(|requirement| match &requirement.kind {
        Kind::Symbol(symbol) => Some(bases(symbol)),
        _ => None,
    });
    let wholes = own.iter().filter(|_| of_wholes).flat_map(wholes);
    own.iter().chain(related.flatten()).chain(wholes).collect()
}

/// Whether anything that is said of `symbol` goes with `facts`: without a call or a requirement among them, they are about the unknowns themselves, and each speaks
/// for itself.
pub(crate) fn speaks_for_itself(facts: &[Fact], symbol: &Symbol) -> bool {
    is_plain(facts, symbol) && !has_no_value(symbol)
}

fn is_plain(facts: &[Fact], symbol: &Symbol) -> bool {
    !says_more(symbol) && !facts.iter().any(|(atom, _)| says_more(&atom.symbol))
}

/// Whether a fact says more of the unknown `symbol` than that it equals this and not that.
fn says_more(symbol: &Symbol) -> bool {
    is_call(symbol) || is_part(symbol) || !symbol.requirements().is_empty()
}

/// Whether some values of the unknowns satisfy `new` and all of `facts`.
pub(crate) fn verdict(facts: &[Fact], new: &Fact) -> Verdict {
    if has_no_value(&new.0.symbol) {
        return Verdict::Impossible;
    }
    if is_plain(facts, &new.0.symbol) || !work::pay(facts.len()) {
        return Verdict::Possible;
    }
    match verdict_by(facts, new, false) {
        Verdict::Impossible => Verdict::Impossible,
        other if !has_wholes(facts, new) => other,
        _ => verdict_by(facts, new, true),
    }
}

/// Whether `new` is about a part of an unknown that one of `facts` is about too, or the other way round.
fn has_wholes(facts: &[Fact], new: &Fact) -> bool {
    let all: Vec<&Symbol> = facts.iter().chain([new]).flat_map(|(atom, _)| bases(&atom.symbol)).collect();
    let is_shared = |at: usize, one: &Symbol| {
        is_part(one) && all.iter().enumerate().any(|(of, other)| of != at && *other != one && share_a_whole(one, other))
    };
    all.iter().enumerate().any(|(at, one)| is_shared(at, one))
}

/// As [`verdict`], where parts of unknowns are related to the wholes, or are not.
fn verdict_by(facts: &[Fact], new: &Fact, of_wholes: bool) -> Verdict {
    let mut related = related(facts, new, of_wholes);
    if !related.iter().any(|(atom, _)| says_more(&atom.symbol)) {
        return Verdict::Possible;
    }
    related.truncate(MAX_CONDITIONS);
    // Outside of metered work it is not known when what is kept is of no use any more.
    if !work::is_metered() {
        return looked_at(&related, of_wholes);
    }
    let known = |fact: &&Fact| {
        let symbol = &fact.0.symbol;
        ((*fact).clone(), symbol.allowed().map(<[Literal]>::len), symbol.requirements().len())
    };
    let asked = (related.iter().map(known).collect(), of_wholes);
    if let Some(verdict) = KNOWN.with_borrow_mut(|known| known.of_now().get(&asked).copied()) {
        return verdict;
    }
    let verdict = looked_at(&related, of_wholes);
    if !work::is_spent() {
        KNOWN.with_borrow_mut(|known| {
            let verdicts = known.of_now();
            if verdicts.len() < MAX_KNOWN {
                verdicts.insert(asked, verdict);
            }
        });
    }
    verdict
}

/// The verdict on conditions that are related to one another.
fn looked_at(related: &[&Fact], of_wholes: bool) -> Verdict {
    let mut on: Vec<Vec<&Symbol>> = Vec::with_capacity(related.len() + 1);
    for (atom, _) in related {
        let told = |base| told_by(base).filter(|_| of_wholes).unwrap_or(base);
        on.push(bases(&atom.symbol).iter().map(told).collect());
    }
    if of_wholes {
        // Of wholes nothing need be said by itself.
        on.push(on.iter().flatten().flat_map(|part| wholes(part)).collect());
    }
    let found = tried(related, &on);
    match found {
        Tried::Found => Verdict::Possible,
        Tried::None => Verdict::Impossible,
        Tried::MayBe | Tried::TooMany => match by_whole_calls(related).map(|on| tried(related, &on)) {
            Some(Tried::None) => Verdict::Impossible,
            // A condition by itself can be so, whatever function it asks.
            _ if found == Tried::MayBe || is_alone(related, &on) => Verdict::Possible,
            _ => Verdict::Doubtful,
        },
    }
}

/// Whether nothing but one condition is said of the unknowns; besides what they don't equal, where that condition asks functions of which nothing is known.
fn is_alone(facts: &[&Fact], on: &[Vec<&Symbol>]) -> bool {
    let says_little =
        |(atom, holds): &Fact| !holds && !is_call(&atom.symbol) && !matches!(atom.literal, Literal::Bool(_));
    let mut others = facts.iter().filter(|fact| !says_little(fact));
    match (others.next(), others.next()) {
        (Some((atom, _)), None) if is_opaque(&atom.symbol) => true,
        _ => facts.len() < 2 && on.iter().flatten().all(|unknown| unknown.requirements().is_empty()),
    }
}

/// What each of `facts` says something of, where a call that no trial of its arguments shows the results of is an unknown itself (`int(s)`): whatever it is, all
/// that is said of it is said of one value. `None` where there is no such call that two facts have in common.
fn by_whole_calls<'f>(facts: &[&'f Fact]) -> Option<Vec<Vec<&'f Symbol>>> {
    let mut on = Vec::with_capacity(facts.len());
    for (atom, _) in facts {
        let mut found = Vec::new();
        smallest_of(&atom.symbol, &mut found, MAX_DEPTH)?;
        on.push(found);
    }
    let is_shared = |call: &Symbol| on.iter().filter(|found| found.contains(&call)).count() > 1;
    let shares = on.iter().flatten().any(|unknown| is_call(unknown) && is_shared(unknown));
    shares.then_some(on)
}

/// Whether some values of the unknowns make all of `facts` true, each of which says something of those in `on` at its place.
fn tried(facts: &[&Fact], on: &[Vec<&Symbol>]) -> Tried {
    let mut unknowns: Vec<&Symbol> = Vec::new();
    for unknown in on.iter().flatten() {
        match unknowns.iter_mut().find(|known| *known == unknown) {
            // An index says more of it than a comparison.
            Some(known) if known.allowed().is_none() => *known = unknown,
            Some(_) => {}
            None => unknowns.push(unknown),
        }
    }
    if unknowns.len() > MAX_UNKNOWNS {
        return Tried::MayBe;
    }
    let mut conditions = Conditions::default();
    conditions.add(facts.iter().map(|fact| Said::Fact(fact)).zip(on.iter().cloned()));
    let requirements = unknowns.iter().flat_map(|symbol| symbol.requirements());
    conditions.add(requirements.map(|requirement| (Said::Requirement(requirement), related_to(requirement))));
    // Most worlds are possible, and the values that the conditions name show it, or that what functions make of them is not known.
    let literals = literals(&unknowns, &conditions);
    let values = unknowns.iter().copied().zip(likely(&unknowns, &conditions, &literals));
    let of_named = Trial::new(values, &conditions.said).run_up_to(MAX_LIKELY);
    if matches!(of_named, Tried::Found | Tried::MayBe) {
        return of_named;
    }
    let domains = domains(&unknowns, &conditions, &literals);
    let are_whole = domains.iter().all(|domain| domain.is_whole);
    let trial =
        Trial::new(unknowns.iter().copied().zip(domains.into_iter().map(|domain| domain.values)), &conditions.said);
    let made = trial.run();
    match made {
        // Where the work was cut short, nothing was shown.
        _ if work::is_spent() => Tried::MayBe,
        Tried::None if !are_whole => Tried::TooMany,
        decided => decided,
    }
}

/// The unknowns that a requirement is said of.
fn related_to(requirement: &Value) -> Vec<&Symbol> {
    match &requirement.kind {
        Kind::Symbol(symbol) => bases(symbol).iter().collect(),
        Kind::Choice(choice) => bases(&choice.atom.symbol).iter().collect(),
        _ => Vec::new(),
    }
}

/// `new` and those of `facts` that depend on the same unknowns, directly or through others.
fn related<'f>(facts: &'f [Fact], new: &'f Fact, of_wholes: bool) -> Vec<&'f Fact> {
    let mut out = vec![new];
    let mut left: Vec<&Fact> = facts.iter().collect();
    let mut at = 0;
    while let Some(fact) = out.get(at) {
        let mine = reach(&fact.0.symbol, of_wholes);
        let (shared, others): (Vec<&Fact>, Vec<&Fact>) = left
            .into_iter()
            .partition(|(atom, _)| reach(&atom.symbol, of_wholes).iter().any(|base| mine.contains(base)));
        out.extend(shared);
        left = others;
        at += 1;
    }
    out
}

/// `value`, a symbol or a text with symbolic parts, simplified by what `facts` fix; `None` where they fix nothing in it.
pub(crate) fn fixed(value: &Value, facts: &[Fact]) -> Option<Value> {
    let hangs_on = |symbol: &Symbol| match &value.kind {
        Kind::Symbol(own) => bases(own).contains(symbol),
        Kind::Template(parts) => parts.iter().any(|part| match part {
            TextPart::Value(Value { kind: Kind::Symbol(own), .. }) => bases(own).contains(symbol),
            _ => false,
        }),
        _ => false,
    };
    let values: Vec<(&Symbol, Value)> = facts
        .iter()
        .filter(|(atom, _)| hangs_on(&atom.symbol))
        .filter_map(|(atom, holds)| match &atom.literal {
            // What is not `false` is `true`, or null where it may be that.
            Literal::Bool(false) if !holds && atom.symbol.may_be_null() => None,
            // A condition that is not true is false.
            Literal::Bool(flag) => Some((&atom.symbol, Value::bool(*flag == *holds))),
            literal => {
                let literal = if *holds { Some(literal) } else { only_left(&atom.symbol, facts) };
                literal.map(|literal| (&atom.symbol, Value::from(literal)))
            }
        })
        .collect();
    if values.is_empty() {
        return None;
    }
    let given: Vec<(&Symbol, &Value)> = values.iter().map(|(symbol, value)| (*symbol, value)).collect();
    match with_given(value, &given, MAX_DEPTH) {
        Outcome::Value(made) => Some(made),
        Outcome::Fails | Outcome::Unknown => None,
    }
}

/// The one allowed value of `symbol` that `facts` don't exclude; `None` where there are others, or the allowed values are not known.
fn only_left<'s>(symbol: &'s Symbol, facts: &[Fact]) -> Option<&'s Literal> {
    let excluded = |literal: &Literal| {
        facts.iter().any(|(atom, holds)| !holds && atom.symbol == *symbol && atom.literal == *literal)
    };
    let mut left = symbol.allowed()?.iter().filter(|literal| !excluded(literal));
    left.next().filter(|_| left.next().is_none())
}
