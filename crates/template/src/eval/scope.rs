//! The target that a template is deployed to, and the functions that return it.

use std::sync::Arc;

use cmklint_graph::{
    AsPath, Comparison, DeploymentId, Entry, Fold, Kind, Object, RESOURCE_GROUPS, ResourceId, Scope, StepKind, Symbol,
    Value, canonical, compare, concat, lift,
};
use cmklint_source::Span;

use super::Evaluator;
use super::frame::{Env, FrameId};
use super::resources::Head;
use crate::api::Inputs;
use crate::ir::TargetScope;

/// The target of a deployment.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) level: TargetScope,
    /// The subscription's id; null above subscriptions.
    pub(crate) subscription: Value,
    /// The resource group's name; null above groups.
    pub(crate) group: Value,
    /// The group's region, or that of the deployment above groups.
    pub(crate) location: Value,
    /// The management group's name, where it is one.
    pub(crate) management_group: Value,
}

/// What a `scope` expression names.
pub(crate) enum Target {
    Deployment(Placement),
    /// A resource that is to be extended.
    Resource {
        id: Value,
        scope: Scope,
    },
}

impl Target {
    /// The subscription and resource group.
    fn scope(&self) -> Scope {
        match self {
            Self::Deployment(place) => place.scope(),
            Self::Resource { scope, .. } => scope.clone(),
        }
    }
}

impl Placement {
    /// The target of the root.
    pub(crate) fn root(id: DeploymentId, level: TargetScope, inputs: &Inputs) -> Self {
        let given = |value: &Option<Value>, key: &str, label: &str| {
            value.clone().unwrap_or_else(|| symbol(format!("{id}:{key}"), label))
        };
        let in_subscription = matches!(level, TargetScope::ResourceGroup | TargetScope::Subscription);
        let in_group = level == TargetScope::ResourceGroup;
        let subscription =
            given(&inputs.subscription, "subscription().subscriptionId", "subscription of the deployment");
        let group = given(&inputs.resource_group, "resourceGroup().name", "name of the resource group");
        let location = if in_group {
            given(&inputs.location, "resourceGroup().location", "location of the resource group")
        } else {
            given(&inputs.location, "deployment().location", "location of the deployment")
        };
        let management_group = symbol(format!("{id}:managementGroup().name"), "name of the management group");
        Self {
            level,
            subscription: if in_subscription { subscription } else { Value::null() },
            group: if in_group { group } else { Value::null() },
            location,
            management_group: if level == TargetScope::ManagementGroup { management_group } else { Value::null() },
        }
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope { subscription: self.subscription.clone(), resource_group: self.group.clone() }
    }

    fn is(&self, subscription: &Value, group: &Value) -> bool {
        compare(&self.subscription, subscription, Fold::Case) == Comparison::Equal
            && compare(&self.group, group, Fold::Case) == Comparison::Equal
    }

    /// The same place, named by a `scope` expression at `span` in `here`, which the trails of its parts then show.
    pub(crate) fn said_at(mut self, span: Span, here: &Self) -> Self {
        for (own, outer) in [(&mut self.subscription, &here.subscription), (&mut self.group, &here.group)] {
            if !own.is_null() && canonical(own) != canonical(outer) {
                *own = own.clone().via(span, StepKind::Attribute, "scope");
            }
        }
        self
    }

    /// The beginning of ids of resources here: `/subscriptions/…/resourceGroups/…`, shorter above resource groups.
    pub(crate) fn prefix(&self) -> Value {
        match self.level {
            TargetScope::ResourceGroup => group_id(&self.subscription, &self.group),
            TargetScope::Subscription => concat(&[Value::string("/subscriptions/"), self.subscription.clone()]),
            TargetScope::ManagementGroup | TargetScope::Tenant => Value::string(""),
        }
    }
}

pub(crate) fn symbol(key: String, label: &str) -> Value {
    Value::symbol(Symbol::new(key, label))
}

/// The id of a resource group.
pub(crate) fn group_id(subscription: &Value, group: &Value) -> Value {
    concat(&[Value::string("/subscriptions/"), subscription.clone(), Value::string("/resourceGroups/"), group.clone()])
}

fn object(members: Vec<(&str, Value)>, rest: Option<Symbol>) -> Value {
    let entries = members.into_iter().map(|(name, value)| (Arc::from(name), Entry { key_span: None, value })).collect();
    Value::object(Object { entries, rest, ..Object::default() })
}

