//! What expressions read from resources, once the estate knows what the code states of these: the properties of `existing` resources and data sources inside
//! functions and conditions.

use crate::choice::lift;
use crate::estate::Estate;
use crate::value::{Atom, Call, Choice, Kind, Literal, Outcome, Ref, Symbol, SymbolOrigin, Value};

impl Estate {
    /// The value of `symbol` by what the code states of the resources that it depends on; `None` where that says nothing about it.
    pub(crate) fn symbol_by_properties(&self, symbol: &Symbol, left: usize) -> Option<Value> {
        match symbol.origin() {
            SymbolOrigin::Attribute { node, path } if !path.is_empty() => {
                let stated = self.deref_in(&Value::reference(*node, path.clone()), left);
                (!matches!(stated.kind, Kind::Ref(_))).then_some(stated)
            }
            SymbolOrigin::Call(call) if call.reads_nodes() => self.call_by_properties(symbol, call, left),
            _ => None,
        }
    }

    fn call_by_properties(&self, symbol: &Symbol, call: &Call, left: usize) -> Option<Value> {
        let left = left.checked_sub(1)?;
        let mut changed = false;
        let mut args = Vec::with_capacity(call.args().len());
        for arg in call.args() {
            args.push(arg.map(&mut |leaf| {
                let read = match &leaf.kind {
                    Kind::Ref(_) => Some(self.deref_in(leaf, left)).filter(|read| !matches!(read.kind, Kind::Ref(_))),
                    Kind::Symbol(symbol) if symbol.reads_nodes() => self.symbol_by_properties(symbol, left),
                    _ => None,
                };
                changed |= read.is_some();
                read
            }));
        }
        if !changed {
            return None;
        }
        let label = self.label_of(symbol);
        Some(lift(call.function(), &args, &mut |args| match call.work_out(args) {
            Outcome::Value(value) => value,
            Outcome::Fails | Outcome::Unknown => call.with_args(args, &label),
        }))
    }

    /// The choice, resolved by what the code states of the resources that its condition depends on.
    pub(crate) fn choice_by_properties(&self, choice: &Choice, then: Value, otherwise: Value, left: usize) -> Value {
        let symbol = &choice.atom.symbol;
        if !symbol.reads_nodes() {
            return Value::choice(choice.atom.clone(), then, otherwise);
        }
        let labelled = Atom { symbol: symbol.with_label(self.label_of(symbol)), literal: choice.atom.literal.clone() };
        match self.symbol_by_properties(symbol, left) {
            Some(found) => chosen(&found, &labelled, &then, &otherwise),
            None => Value::choice(labelled, then, otherwise),
        }
    }

    /// The label of `symbol` in messages, with the names of the resources whose properties it reads.
    fn label_of(&self, symbol: &Symbol) -> String {
        let mut label = symbol.label().to_owned();
        if let SymbolOrigin::Call(call) = symbol.origin() {
            for arg in call.args() {
                let Kind::Ref(Ref { node, path }) = &arg.kind else { continue };
                if let Some(resource) = self.resource(*node)
                    && !path.is_empty()
                {
                    let named = format!("{path} of {}", resource.address);
                    // What was looked at before has the name already.
                    if !label.contains(&named) {
                        label = label.replacen(&path.to_string(), &named, 1);
                    }
                }
            }
        }
        label
    }
}

/// `then` where `found` equals the atom's literal, else `otherwise`.
fn chosen(found: &Value, atom: &Atom, then: &Value, otherwise: &Value) -> Value {
    match (&found.kind, found.as_literal()) {
        (Kind::Choice(inner), _) => Value::choice(
            inner.atom.clone(),
            chosen(&inner.then, atom, then, otherwise),
            chosen(&inner.otherwise, atom, then, otherwise),
        ),
        (Kind::Symbol(symbol), _) => {
            Value::choice(Atom::equals(symbol.clone(), atom.literal.clone()), then.clone(), otherwise.clone())
        }
        // What is used as a condition is a boolean.
        (_, Some(literal)) if matches!(atom.literal, Literal::Bool(_)) == matches!(literal, Literal::Bool(_)) => {
            if literal == atom.literal {
                then.clone()
            } else {
                otherwise.clone()
            }
        }
        _ => Value::choice(atom.clone(), then.clone(), otherwise.clone()),
    }
}
