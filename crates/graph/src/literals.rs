//! The literals in conditions on unknowns, and what the conditions look at: all that tells one value of an unknown from another.

use std::sync::Arc;

use crate::arithmetic::{Points, Step, step};
use crate::parts::{place, wholes};
use crate::trial::Said;
use crate::value::{
    Atom, Call, Functions, Kind, Literal, Part, Reshaping, Symbol, SymbolOrigin, TextPart, TextTest, Value, is_call,
};
use crate::work;

/// Where conditions name more texts than this, an unknown that can be any text is not tried.
const MAX_TEXTS: usize = 12;
/// The same for numbers.
const MAX_NUMBERS: usize = 8;
/// The same for lists, each in both orders.
const MAX_LISTS: usize = 6;
/// Literals are searched to this depth.
const MAX_DEPTH: usize = 32;

/// What is said of some unknowns, each with those that it is said of.
#[derive(Default)]
pub(crate) struct Conditions<'a> {
    pub(crate) said: Vec<(Said<'a>, Vec<&'a Symbol>)>,
}

impl<'a> Conditions<'a> {
    pub(crate) fn add(&mut self, said: impl IntoIterator<Item = (Said<'a>, Vec<&'a Symbol>)>) {
        self.said.extend(said);
    }

    /// What is assumed.
    pub(crate) fn facts(&self) -> impl Iterator<Item = (&'a Atom, bool)> {
        self.said.iter().filter_map(|(said, _)| match said {
            Said::Fact((atom, holds)) => Some((atom, *holds)),
            Said::Requirement(_) => None,
        })
    }
}

/// The literals in the conditions.
#[derive(Default)]
pub(crate) struct Literals {
    pub(crate) texts: Vec<Arc<str>>,
    pub(crate) numbers: Vec<i64>,
    /// Numbers on both sides of which the conditions may differ, where these calculate.
    pub(crate) points: Points,
    /// The known lists, and each in the reverse order.
    pub(crate) lists: Vec<Value>,
    pub(crate) looks_for_parts: bool,
    pub(crate) looks_for_members: bool,
    pub(crate) looks_for_repeats: bool,
    pub(crate) looks_for_blanks: bool,
    pub(crate) counts: bool,
    pub(crate) has_fractions: bool,
    /// Something is compared with null.
    pub(crate) has_null: bool,
    /// Remainders of several divisions repeat together after more numbers than are tried.
    pub(crate) repeats_late: bool,
    /// Several unknowns are calculated with together.
    pub(crate) mixes: bool,
    /// Names of members that are looked at.
    pub(crate) members: Vec<Arc<str>>,
    /// Unknowns that are part of a text: no lists.
    pub(crate) scalars: Vec<Symbol>,
    /// A member of what is not known is looked at by itself.
    pub(crate) takes_members: bool,
    /// Calls that count as unknowns themselves: what they are made of says nothing more.
    whole: Vec<Symbol>,
    /// No function tells apart what no literal shows.
    pub(crate) is_whole: bool,
    /// Literals that are no whole numbers.
    fractions: Vec<f64>,
    /// The steps by which each condition calculates, the outermost first.
    chains: Vec<Vec<Step>>,
}

impl Literals {
    /// What `conditions` say of `unknowns`, some of which may be calls.
    pub(crate) fn of(unknowns: &[&Symbol], conditions: &Conditions<'_>) -> Self {
        let whole = unknowns.iter().filter(|unknown| is_call(unknown)).map(|unknown| (*unknown).clone()).collect();
        let mut out = Self { whole, is_whole: true, ..Self::default() };
        for (said, _) in &conditions.said {
            out.chains.push(Vec::new());
            let seen = match said {
                Said::Fact((atom, _)) => out.atom(atom, MAX_DEPTH),
                Said::Requirement(requirement) => out.value(requirement, MAX_DEPTH),
            };
            out.is_whole &= seen.is_some();
        }
        out.is_whole &= out.is_few();
        out.chains.retain(|chain| !chain.is_empty());
        #[allow(clippy::cast_precision_loss)] // numbers that a double does not hold are refused
        let numbers = out.numbers.iter().filter(|_| !out.chains.is_empty()).map(|n| *n as f64);
        let literals: Vec<f64> = numbers.chain(out.fractions.iter().copied()).collect();
        match Points::of(&literals, &out.chains) {
            Some(points) => out.points = points,
            None => {
                (out.points, out.is_whole) = (Points { period: 1, ..Points::default() }, false);
                out.repeats_late = out.chains.iter().flatten().any(|step| matches!(step, Step::Modulo(_)));
            }
        }
        out
    }