impl Evaluator<'_> {
    /// What `value`, the `scope` of something in `here`, names.
    pub(crate) fn target(&mut self, here: &Placement, value: &Value, span: Span) -> Target {
        match &value.kind {
            Kind::Ref(r) if r.path.is_empty() || r.path.is("id") => {
                let node = r.node;
                let Some(head) = self.head(node) else { return self.unknown_target(here, value) };
                if !self.is_kind(node, RESOURCE_GROUPS) {
                    let id = Value { kind: Value::reference(node, "id").kind, trail: value.trail.clone() };
                    return Target::Resource { id, scope: head.scope.clone() };
                }
                let Some(group) = head.names.first().cloned() else { return self.unknown_target(here, value) };
                let subscription = head.scope.subscription.clone();
                Target::Deployment(Placement {
                    level: TargetScope::ResourceGroup,
                    subscription,
                    group,
                    location: Value::reference(node, "location"),
                    management_group: Value::null(),
                })
            }
            Kind::Object(object) => match object.get("id") {
                Some(entry) => {
                    let id = entry.value.clone();
                    self.target(here, &id, span)
                }
                None => self.unknown_target(here, value),
            },
            Kind::String(_) | Kind::Template(_) => self.target_of_text(here, value, span),
            Kind::Choice(_) => {
                // Each part of the target by itself, under the same condition.
                let mut extends = false;
                let mut part = |pick: &dyn Fn(&Target) -> Value| {
                    lift("scope", std::slice::from_ref(value), &mut |args| match args {
                        [arm] => {
                            let target = self.target(here, arm, span);
                            extends |= matches!(target, Target::Resource { .. });
                            pick(&target)
                        }
                        _ => Value::null(),
                    })
                };
                let subscription = part(&|target| target.scope().subscription);
                let group = part(&|target| target.scope().resource_group);
                let location = part(&|target| match target {
                    Target::Deployment(place) => place.location.clone(),
                    Target::Resource { .. } => Value::null(),
                });
                let id = part(&|target| match target {
                    Target::Deployment(_) => Value::null(),
                    Target::Resource { id, .. } => id.clone(),
                });
                if extends {
                    return Target::Resource { id, scope: Scope { subscription, resource_group: group } };
                }
                Target::Deployment(Placement { subscription, group, location, ..here.clone() })
            }
            _ => self.unknown_target(here, value),
        }
    }

    fn unknown_target(&mut self, here: &Placement, value: &Value) -> Target {
        let part = |what: &str| Value::apply(what, std::slice::from_ref(value), None);
        Target::Deployment(Placement {
            level: here.level,
            subscription: part("subscriptionOf"),
            group: if here.level == TargetScope::ResourceGroup { part("resourceGroupOf") } else { Value::null() },
            location: part("locationOf"),
            management_group: Value::null(),
        })
    }

    fn target_of_text(&mut self, here: &Placement, value: &Value, span: Span) -> Target {
        let above = |level, management_group| {
            Target::Deployment(Placement {
                level,
                subscription: Value::null(),
                group: Value::null(),
                location: here.location.clone(),
                management_group,
            })
        };
        let id = match value.as_str() {
            Some("/" | "") => return above(TargetScope::Tenant, Value::null()),
            Some(text) if text.starts_with('/') => value.clone(),
            Some(text) if text.to_ascii_lowercase().starts_with("subscriptions/") => {
                concat(&[Value::string("/"), value.clone()])
            }
            // `Microsoft.Management/managementGroups/x` is in the tenant; any other type and name is in this scope.
            Some(text) if text.to_ascii_lowercase().starts_with("microsoft.management/") => {
                concat(&[Value::string("/providers/"), value.clone()])
            }
            Some(_) => concat(&[here.prefix(), Value::string("/providers/"), value.clone()]),
            None => match &value.kind {
                Kind::Template(parts) => match parts.first() {
                    Some(cmklint_graph::TextPart::Text(text)) if text.starts_with('/') => value.clone(),
                    Some(cmklint_graph::TextPart::Text(text))
                        if text.to_ascii_lowercase().starts_with("microsoft.management/") =>
                    {
                        concat(&[Value::string("/providers/"), value.clone()])
                    }
                    Some(cmklint_graph::TextPart::Text(text)) if text.contains('/') && text.contains('.') => {
                        concat(&[here.prefix(), Value::string("/providers/"), value.clone()])
                    }
                    _ => value.clone(),
                },
                _ => value.clone(),
            },
        };
        let Some(parsed) = ResourceId::parse(&id) else { return self.unknown_target(here, value) };
        if parsed.kind.eq_ignore_ascii_case("Microsoft.Management/managementGroups") {
            return above(TargetScope::ManagementGroup, parsed.names.first().cloned().unwrap_or_else(Value::null));
        }
        if parsed.kind.eq_ignore_ascii_case("Microsoft.Resources/subscriptions") && parsed.base.is_none() {
            let subscription = parsed.names.first().cloned().unwrap_or_else(Value::null);
            return Target::Deployment(Placement {
                level: TargetScope::Subscription,
                subscription,
                group: Value::null(),
                location: here.location.clone(),
                management_group: Value::null(),
            });
        }
        let (subscription, group) = match parsed.base.and_then(|base| self.head(base)) {
            Some(base) => (base.scope.subscription.clone(), base.scope.resource_group.clone()),
            None => (
                parsed.subscription.clone().unwrap_or_else(Value::null),
                parsed.resource_group.clone().unwrap_or_else(Value::null),
            ),
        };
        if parsed.kind.eq_ignore_ascii_case(RESOURCE_GROUPS) && parsed.base.is_none() {
            let location = self.group_location(here, &subscription, &group, span);
            return Target::Deployment(Placement {
                level: TargetScope::ResourceGroup,
                subscription,
                group,
                location,
                management_group: Value::null(),
            });
        }
        Target::Resource { id, scope: Scope { subscription, resource_group: group } }
    }

    /// The region of a resource group: that of the deployment where it is in the group itself, else that of the group's node.
    pub(crate) fn group_location(
        &mut self,
        here: &Placement,
        subscription: &Value,
        group: &Value,
        span: Span,
    ) -> Value {
        if here.is(subscription, group) {
            return here.location.clone();
        }
        if let Some(place) = self.frames.iter().map(|f| &f.place).find(|p| p.is(subscription, group)) {
            return place.location.clone();
        }
        let frame = FrameId(0);
        if let Some(node) =
            self.find_node(frame, RESOURCE_GROUPS, std::slice::from_ref(group), Some(subscription), None)
        {
            return Value::reference(node, "location");
        }
        let scope = Scope { subscription: subscription.clone(), resource_group: Value::null() };
        match self.existing(frame, RESOURCE_GROUPS, vec![group.clone()], scope, span) {
            Some(node) => Value::reference(node, "location"),
            None => Value::apply("groupLocation", &[subscription.clone(), group.clone()], None),
        }
    }

    /// The node of an existing resource that only its id names; the same one for the same id.
    pub(crate) fn existing(
        &mut self,
        frame: FrameId,
        kind: &str,
        names: Vec<Value>,
        scope: Scope,
        span: Span,
    ) -> Option<cmklint_graph::NodeId> {
        let mut key = kind.to_ascii_lowercase();
        for part in names.iter().chain([&scope.subscription, &scope.resource_group]) {
            key.push('|');
            key.push_str(&canonical(part).to_ascii_lowercase());
        }
        if let Some(node) = self.implied.get(&key) {
            return Some(*node);
        }
        let name = names.last().cloned().unwrap_or_else(Value::null);
        let head = Head { name, names, scope, extends: Value::null() };
        let node = self.imply(frame, kind, head, span)?;
        self.implied.insert(key, node);
        Some(node)
    }

    /// The functions that return the target of the deployment; `None` for others.
    pub(crate) fn scope_function(&mut self, env: &Env, function: &str, args: &[Value], span: Span) -> Option<Value> {
        let frame = self.scope_of(env.frame);
        let place = self.frame(frame)?.place.clone();
        let id = self.id;
        let value = match (function, args) {
            ("resourcegroup", []) => {
                if let Some(group) = self.frame(frame)?.group.clone() {
                    return Some(group);
                }
                let group = group_object(id, &place);
                self.frame_mut(frame)?.group = Some(group.clone());
                group
            }
            ("resourcegroup", [group]) => self.group_scope(&place.subscription, group),
            ("resourcegroup", [subscription, group]) => self.group_scope(subscription, group),
            ("subscription", []) => subscription_object(id, &place.subscription),
            ("subscription", [subscription]) => subscription_object(id, subscription),
            ("managementgroup", rest) => {
                let name = match (rest.first(), &place.management_group) {
                    (Some(name), _) => name.clone(),
                    (None, own) if own.is_null() => {
                        symbol(format!("{id}:managementGroup().name"), "name of the management group")
                    }
                    (None, own) => own.clone(),
                };
                let group = concat(&[Value::string("/providers/Microsoft.Management/managementGroups/"), name.clone()]);
                let rest = Symbol::new(format!("{id}:managementGroup({})", canonical(&name)), "the management group");
                object(vec![("id", group), ("name", name)], Some(rest))
            }
            ("tenant", []) => {
                let tenant = symbol(format!("{id}:tenant().tenantId"), "tenant of the deployment");
                let rest = Symbol::new(format!("{id}:tenant()"), "the tenant");
                object(vec![("id", Value::string("/")), ("tenantId", tenant)], Some(rest))
            }
            ("deployment", []) => self.deployment_object(frame, &place),
            ("environment", []) => environment(),
            ("deployer", []) => Value::symbol(Symbol::caller(format!("{id}:deployer()"), "the deployer")),
            _ => return None,
        };
        Some(value.written_at(span))
    }

    fn group_scope(&mut self, subscription: &Value, group: &Value) -> Value {
        let id = group_id(subscription, group);
        let rest = Symbol::new(format!("{}:resourceGroup({})", self.id, canonical(&id)), "the resource group");
        object(vec![("id", id), ("name", group.clone())], Some(rest))
    }

    fn deployment_object(&mut self, frame: FrameId, place: &Placement) -> Value {
        let Some(frame) = self.frame(frame) else { return Value::null() };
        let key = &frame.key;
        // The link to the template that is being deployed: links relative to it are files next to it.
        let uri = symbol(format!("{key}:{TEMPLATE_LINK}"), "link of the template");
        let rest = |what: &str| Some(Symbol::new(format!("{key}:{what}"), what));
        let link = object(vec![("uri", uri)], rest("deployment().properties.templateLink"));
        let properties = object(vec![("templateLink", link)], rest("deployment().properties"));
        let mut members = vec![("name", frame.name.clone()), ("properties", properties)];
        if place.level != TargetScope::ResourceGroup {
            members.push(("location", place.location.clone()));
        }
        object(members, rest("deployment()"))
    }

    pub(crate) fn is_kind(&mut self, node: cmklint_graph::NodeId, kind: &str) -> bool {
        self.kind_of(node).is_some_and(|k| k.eq_ignore_ascii_case(kind))
    }
}

