//! Calls of pure functions whose arguments are not all known, kept so that they can be evaluated once more is known.

use std::sync::Arc;

use super::{Call, Functions, Kind, Outcome, Symbol, SymbolOrigin, TextPart, Value};
use crate::path::PathStep;
use crate::work;

/// Calls within calls are kept to this depth; a deeper one is kept without arguments.
const MAX_NESTING: u8 = 32;
/// Arguments with more parts than this are not kept.
const MAX_PARTS: usize = 4_096;
/// As many parts cost as much to look at as a step of [work].
const PARTS_OF_A_STEP: usize = 16;
/// A call that depends on more unknowns than this is not evaluated again.
const MAX_BASES: usize = 8;

impl Call {
    /// The call `function(args…)`, which `functions` evaluate where they are given.
    pub(crate) fn new(function: &str, args: &[Value], functions: Option<&'static dyn Functions>) -> Self {
        let mut found = Leaves { left: MAX_PARTS, outlives_revision: true, ..Leaves::default() };
        for arg in args {
            found.visit(arg, MAX_NESTING);
        }
        let _ = work::pay((MAX_PARTS - found.left) / PARTS_OF_A_STEP);
        let whole = found.left > 0 && found.nesting < MAX_NESTING;
        let steps_into_unknown = || match args.first().map(|of| &of.kind) {
            Some(Kind::Symbol(of)) => !matches!(of.origin(), SymbolOrigin::Call(call) if !call.bases.is_empty()),
            _ => false,
        };
        let evaluates = match functions {
            Some(functions) => !functions.steps_into(function) || !steps_into_unknown(),
            None => step(function).is_some() && !steps_into_unknown(),
        };
        let can_be_worked_out = whole && found.bases.len() <= MAX_BASES && evaluates;
        Self {
            function: function.into(),
            args: if whole { args.into() } else { Arc::default() },
            functions: functions.filter(|_| whole),
            bases: if can_be_worked_out { found.bases.into() } else { Arc::default() },
            nesting: found.nesting.saturating_add(1),
            outlives_revision: found.outlives_revision && found.left > 0,
            reads_nodes: found.reads_nodes,
        }
    }

    /// The function's name.
    #[must_use]
    pub fn function(&self) -> &str {
        &self.function
    }

    /// The arguments; none where there are too many to keep.
    #[must_use]
    pub fn args(&self) -> &[Value] {
        &self.args
    }

    /// The unknowns that its result depends on, each once; none where the result can't be computed from them.
    #[must_use]
    pub fn bases(&self) -> &[Symbol] {
        &self.bases
    }

    /// Whether its result depends on attributes of resources.
    #[must_use]
    pub(crate) fn reads_nodes(&self) -> bool {
        self.reads_nodes
    }

    /// The index of the item that it takes, where it was made by [`Value::item`].
    pub(crate) fn item(&self) -> Option<usize> {
        match step(&self.function) {
            Some(PathStep::Item(index)) if self.functions.is_none() => Some(index),
            _ => None,
        }
    }

    /// Its result for `args` in place of its own.
    pub(crate) fn work_out(&self, args: &[Value]) -> Outcome {
        let made = match (self.functions, step(&self.function), args) {
            (Some(functions), ..) => functions.evaluate(&self.function, args),
            (None, Some(step), [of]) if of.is_known() => Outcome::Value(of.step(step)),
            _ => Outcome::Unknown,
        };
        match made {
            Outcome::Value(value) if !value.is_known() => Outcome::Unknown,
            other => other,
        }
    }

    /// The same call with `args`, which messages call `label`.
    pub(crate) fn with_args(&self, args: &[Value], label: &str) -> Value {
        match self.functions {
            Some(functions) => Value::call(functions, &self.function, args, Some(label)),
            None => Value::apply(&self.function, args, Some(label)),
        }
    }

    /// The functions that can evaluate it, if any.
    #[must_use]
    pub fn functions(&self) -> Option<&'static dyn Functions> {
        self.functions
    }

    pub(crate) fn outlives_revision(&self) -> bool {
        self.outlives_revision
    }
}

/// Whether `symbol` is a call that its arguments decide.
pub(crate) fn is_call(symbol: &Symbol) -> bool {
    matches!(symbol.origin(), SymbolOrigin::Call(call) if !call.bases().is_empty())
}

/// The step into a value that a call made by [`Value::member`] or [`Value::item`] takes.
fn step(function: &str) -> Option<PathStep<'_>> {
    match function.split_once(':')? {
        ("member", name) => Some(PathStep::Member(name)),
        ("item", index) => index.parse().ok().map(PathStep::Item),
        _ => None,
    }
}

/// What the arguments of a call depend on.
#[derive(Default)]
struct Leaves {
    left: usize,
    bases: Vec<Symbol>,
    nesting: u8,
    outlives_revision: bool,
    reads_nodes: bool,
}

impl Leaves {
    fn visit(&mut self, value: &Value, depth: u8) {
        self.left = self.left.saturating_sub(1);
        let Some(depth) = depth.checked_sub(1).filter(|_| self.left > 0) else {
            self.left = 0;
            return;
        };
        match &value.kind {
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {}
            Kind::Array(array) => {
                array.items.iter().for_each(|item| self.visit(item, depth));
                self.rest(array.rest.as_ref(), depth);
            }
            Kind::Object(object) => {
                object.entries.values().for_each(|entry| self.visit(&entry.value, depth));
                self.rest(object.rest.as_ref(), depth);
            }
            Kind::Ref(_) => {
                self.outlives_revision = false;
                self.reads_nodes = true;
            }
            Kind::Symbol(symbol) => self.symbol(symbol),
            Kind::Template(parts) => {
                for part in parts.iter() {
                    if let TextPart::Value(value) = part {
                        self.visit(value, depth);
                    }
                }
            }
            Kind::Choice(choice) => {
                self.symbol(&choice.atom.symbol);
                self.visit(&choice.then, depth);
                self.visit(&choice.otherwise, depth);
            }
        }
    }

    fn rest(&mut self, rest: Option<&Symbol>, depth: u8) {
        if let Some(rest) = rest {
            self.symbol(rest);
            for (name, value) in rest.members().unwrap_or_default() {
                self.visit(name, depth);
                self.visit(value, depth);
            }
        }
    }

    fn symbol(&mut self, symbol: &Symbol) {
        self.outlives_revision &= symbol.outlives_revision();
        match symbol.origin() {
            SymbolOrigin::Call(call) => {
                self.nesting = self.nesting.max(call.nesting);
                self.reads_nodes |= call.reads_nodes;
                if call.bases.is_empty() {
                    self.base(symbol);
                }
                call.bases.iter().for_each(|base| self.base(base));
            }
            SymbolOrigin::Attribute { .. } => {
                self.reads_nodes = true;
                self.base(symbol);
            }
            _ => self.base(symbol),
        }
    }

    fn base(&mut self, symbol: &Symbol) {
        if self.bases.len() <= MAX_BASES && !self.bases.contains(symbol) {
            self.bases.push(symbol.clone());
        }
    }
}