    fn is_few(&self) -> bool {
        self.texts.len() <= MAX_TEXTS && self.numbers.len() <= MAX_NUMBERS && self.lists.len() <= MAX_LISTS
    }

    fn symbol(&mut self, symbol: &Symbol, left: usize) -> Option<()> {
        let SymbolOrigin::Call(call) = symbol.origin() else { return Some(()) };
        self.parts(symbol);
        if call.bases().is_empty() || self.whole.contains(symbol) {
            return Some(());
        }
        let left = left.checked_sub(1)?;
        if let Some(functions) = call.functions() {
            self.is_whole &= shows(call);
            match (step(call), self.chains.last_mut()) {
                (Some(Some(step)), Some(chain)) => chain.push(step),
                (None, _) => self.mixes = true,
                _ => {}
            }
            self.looks(functions, call);
            if let Some(reshaping) = reshaping(call) {
                return self.reshaped(&reshaping, call, left);
            }
            if let Some((parts, text)) = text_in_parts(call) {
                return self.text_of_parts(functions, parts, text, left);
            }
        }
        call.args().iter().try_for_each(|arg| self.value(arg, left))
    }

    /// Notes which parts `symbol` is of what it is a part of, and so on.
    fn parts(&mut self, symbol: &Symbol) {
        for part in std::iter::once(symbol).chain(wholes(symbol)).filter_map(place) {
            match part {
                Part::Item(at) | Part::FromEnd(at) => self.number(i64::try_from(at).unwrap_or(i64::MAX)),
                Part::Member(name) => self.member(&name),
            }
        }
    }

    fn member(&mut self, name: &str) {
        if !self.members.iter().any(|known| **known == *name) {
            self.members.push(name.into());
        }
    }

    /// Notes what `call` looks at.
    fn looks(&mut self, functions: &dyn Functions, call: &Call) {
        let function = call.function();
        self.looks_for_parts |= functions.looks_for_parts(function);
        self.looks_for_members |= functions.looks_for_members(function);
        self.looks_for_repeats |= functions.looks_for_repeats(function);
        self.looks_for_blanks |= functions.looks_for_blanks(function);
        self.counts |= functions.counts(function);
        self.has_fractions |= functions.has_fractions();
        if let Some(Part::Member(name)) = functions.part(function, call.args()) {
            self.member(&name);
        }
        let members = functions.members(function);
        self.takes_members |= !members.is_empty();
        members.iter().for_each(|name| self.member(name));
        self.takes_members |=
            functions.steps_into(function) && call.args().first().is_some_and(|of| !of.is_known() && !is_of_pieces(of));
    }

    /// Notes that a text is reshaped by `call`, and looks at that text. What it is reshaped by is no text that the whole is compared with.
    fn reshaped(&mut self, reshaping: &Reshaping, call: &Call, left: usize) -> Option<()> {
        if let (Reshaping::Slice { skip, .. }, Some(chain)) = (reshaping, self.chains.last_mut()) {
            #[allow(clippy::cast_precision_loss)] // lengths of texts
            chain.push(Step::Plus(-(*skip as f64)));
        }
        call.args().iter().filter(|arg| !arg.is_known()).try_for_each(|arg| self.value(arg, left))
    }

