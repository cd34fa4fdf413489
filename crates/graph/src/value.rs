//! The types of values, symbols and conditions, which are made of one another: a choice hangs on a condition, a condition on a symbol, a symbol may be a call
//! with values for its arguments.

mod access;
mod apply;
mod atom;
mod call;
mod functions;
mod symbol;

use std::sync::Arc;

use cmklint_source::Span;
use indexmap::IndexMap;

use crate::node::NodeId;
use crate::number::Number;
use crate::path::PropertyPath;
use crate::trail::{Step, StepKind, Trail};

pub(crate) use access::{ITEM, MEMBER};
pub(crate) use call::is_call;
pub use functions::{Arithmetic, Case, Functions, Outcome, Part, Pattern, Place, Reshaping, TextTest};

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
    Template(Arc<[TextPart]>),
    /// One of two values, by a condition that is not known.
    Choice(Arc<Choice>),
}

/// An attribute of a resource: `id`, or a property path in ARM's words such as `properties.vaultUri`.
#[derive(Clone, Debug)]
pub struct Ref {
    /// The resource.
    pub node: NodeId,
    /// The path to the attribute.
    pub path: PropertyPath,
}

/// Which of its types a language gives a list or an object, where it has several (Terraform). Comparisons ignore it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// The language has only one, or it is not known which.
    #[default]
    Unsaid,
    /// A tuple or an object: each member has a type of its own.
    Structure,
    /// A list or a map: all members are of one type.
    Collection,
    /// A set: as a list, in the language's own order, and without indices.
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
pub enum TextPart {
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

/// What a symbol represents. Its key distinguishes two symbols; the origin tells what may be concluded from it.
#[derive(Clone, Debug)]
pub enum SymbolOrigin {
    /// What is named by the code or given from outside: a parameter, a variable, the resource group's location. It means the same in
    /// each revision of one root.
    Input,
    /// An attribute of a resource that the code doesn't state.
    Attribute {
        /// The resource.
        node: NodeId,
        /// The attribute; empty for all that isn't stated.
        path: PropertyPath,
    },
    /// The result of a pure function of values that are not all known.
    Call(Call),
    /// The account that runs the deployment.
    Caller,
    /// A token that another tool replaces before the deployment (`#{Location}#`), as it is written.
    Placeholder(Box<str>),
    /// Nothing: the evaluation fails, and no world that needs the value is deployed.
    Failure {
        /// Whether the failure belongs to one place in the text.
        at_place: bool,
    },
    /// A typed null, where a language distinguishes it from an untyped one.
    TypedNull(NullType),
    /// Whether a statement is true (`a and b share a subscription`): messages show the statement, or that it is not so.
    Statement(Box<str>),
    /// What belongs to one place in the text or to one evaluation, and is something else in another revision.
    Place,
}

/// The type of a typed null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullType {
    /// A boolean.
    Bool,
    /// A number.
    Number,
    /// Text.
    String,
    /// A list, of whatever type its items are.
    List,
    /// A set, of whatever type its items are.
    Set,
    /// A map, of whatever type its members are.
    Map,
}

/// The data of a symbol.
#[derive(Clone, Debug)]
struct SymbolData {
    key: Box<str>,
    label: Box<str>,
    origin: SymbolOrigin,
    allowed: Option<Box<[Literal]>>,
    members: Option<Box<[(Value, Value)]>>,
    never_null: bool,
    left_at: Option<Literal>,
    requirements: Box<[Value]>,
}

/// Something that only a deployment knows. Two symbols with one key are the same value, whatever it turns out to be.
#[derive(Clone, Debug)]
pub struct Symbol(Arc<SymbolData>);

/// The call of a pure function.
#[derive(Clone, Debug)]
pub struct Call {
    function: Arc<str>,
    args: Arc<[Value]>,
    functions: Option<&'static dyn Functions>,
    bases: Arc<[Symbol]>,
    nesting: u8,
    outlives_revision: bool,
    reads_nodes: bool,
}

/// A known scalar.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Literal {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(Arc<str>),
}

/// The smallest condition that is not known: a symbol equals a literal. A boolean on its own is the symbol that equals `true`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Atom {
    /// The symbol.
    pub symbol: Symbol,
    /// What it equals where the atom holds.
    pub literal: Literal,
}

/// A condition, and whether it holds.
pub(crate) type Fact = (Atom, bool);

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
    pub fn reference(node: NodeId, path: impl Into<PropertyPath>) -> Self {
        Self::new(Kind::Ref(Ref { node, path: path.into() }))
    }

    /// The same value with one more step in its trail.
    #[must_use]
    pub fn via(mut self, span: Span, kind: StepKind, name: impl Into<Arc<str>>) -> Self {
        self.trail = self.trail.then(Step { span, kind, name: name.into() });
        self
    }

    /// As [`via`](Self::via), with everything inside it: what is read out of an object or array passed through there too. What lies deeper than a few levels,
    /// or after some thousand
    /// values, is left as it is.
    #[must_use]
    pub fn all_via(self, span: Span, kind: StepKind, name: impl Into<Arc<str>>) -> Self {
        let mut left = MAX_MARKED;
        marked(self, &Step { span, kind, name: name.into() }, MAX_MARKED_DEPTH, &mut left)
    }

    /// The same value, decided by what was given at these steps ([`Trail::decided_by`]).
    #[must_use]
    pub fn decided_by<'a>(mut self, given: impl IntoIterator<Item = &'a Step>) -> Self {
        self.trail = self.trail.decided_by(given);
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

    /// Whether it is, as a whole, the result of an expression that can't be evaluated ([`Symbol::failure`]).
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(&self.kind, Kind::Symbol(symbol) if matches!(symbol.origin(), SymbolOrigin::Failure { .. }))
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
}
/// At most this many values are given a step at once.
const MAX_MARKED: usize = 4096;
/// At most this deep.
const MAX_MARKED_DEPTH: usize = 16;

fn marked(mut value: Value, step: &Step, depth: usize, left: &mut usize) -> Value {
    let Some(fewer) = left.checked_sub(1) else { return value };
    *left = fewer;
    value.trail = value.trail.then(step.clone());
    let Some(depth) = depth.checked_sub(1) else { return value };
    match &mut value.kind {
        Kind::Array(array) => {
            for item in &mut Arc::make_mut(array).items {
                *item = marked(std::mem::replace(item, Value::null()), step, depth, left);
            }
        }
        Kind::Object(object) => {
            for entry in Arc::make_mut(object).entries.values_mut() {
                entry.value = marked(std::mem::replace(&mut entry.value, Value::null()), step, depth, left);
            }
        }
        Kind::Null
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::Symbol(_)
        | Kind::Ref(_)
        | Kind::Template(_)
        | Kind::Choice(_) => {}
    }
    value
}
/// All values with what takes their places, where one of them is `changed`.
pub(crate) fn any_changed<'a>(
    values: impl Iterator<Item = &'a Value> + Clone,
    changed: &mut dyn FnMut(&'a Value) -> Option<Value>,
) -> Option<Vec<Value>> {
    let (at, first) = values.clone().enumerate().find_map(|(at, value)| Some((at, changed(value)?)))?;
    let (before, after) = (values.clone().take(at).cloned(), values.skip(at + 1));
    let after = after.map(|value| changed(value).unwrap_or_else(|| value.clone()));
    Some(before.chain([first]).chain(after).collect())
}
