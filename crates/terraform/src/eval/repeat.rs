//! `count` and `for_each`: the instances of resources and module calls.

use std::sync::Arc;

use cmklint_graph::{Form, Kind, NodeId, Step, Symbol, Value, canonical};
use cmklint_source::{Diagnostic, Span};
use rustc_hash::FxHashMap;

use super::collection::Items;
use super::{Evaluator, ModuleId, RepeatedBlock, Scope};
use crate::config::Repeated;
use crate::table;
use crate::values::{self, is_error, prune, truth};

/// What an instance takes, until what it declares is looked at.
const INSTANCE_STEPS: usize = 100;
/// With it what a root may hold is 100,000 instances and a little more.
const INSTANCE_BYTES: usize = 5_200;

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
    /// The collection of the instances, where they are not known. One instance represents all of them then.
    pub(crate) unknown: Option<Symbol>,
}

/// One instance of a resource block or of a module call.
#[derive(Debug)]
pub(crate) struct Instance {
    /// The module that contains its block.
    pub(crate) module: ModuleId,
    /// The index of the resource block there; `None` for a module call.
    pub(crate) block: Option<usize>,
    /// The address, with the module's and the instance key.
    pub(crate) address: Arc<str>,
    pub(crate) key: Value,
    pub(crate) scope: Scope,
    /// Whether it exists, given that its module does.
    pub(crate) condition: Value,
    /// How many more like it exist.
    pub(crate) further: u64,
    /// Its index in the graph, if it has one.
    pub(crate) node: Option<u32>,
    /// The module instance of a module call.
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
        let seen = self.seen.take();
        let plan = self.with_block(module, index, |at, block| {
            let base = format!("{}{}", at.prefix(module), block.address);
            let plan =
                at.plan(&RepeatedBlock { module, repeated: &block.repeated, address: &base, is_module_call: false });
            (plan, base, block.address.clone(), block.block.header)
        });
        self.seen = seen;
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
        let (repeat, expr, value, items) = match (&repeated.count, &repeated.for_each) {
            (Some(count), _) => {
                let value = prune(&self.eval(count, &scope));
                let items = self.count_items(&value, count.span);
                (Repeat::Count, count, value, items)
            }
            (None, Some(for_each)) => {
                let value = prune(&self.eval(for_each, &scope));
                self.check_for_each(&value, for_each.span);
                let items = if is_error(&value) { Items::default() } else { self.enumerate(&value, false) };
                (Repeat::ForEach, for_each, value, items)
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
        // That a collection was given says nothing beyond its item: what decided the collection, and a default, do.
        let decides = |step: &&Step| repeat == Repeat::Count || step.is_decision() || step.is_default();
        for item in &mut list {
            let condition = std::mem::replace(&mut item.condition, Value::null());
            item.condition = condition.decided_by(value.trail.given().filter(decides));
        }
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

    /// Reports a `for_each` value that Terraform refuses: a list, null, a set of something else than strings.
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
            if !self.pay(INSTANCE_STEPS, INSTANCE_BYTES, header) {
                break;
            }
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
}

/// The text that identifies an instance's key.
fn key_text(key: &Value) -> String {
    values::text_of(key).map_or_else(|| canonical(key), |text| text.to_string())
}
