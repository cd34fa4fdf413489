use std::sync::Arc;

use cmklint_source::Span;
use indexmap::IndexMap;

use crate::call::{Call, Functions};
use crate::node::NodeId;
use crate::number::Number;
use crate::path::{PathStep, steps};
use crate::symbol::Symbol;
use crate::trail::{Step, StepKind, Trail};
use crate::world::{Atom, Literal};

/// A value and where it came from. Cheap to clone.
///
/// `==` is deliberately absent: ask [`compare`](crate::compare), which has three answers.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// The places it came through.
    pub trail: Trail,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Null; an absent property reads as null too.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(Arc<str>),
    /// A list.
    Array(Arc<Array>),
    /// An object or a map.
    Object(Arc<Object>),
    /// An attribute of a resource of the graph that the code reads by expression.
    Ref(Ref),
    /// What only a deployment knows.
    Symbol(Symbol),
    /// Text with symbolic parts, as [`concat`](crate::concat) makes it.
    Template(Arc<[Part]>),
    /// One of two values, by a condition that is not known.
    Choice(Arc<Choice>),
}

/// An attribute of a resource: `id`, or a property path in ARM's words such as `properties.vaultUri`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    /// The resource.
    pub node: NodeId,
    /// The path, `.` between names, `[0]` for an item.
    pub path: Arc<str>,
}

/// Which of its types a language gives a list or an object, where it has several (Terraform). No comparison looks at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// The language has but one, or it is not known which.
    #[default]
    Unsaid,
    /// A tuple or an object: each member has a type of its own.
    Structure,
    /// A list or a map: all members are of one type.
    Collection,
    /// A set: as a list, in the language's own order, and without places.
    Set,
}

/// A list, whole or in part.
#[derive(Clone, Debug, Default)]
pub struct Array {
    /// The items known to be there, in order.
    pub items: Vec<Value>,
    /// What its language says it is.
    pub form: Form,
    /// Stands for further items after them that are not known.
    pub rest: Option<Symbol>,
}

/// An object, whole or in part.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// The members known to be there, in order.
    pub entries: IndexMap<Arc<str>, Entry>,
    /// What its language says it is.
    pub form: Form,
    /// Stands for further members that are not known: a name that is not among `entries` is then unknown, not absent. Where only their names are not
    /// known ([`Symbol::members`]), the object is whole with those.
    pub rest: Option<Symbol>,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where its name is written.
    pub key_span: Option<Span>,
    /// Its value.
    pub value: Value,
}

/// A part of a [`Kind::Template`].
#[derive(Clone, Debug)]
pub enum Part {
    /// Known text, not empty.
    Text(Arc<str>),
    /// A symbolic part: a [`Kind::Symbol`] or a [`Kind::Ref`].
    Value(Value),
}

/// One of two values.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The condition.
    pub atom: Atom,
    /// The value where it holds.
    pub then: Value,
    /// The value where it doesn't.
    pub otherwise: Value,
}

impl Object {
    /// The member `name`, whatever its case, as ARM reads property names; an exact match first.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries
            .get(name)
            .or_else(|| self.entries.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, entry)| entry))
    }

    /// Sets the member `name`.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, key_span: Option<Span>, value: Value) {
        self.entries.insert(name.into(), Entry { key_span, value });
    }
}

