//! From evaluated blocks to the nodes of the graph.

mod attachment;
mod azapi;
mod command;
mod foreign;
mod held;
mod identity;
mod order;
mod properties;
mod template;
mod update;

use std::sync::Arc;

use cmklint_graph::{Kind, Object, Presence, Resource, ResourceType, Symbol, Value};
use cmklint_source::Span;
use rustc_hash::FxHashMap;

use crate::TemplateDeployment;
use crate::eval::{Evaluator, InstanceId, ModuleId};
use crate::table;
use crate::values;
use crate::version::Constraints;
use identity::Identity;
pub(crate) use order::order;
use properties::{ProviderContext, apply, at, open};
pub(crate) use template::files as template_files;

/// The type of the nodes that attach a disk to a VM, for which ARM has no resource.
pub(crate) const ATTACHMENT_TYPE: &str = "cmklint/dataDiskAttachments";

/// The type of the nodes that call a resource group's action to move resources.
pub(crate) const ACTION_TYPE: &str = "cmklint/resourceActions";

/// The type of a block whose type is not known.
const UNKNOWN_TYPE: &str = "cmklint/unknown";

pub(crate) struct Lowering<'e, 'a> {
    evaluator: &'e mut Evaluator<'a>,
    identities: FxHashMap<InstanceId, Option<Identity>>,
    depth: usize,
    /// What texts hold as JSON, by their addresses; each text is held, so that its address is not used again.
    read: FxHashMap<*const u8, (Value, Option<Value>)>,
    /// The possible versions of azurerm.
    versions: Constraints,
    /// The place for diagnostics that have no better one.
    anywhere: Span,
}

/// All resources of the deployment, modules included, in order of their index; and the templates that they deploy.
pub(crate) fn resources(evaluator: &mut Evaluator<'_>) -> (Vec<Resource>, Vec<TemplateDeployment>) {
    let Some(anywhere) = walk(evaluator) else { return (Vec::new(), Vec::new()) };
    let versions = evaluator.provider_versions("azurerm");
    let mut lowering = Lowering {
        evaluator,
        identities: FxHashMap::default(),
        depth: 0,
        read: FxHashMap::default(),
        versions,
        anywhere,
    };
    let mut out = Vec::new();
    let mut at = 0;
    // Lowering one resource may add others: instances that only a reference expands.
    while let Some(id) = lowering.evaluator.nodes.get(at).copied() {
        let Some(resource) = lowering.resource(id, at) else { break };
        out.push(resource);
        at += 1;
    }
    lowering.attach(&mut out);
    lowering.update(&mut out);
    lowering.commands(&mut out);
    lowering.left_to_others(&mut out);
    let mut templates = lowering.templates(&out);
    lowering.place(&mut out);
    lowering.place_templates(&mut templates, &out);
    (out, templates)
}

/// Expands every module call and every resource block whose type is known; returns the place of one of them.
fn walk(evaluator: &mut Evaluator<'_>) -> Option<Span> {
    let mut anywhere = None;
    let mut at = 0;
    while let Some(module) = evaluator.modules.get(at) {
        let config = Arc::clone(&module.config);
        for (index, (address, block)) in config.resources.iter().enumerate() {
            if table::is_node(&address.kind) {
                anywhere.get_or_insert(block.block.header);
                let _ = evaluator.expansion(ModuleId(at), index);
            }
        }
        for (name, call) in &config.calls {
            let _ = evaluator.module_expansion(ModuleId(at), name, call.block.header);
        }
        at += 1;
    }
    anywhere
}

impl Lowering<'_, '_> {
    /// The instance of the node at `index`.
    fn instance_of(&self, index: u32) -> Option<InstanceId> {
        self.evaluator.nodes.get(index as usize).copied()
    }

