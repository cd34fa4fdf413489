//! The names and the scope of a resource's id.

use cmklint_graph::{AsPath, Kind, RESOURCE_GROUPS, ResourceId, Scope, TextPart, Value};
use cmklint_source::Span;

use super::Lowering;
use super::properties::at;
use crate::eval::InstanceId;
use crate::table::{self, Parent};
use crate::values::is_error;

/// Parents are followed for at most this many steps.
const MAX_DEPTH: usize = 64;

/// The type, names and scope of a resource.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) kind: String,
    pub(super) names: Vec<Value>,
    pub(super) scope: Scope,
}

impl Lowering<'_, '_> {
    /// The identity of the node `id`.
    pub(super) fn identity(&mut self, id: InstanceId, span: Span) -> Identity {
        if let Some(known) = self.identities.get(&id) {
            return known.clone().unwrap_or_else(|| self.nameless());
        }
        if self.depth >= MAX_DEPTH {
            return self.nameless();
        }
        self.identities.insert(id, None);
        self.depth += 1;
        let mut made = self.make_identity(id, span).unwrap_or_else(|| self.nameless());
        self.depth -= 1;
        if let Some(known) = self.evaluator.surroundings.planned_id(self.evaluator, id) {
            made.scope.subscription = known.subscription.unwrap_or(made.scope.subscription);
            if !made.scope.resource_group.is_null() {
                made.scope.resource_group = known.resource_group.unwrap_or(made.scope.resource_group);
            }
        }
        self.identities.insert(id, Some(made.clone()));
        made
    }

    /// The identity of a resource that depends on itself, or is not a node.
    fn nameless(&self) -> Identity {
        let unknown = self.evaluator.symbol(crate::eval::ModuleId(0), "scope", "a scope that is not known");
        let scope = Scope { subscription: unknown.clone(), resource_group: unknown };
        Identity { kind: String::new(), names: Vec::new(), scope }
    }

    fn make_identity(&mut self, id: InstanceId, span: Span) -> Option<Identity> {
        let instance = self.evaluator.instances.get(id.0)?;
        let (module, block, address) = (instance.module, instance.block?, std::sync::Arc::clone(&instance.address));
        let declared = self.evaluator.with_block(module, block, |_, b| b.address.clone())?;
        let provider = self.evaluator.provider_of(id);
        let local_name = declared.kind.split('_').next().unwrap_or("azurerm").to_owned();
        let subscription = self.evaluator.configuration(module, &local_name, provider.as_deref()).subscription;
        let stated = self.evaluator.instance_body(id, span);
        let unknown = |at: &Self, what: &str| {
            at.evaluator.symbol(module, &format!("{address}#{what}"), format!("{what} of {address}"))
        };
        let or_unknown = |at: &Self, value: Value, what: &str| if value.is_null() { unknown(at, what) } else { value };
        if !declared.data && super::azapi::moves(&declared.kind, &stated) {
            let scope = Scope { subscription, resource_group: unknown(self, "resource group") };
            return Some(Identity { kind: super::ACTION_TYPE.to_owned(), names: Vec::new(), scope });
        }
        if table::is_azapi(&declared.kind) {
            return Some(self.azapi_identity(&stated, &subscription, &address));
        }
        if table::is_attachment(&declared.kind) {
            let name = unknown(self, "name");
            let scope = Scope { subscription, resource_group: unknown(self, "resource group") };
            return Some(Identity { kind: super::ATTACHMENT_TYPE.to_owned(), names: vec![name], scope });
        }
        let mapping = table::mapping(&declared.kind)?;
        let mut name = at(&stated, "name");
        // These names mean the newest version.
        if declared.data
            && &*declared.kind == "azurerm_shared_image_version"
            && name.as_str().is_none_or(|name| matches!(name, "latest" | "recent"))
        {
            name = unknown(self, "name");
        }
        let kind = mapping.arm.to_owned();
        Some(match mapping.parent {
            Parent::Subscription => {
                let names = vec![or_unknown(self, name, "name")];
                Identity { kind, names, scope: Scope { subscription, resource_group: Value::null() } }
            }
            Parent::Above => {
                let names = vec![or_unknown(self, name, "name")];
                Identity { kind, names, scope: Scope { subscription: Value::null(), resource_group: Value::null() } }
            }
            Parent::Group(parents) => {
                let mut names: Vec<Value> = Vec::new();
                for parent in parents {
                    names.push(or_unknown(self, at(&stated, parent), parent));
                }
                names.push(or_unknown(self, name, "name"));
                let group = or_unknown(self, at(&stated, "resource_group_name"), "resource group");
                Identity { kind, names, scope: Scope { subscription, resource_group: group } }
            }
            Parent::Id(argument) => {
                let depth = mapping.arm.matches('/').count();
                let mut above = self.above(&at(&stated, argument), depth - 1, &subscription);
                if above.names.len() == depth - 1 {
                    let name = match mapping.arm.ends_with("/accessPolicies") {
                        true => Value::string("add"),
                        false => or_unknown(self, name, "name"),
                    };
                    above.names.push(name);
                } else {
                    above.names.clear();
                }
                Identity { kind, ..above }
            }
            Parent::Extends(argument) => {
                let above = self.above(&at(&stated, argument), 0, &subscription);
                Identity { kind, names: vec![or_unknown(self, name, "name")], scope: above.scope }
            }
        })
    }

