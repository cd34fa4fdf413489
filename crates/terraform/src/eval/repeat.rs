//! `count` and `for_each`: the instances of resources and module calls.

use std::sync::Arc;

use cmklint_graph::{Form, Kind, NodeId, Object, StepKind, Symbol, Value, canonical};
use cmklint_source::{Diagnostic, Span};
use rustc_hash::FxHashMap;

use super::collection::Items;
use super::{Elements, Evaluable, Evaluator, ModuleId, RepeatedBlock, Scope};
use crate::config::Repeated;
use crate::table;
use crate::values::{self, error, inherit, is_error, prune, truth};

/// An instance's place in [`Evaluator::instances`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct InstanceId(pub(crate) usize);

/// How a block is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    Single,
    Count,
    ForEach,
}

/// The instances of a block.
#[derive(Debug)]
pub(crate) struct Expansion {
    pub(crate) repeat: Repeat,
    pub(crate) instances: Vec<InstanceId>,
    /// The instances by their keys as text.
    by_key: FxHashMap<String, InstanceId>,
    /// The collection of the instances, where it is not known which there are. One instance stands for all then.
    pub(crate) unknown: Option<Symbol>,
}

/// One instance of a resource block or of a module call.
#[derive(Debug)]
pub(crate) struct Instance {
    /// The module whose block it is of.
    pub(crate) module: ModuleId,
    /// The resource block's place there; `None` for a module call.
    pub(crate) block: Option<usize>,
    /// With the module's address and the instance key.
    pub(crate) address: Arc<str>,
    pub(crate) key: Value,
    pub(crate) scope: Scope,
    /// Whether it is there, given that its module is.
    pub(crate) condition: Value,
    /// How many more like it there are.
    pub(crate) further: u64,
    /// Its place in the graph, where it has one.
    pub(crate) node: Option<u32>,
    /// The module that a call makes.
    pub(crate) made: Option<ModuleId>,
}

/// Instances of a block before they are added to the evaluation.
struct PlannedInstances {
    repeat: Repeat,
    items: Vec<super::collection::Item>,
    further: u64,
    unknown: bool,
}