/// The end of the key of the symbol for a template's own link.
pub(crate) const TEMPLATE_LINK: &str = "deployment().properties.templateLink.uri";

fn group_object(id: DeploymentId, place: &Placement) -> Value {
    let group = group_id(&place.subscription, &place.group);
    let key = format!("{id}:resourceGroup({})", canonical(&group));
    object(
        vec![
            ("id", group),
            ("name", place.group.clone()),
            ("type", Value::string(RESOURCE_GROUPS)),
            ("location", place.location.clone()),
        ],
        Some(Symbol::new(key, "the resource group")),
    )
}

fn subscription_object(id: DeploymentId, subscription: &Value) -> Value {
    let path = concat(&[Value::string("/subscriptions/"), subscription.clone()]);
    let tenant = symbol(format!("{id}:tenant().tenantId"), "tenant of the deployment");
    let rest = Symbol::new(format!("{id}:subscription({})", canonical(subscription)), "the subscription");
    object(vec![("id", path), ("subscriptionId", subscription.clone()), ("tenantId", tenant)], Some(rest))
}

/// The cloud's endpoints: one symbol each, since only the deployment knows the cloud.
fn environment() -> Value {
    let endpoint = |name: &str| {
        let key = format!("environment().suffixes.{name}");
        symbol(key.clone(), &key)
    };
    let names = [
        "acrLoginServer",
        "azureDatalakeAnalyticsCatalogAndJob",
        "azureDatalakeStoreFileSystem",
        "azureFrontDoorEndpointSuffix",
        "keyvaultDns",
        "sqlServerHostname",
        "storage",
    ];
    let rest = |key: &str| Some(Symbol::new(key, key));
    let suffixes = object(names.iter().map(|name| (*name, endpoint(name))).collect(), rest("environment().suffixes"));
    object(vec![("suffixes", suffixes)], rest("environment()"))
}

/// Adds the trail step of a value that the deployment gets from its target.
pub(crate) fn argument(value: Value, span: Span, name: &str) -> Value {
    value.via(span, StepKind::Argument, name)
}
