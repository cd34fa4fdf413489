//! References, and reading from values.

use std::sync::Arc;

use cmklint_graph::{AsPath, Atom, Form, Kind, Literal, Number, Symbol, Value, canonical, lift};
use cmklint_source::Span;

use super::expr::sequence;
use super::{Elements, Evaluator, Origin, Reference, Scope};
use crate::config::Address;
use crate::functions::types::Ty;
use crate::functions::{Library, SPLAT};
use crate::modules::Owner;
use crate::syntax::ast::{Expr, ExprKind, Step, StepKind};
use crate::values::{self, attribute, error, inherit, is_error, on_arms, prune};

/// An unknown key is looked up in maps and lists of at most this many members one by one.
const MAX_KEYS: usize = 24;

/// What each member costs that a splat takes steps from, besides these.
const SPLAT_STEPS: usize = 2;

impl Evaluator<'_> {
    /// The value of the reference `name`, followed by `steps`, at `span`.
    pub(super) fn reference(&mut self, name: &str, steps: &[Step], scope: &Scope, span: Span) -> Value {
        let surroundings = self.surroundings;
        if let Some(value) = surroundings.reference(self, &Reference { name, steps, scope, span }) {
            return value;
        }
        let word = |at: usize| match steps.get(at).map(|s| &s.kind) {
            Some(StepKind::Attribute(word)) => Some(Arc::clone(word)),
            _ => None,
        };
        let rest = |from: usize| steps.get(from..).unwrap_or(&[]);
        if scope.closed {
            return error(span, "a word that the template is not given");
        }
        match (name, word(0)) {
            ("var", Some(variable)) => {
                let value = self.variable(scope.module, &variable, span);
                self.follow(value, rest(1), scope)
            }
            ("local", Some(local)) => {
                let value = self.local(scope.module, &local, span);
                self.follow(value, rest(1), scope)
            }
            ("each", Some(what)) => match (&scope.each, &*what) {
                (Some((key, _)), "key") => key.clone(),
                (Some((_, value)), "value") => {
                    let value = value.clone();
                    self.follow(value, rest(1), scope)
                }
                _ => error(span, "each outside of a loop"),
            },
            ("count", Some(_)) => scope.count.clone().unwrap_or_else(|| error(span, "count outside of a loop")),
            ("module", Some(call)) => self.module_reference(&call, rest(1), scope, span),
            ("path" | "terraform", Some(what)) => {
                let value = self.surroundings(name, &what, scope, span).written_at(span);
                self.follow(value, rest(1), scope)
            }
            ("ephemeral", Some(kind)) if word(1).is_some() => {
                let address = format!("ephemeral.{kind}.{}", word(1).unwrap_or_default());
                let value = self.symbol(scope.module, &address, format!("{}{address}", self.prefix(scope.module)));
                self.follow(value, rest(2), scope)
            }
            ("data", Some(kind)) => match word(1) {
                Some(label) => {
                    let address = Address { data: true, kind, name: label };
                    self.resource_reference(&address, rest(2), scope, span)
                }
                None => error(span, "a reference to no data source"),
            },
            ("self" | "var" | "local" | "each" | "count" | "module" | "ephemeral", _) => {
                self.opaque(span, "a reference that is not looked into")
            }
            (kind, Some(label)) => {
                let address = Address { data: false, kind: kind.into(), name: label };
                self.resource_reference(&address, rest(1), scope, span)
            }
            (_, None) => error(span, "an unknown reference"),
        }
    }

    /// `path.module`, `path.root`, `terraform.workspace` and their like.
    /// <https://developer.hashicorp.com/terraform/language/expressions/references#filesystem-and-workspace-info>
    fn surroundings(&mut self, name: &str, what: &str, scope: &Scope, span: Span) -> Value {
        let root = super::ModuleId(0);
        let module = if what == "module" { self.module(scope.module) } else { None };
        match (name, what, &self.options.workspace) {
            ("path", "root", _) => Value::string("."),
            ("path", "module", _) => match (self.module(root), module) {
                (Some(root), Some(module)) if module.owner != Owner::StandIn => {
                    Value::string(relative(&root.dir, &module.dir))
                }
                _ => self.symbol(scope.module, "path.module", "path.module"),
            },
            ("terraform", "workspace", Some(workspace)) => Value::string(workspace.as_str()),
            ("path", "cwd", _) | ("terraform", "workspace" | "applying" | "env", _) => {
                let value = self.symbol(root, &format!("{name}.{what}"), format!("{name}.{what}"));
                if let (Kind::Symbol(symbol), "cwd" | "workspace") = (&value.kind, what) {
                    let origin = if what == "cwd" { Origin::WorkingFolder } else { Origin::Workspace };
                    self.set_origin(symbol, origin);
                }
                value
            }
            _ => error(span, "an unknown reference"),
        }
    }

    fn resource_reference(&mut self, address: &Address, steps: &[Step], scope: &Scope, span: Span) -> Value {
        self.statistics.references += 1;
        let Some(module) = self.module(scope.module) else { return error(span, "no module") };
        let Some(index) = module.config.resources.get_index_of(address) else {
            let message = format!("{address} is not declared in this module");
            self.say(cmklint_source::Diagnostic::warning("undeclared", message, span));
            return error(span, "a reference to what isn't declared");
        };
        self.statistics.references_resolved += 1;
        if let Some(id) = self.direct_id(scope.module, index, steps, scope, span) {
            return id;
        }
        let value = self.resource_value(scope.module, index, span);
        self.follow(value, steps, scope)
    }

    /// `.id`, or `[key].id`, of a resource that is a node: none of the resource's own values is evaluated for that.
    fn direct_id(
        &mut self,
        module: super::ModuleId,
        index: usize,
        steps: &[Step],
        scope: &Scope,
        span: Span,
    ) -> Option<Value> {
        let (key, last) = match steps {
            [last] => (None, last),
            [Step { kind: StepKind::Index(key), .. }, last] => (Some(key), last),
            _ => return None,
        };
        if !matches!(&last.kind, StepKind::Attribute(name) if &**name == "id") {
            return None;
        }
        let expansion = self.expansion(module, index)?;
        let instance = match key {
            None if expansion.repeat == super::Repeat::Single => *expansion.instances.first()?,
            None => return None,
            Some(key) => {
                let key = prune(&self.eval(key, scope));
                self.instance_at(&expansion, &key)?
            }
        };
        let node = self.instances.get(instance.0)?.node?;
        let export = self.id_path(instance)?;
        Some(Value::reference(self.node_id(node), export).via(
            span,
            cmklint_graph::StepKind::Reference,
            self.instances.get(instance.0).map_or_else(String::new, |i| format!("{}.id", i.address)),
        ))
    }

    /// Follows `steps` from `value`.
    pub(crate) fn follow(&mut self, value: Value, steps: &[Step], scope: &Scope) -> Value {
        let mut value = value;
        for (at, step) in steps.iter().enumerate() {
            if is_error(&value) {
                return value;
            }
            let rest = steps.get(at + 1..).unwrap_or(&[]);
            value = match &step.kind {
                StepKind::Attribute(name) => {
                    let there = value.as_object().and_then(|object| object.entries.get(name));
                    if let Some(entry) = there {
                        inherit(&value, &entry.value)
                    } else {
                        let missing = error(step.span, &format!("there is no attribute {name}"));
                        self.attr(&value, name, &missing)
                    }
                }
                StepKind::Index(key) => {
                    let key = self.eval_key(key, scope);
                    let missing = error(step.span, "there is no such member");
                    self.index(&value, &key, &missing)
                }
                StepKind::FullSplat => return self.splat(&value, rest, scope),
                StepKind::AttributeSplat => {
                    let attributes = rest.iter().take_while(|s| matches!(s.kind, StepKind::Attribute(_))).count();
                    let (each, after) = rest.split_at(attributes);
                    let mapped = self.splat(&value, each, scope);
                    return self.follow(mapped, after, scope);
                }
            };
        }
        value
    }

    fn eval_key(&mut self, key: &Expr, scope: &Scope) -> Value {
        match &key.kind {
            ExprKind::Literal(literal) => super::expr::literal_value(literal),
            _ => prune(&self.eval(key, scope)),
        }
    }

    fn attr(&mut self, value: &Value, name: &str, missing: &Value) -> Value {
        match &value.kind {
            Kind::Symbol(_) if matches!(self.type_of(value), Ty::Set(_)) => missing.clone(),
            Kind::Symbol(symbol) if self.elements_of(symbol).is_some() => {
                self.index(value, &Value::string(name), missing)
            }
            Kind::Choice(choice) => on_arms(value, choice, |arm| self.attr(arm, name, missing)),
            _ => attribute(value, name, missing),
        }
    }

    /// The member of `value` at `key`, or `missing` where there is none.
    pub(super) fn index(&mut self, value: &Value, key: &Value, missing: &Value) -> Value {
        if is_error(key) {
            return key.clone();
        }
        if let Kind::Choice(choice) = &key.kind {
            return Value::choice(
                choice.atom.clone(),
                self.index(&values::restrict(value, &choice.atom, true), &choice.then, missing),
                self.index(&values::restrict(value, &choice.atom, false), &choice.otherwise, missing),
            );
        }
        match &value.kind {
            Kind::Choice(choice) => on_arms(value, choice, |arm| self.index(arm, key, missing)),
            Kind::Array(array) if array.form == Form::Set && value.is_known() => missing.clone(),
            Kind::Array(_) | Kind::Object(_) if matches!(key.kind, Kind::Null | Kind::Array(_) | Kind::Object(_)) => {
                missing.clone()
            }
            Kind::Array(array) if array.form == Form::Set || matches!(key.kind, Kind::Bool(_)) => {
                Value::call(&Library, "index", &[value.clone(), key.clone()], None)
            }
            Kind::Array(_)
                if matches!(key.kind, Kind::Number(_) | Kind::String(_)) && values::index_of(key).is_none() =>
            {
                missing.clone()
            }
            Kind::Array(array) => match values::index_of(key) {
                Some(index) => match usize::try_from(index).ok().and_then(|i| array.items.get(i)) {
                    Some(item) => inherit(value, item),
                    None if array.rest.is_some() => Value::call(&Library, "index", &[value.clone(), key.clone()], None),
                    None => missing.clone(),
                },
                None if array.rest.is_none() => {
                    let members: Vec<(Literal, Value)> = (0i64..)
                        .zip(&array.items)
                        .map(|(i, item)| (Literal::Number(Number::Int(i)), item.clone()))
                        .collect();
                    by_unknown_key(value, key, &members, missing)
                }
                None => Value::call(&Library, "index", &[value.clone(), key.clone()], None),
            },
            Kind::Object(object) => match values::text_of(key) {
                Some(name) => attribute(value, &name, missing),
                None if object.rest.is_none() => {
                    let members: Vec<(Literal, Value)> =
                        object.entries.iter().map(|(k, e)| (Literal::String(Arc::clone(k)), e.value.clone())).collect();
                    by_unknown_key(value, key, &members, missing)
                }
                None => Value::call(&Library, "index", &[value.clone(), key.clone()], None),
            },
            Kind::Symbol(_) if matches!(self.type_of(value), Ty::Set(_)) => missing.clone(),
            Kind::Symbol(symbol) if !is_error(value) => {
                if let Some(elements) = self.elements_of(symbol) {
                    let wanted = canonical(key);
                    let found = elements.items.iter().find(|(k, _)| elements.any_key || canonical(k) == wanted);
                    if let Some((_, member)) = found {
                        return inherit(value, member);
                    }
                }
                match &key.kind {
                    Kind::String(name) => attribute(value, name, missing),
                    _ => unknown_member(value, symbol, key),
                }
            }
            Kind::Symbol(_) => value.clone(),
            Kind::Ref(r) if !r.path.is("id") => match (&key.kind, values::index_of(key)) {
                (Kind::String(name), _) => value.member(name),
                (_, Some(index)) => value.item(usize::try_from(index).unwrap_or(usize::MAX)),
                _ => Value::call(&Library, "index", &[value.clone(), key.clone()], None),
            },
            _ => missing.clone(),
        }
    }

    fn splat(&mut self, value: &Value, steps: &[Step], scope: &Scope) -> Value {
        match &value.kind {
            Kind::Null => sequence(Vec::new(), Form::Structure, None),
            Kind::Array(array) => {
                let array = Arc::clone(array);
                if !self.pay_unseen(array.items.len().saturating_mul(SPLAT_STEPS + steps.len())) {
                    return Value::symbol(Symbol::new("splat", "members that are too many"));
                }
                let items = array
                    .items
                    .iter()
                    .map(|item| prune(&self.follow(inherit(value, item), steps, scope)))
                    .collect::<Vec<_>>();
                if let Some(failed) = items.iter().find(|i| is_error(i)) {
                    return failed.clone();
                }
                let rest = array.rest.as_ref().and_then(|rest| {
                    match self.splat(&Value::symbol(rest.clone()), steps, scope).kind {
                        Kind::Symbol(symbol) => Some(symbol),
                        _ => None,
                    }
                });
                let form = if array.form == Form::Set { Form::Collection } else { array.form };
                sequence(items, form, rest)
            }
            Kind::Choice(choice) => {
                let choice = Arc::clone(choice);
                on_arms(value, &choice, |arm| self.splat(arm, steps, scope))
            }
            Kind::Symbol(symbol) if !is_error(value) => {
                let known = self.elements_of(symbol).cloned();
                if let (None, Some(names)) = (&known, attribute_names(steps)) {
                    return Value::call(&Library, &format!("{SPLAT}{names}"), std::slice::from_ref(value), None);
                }
                let item = self.enumerate(value, true);
                let Some(item) = item.symbolic.or_else(|| item.list.into_iter().next()) else { return value.clone() };
                let member = prune(&self.follow(item.value, steps, scope));
                let made = Value::apply("splat", &[value.clone(), member.clone()], None);
                if let Kind::Symbol(symbol) = &made.kind {
                    // It isn't even known whether an unknown value is a list.
                    if let Some(known) = known
                        && (!known.complete || known.items.len() == 1)
                    {
                        let elements = Elements {
                            items: vec![(item.key, member)],
                            complete: known.complete,
                            any_key: known.any_key,
                            filter: known.filter,
                        };
                        self.set_elements(symbol, elements);
                    }
                }
                made
            }
            Kind::Symbol(_) => value.clone(),
            _ => {
                let only = self.follow(value.clone(), steps, scope);
                if is_error(&only) { only } else { sequence(vec![only], Form::Structure, None) }
            }
        }
    }
}

