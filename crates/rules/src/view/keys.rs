//! Reads the keys that encryption sets use.

use cmklint_graph::{
    AsPath, Cases, Comparison, DeploymentId, Fold, KeyUrl, Kind, NodeId, PropertyPath, ResourceId, Target, TextPart,
    UrlKind, Value, World,
};

use super::estate_view::View;
use super::kind;
use super::set_key::{KEY_URL, SOURCE_VAULT, SetKey, VaultRef};
use super::slot::{SetRef, SetTarget};
use super::walk::MAX_WORLDS;

impl View<'_> {
    /// The keys that the set at `set` uses, computed with the view.
    pub(super) fn keys_of_set(&self, set: NodeId) -> Vec<SetKey> {
        let mut out = Vec::new();
        for world in self.present(set, &World::any()) {
            for (world, url) in self.values(set, KEY_URL, &world) {
                for key in self.read_url(set, &url, &world) {
                    out.extend(self.with_source_vault(set, key));
                    if out.len() > MAX_WORLDS {
                        return out;
                    }
                }
            }
        }
        out
    }

    pub(super) fn read_url(&self, set: NodeId, url: &Value, world: &World) -> Vec<SetKey> {
        let base = SetKey { world: world.clone(), url: Some(url.clone()), ..SetKey::default() };
        // Empty text is how a required parameter looks before a value is given.
        if url.is_null() || url.as_str() == Some("") {
            return vec![SetKey { url: None, ..base }];
        }
        let fault = |why: String| vec![SetKey { fault: Some(why), ..base.clone() }];
        match &url.kind {
            Kind::Ref(r) => self.read_reference(r.node, &r.path, base),
            // A key's own URL, and a version after it.
            Kind::Template(parts) if matches!(parts.first(), Some(TextPart::Value(Value { kind: Kind::Ref(r), .. })) if self.is_key(r.node) && is_uri(&r.path)) => {
                match parts.first() {
                    Some(TextPart::Value(Value { kind: Kind::Ref(r), .. })) => self.read_key(r.node, None, base),
                    _ => vec![base],
                }
            }
            _ => match KeyUrl::parse(url) {
                Err(why) => fault(why.to_string()),
                Ok(None) => vec![base],
                Ok(Some(url)) => match url.kind {
                    UrlKind::Key => self.read_key_url(set, &url, base),
                    UrlKind::Secret => fault("it is the URL of a secret".to_owned()),
                    UrlKind::Certificate => fault("it is the URL of a certificate".to_owned()),
                },
            },
        }
    }

    fn is_key(&self, node: NodeId) -> bool {
        self.is(node, kind::KEY) || self.is(node, kind::HSM_KEY)
    }

    /// A reference to a property of another resource, used as a key URL.
    fn read_reference(&self, node: NodeId, path: &PropertyPath, base: SetKey) -> Vec<SetKey> {
        let Some(resource) = self.resource(node) else { return vec![base] };
        let is_id = path.is_empty() || path.is("id");
        let lower = path.last_name().unwrap_or_default().to_ascii_lowercase();
        let names_it = is_id || lower.ends_with("id") || lower.ends_with("uri") || lower.ends_with("uriwithversion");
        let fault = match resource.kind.folded() {
            kind::folded::KEY | kind::folded::HSM_KEY | kind::folded::KEY_VERSION if is_id => {
                "it is the key's resource id, not its URL"
            }
            kind::folded::KEY | kind::folded::HSM_KEY => {
                let versioned = match lower.as_str() {
                    "keyuriwithversion" => Some(true),
                    "keyuri" => Some(false),
                    _ => return vec![base], // … another property of the key: nothing is known about it
                };
                return self.read_key(node, versioned, base);
            }
            kind::folded::VAULT | kind::folded::HSM if is_id => "it is the id of a vault, not the URL of a key",
            kind::folded::VAULT | kind::folded::HSM
                if names_it && (lower.ends_with("vaulturi") || lower.ends_with("hsmuri")) =>
            {
                "it is the URI of a vault, not the URL of a key"
            }
            kind::folded::SECRET if names_it => "it names a secret, not a key",
            kind::folded::CERTIFICATE if names_it && !lower.contains("key") => "it names a certificate, not a key",
            _ => return vec![base],
        };
        vec![SetKey { fault: Some(fault.to_owned()), ..base }]
    }

    /// The key at `node`, with its vault.
    fn read_key(&self, node: NodeId, versioned: Option<bool>, base: SetKey) -> Vec<SetKey> {
        let Some(resource) = self.resource(node) else { return vec![base] };
        let hsm = resource.kind.is(kind::HSM_KEY);
        let [vault_name, key_name] = &resource.names[..] else {
            let world = base.world.clone();
            let present = self.present(node, &world).into_iter();
            return present
                .map(|world| SetKey { world, key: Some(node), managed_hsm: Some(hsm), versioned, ..base.clone() })
                .collect();
        };
        let kind = if hsm { kind::HSM } else { kind::VAULT };
        let vault = ResourceId::in_scope(&resource.scope, kind, vec![vault_name.clone()]);
        let mut out = Vec::new();
        for world in self.present(node, &base.world) {
            for (world, target) in self.find(&vault, &world, node.deployment) {
                out.push(SetKey {
                    world,
                    key: Some(node),
                    key_name: Some(key_name.clone()),
                    // The URL of a key outside the estate contains its vault's name, but not the subscription: a vault of the reader's own may have that name.
                    vault: match target {
                        Target::Node(vault) => VaultRef::Node(vault),
                        _ => VaultRef::Unknown,
                    },
                    vault_name: Some(self.deref(vault_name)),
                    managed_hsm: Some(hsm),
                    versioned,
                    ..base.clone()
                });
            }
        }
        out
    }

    /// A key by the parts of its URL.
    fn read_key_url(&self, set: NodeId, url: &KeyUrl, base: SetKey) -> Vec<SetKey> {
        let home = set.deployment;
        let base = SetKey {
            key_name: Some(url.name.clone()),
            managed_hsm: url.managed_hsm,
            versioned: Some(url.version.is_some()),
            ..base
        };
        let hsm = url.managed_hsm == Some(true);
        let vaults: Cases<Target> = match (url.vault, &url.vault_name) {
            (Some(node), _) => {
                let node = self.estate.canonical(node);
                self.present(node, &base.world).into_iter().map(|world| (world, Target::Node(node))).collect()
            }
            (None, Some(name)) if url.managed_hsm.is_some() => {
                let kind = if hsm { kind::HSM } else { kind::VAULT };
                self.estate.find_by_global_name(kind, name, &base.world, home)
            }
            _ => Cases::one(base.world.clone(), Target::Unknown),
        };
        let mut out = Vec::new();
        for (world, target) in vaults {
            let Target::Node(vault) = target else {
                out.push(SetKey { world, vault_name: url.vault_name.clone(), ..base.clone() });
                continue;
            };
            let vault_name = self.resource(vault).and_then(|r| r.names.first()).map(|n| self.deref(n));
            let base = SetKey { vault: VaultRef::Node(vault), vault_name, ..base.clone() };
            for (world, key) in self.key_in_vault(vault, &url.name, &world, home) {
                out.push(SetKey { world, key, ..base.clone() });
            }
        }
        out
    }

    /// The key `name` of the vault at `vault`, where the estate holds it.
    fn key_in_vault(&self, vault: NodeId, name: &Value, world: &World, home: DeploymentId) -> Cases<Option<NodeId>> {
        let unknown = || Cases::one(world.clone(), None);
        let Some(resource) = self.resource(vault) else { return unknown() };
        let Some(vault_name) = resource.names.first() else { return unknown() };
        let kind = if resource.kind.is(kind::HSM) { kind::HSM_KEY } else { kind::KEY };
        let id = ResourceId::in_scope(&resource.scope, kind, vec![vault_name.clone(), name.clone()]);
        let mut found = [home, vault.deployment]
            .into_iter()
            .map(|deployment| self.find(&id, world, deployment).filter_map(|target| target.node()));
        found.find(|keys| !keys.is_empty()).map_or_else(unknown, |keys| keys.map(Some))
    }

    /// Where the key URL does not identify the vault, the set's source vault may.
    fn with_source_vault(&self, set: NodeId, key: SetKey) -> Vec<SetKey> {
        if matches!(key.vault, VaultRef::Node(_)) {
            return vec![key];
        }
        let named = self.targets(set, SOURCE_VAULT, &key.world).into_iter();
        named
            .map(|(world, target)| {
                let key = SetKey { world, ..key.clone() };
                let known = |vault: VaultRef, name: Option<Value>, hsm: bool| SetKey {
                    vault,
                    vault_by_id: true,
                    vault_name: key.vault_name.clone().or(name),
                    managed_hsm: key.managed_hsm.or(Some(hsm)),
                    ..key.clone()
                };
                match target {
                    Target::Node(node) if self.is(node, kind::VAULT) || self.is(node, kind::HSM) => {
                        let name = self.resource(node).and_then(|r| r.names.first()).map(|n| self.deref(n));
                        known(VaultRef::Node(node), name, self.is(node, kind::HSM))
                    }
                    Target::Id(id)
                        if id.kind.eq_ignore_ascii_case(kind::VAULT) || id.kind.eq_ignore_ascii_case(kind::HSM) =>
                    {
                        let (name, hsm) = (id.names.first().cloned(), id.kind.eq_ignore_ascii_case(kind::HSM));
                        known(VaultRef::Id(id), name, hsm)
                    }
                    _ => key.clone(),
                }
            })
            .collect()
    }

    /// Whether two sets have the same key, in each world within `world`: the same set, or the same vault and key name whatever the version.
    pub(crate) fn same_key(&self, a: &SetRef, b: &SetRef, world: &World) -> Cases<Comparison> {
        match (&a.target, &b.target) {
            (SetTarget::Node(x), SetTarget::Node(y)) if x == y => Cases::one(world.clone(), Comparison::Equal),
            (SetTarget::Node(x), SetTarget::Node(y)) => {
                let mut out = Cases::none();
                for x in self.keys_of(*x) {
                    let Some(world) = world.and(&x.world) else { continue };
                    for y in self.keys_of(*y) {
                        let Some(world) = world.and(&y.world) else { continue };
                        out.extend(self.compare_keys(x, y, &world));
                        if out.len() > MAX_WORLDS {
                            return out;
                        }
                    }
                }
                out
            }
            _ => match self.compare(&a.value, &b.value, Fold::Case) {
                Comparison::Equal => Cases::one(world.clone(), Comparison::Equal),
                _ => Cases::one(world.clone(), Comparison::Unknown),
            },
        }
    }

    fn compare_keys(&self, a: &SetKey, b: &SetKey, world: &World) -> Cases<Comparison> {
        if a.fault.is_some() || b.fault.is_some() {
            return Cases::one(world.clone(), Comparison::Unknown);
        }
        if a.key.is_some() && a.key == b.key {
            return Cases::one(world.clone(), Comparison::Equal);
        }
        let vault = match (a.managed_hsm, b.managed_hsm) {
            (Some(x), Some(y)) if x != y => Cases::one(world.clone(), Comparison::Different),
            _ => self.compare_names(a.vault_name.as_ref(), b.vault_name.as_ref(), world),
        };
        vault.and_then(|world, vault| {
            let name = self.compare_names(a.key_name.as_ref(), b.key_name.as_ref(), &world);
            name.map(|name| vault.and(name))
        })
    }

    fn compare_names(&self, a: Option<&Value>, b: Option<&Value>, world: &World) -> Cases<Comparison> {
        match (a, b) {
            (Some(a), Some(b)) => self.compare_cases(a, b, Fold::Case, world),
            _ => Cases::one(world.clone(), Comparison::Unknown),
        }
    }
}

fn is_uri(path: &PropertyPath) -> bool {
    path.last_name().is_some_and(|name| name.to_ascii_lowercase().ends_with("keyuri"))
}
