//! Values to try for an unknown: all that it can have, or, where that is anything, enough of them to show whatever the conditions distinguish.

use std::sync::Arc;

use crate::number::Number;
use crate::value::{Fact, Kind, Literal, Object, Symbol, SymbolOrigin, Value};
use crate::work;

/// Where conditions name more texts than this, an unknown that can be any text is not tried.
const MAX_TEXTS: usize = 12;
/// The same for numbers.
const MAX_NUMBERS: usize = 8;
/// Lists that are tried are at most this long.
const MAX_LENGTH: i64 = 8;
/// Literals are searched to this depth.
const MAX_DEPTH: usize = 32;
/// A text that no condition names.
const OTHER: &str = "~";

/// What is said of some unknowns.
pub(crate) struct Conditions<'a> {
    /// What a world assumes.
    pub(crate) facts: Vec<&'a Fact>,
    /// What is true of them in any world.
    pub(crate) requirements: Vec<&'a Value>,
}

/// The values to try for one unknown.
pub(crate) struct Domain {
    pub(crate) values: Vec<Value>,
}

/// The values to try for each of `unknowns`, given these conditions on them; `None` where no choice of values shows all that may be.
pub(crate) fn domains(unknowns: &[&Symbol], conditions: &Conditions<'_>) -> Option<Vec<Domain>> {
    let facts = &conditions.facts;
    let mut literals = None;
    unknowns
        .iter()
        .map(|unknown| {
            let values = match listed(unknown, facts) {
                Some(values) => values,
                None => {
                    let literals = literals.get_or_insert_with(|| Literals::of(conditions)).as_ref()?;
                    any(unknown, facts, literals)?
                }
            };
            Some(Domain { values })
        })
        .collect()
}

/// The possible values of an unknown that a fact fixes, or whose allowed values are known.
fn listed(unknown: &Symbol, facts: &[&Fact]) -> Option<Vec<Value>> {
    let own = || facts.iter().filter(|(atom, _)| atom.symbol == *unknown);
    if let Some((atom, _)) = own().find(|(_, holds)| *holds) {
        return Some(vec![Value::from(&atom.literal)]);
    }
    if own().any(|(atom, _)| matches!(atom.literal, Literal::Bool(_))) {
        return Some(vec![Value::bool(true), Value::bool(false)]);
    }
    Some(unknown.allowed()?.iter().map(Value::from).collect())
}

/// The literals in the conditions.
#[derive(Default)]
struct Literals {
    texts: Vec<Arc<str>>,
    numbers: Vec<i64>,
    looks_for_parts: bool,
    looks_at_places: bool,
}

impl Literals {
    /// `None` where a function may distinguish values that no literal shows.
    fn of(conditions: &Conditions<'_>) -> Option<Self> {
        let mut out = Self::default();
        for (atom, _) in &conditions.facts {
            out.literal(&atom.literal);
            out.symbol(&atom.symbol, MAX_DEPTH)?;
        }
        for requirement in &conditions.requirements {
            out.value(requirement, MAX_DEPTH)?;
        }
        (out.texts.len() <= MAX_TEXTS && out.numbers.len() <= MAX_NUMBERS).then_some(out)
    }

    fn symbol(&mut self, symbol: &Symbol, left: usize) -> Option<()> {
        let SymbolOrigin::Call(call) = symbol.origin() else { return Some(()) };
        if call.bases().is_empty() {
            return Some(());
        }
        let left = left.checked_sub(1)?;
        if let Some(functions) = call.functions() {
            if !functions.only_compares(call.function()) {
                return None;
            }
            self.looks_for_parts |= functions.looks_for_parts(call.function());
            self.looks_at_places |= functions.looks_at_places(call.function());
            for text in functions.texts_of_patterns(call.function(), call.args())? {
                self.literal(&Literal::String(text.into()));
            }
        }
        call.args().iter().try_for_each(|arg| self.value(arg, left))
    }

    fn value(&mut self, value: &Value, left: usize) -> Option<()> {
        let left = left.checked_sub(1).filter(|_| work::pay(1))?;
        match &value.kind {
            Kind::Array(array) => array.items.iter().try_for_each(|item| self.value(item, left)),
            Kind::Object(object) => object.entries.iter().try_for_each(|(name, entry)| {
                self.literal(&Literal::String(Arc::clone(name)));
                self.value(&entry.value, left)
            }),
            Kind::Symbol(symbol) => self.symbol(symbol, left),
            // Where a text is concatenated, the unknown may be any part of a literal.
            Kind::Template(_) => None,
            Kind::Choice(choice) => {
                self.literal(&choice.atom.literal);
                self.symbol(&choice.atom.symbol, left)?;
                self.value(&choice.then, left)?;
                self.value(&choice.otherwise, left)
            }
            _ => {
                if let Some(literal) = value.as_literal() {
                    self.literal(&literal);
                }
                Some(())
            }
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::String(text) => {
                if !self.texts.contains(text) && self.texts.len() <= MAX_TEXTS {
                    self.texts.push(Arc::clone(text));
                }
                // A number may be compared as text.
                if let Ok(number) = text.parse() {
                    self.number(number);
                }
            }
            Literal::Number(number) => self.number(number.as_i64().unwrap_or(i64::MAX)),
            Literal::Null | Literal::Bool(_) => {}
        }
    }

