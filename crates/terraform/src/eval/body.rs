//! Bodies of blocks as values: attributes by name, nested blocks as lists of objects.

use std::sync::Arc;

use cmklint_graph::{Kind, Object, StepKind, Value, lift};
use cmklint_source::Span;

use super::{Evaluator, Scope};
use crate::config::META;
use crate::functions::types::plain_null;
use crate::syntax::ast::{Block, Body, Expr, ExprKind};
use crate::values::{self, is_error, prune};

/// Blocks inside blocks are read to this depth.
const MAX_DEPTH: usize = 32;

/// What a block takes that a `dynamic` block makes, whatever is in it.
const BLOCK_STEPS: usize = 8;
const BLOCK_BYTES: usize = 2048;

/// Attributes that are JSON in text, apart from azapi's body.
const JSON: [&str; 8] = [
    "settings",
    "template_content",
    "template_body",
    "parameters_content",
    "parameters_body",
    "policy_rule",
    "main_template",
    "create_ui_definition",
];

impl Evaluator<'_> {
    /// The value of `body`. At the `top` of a resource the arguments that say how it is deployed are left out. In an azapi resource the
    /// members of `body` are properties.
    pub(crate) fn body(&mut self, body: &Body, scope: &Scope, top: bool, azapi: bool) -> Value {
        self.body_in(body, scope, top, azapi, 0)
    }

    fn body_in(&mut self, body: &Body, scope: &Scope, top: bool, azapi: bool, depth: usize) -> Value {
        let mut object = Object::default();
        if depth > MAX_DEPTH {
            return Value::object(object);
        }
        for attribute in &body.attributes {
            if top && META.contains(&&*attribute.name) {
                continue;
            }
            let is_body = azapi && matches!(&*attribute.name, "body" | "sensitive_body");
            let is_json = is_body || JSON.contains(&&*attribute.name);
            let inner = scope.with_properties(is_json || body.json);
            let mut value = plain_null(prune(&self.eval(unencoded(&attribute.value, is_json), &inner)));
            if is_json {
                value = self.decoded(&value);
            }
            self.count_expression(&value);
            let value =
                if is_error(&value) { self.opaque(attribute.value.span, "an expression that fails") } else { value };
            let value = value.via(attribute.value.span, StepKind::Attribute, Arc::clone(&attribute.name));
            object.insert(Arc::clone(&attribute.name), Some(attribute.name_span), value);
        }
        let mut lists: Vec<(Arc<str>, Span, Vec<Value>)> = Vec::new();
        for block in &body.blocks {
            if top && META.contains(&&*block.kind) {
                continue;
            }
            let (name, items) = if &*block.kind == "dynamic" {
                (block.label(0), self.dynamic(block, scope, depth))
            } else {
                let item = self.body_in(&block.body, scope, false, false, depth + 1);
                let item = item.via(block.header, StepKind::Attribute, Arc::clone(&block.kind));
                (Arc::clone(&block.kind), Value::array(vec![item]))
            };
            match lists.iter_mut().find(|(known, ..)| *known == name) {
                Some((_, _, parts)) => parts.push(items),
                None => lists.push((name, block.header, vec![items])),
            }
        }
        for (name, header, parts) in lists {
            if object.entries.contains_key(&name) {
                continue; // … stated as an attribute too, which Terraform refuses
            }
            let value = join(&parts).via(header, StepKind::Attribute, Arc::clone(&name));
            object.insert(name, Some(header), value);
        }
        Value::object(object)
    }

    /// The blocks that a `dynamic` block makes, as a list.
    /// <https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks>
    fn dynamic(&mut self, block: &Block, scope: &Scope, depth: usize) -> Value {
        let label = block.label(0);
        let iterator = match block.body.get("iterator").and_then(|a| a.value.as_reference()) {
            Some(name) => Arc::from(name),
            None => Arc::clone(&label),
        };
        let Some(content) = block.body.blocks_of("content").next().cloned() else { return Value::array(Vec::new()) };
        let Some(for_each) = block.body.get("for_each") else { return Value::array(Vec::new()) };
        let collection = prune(&self.eval(&for_each.value, scope));
        self.count_expression(&collection);
        if is_error(&collection) {
            return self.opaque(for_each.value.span, &format!("the blocks {label}"));
        }
        let spec = Dynamic { label, iterator, content, expr: Arc::clone(&for_each.value), scope, depth };
        self.dynamic_over(&collection, &spec)
    }

    fn dynamic_over(&mut self, collection: &Value, spec: &Dynamic<'_>) -> Value {
        if let Kind::Choice(choice) = &collection.kind {
            let then = self.dynamic_over(&choice.then, spec);
            let otherwise = self.dynamic_over(&choice.otherwise, spec);
            return Value::choice(choice.atom.clone(), then, otherwise);
        }
        let items = self.enumerate(collection, true);
        let items = self.with_keys(items, &spec.expr, collection, spec.scope);
        let mut made = Vec::new();
        let bound = self.options.limits.instances;
        let mut beyond = items.list.len() > bound;
        for item in items.list.into_iter().take(bound) {
            if !self.pay(BLOCK_STEPS, BLOCK_BYTES, spec.content.header) {
                beyond = true;
                break;
            }
            made.push(self.content(&item.key, &item.value, spec));
            beyond |= !self.has_steps();
            if beyond {
                break;
            }
        }
        let Some(item) = items.symbolic else {
            if beyond {
                let rest = Value::apply("dynamic", std::slice::from_ref(collection), None);
                return match rest.kind {
                    Kind::Symbol(symbol) => super::expr::list(made, Some(symbol)),
                    _ => Value::array(made),
                };
            }
            return Value::array(made);
        };
        let one = self.content(&item.key, &item.value, spec);
        let label = format!("further blocks {}", spec.label);
        let what = Value::apply("dynamic", &[collection.clone(), one.clone()], Some(&label));
        let Kind::Symbol(rest) = what.kind else { return Value::array(made) };
        let without = Value::array(made.clone());
        made.push(one);
        values::select(&item.condition, &super::expr::list(made, Some(rest)), &without)
    }

    fn content(&mut self, key: &Value, value: &Value, spec: &Dynamic<'_>) -> Value {
        let mut each = Object::default();
        each.insert("key", None, key.clone());
        each.insert("value", None, value.clone());
        let inner = spec.scope.bind(&spec.iterator, Value::object(each));
        let item = self.body_in(&spec.content.body, &inner, false, false, spec.depth + 1);
        item.via(spec.content.header, StepKind::Attribute, Arc::clone(&spec.label))
    }

    fn count_expression(&mut self, value: &Value) {
        self.statistics.expressions += 1;
        if value.is_known() {
            self.statistics.expressions_known += 1;
        }
    }
}