/// The names of the attributes that `steps` take, with a point before each; `None` where one of them takes anything else.
fn attribute_names(steps: &[Step]) -> Option<String> {
    let name = |step: &Step| match &step.kind {
        StepKind::Attribute(name) => Some(format!(".{name}")),
        _ => None,
    };
    steps.iter().map(name).collect()
}

/// The path from one folder of the tree to another, as Terraform writes it.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|p| !p.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(shared).map(|_| "..".to_owned());
    let path: Vec<String> = up.chain(to.iter().skip(shared).cloned()).collect();
    if path.is_empty() { ".".to_owned() } else { path.join("/") }
}

/// The member at `key` of the unknown collection `value`, which is `symbol`.
fn unknown_member(value: &Value, symbol: &Symbol, key: &Value) -> Value {
    let own = std::slice::from_ref(value);
    // The key of a loop over this collection.
    if matches!(key.kind, Kind::Symbol(_)) && canonical(&Value::apply("key", own, None)) == canonical(key) {
        return Value::apply("element", own, Some(&format!("an element of {}", symbol.label())));
    }
    let label = format!("{}[{}]", symbol.label(), key.describe());
    Value::call(&Library, "index", &[value.clone(), key.clone()], Some(&label))
}

/// The member at an unknown key: a choice by the value of the key.
fn by_unknown_key(value: &Value, key: &Value, members: &[(Literal, Value)], missing: &Value) -> Value {
    let Kind::Symbol(symbol) = &key.kind else {
        return Value::call(&Library, "index", &[value.clone(), key.clone()], None);
    };
    if members.len() > MAX_KEYS {
        return Value::call(&Library, "index", &[value.clone(), key.clone()], None);
    }
    let mut out = missing.clone();
    for (literal, member) in members.iter().rev() {
        out = Value::choice(Atom::equals(symbol.clone(), literal.clone()), inherit(value, member), out);
    }
    out.trail = key.trail.after(&out.trail);
    lift("index", &[out], &mut |args| args.first().cloned().unwrap_or_else(Value::null))
}
