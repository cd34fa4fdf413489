//! What is known about symbols: where they come from, their type, their members.

use std::sync::Arc;

use cmklint_graph::{Kind, Symbol, TextPart, Value, concat};
use cmklint_source::join;

use super::{Evaluator, ModuleId};
use crate::functions::types::{self, Ty};
use crate::values;

/// Where a symbol comes from, as far as some expression depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `path.cwd`: the folder that Terraform runs in.
    WorkingFolder,
    /// `terraform.workspace`.
    Workspace,
}

/// What is known of a collection whose members are not all known by name.
#[derive(Clone, Debug)]
pub(super) struct Elements {
    pub(super) items: Vec<(Value, Value)>,
    /// Whether there are no others.
    pub(super) complete: bool,
    /// Whether there is only one element, which represents all, whatever the key.
    pub(super) any_key: bool,
    /// What is true of the one element that represents all, wherever it is a member: the filters of the loops that made the collection.
    pub(super) filter: Option<Value>,
}

/// What is known of one symbol.
#[derive(Debug, Default)]
pub(super) struct Facts {
    origin: Option<Origin>,
    /// Its type, if it is not null.
    ty: Option<Ty>,
    elements: Option<Elements>,
    /// The value whose JSON text the symbol is.
    encoded: Option<Value>,
}

impl Evaluator<'_> {
    fn facts(&self, symbol: &Symbol) -> Option<&Facts> {
        self.facts.get(symbol)
    }

    fn facts_mut(&mut self, symbol: &Symbol) -> &mut Facts {
        self.facts.entry(symbol.clone()).or_default()
    }

    /// The type of `value`, as far as it is known.
    pub(super) fn type_of(&self, value: &Value) -> Ty {
        let known = match &value.kind {
            Kind::Symbol(symbol) => self.facts(symbol).and_then(|facts| facts.ty.clone()),
            _ => None,
        };
        known.unwrap_or_else(|| types::type_of(value))
    }

    /// Records that the value of `symbol` is of type `ty`, if it is not null.
    pub(crate) fn set_type(&mut self, symbol: &Symbol, ty: Ty) {
        self.facts_mut(symbol).ty.get_or_insert(ty);
    }

    /// Records where `symbol` comes from.
    pub(super) fn set_origin(&mut self, symbol: &Symbol, origin: Origin) {
        self.facts_mut(symbol).origin = Some(origin);
    }

    /// Where `value` comes from, where it is a symbol and that is known.
    pub(crate) fn origin(&self, value: &Value) -> Option<Origin> {
        match &value.kind {
            Kind::Symbol(symbol) => self.facts(symbol)?.origin,
            _ => None,
        }
    }

    /// The tree-relative path of the file that Terraform, run in the root's folder, finds at `path`. It may begin with `path.cwd`.
    pub(crate) fn path_in_tree(&self, path: &Value) -> Option<String> {
        let root = &self.module(ModuleId(0))?.dir;
        match &path.kind {
            Kind::String(text) => join(root, text),
            Kind::Template(parts) => match &parts[..] {
                [TextPart::Value(folder), rest @ ..] if self.origin(folder) == Some(Origin::WorkingFolder) => {
                    let rest: Vec<Value> = rest
                        .iter()
                        .map(|part| match part {
                            TextPart::Text(text) => Value::string(Arc::clone(text)),
                            TextPart::Value(value) => value.clone(),
                        })
                        .collect();
                    join(root, concat(&rest).as_str()?.trim_start_matches('/'))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Records the members of the collection `symbol`.
    pub(super) fn set_elements(&mut self, symbol: &Symbol, elements: Elements) {
        self.facts_mut(symbol).elements.get_or_insert(elements);
    }

    /// What is known of the members of the collection `symbol`, or of its unknown rest.
    pub(super) fn elements_of(&self, symbol: &Symbol) -> Option<&Elements> {
        self.facts(symbol)?.elements.as_ref()
    }

    /// What is true of the element that represents the unknown members of `value`, wherever it is one.
    pub(super) fn filter_of(&self, value: &Value) -> Option<Value> {
        let symbol = match &value.kind {
            Kind::Symbol(symbol) => symbol,
            Kind::Array(array) => array.rest.as_ref()?,
            Kind::Object(object) => object.rest.as_ref()?,
            _ => return None,
        };
        self.elements_of(symbol)?.filter.clone()
    }

    /// The JSON text of `value`, which is not known in full.
    pub(super) fn encode(&mut self, value: &Value) -> Value {
        let text = Value::apply("jsonencode", std::slice::from_ref(value), None);
        if let Kind::Symbol(symbol) = &text.kind {
            self.facts_mut(symbol).encoded.get_or_insert_with(|| value.clone());
        }
        text
    }

    /// The decoded value, where `value` is the JSON text of a value that is not known in full; else `value`.
    pub(super) fn decoded(&self, value: &Value) -> Value {
        match &value.kind {
            Kind::Symbol(symbol) => match self.facts(symbol).and_then(|facts| facts.encoded.as_ref()) {
                Some(inner) => values::inherit(value, inner),
                None => value.clone(),
            },
            Kind::Choice(choice) => values::on_arms(value, choice, |arm| self.decoded(arm)),
            _ => value.clone(),
        }
    }
}
