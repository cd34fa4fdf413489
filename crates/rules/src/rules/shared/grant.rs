//! Which grants of the estate may let an encryption set's identity use its key. A resource that might be a grant counts as one.

use cmklint_graph::{
    Cases, Comparison, Fold, Kind, NodeId, Presence, RESOURCE_GROUPS, ResourceId, SymbolOrigin, Target, Value, World,
    work,
};

use crate::context::Context;
use crate::view::{Candidate, Holder, Holders, is_given, is_text, kind};

/// A set that needs access to a key, and the key's vault.
pub(crate) struct Asker<'a> {
    pub(crate) cx: &'a Context<'a>,
    /// The encryption set.
    pub(crate) set: NodeId,
    pub(crate) vault: NodeId,
    pub(crate) key: Option<NodeId>,
    /// Whether it may have an identity of its own.
    pub(crate) system_assigned: bool,
    /// Whether it may have user-assigned identities.
    pub(crate) user_assigned: bool,
}

/// A grant of access to the vault or its key.
pub(crate) struct Grant {
    pub(crate) node: NodeId,
    /// Whether it certainly is for the identity that uses the key.
    pub(crate) certain: bool,
    /// Whether it may be enough by itself.
    pub(crate) suffices: bool,
}

/// The permissions on keys that access policies give to an identity.
#[derive(Default)]
struct Permissions {
    get: bool,
    wrap: bool,
    unwrap: bool,
}

impl Permissions {
    fn all() -> Self {
        Self { get: true, wrap: true, unwrap: true }
    }

    fn suffice(&self) -> bool {
        self.get && self.wrap && self.unwrap
    }

    fn some(&self) -> bool {
        self.get || self.wrap || self.unwrap
    }

    fn add(&mut self, other: &Self) {
        self.get |= other.get;
        self.wrap |= other.wrap;
        self.unwrap |= other.unwrap;
    }
}