    /// The identity of the resource whose id is `value`, as the parent of another; with `depth` unknown names where it is not known.
    pub(super) fn above(&mut self, value: &Value, depth: usize, subscription: &Value) -> Identity {
        match &value.kind {
            Kind::Ref(r) if r.path.is("id") => match self.instance_of(r.node.index) {
                Some(id) => {
                    let span = value.span().unwrap_or(self.anywhere);
                    holder(self.identity(id, span))
                }
                None => unknown(value, depth),
            },
            Kind::String(_) | Kind::Template(_) => self.parsed(value, depth, subscription),
            Kind::Choice(choice) => {
                let then = self.above(&choice.then, depth, subscription);
                let otherwise = self.above(&choice.otherwise, depth, subscription);
                if choice.then.is_null() || is_error(&choice.then) {
                    return otherwise;
                }
                if choice.otherwise.is_null() || is_error(&choice.otherwise) {
                    return then;
                }
                if then.names.len() != otherwise.names.len() || !then.kind.eq_ignore_ascii_case(&otherwise.kind) {
                    return unknown(value, depth);
                }
                let both = |a: Value, b: Value| Value::choice(choice.atom.clone(), a, b);
                Identity {
                    kind: then.kind,
                    names: then.names.into_iter().zip(otherwise.names).map(|(a, b)| both(a, b)).collect(),
                    scope: Scope {
                        subscription: both(then.scope.subscription, otherwise.scope.subscription),
                        resource_group: both(then.scope.resource_group, otherwise.scope.resource_group),
                    },
                }
            }
            _ => unknown(value, depth),
        }
    }

    fn parsed(&mut self, value: &Value, depth: usize, subscription: &Value) -> Identity {
        let Some(id) = ResourceId::parse(value) else { return unknown(value, depth) };
        // The resource whose own id the text begins with: the rest is in its scope.
        let start = match &value.kind {
            Kind::Template(parts) => match parts.first() {
                Some(TextPart::Value(first @ Value { kind: Kind::Ref(r), .. })) if r.path.is("id") => {
                    Some(first.clone())
                }
                _ => None,
            },
            _ => None,
        };
        let base = start.map(|start| self.above(&start, 0, subscription));
        match (base, id.base) {
            (Some(base), Some(_)) => Identity {
                kind: format!("{}/{}", base.kind, id.kind),
                names: base.names.into_iter().chain(id.names).collect(),
                scope: base.scope,
            },
            (Some(base), None) => Identity { kind: id.kind.to_string(), names: id.names, scope: base.scope },
            (None, _) => {
                let is_group = id.kind.eq_ignore_ascii_case(RESOURCE_GROUPS);
                let scope = Scope {
                    subscription: id.subscription.unwrap_or_else(|| subscription.clone()),
                    resource_group: id.resource_group.unwrap_or_else(Value::null),
                };
                let names = if is_group { Vec::new() } else { id.names };
                Identity { kind: id.kind.to_string(), names, scope }
            }
        }
    }
}

/// The identity of a resource as the parent of others: a resource group is their scope, not among their names.
fn holder(identity: Identity) -> Identity {
    if identity.kind != RESOURCE_GROUPS {
        return identity;
    }
    let group = identity.names.first().cloned().unwrap_or_else(Value::null);
    let scope = Scope { subscription: identity.scope.subscription, resource_group: group };
    Identity { kind: identity.kind, names: Vec::new(), scope }
}

/// The identity behind an unknown id: symbols that two uses of the same id share.
fn unknown(value: &Value, depth: usize) -> Identity {
    let part = |what: &str, label: &str| {
        let label = format!("{label} in {}", value.describe());
        Value::apply(what, std::slice::from_ref(value), Some(&label))
    };
    let names = (0..depth).map(|i| part(&format!("id-name:{i}"), "a name")).collect();
    let scope = Scope {
        subscription: part("id-subscription", "the subscription"),
        resource_group: part("id-resource-group", "the resource group"),
    };
    Identity { kind: String::new(), names, scope }
}