impl Value {
    /// A value that came from nowhere a person can point to.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, trail: Trail::empty() }
    }

    /// Null.
    #[must_use]
    pub fn null() -> Self {
        Self::new(Kind::Null)
    }

    /// A boolean.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self::new(Kind::Bool(value))
    }

    /// An integer.
    #[must_use]
    pub fn int(value: i64) -> Self {
        Self::new(Kind::Number(Number::Int(value)))
    }

    /// Text.
    #[must_use]
    pub fn string(value: impl Into<Arc<str>>) -> Self {
        Self::new(Kind::String(value.into()))
    }

    /// A whole list.
    #[must_use]
    pub fn array(items: Vec<Self>) -> Self {
        Self::new(Kind::Array(Arc::new(Array { items, ..Array::default() })))
    }

    /// A whole or partial object.
    #[must_use]
    pub fn object(object: Object) -> Self {
        Self::new(Kind::Object(Arc::new(object)))
    }

    /// A symbol.
    #[must_use]
    pub fn symbol(symbol: Symbol) -> Self {
        Self::new(Kind::Symbol(symbol))
    }

    /// An attribute of a resource.
    #[must_use]
    pub fn reference(node: NodeId, path: impl Into<Arc<str>>) -> Self {
        Self::new(Kind::Ref(Ref { node, path: path.into() }))
    }

    /// `then` where `atom` holds, else `otherwise`; one of them outright where the atom's own symbol decides it, or both are
    /// the same by [`canonical`](crate::canonical).
    #[must_use]
    pub fn choice(atom: Atom, then: Self, otherwise: Self) -> Self {
        if atom.literal == Literal::Null && atom.symbol.is_never_null() {
            return otherwise;
        }
        if let Some(allowed) = atom.symbol.allowed() {
            let possible = allowed.contains(&atom.literal);
            if !possible {
                return otherwise;
            }
            if allowed.iter().all(|l| *l == atom.literal) {
                return then;
            }
        }
        if crate::canonical(&then) == crate::canonical(&otherwise) {
            return then;
        }
        Self::new(Kind::Choice(Arc::new(Choice { atom, then, otherwise })))
    }

    /// The result of a pure function of values that are not all known: a symbol that two equal calls share.
    /// `label` is what a person is told (`toLower(parameter name)` where it is `None`).
    #[must_use]
    pub fn apply(function: &str, args: &[Self], label: Option<&str>) -> Self {
        Self::applied(function, args, label, None)
    }

    /// As [`Value::apply`], of a function of `functions`, which work the call out once more is known of the arguments.
    #[must_use]
    pub fn call(functions: &'static dyn Functions, function: &str, args: &[Self], label: Option<&str>) -> Self {
        Self::applied(function, args, label, Some(functions))
    }

    fn applied(function: &str, args: &[Self], label: Option<&str>, functions: Option<&'static dyn Functions>) -> Self {
        let keys: Vec<String> = args.iter().map(crate::canonical).collect();
        let key = crate::canonical::bounded(format!("{function}({})", keys.join(",")));
        let label = label.map_or_else(
            || {
                let labels: Vec<String> = args.iter().map(Self::describe).collect();
                shorten(&format!("{function}({})", labels.join(", ")))
            },
            str::to_owned,
        );
        Self::symbol(Symbol::call(key, label, Call::new(function, args, functions)))
    }

    /// The same value, one step further on its way.
    #[must_use]
    pub fn via(mut self, span: Span, kind: StepKind, name: impl Into<Arc<str>>) -> Self {
        self.trail = self.trail.then(Step { span, kind, name: name.into() });
        self
    }

    /// The same value, written out at `span` where it has no trail yet.
    #[must_use]
    pub fn written_at(mut self, span: Span) -> Self {
        if self.trail.is_empty() {
            self.trail = Trail::literal(span);
        }
        self
    }

    /// Where it was used last.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        self.trail.newest().map(|step| step.span)
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The text, where it is known.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::String(text) = &self.kind { Some(text) } else { None }
    }

    /// The boolean, where it is known.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Kind::Bool(value) = self.kind { Some(value) } else { None }
    }

    /// The number, where it is known.
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        if let Kind::Number(value) = self.kind { Some(value) } else { None }
    }

    /// The list, where its items are known at least in part.
    #[must_use]
    pub fn as_array(&self) -> Option<&Array> {
        if let Kind::Array(array) = &self.kind { Some(array) } else { None }
    }

    /// The object, where its members are known at least in part.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        if let Kind::Object(object) = &self.kind { Some(object) } else { None }
    }

    /// The scalar, where it is a known one.
    #[must_use]
    pub fn as_literal(&self) -> Option<Literal> {
        match &self.kind {
            Kind::Null => Some(Literal::Null),
            Kind::Bool(value) => Some(Literal::Bool(*value)),
            Kind::Number(number) => Some(Literal::Number(*number)),
            Kind::String(text) => Some(Literal::String(Arc::clone(text))),
            _ => None,
        }
    }

    /// Whether no part of it, at any depth, is symbolic.
    #[must_use]
    pub fn is_known(&self) -> bool {
        match &self.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => true,
            Kind::Array(array) => array.rest.is_none() && array.items.iter().all(Self::is_known),
            Kind::Object(object) => object.rest.is_none() && object.entries.values().all(|e| e.value.is_known()),
            Kind::Ref(_) | Kind::Symbol(_) | Kind::Template(_) | Kind::Choice(_) => false,
        }
    }

    /// The member or item that `path` names (`properties.activeKey.keyUrl`, `dataDisks[0].lun`), names in any case. Null where it
    /// is absent; a symbol where it is not known whether it is there; through a choice, the choice of both arms' members.
    #[must_use]
    pub fn get(&self, path: &str) -> Self {
        let mut at = self.clone();
        for step in steps(path) {
            at = at.step(step);
            if at.is_null() {
                break;
            }
        }
        at
    }

    /// The member or item that `step` leads to, as [`Value::get`] has it.
    pub(crate) fn step(&self, step: PathStep<'_>) -> Self {
        match step {
            PathStep::Member(name) => self.member(name),
            PathStep::Item(index) => self.item(index),
        }
    }

    /// The member `name` in any case, as [`Value::get`] has it.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        match &self.kind {
            Kind::Object(object) => match object.get(name) {
                Some(entry) => entry.value.clone(),
                None => match &object.rest {
                    Some(rest) => Self::apply(
                        &format!("member:{}", name.to_ascii_lowercase()),
                        &[Self::symbol(rest.clone())],
                        Some(&format!("{}.{name}", rest.label())),
                    ),
                    None => Self::null(),
                },
            },
            Kind::Ref(r) => {
                let path = if r.path.is_empty() { name.to_owned() } else { format!("{}.{name}", r.path) };
                Self { kind: Kind::Ref(Ref { node: r.node, path: path.into() }), trail: self.trail.clone() }
            }
            Kind::Symbol(symbol) => {
                let mut value = Self::apply(
                    &format!("member:{}", name.to_ascii_lowercase()),
                    std::slice::from_ref(self),
                    Some(&format!("{}.{name}", symbol.label())),
                );
                value.trail = self.trail.clone();
                value
            }
            Kind::Choice(choice) => self.rebuild(choice, |arm| arm.member(name)),
            _ => Self::null(),
        }
    }

    /// The item at `index` (from 0), as [`Value::get`] has it.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        match &self.kind {
            Kind::Array(array) => match array.items.get(index) {
                Some(item) => item.clone(),
                None => match &array.rest {
                    Some(rest) => Self::apply(&format!("item:{index}"), &[Self::symbol(rest.clone())], None),
                    None => Self::null(),
                },
            },
            Kind::Ref(r) => {
                let path = format!("{}[{index}]", r.path);
                Self { kind: Kind::Ref(Ref { node: r.node, path: path.into() }), trail: self.trail.clone() }
            }
            Kind::Symbol(_) => Self::apply(&format!("item:{index}"), std::slice::from_ref(self), None),
            Kind::Choice(choice) => self.rebuild(choice, |arm| arm.item(index)),
            _ => Self::null(),
        }
    }

    fn rebuild(&self, choice: &Choice, f: impl Fn(&Self) -> Self) -> Self {
        let mut value = Self::choice(choice.atom.clone(), f(&choice.then), f(&choice.otherwise));
        value.trail = self.trail.after(&value.trail);
        value
    }

    /// The value in few words, for messages: text in quotes, symbols by their label, lists and objects by their size.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "null".to_owned(),
            Kind::Bool(value) => value.to_string(),
            Kind::Number(number) => number.to_string(),
            Kind::String(text) => format!("'{}'", shorten(text)),
            Kind::Array(array) => format!("a list of {}", array.items.len()),
            Kind::Object(object) => format!("an object of {}", object.entries.len()),
            Kind::Ref(r) => r.path.to_string(),
            Kind::Symbol(symbol) => symbol.label().to_owned(),
            Kind::Template(parts) => {
                let text: String = parts
                    .iter()
                    .map(|part| match part {
                        Part::Text(text) => text.to_string(),
                        Part::Value(value) => format!("${{{}}}", value.describe()),
                    })
                    .collect();
                format!("'{}'", shorten(&text))
            }
            Kind::Choice(choice) => {
                format!("{} or {}", choice.then.describe(), choice.otherwise.describe())
            }
        }
    }
}

fn shorten(text: &str) -> String {
    const MOST: usize = 120;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain("…".chars()).collect()
}