    fn resource(&mut self, id: InstanceId, at_index: usize) -> Option<Resource> {
        let instance = self.evaluator.instances.get(id.0)?;
        let (module, block, address) = (instance.module, instance.block?, Arc::clone(&instance.address));
        let (further, condition) = (instance.further, instance.condition.clone());
        let index = u32::try_from(at_index).ok()?;
        let node = self.evaluator.node_id(index);
        let (declared, block) =
            self.evaluator.with_block(module, block, |_, b| (b.address.clone(), Arc::clone(&b.block)))?;
        let provider = self.evaluator.provider_of(id);
        let local_name = declared.kind.split('_').next().unwrap_or("azurerm").to_owned();
        let subscription = self.evaluator.configuration(module, &local_name, provider.as_deref()).subscription;
        let stated = self.evaluator.instance_body(id, block.header);
        let identity = self.identity(id, block.header);

        let moves = !declared.data && azapi::moves(&declared.kind, &stated);
        let existing = !moves && (declared.data || table::names_only(&declared.kind));
        let unknown = |what: &str| {
            let symbol = Symbol::attribute(node, what, format!("{what} of {address}"));
            Value::symbol(symbol)
        };
        let mut location = at(&stated, "location");
        if location.is_null() && existing {
            location = unknown("location");
        }
        let mut body = if moves {
            self.action_body(&stated)
        } else {
            let context = ProviderContext { subscription: &subscription, versions: &self.versions };
            self.body(&declared.kind, existing, &stated, &context)
        };
        if existing {
            let symbol = Symbol::attribute(node, "", &*address);
            body = open(&body, &symbol);
        }
        if !matches!(body.kind, Kind::Object(_)) {
            // A body that is not known at all is an object with unknown members.
            let rest = match &body.kind {
                Kind::Symbol(symbol) => symbol.clone(),
                _ => Symbol::attribute(node, "", &*address),
            };
            body = Value { trail: body.trail, ..Value::object(Object { rest: Some(rest), ..Object::default() }) };
        }
        let extends = match table::mapping(&declared.kind).map(|m| m.parent) {
            Some(table::Parent::Extends(argument)) => at(&stated, argument),
            None if identity.names.is_empty() => at(&stated, "parent_id"),
            _ => Value::null(),
        };
        let module = self.evaluator.module(module)?;
        Some(Resource {
            id: node,
            kind: ResourceType::new(if identity.kind.is_empty() { UNKNOWN_TYPE } else { &identity.kind }),
            address,
            names: identity.names,
            scope: identity.scope,
            location,
            presence: if existing { Presence::Existing } else { Presence::Declared },
            condition: values::and(&module.condition, &condition)
                .decided_by(module.condition.trail.given())
                .decided_by(condition.trail.given()),
            body,
            further,
            extends,
            span: block.header,
            whole: block.whole,
            calls: module.calls.clone(),
            dialect: table::dialect(&declared.kind),
        })
    }
    /// The body in ARM's terms of a block of the type `kind` that states `stated`.
    fn body(&self, kind: &str, existing: bool, stated: &Value, context: &ProviderContext<'_>) -> Value {
        if table::is_azapi(kind) {
            return match azapi::states(kind, stated) {
                true => self.azapi_body(stated),
                false => Value::object(Object::default()),
            };
        }
        if table::is_attachment(kind) {
            return attachment::body(stated);
        }
        let mut object = Object::default();
        if let Some(mapping) = table::mapping(kind) {
            if existing {
                stated_only(mapping.rules, stated, context, &mut object);
            } else {
                apply(mapping.rules, stated, context, &mut object);
            }
        }
        Value::object(object)
    }
}

/// What a data source states, without defaults that the provider would add to a resource.
fn stated_only(rules: &[table::Rule], stated: &Value, given: &ProviderContext<'_>, out: &mut Object) {
    for rule in rules {
        match rule {
            table::Rule::Copy(..) => apply(std::slice::from_ref(rule), stated, given, out),
            table::Rule::All(rules) => stated_only(rules, stated, given, out),
            _ => {}
        }
    }
}