/// The expression inside `jsonencode(…)`, where `expr` is that for an argument that is JSON: this way its parts keep their places.
fn unencoded(expr: &Expr, is_json: bool) -> &Expr {
    match &expr.kind {
        ExprKind::Call(call) if is_json && &*call.name == "jsonencode" && !call.expand => match &call.args[..] {
            [only] => only,
            _ => expr,
        },
        _ => expr,
    }
}

/// A `dynamic` block while its blocks are made.
struct Dynamic<'s> {
    label: Arc<str>,
    iterator: Arc<str>,
    content: Arc<Block>,
    expr: Arc<Expr>,
    scope: &'s Scope,
    depth: usize,
}

/// One list of all items.
fn join(parts: &[Value]) -> Value {
    if let [only] = parts {
        return only.clone();
    }
    lift("blocks", parts, &mut |parts| {
        let mut items = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            match &part.kind {
                Kind::Array(array) => {
                    items.extend(array.items.iter().cloned());
                    if let Some(rest) = &array.rest {
                        let others = parts.get(at + 1..).unwrap_or(&[]);
                        // Blocks after an unknown number of blocks exist too; only their index isn't known.
                        for other in others {
                            if let Kind::Array(array) = &other.kind {
                                items.extend(array.items.iter().cloned());
                            }
                        }
                        return super::expr::list(items, Some(rest.clone()));
                    }
                }
                _ => return Value::apply("blocks", parts, None),
            }
        }
        Value::array(items)
    })
}
