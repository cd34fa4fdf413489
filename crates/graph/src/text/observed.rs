//! What conditions observe of an unknown text, as questions that a search can answer.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::OTHER;
use super::machine::{Machine, Word};
use super::search::{Found, Question, texts as answering};
use super::state::{Observed, Splitter};
use super::steps::Step;
use crate::canonical::canonical;
use crate::trial::{Said, agrees};
use crate::value::{
    Arithmetic, Call, Case, Functions, Kind, Literal, Place, Reshaping, Symbol, SymbolOrigin, TextPart, TextTest,
    Value, is_call,
};
use crate::work;

/// Calls within calls are followed to this depth.
const MAX_DEPTH: usize = 32;
/// Texts of which a condition names more are not told apart.
const MAX_NAMED: usize = 96;
/// Lengths and numbers beyond this are not told apart.
const MAX_COUNT: u32 = 2_000;
/// A piece is looked at from the end, or counted on, up to this place.
const MAX_PLACE: usize = 16;

/// Enough texts for `unknown` to show all that is `said` of it; `more` are others that it is compared with where that is said of several unknowns.
pub(crate) fn texts(unknown: &Symbol, said: &[(Said<'_>, bool)], more: &[Arc<str>]) -> Found {
    let mut questions = Vec::new();
    let mut are_all = true;
    for (said, is_alone) in said {
        let mut terms = Terms::of(unknown, *said);
        if !is_alone {
            terms.named.extend(more.iter().map(|text| text.to_string()));
            terms.named.extend(more.iter().flat_map(|text| pieces(text)));
            terms.add(None, Vec::new(), Look::Named);
        }
        let mut machines = terms.machines();
        are_all &= terms.are_all;
        if let ([(Some(term), machine)], true) = (&machines[..], *is_alone && terms.decide) {
            let (term, machine, said) = (term.clone(), machine.clone(), *said);
            let of = machine.clone();
            let wanted = move |observed: Observed| agrees(said, &[(&term, &value(&of, observed))]);
            questions.push(Question { machine, wanted: Some(Box::new(wanted)) });
        } else {
            questions.extend(machines.drain(..).map(|(_, machine)| Question { machine, wanted: None }));
        }
    }
    let mut found = answering(questions);
    found.are_all &= are_all;
    found
}

/// What may be an unknown's part of `text`, where others are the rest of it.
fn pieces(text: &str) -> Vec<String> {
    /// Of a longer text only what is between signs is tried.
    const MOST: usize = 12;
    let mut out = vec![text.to_owned()];
    out.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
    let places = text.char_indices().map(|(at, _)| at).filter(|_| text.len() <= MOST);
    for (start, end) in places.filter_map(|at| text.split_at_checked(at)) {
        out.extend([start.to_owned(), end.to_owned()]);
    }
    out
}

/// What a term is where that is observed.
fn value(machine: &Machine, observed: Observed) -> Value {
    let Some(observed) = observed else {
        return Value::symbol(Symbol::failure("no such text", "a text that isn't there", false));
    };
    match machine {
        Machine::Is(texts) => match texts.get(observed as usize) {
            Some(text) => Value::string(text.iter().collect::<String>()),
            None => Value::string(OTHER),
        },
        Machine::Starts(_) | Machine::Ends(_) | Machine::Has(_) | Machine::Matches(_) | Machine::AnyPiece(..) => {
            Value::bool(observed == 1)
        }
        Machine::Length(_) | Machine::Count(..) | Machine::Found(_) => Value::int(i64::from(observed)),
        Machine::Position(..) => Value::int(i64::from(observed) - 1),
        Machine::Number(_) if observed % 2 == 1 => Value::int(-i64::from(observed / 2)),
        Machine::Number(_) => Value::int(i64::from(observed / 2)),
        Machine::Of(_, inner) => value(inner, Some(observed)),
    }
}

/// What is looked at of the text in the end.
enum Look {
    /// Which of the texts that the condition names it is.
    Named,
    Test(TextTest),
    Length,
    /// How many pieces there are.
    Count(Vec<String>),
    /// Whether one of the pieces is this.
    AnyPiece(Vec<String>, String),
}

/// The parts of a condition that depend on an unknown text alone, each of which a machine observes.
struct Terms<'u> {
    unknown: &'u Symbol,
    /// The terms; one that is no symbol can't be given a value.
    found: Vec<(Option<Symbol>, Vec<Step>, Look)>,
    /// The texts that the condition names.
    named: Vec<String>,
    /// The greatest number that its numbers can make of one another.
    most: u32,
    /// Nothing else tells texts apart.
    are_all: bool,
    /// What is observed decides the condition.
    decide: bool,
}

impl<'u> Terms<'u> {
    fn of(unknown: &'u Symbol, said: Said<'_>) -> Self {
        let mut out =
            Self { unknown, found: Vec::new(), named: vec![String::new()], most: 2, are_all: true, decide: true };
        match said {
            Said::Fact((atom, _)) => {
                out.literal(&atom.literal);
                out.symbol(&atom.symbol, MAX_DEPTH);
            }
            Said::Requirement(value) => out.value(value, MAX_DEPTH),
        }
        out
    }

    /// The terms with their machines, each once.
    fn machines(&mut self) -> Vec<(Option<Symbol>, Machine)> {
        let cased: Vec<String> =
            self.named.iter().flat_map(|text| [text.to_lowercase(), text.to_uppercase()]).collect();
        self.named.extend(cased);
        let mut known = FxHashSet::default();
        self.named.retain(|text| known.insert(text.clone()));
        if self.named.len() > MAX_NAMED {
            self.are_all = false;
            self.named.truncate(MAX_NAMED);
        }
        let found = std::mem::take(&mut self.found);
        found.into_iter().filter_map(|(term, steps, look)| Some((term, self.machine(steps, look)?))).collect()
    }

    fn machine(&mut self, steps: Vec<Step>, look: Look) -> Option<Machine> {
        let letters = |text: &str| text.chars().collect::<Vec<char>>();
        let made = match look {
            Look::Named => Some(Machine::Is(self.named.iter().map(|text| letters(text)).collect())),
            Look::Test(test) => Some(self.test(test)),
            Look::Length => Some(Machine::Length(self.most)),
            Look::Count(separators) => Splitter::new(&separators).map(|splitter| Machine::Count(splitter, self.most)),
            Look::AnyPiece(separators, text) => {
                Splitter::new(&separators).map(|splitter| Machine::AnyPiece(splitter, letters(&text)))
            }
        };
        self.are_all &= made.is_some();
        self.decide &= made.is_some();
        let wrapped = |inner: Machine, step: Step| Machine::Of(step, Box::new(inner));
        made.map(|made| steps.into_iter().rev().fold(made, wrapped))
    }

    fn test(&mut self, test: TextTest) -> Machine {
        let letters = |text: String| text.chars().collect::<Vec<char>>();
        match test {
            TextTest::Starts(text) => Machine::Starts(letters(text)),
            TextTest::Ends(text) => Machine::Ends(Word::new(letters(text))),
            TextTest::Has(text) => Machine::Has(Word::new(letters(text))),
            TextTest::Position(text) => Machine::Position(Word::new(letters(text)), self.most + 1),
            TextTest::Number => {
                // Other spellings of numbers are not tried.
                self.are_all = false;
                Machine::Number(self.most)
            }
            TextTest::Match(pattern) => Machine::Matches(pattern),
            TextTest::Matches(pattern) => Machine::Found(pattern),
            TextTest::AnyCase(inner) => Machine::Of(Step::Cased(Case::Lower), Box::new(self.test(*inner))),
        }
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::String(text) if !self.named.iter().any(|known| **known == **text) => {
                self.named.push(text.to_string())
            }
            Literal::Number(number) => {
                let size = number.as_f64().abs().ceil() + 1.0;
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the range
                let size = if size < f64::from(MAX_COUNT) { size as u32 } else { MAX_COUNT };
                self.most = self.most.saturating_mul(size).saturating_add(2).min(MAX_COUNT);
            }
            Literal::String(_) | Literal::Null | Literal::Bool(_) => {}
        }
    }

    fn value(&mut self, value: &Value, left: usize) {
        let Some(left) = left.checked_sub(1).filter(|_| work::pay(1)) else {
            self.are_all = false;
            return;
        };
        match &value.kind {
            Kind::Array(array) => array.items.iter().for_each(|item| self.value(item, left)),
            Kind::Object(object) => object.entries.iter().for_each(|(name, entry)| {
                self.literal(&Literal::String(name.clone()));
                self.value(&entry.value, left);
            }),
            Kind::Symbol(symbol) => self.symbol(symbol, left),
            Kind::Template(parts) => match self.chain(value, left) {
                Some(steps) => self.add(None, steps, Look::Named),
                // Several unknowns may be any parts of a text together.
                None if parts.iter().any(|part| matches!(part, TextPart::Value(part) if self.hangs(part))) => {
                    (self.are_all, self.decide) = (false, false);
                    self.add(None, Vec::new(), Look::Named);
                }
                None => {}
            },
            Kind::Choice(choice) => {
                self.literal(&choice.atom.literal);
                self.symbol(&choice.atom.symbol, left);
                self.value(&choice.then, left);
                self.value(&choice.otherwise, left);
            }
            _ => {
                if let Some(literal) = value.as_literal() {
                    self.literal(&literal);
                }
            }
        }
    }

    fn symbol(&mut self, symbol: &Symbol, left: usize) {
        if symbol == self.unknown {
            return self.add(Some(symbol), Vec::new(), Look::Named);
        }
        let SymbolOrigin::Call(call) = symbol.origin() else { return };
        if !self.may_hold(call) {
            return;
        }
        if let Some((steps, look)) = self.look(call, left) {
            return self.add(Some(symbol), steps, look);
        }
        if let Some(steps) = self.chain(&Value::symbol(symbol.clone()), left) {
            return self.add(Some(symbol), steps, Look::Named);
        }
        let is_open = |functions: &dyn Functions| {
            functions.only_compares(call.function())
                && !functions.looks_for_parts(call.function())
                && !functions.counts(call.function())
        };
        let takes_a_step = call.functions().is_none() || call.functions().is_some_and(is_open);
        if !takes_a_step {
            self.parts_of(call, left);
        }
        call.args().iter().for_each(|arg| self.value(arg, left));
    }

    /// Where a function may tell apart more than is named: whether what it is given has each of the texts in it that are named with it.
    fn parts_of(&mut self, call: &Call, left: usize) {
        (self.are_all, self.decide) = (false, false);
        for of in call.args() {
            let Some(steps) = self.chain(of, left) else { continue };
            let named = call.args().iter().filter_map(Value::as_str).map(str::to_owned).chain(self.named.clone());
            for text in named.filter(|text| !text.is_empty()).collect::<Vec<_>>() {
                self.add(None, steps.clone(), Look::Test(TextTest::Has(text.clone())));
                self.add(None, steps.clone(), Look::Test(TextTest::Starts(text)));
            }
        }
    }

    fn add(&mut self, term: Option<&Symbol>, steps: Vec<Step>, look: Look) {
        if term.is_none() || !self.found.iter().any(|(known, ..)| known.as_ref() == term) {
            self.found.push((term.cloned(), steps, look));
        }
    }

    fn may_hold(&self, call: &Call) -> bool {
        call.bases().contains(self.unknown) || is_call(self.unknown)
    }

    fn hangs(&self, value: &Value) -> bool {
        match &value.kind {
            Kind::Symbol(symbol) if symbol == self.unknown => true,
            Kind::Symbol(symbol) => {
                matches!(symbol.origin(), SymbolOrigin::Call(call) if self.may_hold(call))
            }
            _ => false,
        }
    }

    /// What `call` looks at, where that is no text, and the steps from the unknown to the text.
    fn look(&self, call: &Call, left: usize) -> Option<(Vec<Step>, Look)> {
        let (functions, function) = (call.functions()?, call.function());
        if let Some(test) = functions.test(function, call.args()) {
            // What a match is says more than that there is one.
            let is_match = matches!(test, TextTest::Match(_) | TextTest::Matches(_));
            if let Some(steps) = self.chain(open_arg(call)?, left).filter(|_| !is_match) {
                return Some((steps, Look::Test(test)));
            }
        }
        if let ([of], Some(inner)) = (call.args(), call.args().first().and_then(|of| call_in(of))) {
            let test = inner.functions().and_then(|functions| functions.test(inner.function(), inner.args()));
            let is_asked = match test {
                Some(TextTest::Match(_)) => functions.catches_failure(function),
                // More than one match isn't told from one.
                Some(TextTest::Matches(_)) => functions.counts(function) && self.most <= 4,
                _ => false,
            };
            if let Some(test) = test.filter(|_| is_asked) {
                return Some((self.chain(open_arg(inner)?, left)?, Look::Test(test)));
            }
            if functions.counts(function) {
                return match self.list(of, left) {
                    Some((steps, separators, _)) => Some((steps, Look::Count(separators))),
                    None => Some((self.chain(of, left)?, Look::Length)),
                };
            }
        }
        match call.args() {
            _ if functions.counts(function) => Some((self.chain(open_arg(call)?, left)?, Look::Length)),
            [of, item] if functions.looks_for_members(function) => {
                let (steps, separators, _) = self.list(of, left)?;
                Some((steps, Look::AnyPiece(separators, item.as_str()?.to_owned())))
            }
            _ => None,
        }
    }

    /// The steps that make the text `value` of the unknown, the first one first.
    fn chain(&self, value: &Value, left: usize) -> Option<Vec<Step>> {
        let left = left.checked_sub(1).filter(|_| work::pay(1))?;
        let letters = |text: &str| text.chars().collect::<Vec<char>>();
        if let Kind::Template(parts) = &value.kind {
            let at = parts.iter().position(|part| matches!(part, TextPart::Value(_)))?;
            let (before, rest) = parts.split_at_checked(at)?;
            let ([TextPart::Value(of)], after) = rest.split_at_checked(1)? else { return None };
            let text = |parts: &[TextPart]| {
                let known = parts.iter().map(|part| match part {
                    TextPart::Text(text) => Some(&**text),
                    TextPart::Value(_) => None,
                });
                known.collect::<Option<String>>()
            };
            let mut steps = self.chain(of, left)?;
            steps.push(Step::Between(letters(&text(before)?), letters(&text(after)?)));
            return Some(steps);
        }
        let Kind::Symbol(symbol) = &value.kind else { return None };
        if symbol == self.unknown {
            return Some(Vec::new());
        }
        let call = call_in(value)?;
        if let Some(of) = call.args().first()
            && let Some((mut steps, separators, is_reversed)) = self.list(of, left)
        {
            let place = match self.place(call, left)? {
                Place::At(at) if is_reversed => Place::FromEnd(at),
                Place::FromEnd(at) if is_reversed => Place::At(at),
                Place::Around(_) if is_reversed => return None,
                place => place,
            };
            let is_near = match place {
                Place::At(_) => true,
                Place::FromEnd(at) | Place::Around(at) => at <= MAX_PLACE,
                Place::Any => false,
            };
            let splitter = Splitter::new(&separators).filter(|_| is_near)?;
            steps.push(Step::Piece { splitter, letters: letters(&separators.concat()), place });
            return Some(steps);
        }
        let functions = call.functions()?;
        let mut steps = self.chain(open_arg(call)?, left)?;
        let narrow = |n: usize| u32::try_from(n).ok().filter(|n| *n <= MAX_COUNT);
        steps.push(match functions.reshaping(call.function(), call.args()) {
            Some(Reshaping::Cased(case)) => Step::Cased(case),
            Some(Reshaping::CutStart(cut)) => Step::CutStart(letters(&cut)),
            Some(Reshaping::CutEnd(cut)) => Step::CutEnd(letters(&cut)),
            Some(Reshaping::Trimmed { letters: cut, at_start, at_end }) => {
                Step::Trimmed { letters: letters(&cut), at_start, at_end }
            }
            Some(Reshaping::Slice { skip, take, strict }) => {
                let take = match take {
                    Some(take) => Some(narrow(take)?),
                    None => None,
                };
                Step::Slice { skip: narrow(skip)?, take, strict }
            }
            Some(Reshaping::Replaced { from, to }) => Step::Replaced {
                letters: letters(&from).into_iter().chain(letters(&to)).collect(),
                from: Splitter::new(&[from])?,
                to: letters(&to),
            },
            Some(Reshaping::Split(_) | Reshaping::Reversed) => return None,
            None if functions.keeps_text(call.function()) => return Some(steps),
            None => return None,
        });
        Some(steps)
    }

    /// The list of pieces that `value` is: the steps to the text, its separators, and whether they are in the opposite order.
    fn list(&self, value: &Value, left: usize) -> Option<(Vec<Step>, Vec<String>, bool)> {
        let left = left.checked_sub(1)?;
        let call = call_in(value)?;
        let of = open_arg(call)?;
        match call.functions()?.reshaping(call.function(), call.args())? {
            Reshaping::Split(separators) => Some((self.chain(of, left)?, separators, false)),
            Reshaping::Reversed => {
                let (steps, separators, is_reversed) = self.list(of, left)?;
                Some((steps, separators, !is_reversed))
            }
            _ => None,
        }
    }

    /// Which item of a list `call` takes.
    fn place(&self, call: &Call, left: usize) -> Option<Place> {
        if let Some(at) = call.item() {
            return Some(Place::At(at));
        }
        let functions = call.functions()?;
        let place = functions.place(call.function(), call.args())?;
        let (Place::Any, [of, at]) = (place, call.args()) else { return Some(place) };
        // The length of the list, less so many.
        let (list, less) = (self.list(of, left)?, call_in(at)?);
        let kind = less.functions()?.arithmetic(less.function());
        let ([length, by], Some(Arithmetic::Difference)) = (less.args(), kind) else { return None };
        let length = call_in(length).filter(|length| functions.counts(length.function()))?;
        let same = self.list(length.args().first()?, left)?;
        let by = usize::try_from(by.as_number()?.as_i64()?).ok()?.checked_sub(1)?;
        (same.1 == list.1 && canonical(length.args().first()?) == canonical(of)).then_some(Place::FromEnd(by))
    }
}

/// The argument that is not known, where it is the only one.
fn open_arg(call: &Call) -> Option<&Value> {
    let mut open = call.args().iter().filter(|arg| !arg.is_known());
    open.next().filter(|_| open.next().is_none())
}

fn call_in(value: &Value) -> Option<&Call> {
    match &value.kind {
        Kind::Symbol(symbol) => match symbol.origin() {
            SymbolOrigin::Call(call) => Some(call),
            _ => None,
        },
        _ => None,
    }
}