impl Asker<'_> {
    /// Whether some access policy, or several together, may let it use the key.
    pub(crate) fn may_by_policy(&self, world: &World) -> bool {
        let mut sum = self.policies(self.vault, world);
        let set = self.cx.first_declaration(self.set);
        for Candidate { node: policy, .. } in self.cx.access_policies().maybe_for(set, self.user_assigned) {
            if sum.suffice() {
                break;
            }
            let own = || self.is_own_name(self.cx.resource(policy).and_then(|r| r.names.first()));
            let principals = || self.cx.values(policy, "properties.accessPolicies[0].objectId", world);
            if !self.cx.present(policy, world).is_empty()
                && !self.is_of_others(policy, &principals(), own)
                && self.is_child_of_vault(policy, world)
            {
                sum.add(&self.policies(policy, world));
            }
        }
        sum.suffice() || work::is_spent()
    }

    /// The grants, as resources of their own, that may let it use the key, where all of them are made together with the set and one is certainly for it; `None`
    /// where they are not, something else may, or that is not known.
    pub(crate) fn grants_here(&self, policies_count: bool, roles_count: bool, world: &World) -> Option<Vec<Grant>> {
        let set = self.cx.first_declaration(self.set);
        let (policies, roles) = (self.cx.access_policies(), self.cx.role_assignments());
        let named = |count: bool, by: &Holders| count && by.name(set, self.user_assigned);
        if !named(policies_count, policies) && !named(roles_count, roles)
            || policies_count && self.policies(self.vault, world).some()
        {
            return None;
        }
        let is_here = |node: NodeId| node.deployment == self.set.deployment && self.cx.is_declared(node);
        let mut out = Vec::new();
        for Candidate { node, .. } in policies.maybe_for(set, self.user_assigned).take_while(|_| policies_count) {
            let counts = !self.cx.present(node, world).is_empty() && self.is_child_of_vault(node, world);
            let permissions = self.policies(node, world);
            if counts && permissions.some() {
                if !is_here(node) {
                    return None;
                }
                let principals = self.cx.values(node, "properties.accessPolicies[0].objectId", world);
                out.push(Grant { node, certain: self.is_own(&principals), suffices: permissions.suffice() });
            }
        }
        for Candidate { node, .. } in roles.maybe_for(set, self.user_assigned).take_while(|_| roles_count) {
            let principals = self.principals_of_role(node, world);
            if let Some(principals) = principals.filter(|_| self.reaches_vault(node, world)) {
                if !is_here(node) {
                    return None;
                }
                out.push(Grant { node, certain: self.is_own(&principals), suffices: true });
            }
        }
        (!work::is_spent() && out.iter().any(|grant| grant.certain)).then_some(out)
    }

    /// Whether the principals are certainly the identity of the set.
    fn is_own(&self, principals: &Cases<Value>) -> bool {
        !principals.is_empty()
            && principals.values().all(|principal| match self.cx.holder(principal) {
                Holder::Resource(node) => self.system_assigned && node == self.cx.first_declaration(self.set),
                Holder::Identity(node) => self.user_assigned && self.certainly_has(node),
                Holder::Caller | Holder::Nobody | Holder::Unknown => false,
            })
    }

    /// Whether the user-assigned identity at `identity` is the only one of the set.
    fn certainly_has(&self, identity: NodeId) -> bool {
        let Some(ids) = self.identities() else { return false };
        let [id] = &ids[..] else { return false };
        let found = self.cx.resolve(id, &World::any(), self.set.deployment);
        !found.is_empty() && found.values().all(|target| matches!(target, Target::Node(node) if *node == identity))
    }

    fn policies(&self, node: NodeId, world: &World) -> Permissions {
        let mut sum = Permissions::default();
        for (world, list) in self.cx.values(node, "properties.accessPolicies", world) {
            match &list.kind {
                Kind::Null => {}
                Kind::Array(array) if array.rest.is_none() => {
                    for policy in &array.items {
                        for (world, policy) in self.cx.cases(policy, &world) {
                            sum.add(&self.policy(&policy, &world));
                        }
                    }
                }
                _ => return Permissions::all(), // a list that is not known
            }
        }
        sum
    }

    fn policy(&self, policy: &Value, world: &World) -> Permissions {
        if policy.is_null() {
            return Permissions::default();
        }
        if policy.as_object().is_none() {
            return Permissions::all();
        }
        let principals = self.cx.cases(&policy.get("objectId"), world);
        if principals.values().all(|principal| self.is_another(principal)) {
            return Permissions::default();
        }
        let mut sum = Permissions::default();
        for (_, keys) in self.cx.cases(&policy.get("permissions.keys"), world) {
            match &keys.kind {
                Kind::Null => {}
                Kind::Array(array) if array.rest.is_none() => {
                    for key in &array.items {
                        match self.cx.deref(key).as_str().map(str::to_ascii_lowercase).as_deref() {
                            Some("get") => sum.get = true,
                            Some("wrapkey") => sum.wrap = true,
                            Some("unwrapkey") => sum.unwrap = true,
                            Some("all") | None => return Permissions::all(),
                            Some(_) => {}
                        }
                    }
                }
                _ => return Permissions::all(),
            }
        }
        sum
    }

    /// Whether the access policies at `node` may be the vault's.
    fn is_child_of_vault(&self, node: NodeId, world: &World) -> bool {
        let Some(resource) = self.cx.resource(node) else { return false };
        let [vault, _] = &resource.names[..] else { return true };
        let id = ResourceId::in_scope(&resource.scope, kind::VAULT, vec![vault.clone()]);
        let found = self.cx.find(&id, world, node.deployment);
        found.values().any(|target| self.is_vault(target) != Some(false))
    }

    /// Whether some role assignment may let it use the key.
    pub(crate) fn may_by_role(&self, world: &World) -> bool {
        let set = self.cx.first_declaration(self.set);
        self.cx.role_assignments().maybe_for(set, self.user_assigned).any(|Candidate { node, is_given }| {
            // What takes the least is asked first: there may be many grants for each set.
            if is_given && self.is_elsewhere(node) && !self.names_own_vault(node, &World::any()) {
                return false;
            }
            self.principals_of_role(node, world).is_some_and(|principals| {
                !self.is_of_others(node, &principals, || self.names_own_vault(node, world))
                    && self.reaches_vault(node, world)
            })
        }) || work::is_spent()
    }

    /// The principals of a role assignment that is there, whose role is enough, and that may be for the set; wherever its scope is. What takes the least is
    /// asked first: there may be many grants for each set.
    fn principals_of_role(&self, assignment: NodeId, world: &World) -> Option<Cases<Value>> {
        // What the role is in another deployment, no world of this one decides; of those that are looked at, it may be enough.
        let is_enough = || self.is_elsewhere(assignment) || self.cx.is_role_enough(assignment, world);
        if self.cx.present(assignment, world).is_empty() || !is_enough() {
            return None;
        }
        let principals = self.cx.values(assignment, "properties.principalId", world);
        let is_of_another = principals.values().all(|principal| self.is_another(principal));
        (!is_of_another).then_some(principals)
    }

    /// Whether a principal is certainly not an identity of the set: it is that of another declared resource, or the caller of the deployment.
    fn is_another(&self, principal: &Value) -> bool {
        match self.cx.holder(principal) {
            Holder::Resource(node) => node != self.cx.first_declaration(self.set) || !self.system_assigned,
            Holder::Identity(node) => !(self.user_assigned && self.may_have(node)),
            Holder::Caller => !self.user_assigned,
            Holder::Nobody => true,
            Holder::Unknown => false,
        }
    }

    /// Whether a principal of the set is passed to where the analysis does not follow, so that a grant may be made there.
    pub(crate) fn may_elsewhere(&self) -> bool {
        let handed_out = |id: &Value| {
            let found = self.cx.resolve(id, &World::any(), self.set.deployment);
            found.values().any(|target| target.node().is_some_and(|node| self.cx.is_handed_out(node)))
        };
        self.system_assigned && self.cx.is_handed_out(self.set)
            || self.user_assigned && self.identities().is_some_and(|ids| ids.iter().any(handed_out))
    }

    /// The ids of the set's user-assigned identities, where all are known.
    fn identities(&self) -> Option<Vec<Value>> {
        let named = self.cx.get(self.set, "identity.userAssignedIdentities");
        let object = named.as_object()?;
        let mut ids: Vec<Value> = object.entries.keys().map(|id| Value::string(id.clone())).collect();
        if let Some(rest) = &object.rest {
            match (rest.members(), rest.origin()) {
                (Some(members), _) => ids.extend(members.iter().map(|(id, _)| id.clone())),
                (None, SymbolOrigin::Call(call)) if !call.args().is_empty() => ids.extend(call.args().iter().cloned()),
                _ => return None,
            }
        }
        Some(ids)
    }

    /// Whether the grant at `node` has nothing to do with this set and vault: it is in another deployment, its principal is an input of that deployment, and it
    /// names no vault that is certainly this one, which `names_vault` tells.
    fn is_of_others(&self, node: NodeId, principals: &Cases<Value>, names_vault: impl FnOnce() -> bool) -> bool {
        self.is_elsewhere(node) && principals.values().all(is_given) && !names_vault()
    }

    /// Whether the grant at `node` is in another deployment than the set and the vault.
    fn is_elsewhere(&self, node: NodeId) -> bool {
        node.deployment != self.set.deployment && node.deployment != self.vault.deployment
    }

    /// Whether `name` is certainly the vault's.
    fn is_own_name(&self, name: Option<&Value>) -> bool {
        let own = self.cx.resource(self.vault).and_then(|r| r.names.first());
        let pair = own.zip(name);
        pair.is_some_and(|(own, name)| self.cx.compare(own, name, Fold::Case) == Comparison::Equal)
    }

    /// Whether the scope of the role assignment at `node` is certainly the vault, or its resource group or subscription.
    fn names_own_vault(&self, node: NodeId, world: &World) -> bool {
        let Some(resource) = self.cx.resource(node) else { return false };
        let vault = self.cx.resource(self.vault);
        let same = |a: Option<&Value>, b: Option<&Value>| {
            a.zip(b).is_some_and(|(a, b)| self.cx.compare(a, b, Fold::Case) == Comparison::Equal)
        };
        let group = vault.map(|v| &v.scope.resource_group);
        let subscription = vault.map(|v| &v.scope.subscription);
        let targets = self.cx.resolve(&resource.extends, world, node.deployment);
        targets.values().any(|target| match target {
            Target::Nothing => same(Some(&resource.scope.resource_group), group),
            Target::Unknown => false,
            Target::Node(at) if *at == self.vault || Some(*at) == self.key => true,
            Target::Node(at) => match self.cx.resource(*at) {
                Some(r) if r.kind.is(RESOURCE_GROUPS) => same(r.names.first(), group),
                Some(r) => self.is_own_name(r.names.first()),
                None => false,
            },
            Target::Id(id) => match id.kind.to_ascii_lowercase().as_str() {
                "microsoft.resources/resourcegroups" => same(id.resource_group.as_ref(), group),
                "microsoft.resources/subscriptions" => same(id.subscription.as_ref(), subscription),
                _ => self.is_own_name(id.names.first()),
            },
        })
    }

    /// Whether the set may have the user-assigned identity at `identity`.
    fn may_have(&self, identity: NodeId) -> bool {
        self.identities().is_none_or(|ids| {
            ids.iter().any(|id| {
                let found = self.cx.resolve(id, &World::any(), self.set.deployment);
                !found.values().all(|target| matches!(target, Target::Node(node) if *node != identity))
            })
        })
    }

    /// Whether the scope of the role assignment at `node` may contain the vault or the key.
    fn reaches_vault(&self, node: NodeId, world: &World) -> bool {
        let Some(resource) = self.cx.resource(node) else { return true };
        let targets = self.cx.resolve(&resource.extends, world, node.deployment);
        targets.into_iter().any(|(_, target)| match target {
            Target::Nothing => {
                let scope = &resource.scope;
                self.holds_vault(Some(&scope.subscription), Some(&scope.resource_group))
            }
            Target::Unknown => true,
            Target::Node(at) if self.cx.is(at, kind::KEY) => self.key.is_none_or(|key| key == at),
            Target::Node(at) => match self.cx.resource(at) {
                Some(r) if r.kind.is(RESOURCE_GROUPS) => self.holds_vault(Some(&r.scope.subscription), r.names.first()),
                Some(r) if r.kind.is("Microsoft.Resources/subscriptions") => self.holds_vault(r.names.first(), None),
                _ => self.is_vault(&Target::Node(at)) != Some(false),
            },
            Target::Id(id) => match id.kind.to_ascii_lowercase().as_str() {
                "microsoft.resources/resourcegroups" => {
                    self.holds_vault(id.subscription.as_ref(), id.resource_group.as_ref())
                }
                "microsoft.resources/subscriptions" => self.holds_vault(id.subscription.as_ref(), None),
                "microsoft.management/managementgroups" => true,
                kind::folded::KEY => self.key.is_none() && self.names_vault(&id),
                _ => self.is_vault(&Target::Id(id)) != Some(false),
            },
        })
    }

    /// Whether the vault may be in that subscription and resource group.
    fn holds_vault(&self, subscription: Option<&Value>, resource_group: Option<&Value>) -> bool {
        let Some(vault) = self.cx.resource(self.vault) else { return true };
        let pairs = [(subscription, &vault.scope.subscription), (resource_group, &vault.scope.resource_group)];
        pairs.into_iter().all(|(there, here)| match there.filter(|there| !there.is_null()) {
            Some(there) if !here.is_null() => self.cx.compare(there, here, Fold::Case) != Comparison::Different,
            _ => true,
        })
    }

    /// Whether a resource is the vault; `None` where that is not known.
    fn is_vault(&self, target: &Target) -> Option<bool> {
        match target {
            Target::Node(node) if self.cx.first_declaration(*node) == self.cx.first_declaration(self.vault) => {
                Some(true)
            }
            Target::Node(node) => {
                let resource = self.cx.resource(*node)?;
                // An existing vault whose name is not known may be the declared one.
                let open = resource.kind.is(kind::VAULT) && resource.presence == Presence::Existing;
                let name = resource.names.first();
                if open && name.is_none_or(|n| self.has_name(n)) { None } else { Some(false) }
            }
            Target::Id(id) if id.kind.eq_ignore_ascii_case(kind::VAULT) => {
                if self.names_vault(id) {
                    None
                } else {
                    Some(false)
                }
            }
            Target::Id(_) => Some(false),
            Target::Nothing | Target::Unknown => None,
        }
    }

    fn names_vault(&self, id: &ResourceId) -> bool {
        id.names.first().is_none_or(|name| self.has_name(name))
            && self.holds_vault(id.subscription.as_ref(), id.resource_group.as_ref())
    }

    fn has_name(&self, name: &Value) -> bool {
        let Some(own) = self.cx.resource(self.vault).and_then(|r| r.names.first()) else { return true };
        self.cx.compare(own, name, Fold::Case) != Comparison::Different
    }
}

/// Whether an identity of that type may be a system-assigned one.
pub(crate) fn is_system_assigned(kind: &Value) -> bool {
    !is_text(kind, "UserAssigned") && !is_text(kind, "None")
}

/// Whether an identity of that type may include user-assigned ones.
pub(crate) fn is_user_assigned(kind: &Value) -> bool {
    !kind.is_null() && !is_text(kind, "SystemAssigned") && !is_text(kind, "None")
}