    fn value(&mut self, value: &Value, left: usize) -> Option<()> {
        let left = left.checked_sub(1).filter(|_| work::pay(1))?;
        match &value.kind {
            Kind::Array(array) => {
                if value.is_known() && self.lists.len() <= MAX_LISTS {
                    let mut reversed = array.items.clone();
                    reversed.reverse();
                    self.lists.extend([Value::array(array.items.clone()), Value::array(reversed)]);
                }
                array.items.iter().try_for_each(|item| self.value(item, left))
            }
            Kind::Object(object) => object.entries.iter().try_for_each(|(name, entry)| {
                self.literal(&Literal::String(Arc::clone(name)));
                self.value(&entry.value, left)
            }),
            Kind::Symbol(symbol) => self.symbol(symbol, left),
            // Where a text is concatenated of several unknowns and not compared with a literal, each may be any part of one.
            Kind::Template(parts) => {
                let mut open = parts.iter().filter_map(|part| match part {
                    TextPart::Value(value) => Some(value),
                    TextPart::Text(_) => None,
                });
                let only = open.next().filter(|_| open.next().is_none())?;
                self.value(only, left)
            }
            Kind::Choice(choice) => {
                self.atom(&choice.atom, left)?;
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

    fn atom(&mut self, atom: &Atom, left: usize) -> Option<()> {
        if let (Literal::String(text), SymbolOrigin::Call(call)) = (&atom.literal, atom.symbol.origin())
            && let Some(functions) = call.functions().filter(|functions| functions.keeps_text(call.function()))
            && let [Value { kind: Kind::Template(parts), .. }] = call.args()
        {
            return self.text_of_parts(functions, parts, text, left);
        }
        self.literal(&atom.literal);
        self.symbol(&atom.symbol, left)
    }

    /// What the text of these parts is, where it is compared with `text`.
    fn text_of_parts(&mut self, functions: &dyn Functions, parts: &[TextPart], text: &str, left: usize) -> Option<()> {
        self.literal(&Literal::String(text.into()));
        self.pieces(parts, text)?;
        parts.iter().try_for_each(|part| match part {
            TextPart::Text(_) => Some(()),
            TextPart::Value(value) => {
                self.scalar(functions, value, text);
                self.value(value, left)
            }
        })
    }

    /// Notes that what `value` is the text of is no list: the JSON that Bicep makes of one is not `text`, and Terraform makes no text of one.
    fn scalar(&mut self, functions: &dyn Functions, value: &Value, text: &str) {
        let mut of = value;
        while let Kind::Symbol(symbol) = &of.kind {
            match symbol.origin() {
                SymbolOrigin::Call(call) if functions.keeps_text(call.function()) => match call.args().first() {
                    Some(inner) => of = inner,
                    None => return,
                },
                SymbolOrigin::Call(call) if !call.bases().is_empty() => return,
                _ if text.contains(['[', '{']) => return,
                _ => return self.scalars.push(symbol.clone()),
            }
        }
    }

    /// Adds what each unknown in `parts` can be where these make `text` together, whatever the case; `false` where they can't. `None` where that is too much.
    fn pieces(&mut self, parts: &[TextPart], text: &str) -> Option<bool> {
        if !work::pay(1) || !self.is_few() {
            return None;
        }
        let Some((first, rest)) = parts.split_first() else { return Some(text.is_empty()) };
        match first {
            TextPart::Text(known) => match text.get(..known.len()) {
                Some(start) if start.eq_ignore_ascii_case(known) => self.pieces(rest, text.get(known.len()..)?),
                _ => Some(false),
            },
            TextPart::Value(_) => {
                let mut fits = false;
                for (end, _) in text.char_indices().chain([(text.len(), ' ')]) {
                    if self.pieces(rest, text.get(end..)?)? {
                        fits = true;
                        self.literal(&Literal::String(text.get(..end)?.into()));
                    }
                }
                Some(fits)
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
            Literal::Number(number) => match number.as_i64() {
                Some(whole) => self.number(whole),
                None => self.fraction(number.as_f64()),
            },
            Literal::Null => self.has_null = true,
            Literal::Bool(_) => {}
        }
    }

    fn fraction(&mut self, number: f64) {
        if self.fractions.len() < MAX_NUMBERS {
            self.fractions.push(number);
        } else {
            self.number(i64::MAX); // too many
        }
    }

    fn number(&mut self, number: i64) {
        if !self.numbers.contains(&number) && self.numbers.len() <= MAX_NUMBERS {
            self.numbers.push(number);
        }
    }
}

/// Whether `value` is made of the pieces of a text, so that its items are no unknowns of their own.
fn is_of_pieces(value: &Value) -> bool {
    let mut at = value;
    for _ in 0..MAX_DEPTH {
        let Kind::Symbol(symbol) = &at.kind else { return false };
        let SymbolOrigin::Call(call) = symbol.origin() else { return false };
        match reshaping(call) {
            Some(Reshaping::Split(_)) => return true,
            Some(Reshaping::Reversed) | None => match call.args().first() {
                Some(first) => at = first,
                None => return false,
            },
            Some(_) => return false,
        }
    }
    false
}

/// What `call` makes of a text, where it does nothing else.
fn reshaping(call: &Call) -> Option<Reshaping> {
    call.functions()?.reshaping(call.function(), call.args())
}

/// Whether all that `call` distinguishes shows when the literals in the conditions and those around them are tried.
fn shows(call: &Call) -> bool {
    let only_compares = call.functions().is_some_and(|functions| functions.only_compares(call.function()));
    let is_seen = |functions: &dyn Functions| {
        // Numbers are spelled in more ways than are tried.
        functions.test(call.function(), call.args()).is_some_and(|test| !matches!(test, TextTest::Number))
            || functions.reshaping(call.function(), call.args()).is_some()
    };
    only_compares && step(call).is_some() || call.functions().is_some_and(is_seen)
}

/// Whether `symbol` is made by calls one of which tells apart what no literal shows.
pub(crate) fn is_opaque(symbol: &Symbol) -> bool {
    let SymbolOrigin::Call(call) = symbol.origin() else { return false };
    if call.bases().is_empty() || !work::pay(1) {
        return false;
    }
    let is_calculated = call.functions().is_some_and(|functions| functions.arithmetic(call.function()).is_some());
    let inner = |arg: &Value| matches!(&arg.kind, Kind::Symbol(symbol) if is_opaque(symbol));
    call.functions().is_some() && !shows(call) && !is_calculated || call.args().iter().any(inner)
}

/// Adds to `out` the unknowns that `value` is computed from, where calls of functions that no literal shows the results of are unknowns themselves: the smallest
/// such calls. `None` where that can't be told.
pub(crate) fn smallest_unknowns<'v>(value: &'v Value, out: &mut Vec<&'v Symbol>, left: usize) -> Option<()> {
    let left = left.checked_sub(1).filter(|_| work::pay(1))?;
    match &value.kind {
        Kind::Array(array) => array.items.iter().try_for_each(|item| smallest_unknowns(item, out, left)),
        Kind::Object(object) => {
            object.entries.values().try_for_each(|entry| smallest_unknowns(&entry.value, out, left))
        }
        Kind::Template(parts) => parts.iter().try_for_each(|part| match part {
            TextPart::Text(_) => Some(()),
            TextPart::Value(value) => smallest_unknowns(value, out, left),
        }),
        Kind::Choice(choice) => {
            smallest_of(&choice.atom.symbol, out, left)?;
            smallest_unknowns(&choice.then, out, left)?;
            smallest_unknowns(&choice.otherwise, out, left)
        }
        Kind::Symbol(symbol) => smallest_of(symbol, out, left),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Ref(_) => Some(()),
    }
}

/// The same for a symbol.
pub(crate) fn smallest_of<'v>(symbol: &'v Symbol, out: &mut Vec<&'v Symbol>, left: usize) -> Option<()> {
    let mut inner = Vec::new();
    if let SymbolOrigin::Call(call) = symbol.origin()
        && is_call(symbol)
        && shows(call)
    {
        call.args().iter().try_for_each(|arg| smallest_unknowns(arg, &mut inner, left))?;
        // An item of what a call makes is an unknown of its own, as an item of an unknown is; and a call that may fail has no value that could be tried where
        // that is caught.
        let hides = |functions: &dyn Functions| {
            functions.steps_into(call.function()) || functions.catches_failure(call.function())
        };
        if call.functions().is_some_and(hides) && inner.iter().any(|unknown| is_call(unknown)) {
            inner = vec![symbol];
        }
    } else {
        inner.push(symbol);
    }
    for unknown in inner {
        if !out.contains(&unknown) {
            out.push(unknown);
        }
    }
    Some(())
}

/// The parts of the text of several parts that `call` compares with a known text, perhaps after it changed its case; and that text.
fn text_in_parts(call: &Call) -> Option<(&[TextPart], &str)> {
    let functions = call.functions().filter(|functions| functions.compares(call.function()))?;
    fn inside<'v>(functions: &dyn Functions, value: &'v Value) -> Option<&'v Value> {
        let Kind::Symbol(symbol) = &value.kind else { return Some(value) };
        match symbol.origin() {
            SymbolOrigin::Call(inner) if functions.keeps_text(inner.function()) => inner.args().first(),
            _ => None,
        }
    }
    match call.args() {
        [a, b] => [(a, b), (b, a)].into_iter().find_map(|(of, text)| {
            let Kind::Template(found) = &inside(functions, of)?.kind else { return None };
            Some((&**found, text.as_str()?))
        }),
        _ => None,
    }
}