impl Evaluator<'_> {
    /// The id in the graph of the node at `index`.
    pub(crate) fn node_id(&self, index: u32) -> NodeId {
        NodeId { deployment: self.id, index }
    }

    /// The instances of the resource block at `index` of `module`. `None` where they depend on themselves.
    pub(crate) fn expansion(&mut self, module: ModuleId, index: usize) -> Option<Arc<Expansion>> {
        if let Some(done) = self.expansions.get(&(module, index)).cloned() {
            if done.is_none() {
                self.cyclic_repeat(module, index);
            }
            return done;
        }
        self.expansions.insert((module, index), None);
        let plan = self.with_block(module, index, |at, block| {
            let base = format!("{}{}", at.prefix(module), block.address);
            let plan =
                at.plan(&RepeatedBlock { module, repeated: &block.repeated, address: &base, is_module_call: false });
            (plan, base, block.address.clone(), block.block.header)
        });
        let (plan, base, address, header) = plan?;
        let is_node = table::is_node(&address.kind);
        let expansion = Arc::new(self.realize(plan, module, Some(index), &base, is_node, header));
        self.expansions.insert((module, index), Some(Arc::clone(&expansion)));
        Some(expansion)
    }

    fn cyclic_repeat(&mut self, module: ModuleId, index: usize) {
        self.with_block(module, index, |at, block| {
            let message = format!("the count or for_each of {} depends on itself", block.address);
            at.say(Diagnostic::error("cycle", message, block.block.header));
        });
    }

    /// The instances of a module call; their modules are made by the caller.
    pub(crate) fn call_expansion(
        &mut self,
        module: ModuleId,
        repeated: &Repeated,
        name: &str,
        header: Span,
    ) -> Expansion {
        let base = format!("{}module.{name}", self.prefix(module));
        let plan = self.plan(&RepeatedBlock { module, repeated, address: &base, is_module_call: true });
        self.realize(plan, module, None, &base, false, header)
    }

    /// The instances of `block`, as the surroundings list them or the configuration says.
    fn plan(&mut self, block: &RepeatedBlock<'_>) -> PlannedInstances {
        let surroundings = self.surroundings;
        match surroundings.instances(self, block) {
            Some(listed) => {
                let item = |(key, value)| super::collection::Item { key, value, condition: Value::bool(true) };
                let items = listed.items.into_iter().map(item).collect();
                PlannedInstances { repeat: listed.repeat, items, further: 0, unknown: false }
            }
            None => self.configured_plan(block.repeated, block.module),
        }
    }

    fn configured_plan(&mut self, repeated: &Repeated, module: ModuleId) -> PlannedInstances {
        let scope = Scope::of(module);
        let single = |condition: Value| super::collection::Item { key: Value::null(), value: Value::null(), condition };
        let (repeat, expr, items) = match (&repeated.count, &repeated.for_each) {
            (Some(count), _) => {
                let value = prune(&self.eval(count, &scope));
                (Repeat::Count, count, self.count_items(&value, count.span))
            }
            (None, Some(for_each)) => {
                let value = prune(&self.eval(for_each, &scope));
                self.check_for_each(&value, for_each.span);
                let items = if is_error(&value) { Items::default() } else { self.enumerate(&value, false) };
                (Repeat::ForEach, for_each, items)
            }
            (None, None) => {
                let condition = match &repeated.enabled {
                    Some(enabled) => truth(&prune(&self.eval(enabled, &scope))),
                    None => Value::bool(true),
                };
                let there = condition.as_bool() != Some(false) && !is_error(&condition);
                return PlannedInstances {
                    repeat: Repeat::Single,
                    items: if there { vec![single(condition)] } else { Vec::new() },
                    further: 0,
                    unknown: false,
                };
            }
        };
        let Items { mut list, symbolic } = items;
        list.retain(|item| item.condition.as_bool() != Some(false) && !is_error(&item.condition));
        let bound = self.options.limits.instances.max(1);
        let mut further = list.len().saturating_sub(bound) as u64;
        list.truncate(bound);
        if repeat == Repeat::Count && further == 0 && list.len() == bound {
            further = self.beyond_count(repeated, &scope, bound);
        }
        if further > 0 {
            let message = format!("{further} more instances are counted and not looked at one by one");
            self.say(Diagnostic::note("many-instances", message, expr.span));
        }
        let unknown = symbolic.is_some();
        list.extend(symbolic);
        PlannedInstances { repeat, items: list, further, unknown }
    }

    /// Says where `for_each` is given what Terraform refuses: a list, null, a set of what is not a string.
    fn check_for_each(&mut self, value: &Value, span: Span) {
        let text = |v: &Value| {
            !matches!(v.kind, Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Array(_) | Kind::Object(_))
        };
        let why = match &value.kind {
            Kind::Null => "null",
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Template(_) => "a single value",
            Kind::Array(array) if matches!(array.form, Form::Structure | Form::Collection) => "a list",
            Kind::Array(array) if array.form == Form::Set && !array.items.iter().all(text) => {
                "a set of values that are not strings"
            }
            _ => return,
        };
        let message = format!("for_each takes a map or a set of strings, and this is {why}: Terraform refuses it");
        self.say(Diagnostic::warning("for-each", message, span));
    }

    fn beyond_count(&mut self, repeated: &Repeated, scope: &Scope, bound: usize) -> u64 {
        let Some(count) = &repeated.count else { return 0 };
        let value = prune(&self.eval(count, scope));
        let count = values::index_of(&value).and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        count.saturating_sub(bound as u64)
    }

    /// The indexes below `value`.
    fn count_items(&mut self, value: &Value, span: Span) -> Items {
        use super::collection::Item;
        match &value.kind {
            Kind::Choice(choice) => {
                let then = self.count_items(&choice.then, span);
                let otherwise = self.count_items(&choice.otherwise, span);
                super::collection::merge_arms(&choice.atom, then, otherwise)
            }
            _ if is_error(value) => Items::default(),
            _ => match values::index_of(value) {
                Some(count) => {
                    let bound = i64::try_from(self.options.limits.instances.max(1)).unwrap_or(i64::MAX);
                    let list = (0..count.min(bound))
                        .map(|i| Item { key: Value::int(i), value: Value::null(), condition: Value::bool(true) })
                        .collect();
                    Items { list, symbolic: None }
                }
                None if Self::is_unknown(value) => {
                    let key = Value::apply("count.index", std::slice::from_ref(value), Some("count.index"));
                    let condition = super::expr::order("<", &Value::int(0), value, span);
                    Items { list: Vec::new(), symbolic: Some(Item { key, value: Value::null(), condition }) }
                }
                None => Items::default(),
            },
        }
    }

    fn realize(
        &mut self,
        plan: PlannedInstances,
        module: ModuleId,
        block: Option<usize>,
        base: &str,
        is_node: bool,
        header: Span,
    ) -> Expansion {
        let mut instances = Vec::with_capacity(plan.items.len());
        let last = plan.items.len().saturating_sub(1);
        for (at, item) in plan.items.into_iter().enumerate() {
            let address: Arc<str> = match (&plan.repeat, &item.key.kind) {
                (Repeat::Single, _) => base.into(),
                (_, Kind::Number(number)) => format!("{base}[{number}]").into(),
                (_, Kind::String(key)) => format!("{base}[{key:?}]").into(),
                _ if plan.unknown && at == last => format!("{base}[*]").into(),
                (_, _) => format!("{base}[{}]", item.key.describe()).into(),
            };
            let mut scope = Scope::of(module);
            match plan.repeat {
                Repeat::Single => {}
                Repeat::Count => scope.count = Some(item.key.clone()),
                Repeat::ForEach => scope.each = Some((item.key.clone(), item.value)),
            }
            let mut node = None;
            if is_node {
                if self.nodes.len() >= self.options.limits.resources {
                    let message = "the deployment has too many resources; the others are left out";
                    self.say(Diagnostic::warning("too-many-resources", message, header));
                    break;
                }
                node = u32::try_from(self.nodes.len()).ok();
                self.nodes.push(InstanceId(self.instances.len()));
            }
            instances.push(InstanceId(self.instances.len()));
            self.instances.push(Instance {
                module,
                block,
                address,
                key: item.key,
                scope,
                condition: truth(&item.condition),
                further: if at == last { plan.further } else { 0 },
                node,
                made: None,
            });
        }
        let unknown = plan.unknown.then(|| Symbol::new(format!("{}:{base}", self.id), base));
        let mut by_key = FxHashMap::default();
        for id in &instances {
            if let Some(instance) = self.instances.get(id.0) {
                by_key.entry(key_text(&instance.key)).or_insert(*id);
            }
        }
        Expansion { repeat: plan.repeat, instances, by_key, unknown }
    }

    /// The instance that `key` names.
    pub(crate) fn instance_at(&self, expansion: &Expansion, key: &Value) -> Option<InstanceId> {
        let found = expansion.by_key.get(&key_text(key));
        found.copied().or_else(|| expansion.unknown.as_ref().and(expansion.instances.last().copied()))
    }

    /// The value of a reference to the resource block at `index` of `module`: an object, a list or a map of them.
    pub(crate) fn resource_value(&mut self, module: ModuleId, index: usize, span: Span) -> Value {
        self.once(Evaluable::Resource(module, index), span, "a resource", |at| match at.expansion(module, index) {
            Some(expansion) => at.collect(&expansion, |at, id| at.instance_value(id, span)),
            None => at.opaque(span, "a resource that depends on itself"),
        })
    }

    /// The value of a block with the instances `expansion`, each of which has the value `value`.
    pub(crate) fn collect(
        &mut self,
        expansion: &Expansion,
        mut value: impl FnMut(&mut Self, InstanceId) -> Value,
    ) -> Value {
        let mut items = Vec::new();
        for id in &expansion.instances {
            let made = value(self, *id);
            let Some(instance) = self.instances.get(id.0) else { continue };
            items.push((instance.key.clone(), made, instance.condition.clone()));
        }
        if expansion.repeat == Repeat::Single {
            let one = items.pop();
            return one.map_or_else(Value::null, |(_, value, there)| values::select(&there, &value, &Value::null()));
        }
        let rest = expansion.unknown.clone();
        if let Some(symbol) = &rest
            && let Some((key, value, _)) = items.pop()
        {
            self.set_elements(symbol, Elements { items: vec![(key, value)], complete: false, any_key: true });
        }
        if expansion.repeat == Repeat::ForEach && items.iter().any(|(key, ..)| values::text_of(key).is_none()) {
            let members = items.into_iter().map(|(key, value, _)| (key, value)).collect();
            return self.keyed(Vec::new(), members);
        }
        if let (Some(symbol), true) = (&rest, items.is_empty()) {
            return Value::symbol(symbol.clone());
        }
        let flags: Vec<Value> = items.iter().map(|(_, _, condition)| condition.clone()).collect();
        super::collection::where_present(&flags, &mut |there| {
            let present = items.iter().zip(there).filter(|(_, there)| **there).map(|(item, _)| item);
            if expansion.repeat == Repeat::Count {
                let items = present.map(|(_, value, _)| value.clone()).collect();
                return super::expr::sequence(items, Form::Structure, rest.clone());
            }
            let mut object = Object { rest: rest.clone(), form: Form::Structure, ..Object::default() };
            for (key, value, _) in present {
                if let Some(name) = values::text_of(key) {
                    object.insert(name, None, value.clone());
                }
            }
            Value::object(object)
        })
    }

    /// What expressions see of one instance: what its block states, what the provider exports, and a symbol for the rest.
    fn instance_value(&mut self, id: InstanceId, span: Span) -> Value {
        self.once(Evaluable::Instance(id), span, "a resource", |at| at.instance_object(id, span))
    }

    pub(crate) fn instance_object(&mut self, id: InstanceId, span: Span) -> Value {
        let Some(instance) = self.instances.get(id.0) else { return error(span, "no instance") };
        let (address, node, module) = (Arc::clone(&instance.address), instance.node, instance.module);
        let Some(block) = instance.block else { return error(span, "no resource") };
        let symbol = Symbol::new(format!("{}:{address}", self.id), &*address);
        let Some((kind, declared)) = self.with_block(module, block, |_, b| (b.address.clone(), Arc::clone(&b.block)))
        else {
            return error(span, "no resource");
        };
        let stated = self.instance_body(id, span);
        let mut object = Object { rest: Some(symbol), ..Object::default() };
        if let Kind::Object(body) = &stated.kind {
            for (name, entry) in &body.entries {
                if entry.value.is_null() {
                    continue;
                }
                let mut value = entry.value.clone();
                if declared.body.makes_blocks(name) {
                    value = open_blocks(&value, &format!("{}:{address}.{name}", self.id), &format!("{address}.{name}"));
                }
                if let Some(span) = value.span() {
                    value = value.via(span, StepKind::Reference, format!("{address}.{name}"));
                }
                object.insert(Arc::clone(name), entry.key_span, value);
            }
        }
        if &*kind.kind == "terraform_data" && !kind.data {
            // <https://developer.hashicorp.com/terraform/language/resources/terraform-data>
            let input = object.entries.get("input").map_or_else(Value::null, |entry| entry.value.clone());
            object.insert("output", None, input);
        }
        if let Some(node) = node {
            let node = self.node_id(node);
            for (path, property) in table::exports(&kind, &object) {
                set_path(&mut object, &path, Value::reference(node, property));
            }
        } else {
            self.well_known(&kind, id, &mut object);
        }
        Value::object(object)
    }

    /// The path in the graph of what the provider calls the `id` of the instance.
    pub(crate) fn id_path(&mut self, id: InstanceId) -> Option<String> {
        let instance = self.instances.get(id.0)?;
        let (module, block) = (instance.module, instance.block?);
        let kind = self.with_block(module, block, |_, b| b.address.clone())?;
        table::id_export(&kind)
    }

    /// What the block of the instance states, evaluated.
    pub(crate) fn instance_body(&mut self, id: InstanceId, span: Span) -> Value {
        let Some(instance) = self.instances.get(id.0) else { return error(span, "no instance") };
        let (module, block, scope) = (instance.module, instance.block, instance.scope.clone());
        let Some(block) = block else { return error(span, "no resource") };
        let Some((body, azapi)) =
            self.with_block(module, block, |_, b| (Arc::clone(&b.block), b.address.kind.starts_with("azapi_")))
        else {
            return error(span, "no resource");
        };
        self.once(Evaluable::Body(id), body.header, "a resource", |at| {
            let stated = at.body(&body.body, &scope, true, azapi);
            at.surroundings.planned_values(at, id, stated)
        })
    }
}