    fn number(&mut self, number: i64) {
        if !self.numbers.contains(&number) && self.numbers.len() <= MAX_NUMBERS {
            self.numbers.push(number);
        }
    }
}

/// Values for an unknown of which nothing is known but what `facts` compare it with.
fn any(unknown: &Symbol, facts: &[&Fact], literals: &Literals) -> Option<Vec<Value>> {
    let own: Vec<&Literal> =
        facts.iter().filter(|(atom, _)| atom.symbol == *unknown).map(|(atom, _)| &atom.literal).collect();
    let is_text = own.iter().any(|l| matches!(l, Literal::String(_)));
    let is_number = own.iter().any(|l| matches!(l, Literal::Number(_)));
    let mut out = Vec::new();
    if !is_number {
        out.extend(texts(literals).into_iter().map(Value::string));
    }
    if !is_text {
        out.extend(numbers(literals).into_iter().map(Value::int));
    }
    if !is_text && !is_number {
        out.extend([Value::bool(true), Value::bool(false)]);
        lists(literals, &mut out)?;
    }
    // Null is a value only where a condition tests for it.
    if own.iter().any(|l| matches!(l, Literal::Null)) {
        out.push(Value::null());
    }
    Some(out)
}

/// The texts of the conditions in each case, alone and, where parts are searched for, concatenated, cut or padded to each length that is tested for.
fn texts(literals: &Literals) -> Vec<String> {
    let lengths = lengths(literals);
    let mut out: Vec<String> = lengths.iter().map(|n| OTHER.repeat(*n)).collect();
    let mut add = |text: String| {
        for text in [text.to_lowercase(), text.to_uppercase(), text] {
            if !out.contains(&text) {
                out.push(text);
            }
        }
    };
    for text in &literals.texts {
        add(text.to_string());
        if !literals.looks_for_parts {
            continue;
        }
        let padding = |other: &str| {
            let taken = text.chars().count() + other.chars().count();
            let to_length = lengths.iter().filter_map(move |n| n.checked_sub(taken));
            let of_length = lengths.iter().copied().filter(|_| literals.looks_at_places);
            to_length.chain([1]).chain(of_length).map(|n| OTHER.repeat(n))
        };
        for padding in padding("") {
            add(format!("{text}{padding}"));
            add(format!("{padding}{text}"));
        }
        for other in &literals.texts {
            add(format!("{text}{other}"));
            padding(other).for_each(|padding| add(format!("{text}{padding}{other}")));
        }
    }
    out
}

fn numbers(literals: &Literals) -> Vec<i64> {
    let mut out = vec![0, i64::from(i32::MAX) - 7];
    for n in &literals.numbers {
        out.extend([n.saturating_sub(1), *n, n.saturating_add(1)]);
    }
    out.sort_unstable();
    out.dedup();
    out
}

fn lengths(literals: &Literals) -> Vec<usize> {
    let all = numbers(literals).into_iter().chain([0, 1, 2]).filter(|n| (0..=MAX_LENGTH).contains(n));
    let mut out: Vec<usize> = all.filter_map(|n| usize::try_from(n).ok()).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Lists and objects of each length that the conditions distinguish, and of the texts in them; `None` where these are too many.
fn lists(literals: &Literals, out: &mut Vec<Value>) -> Option<()> {
    const MAX_MEMBERS: usize = 5;
    for length in lengths(literals) {
        let names: Vec<String> = (0..length).map(|i| format!("{OTHER}{i}")).collect();
        out.push(Value::array(names.iter().map(|name| Value::string(&**name)).collect()));
        let mut object = Object::default();
        for name in names {
            object.insert(name, None, Value::new(Kind::Number(Number::Int(0))));
        }
        out.push(Value::object(object));
    }
    if !literals.looks_for_parts {
        return Some(());
    }
    let texts = &literals.texts;
    if texts.len() > MAX_MEMBERS {
        return None;
    }
    for set in 1u32..1 << texts.len() {
        let chosen = texts.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1);
        out.push(Value::array(chosen.map(|(_, text)| Value::string(Arc::clone(text))).collect()));
    }
    Some(())
}
