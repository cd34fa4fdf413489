use std::fmt;
use std::sync::Arc;

use cmklint_source::Span;

use crate::dialect::Dialect;
use crate::node::NodeId;
use crate::path::{self, AsPath, PathStep};
use crate::placeholder;
use crate::value::{Kind, Symbol, Value};
use crate::world::World;

/// A resource type as ARM writes it: `Microsoft.Compute/disks`. Compared without case.
#[derive(Clone, Debug)]
pub struct ResourceType {
    written: Arc<str>,
    folded: Arc<str>,
}

impl ResourceType {
    /// The type `name`, without an API version.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { written: name.into(), folded: name.to_ascii_lowercase().into() }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// In lower case.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether this is the type `name`, in any case.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.folded.eq_ignore_ascii_case(name)
    }

    /// The number of names an id of this type has (2 for `Microsoft.KeyVault/vaults/keys`).
    #[must_use]
    pub fn depth(&self) -> usize {
        self.written.matches('/').count()
    }

    /// The type of the resource that holds those of this type (`Microsoft.KeyVault/vaults` for `…/vaults/keys`).
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (parent, _) = self.written.rsplit_once('/')?;
        parent.contains('/').then(|| Self::new(parent))
    }
}

impl PartialEq for ResourceType {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for ResourceType {}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// Whether the code creates a resource or only refers to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Presence {
    /// The code declares it.
    Declared,
    /// The code refers to one that exists already: Bicep's `existing`, Terraform's data sources. What the code doesn't state of it is unknown.
    Existing,
    /// A virtual machine that the code declares creates it: its OS disk and its data disks.
    ByMachine,
}

impl Presence {
    /// Whether the code creates it, itself or through a machine that it declares.
    #[must_use]
    pub fn is_made(self) -> bool {
        self != Self::Existing
    }
}

/// Where a resource is deployed. A value that isn't known is a symbol, shared by all resources with the same value.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The subscription's id (a GUID). Null for a resource of the tenant or a management group.
    pub subscription: Value,
    /// The resource group's name. Null for a resource of a subscription, management group or tenant.
    pub resource_group: Value,
}

/// A node of the resource graph, in ARM's vocabulary.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its id in the estate.
    pub id: NodeId,
    /// Its type.
    pub kind: ResourceType,
    /// Its address in its own language: `module.a.azurerm_managed_disk.d[0]`, a symbolic name, or type and name.
    pub address: Arc<str>,
    /// Its names, one for each segment of the type after the provider (vault and key for `Microsoft.KeyVault/vaults/keys`).
    /// Fewer, or none, where they cannot be distinguished: then it is not found by name.
    pub names: Vec<Value>,
    /// Where it is deployed.
    pub scope: Scope,
    /// Its region; null where it has none. A symbol where that is not known.
    pub location: Value,
    /// Whether it is created here.
    pub presence: Presence,
    /// Whether it is deployed: a boolean, or a choice of `true` and `false`.
    pub condition: Value,
    /// The resource as ARM's REST API takes it (`properties`, `sku`, `identity`, `tags`, …; not name, type, location). An object. For an existing one, its
    /// `rest` is a symbol. Each value's newest step is the attribute or property in the code.
    pub body: Value,
    /// How many further resources the same declaration creates that are not nodes of their own (a loop above the limit).
    pub further: u64,
    /// The resource that it extends: the scope of a role assignment. (A VM's extension has its parent in its names.) Null else.
    pub extends: Value,
    /// Its header: the line where it is declared, as a person would point to it.
    pub span: Span,
    /// The whole declaration, for ignore comments.
    pub whole: Span,
    /// The module calls or nested deployments through which it is reached, outermost first, each with its name.
    pub calls: Vec<(Span, Arc<str>)>,
    /// The language that declares it.
    pub dialect: Dialect,
}

impl Resource {
    /// The path of the resource group's name in the scope, for [`Resource::get`] and [`Resource::span_at`].
    pub const RESOURCE_GROUP: &str = path::RESOURCE_GROUP;
    /// The path of the subscription's id in the scope.
    pub const SUBSCRIPTION: &str = "subscriptionId";

    /// Replaces placeholders by symbols in what decides about the resource: names, scope, region, properties.
    pub(crate) fn take_placeholders_out(&mut self) {
        let parts = [&mut self.location, &mut self.body, &mut self.extends];
        let scope = [&mut self.scope.subscription, &mut self.scope.resource_group];
        for value in self.names.iter_mut().chain(parts).chain(scope) {
            if let Some(changed) = placeholder::changed(value) {
                *value = changed;
            }
        }
    }

    /// The property at `path` below the body, as [`Value::get`] reads it; `name`, `location` and the parts of the scope too.
    #[must_use]
    pub fn get(&self, path: &(impl AsPath + ?Sized)) -> Value {
        if let Some(part) = self.scope_part(path) {
            return part.clone();
        }
        if path.is("location") {
            return self.location.clone();
        }
        if path.is("name") {
            return self.names.last().cloned().unwrap_or_else(|| self.unknown("name"));
        }
        self.body.get(path)
    }

    fn scope_part(&self, path: &(impl AsPath + ?Sized)) -> Option<&Value> {
        if path.is(Self::RESOURCE_GROUP) {
            return Some(&self.scope.resource_group);
        }
        path.is(Self::SUBSCRIPTION).then_some(&self.scope.subscription)
    }

    /// The symbol for an attribute of this resource that only a deployment knows.
    #[must_use]
    pub fn unknown(&self, path: &str) -> Value {
        Value::symbol(Symbol::attribute(self.id, path, format!("{path} of {}", self.address)))
    }

    /// The smallest place that says what `path` is: the attribute, else the block or property that would hold it (`properties` itself
    /// apart), else the header.
    #[must_use]
    pub fn span_at(&self, path: &(impl AsPath + ?Sized)) -> Span {
        self.span_in(path, &World::any())
    }

    /// As [`Resource::span_at`], in `world`: inside a value that depends on a condition, the arm that `world` takes.
    #[must_use]
    pub fn span_in(&self, path: &(impl AsPath + ?Sized), world: &World) -> Span {
        if let Some(part) = self.scope_part(path) {
            return part.span().unwrap_or(self.span);
        }
        if path.is("location") {
            return self.location.span().unwrap_or(self.span);
        }
        if path.is("name") {
            return self.names.last().and_then(Value::span).unwrap_or(self.span);
        }
        let mut best = self.span;
        let mut at = self.body.clone();
        let mut rest = path.steps().enumerate().peekable();
        while let Some((i, step)) = rest.next() {
            let holder = at.arm_in(world);
            let key_span = match (&holder.kind, step) {
                (Kind::Object(object), PathStep::Member(name)) => object.get(name).and_then(|entry| entry.key_span),
                _ => None,
            };
            at = holder.step(step);
            if rest.peek().is_none() {
                return at.span().or(key_span).unwrap_or(best);
            }
            if at.is_null() {
                return best;
            }
            // `properties` contains everything, so its span says nothing.
            if i > 0 || !matches!(step, PathStep::Member(name) if name.eq_ignore_ascii_case("properties")) {
                best = key_span.or(at.span()).unwrap_or(best);
            }
        }
        best
    }
}