/// The text that tells an instance's key from others.
fn key_text(key: &Value) -> String {
    values::text_of(key).map_or_else(|| canonical(key), |text| text.to_string())
}

/// The blocks of the list `value`, and those in them, with room for what the provider adds to what they state.
fn open_blocks(value: &Value, key: &str, label: &str) -> Value {
    let kind = match &value.kind {
        Kind::Array(array) => {
            let items = array.items.iter().enumerate();
            let items = items.map(|(i, item)| open_blocks(item, &format!("{key}[{i}]"), &format!("{label}[{i}]")));
            Kind::Array(Arc::new(cmklint_graph::Array {
                items: items.collect(),
                rest: array.rest.clone(),
                ..cmklint_graph::Array::default()
            }))
        }
        Kind::Object(object) if object.rest.is_none() => {
            let mut out = Object { rest: Some(Symbol::new(key, label)), ..Object::default() };
            for (name, entry) in &object.entries {
                let inner = match &entry.value.kind {
                    Kind::Array(list) if list.items.iter().all(|i| matches!(i.kind, Kind::Object(_))) => {
                        open_blocks(&entry.value, &format!("{key}.{name}"), &format!("{label}.{name}"))
                    }
                    _ => entry.value.clone(),
                };
                out.insert(Arc::clone(name), entry.key_span, inner);
            }
            Kind::Object(Arc::new(out))
        }
        Kind::Choice(choice) => {
            return values::on_arms(value, choice, |arm| open_blocks(arm, key, label));
        }
        other => other.clone(),
    };
    Value { kind, trail: value.trail.clone() }
}

/// Sets the member of `object` at `path` (`identity[0].principal_id`), without touching what is there beside it.
fn set_path(object: &mut Object, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        object.insert(path, None, value);
        return;
    };
    let name = first.trim_end_matches("[0]");
    let inner = object.entries.get(name).map(|e| (e.key_span, e.value.clone()));
    let (span, current) = inner.unwrap_or((None, Value::null()));
    let item = match &current.kind {
        Kind::Array(array) => array.items.first().cloned(),
        Kind::Object(_) => Some(current.clone()),
        Kind::Null => None,
        _ => return, // whether it is there is not known
    };
    let mut member = match item.as_ref().map(|i| &i.kind) {
        Some(Kind::Object(known)) => (**known).clone(),
        _ => Object::default(),
    };
    set_path(&mut member, rest, value);
    let mut made = Value::object(member);
    if let Some(item) = &item {
        made = inherit(item, &made);
    }
    let whole = if first.ends_with("[0]") { Value::array(vec![made]) } else { made };
    object.insert(name, span, whole);
}
