//! Estates by hand. A resource's body is JSON, in which some objects stand for what JSON has no words for:
//! `{"$ref": ["address", "path"]}`, `{"$symbol": "x"}`, `{"$if": "x", "then": …, "else": …}`, `{"$join": ["a", {"$symbol": "x"}]}`.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)] // each test file uses its own part

use cmklint_graph::{
    Array, Atom, Deployment, DeploymentId, DeploymentKey, Estate, Kind, NodeId, Object, Presence, Resource,
    ResourceType, Root, Scope, StepKind, Symbol, Value, concat,
};
use cmklint_rules::{Finding, Settings, run};
use cmklint_source::{FileId, MemoryLoader, Sources, Span};
use serde_json::{Value as Json, json};

pub(crate) const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000001";
pub(crate) const OTHER: &str = "00000000-0000-0000-0000-000000000002";
/// A key URL that names a version.
pub(crate) const URL: &str = "https://kv.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef";

/// A deployment that is being made.
pub(crate) struct Build {
    pub(crate) id: DeploymentId,
    key: DeploymentKey,
    file: FileId,
    at: usize,
    resources: Vec<Resource>,
}

impl Build {
    /// The deployment number `id` of the root `root`, whose text is in a file of its own.
    pub(crate) fn new(id: u32, root: &str) -> Self {
        Self::of(id, DeploymentKey::of(Root::module(root)))
    }

    /// As [`Self::new`], of a root with its inputs.
    pub(crate) fn of(id: u32, key: DeploymentKey) -> Self {
        let sources = Sources::new(MemoryLoader::new((0..64).map(|i| (format!("f{i}"), ""))));
        let mut file = sources.load("f0").unwrap().id();
        for i in 0..=id {
            file = sources.load(&format!("f{i}")).unwrap().id();
        }
        Self { id: DeploymentId(id), key, file, at: 0, resources: Vec::new() }
    }

    fn span(&mut self) -> Span {
        self.at += 10;
        Span::new(self.file, self.at, self.at + 5)
    }

    fn node(&self, address: &str) -> NodeId {
        self.resources.iter().find(|r| &*r.address == address).unwrap_or_else(|| panic!("no {address}")).id
    }

    fn symbol(&self, name: &str) -> Symbol {
        Symbol::new(format!("{}:{name}", self.id), name)
    }

    /// The value that `json` stands for.
    pub(crate) fn value(&mut self, json: &Json) -> Value {
        match json {
            Json::Null => Value::null(),
            Json::Bool(b) => Value::bool(*b),
            Json::Number(n) => Value::int(n.as_i64().unwrap()),
            Json::String(s) => Value::string(s.as_str()),
            Json::Array(items) => {
                let items = items.iter().map(|i| self.placed("", i)).collect();
                Value::new(Kind::Array(Array { items, ..Array::default() }.into()))
            }
            Json::Object(map) => {
                if let Some(r) = map.get("$ref") {
                    return Value::reference(self.node(r[0].as_str().unwrap()), r[1].as_str().unwrap());
                }
                if let Some(name) = map.get("$symbol") {
                    return Value::symbol(self.symbol(name.as_str().unwrap()));
                }
                if let Some(name) = map.get("$if") {
                    let atom = Atom::truth(self.symbol(name.as_str().unwrap()));
                    return Value::choice(atom, self.value(&map["then"]), self.value(&map["else"]));
                }
                if let Some(Json::Array(parts)) = map.get("$join") {
                    let parts: Vec<Value> = parts.iter().map(|p| self.value(p)).collect();
                    return concat(&parts);
                }
                let mut object = Object::default();
                for (name, value) in map {
                    let key = self.span();
                    let value = self.placed(name, value);
                    object.insert(name.as_str(), Some(key), value);
                }
                Value::object(object)
            }
        }
    }

    fn placed(&mut self, name: &str, json: &Json) -> Value {
        let span = self.span();
        self.value(json).via(span, StepKind::Attribute, name)
    }

    /// Adds a declared resource in `westeurope` of the first subscription.
    pub(crate) fn add(&mut self, kind: &str, address: &str, names: &[&str], body: Json) -> &mut Resource {
        let id = NodeId { deployment: self.id, index: self.resources.len() as u32 };
        let span = self.span();
        let location = self.placed("location", &json!("westeurope"));
        let body = self.value(&body);
        self.resources.push(Resource {
            id,
            kind: ResourceType::new(kind),
            address: address.into(),
            names: names.iter().map(|n| Value::string(*n)).collect(),
            scope: Scope { subscription: Value::string(SUBSCRIPTION), resource_group: Value::string("rg") },
            location,
            presence: Presence::Declared,
            condition: Value::bool(true),
            body,
            further: 0,
            extends: Value::null(),
            span,
            whole: span,
            calls: Vec::new(),
            dialect: cmklint_graph::Dialect::Json,
        });
        self.resources.last_mut().unwrap()
    }

    /// A resource added before.
    pub(crate) fn get(&mut self, address: &str) -> &mut Resource {
        self.resources.iter_mut().find(|r| &*r.address == address).unwrap()
    }

    /// Puts the resource at `address` where `json` says.
    pub(crate) fn locate(&mut self, address: &str, json: Json) {
        let location = self.placed("location", &json);
        self.get(address).location = location;
    }

    /// Lets the resource at `address` be deployed where the symbol `name` is true.
    pub(crate) fn when(&mut self, address: &str, name: &str) {
        let atom = Atom::truth(self.symbol(name));
        self.get(address).condition = Value::choice(atom, Value::bool(true), Value::bool(false));
    }

    /// A vault `kv` that gives no reason for a finding, and its RSA key `disks`.
    pub(crate) fn vault_and_key(&mut self) {
        self.add(
            "Microsoft.KeyVault/vaults",
            "kv",
            &["kv"],
            json!({"properties": {
                "sku": {"name": "standard"}, "enablePurgeProtection": true, "accessPolicies": {"$symbol": "policies"}
            }}),
        );
        self.key("kv", "disks", json!({"kty": "RSA", "keySize": 3072}));
    }

    /// A key, its address `VAULT/KEY`.
    pub(crate) fn key(&mut self, vault: &str, key: &str, properties: Json) {
        let address = format!("{vault}/{key}");
        self.add("Microsoft.KeyVault/vaults/keys", &address, &[vault, key], json!({"properties": properties}));
    }

    /// An encryption set whose key URL is `url`.
    pub(crate) fn set(&mut self, address: &str, url: Json) {
        self.add(
            "Microsoft.Compute/diskEncryptionSets",
            address,
            &[address],
            json!({"identity": {"type": "SystemAssigned"}, "properties": {"activeKey": {"keyUrl": url}}}),
        );
    }

    /// A disk with those `properties`.
    pub(crate) fn disk(&mut self, address: &str, properties: Json) {
        self.add("Microsoft.Compute/disks", address, &[address], json!({"properties": properties}));
    }

    /// A disk that names the set at `set`.
    pub(crate) fn disk_with(&mut self, address: &str, set: &str) {
        self.disk(address, json!({"encryption": {"diskEncryptionSetId": {"$ref": [set, "id"]}}}));
    }

    /// The deployment.
    pub(crate) fn done(self) -> Deployment {
        Deployment { resources: self.resources, ..Deployment::empty(self.id, self.key) }
    }
}

/// The findings in a single deployment made by `f`, with the default settings.
pub(crate) fn lint(f: impl FnOnce(&mut Build)) -> Vec<Finding> {
    lint_with(&Settings::default(), f)
}

/// The findings in a single deployment made by `f`.
pub(crate) fn lint_with(settings: &Settings, f: impl FnOnce(&mut Build)) -> Vec<Finding> {
    let mut build = Build::new(0, "root");
    f(&mut build);
    run(&Estate::new(vec![build.done()]), settings).findings
}

/// The rules' ids, each as often as it was found.
pub(crate) fn ids(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|f| f.rule.id).collect()
}

/// The only finding.
#[track_caller]
pub(crate) fn only(findings: Vec<Finding>, id: &str) -> Finding {
    assert_eq!(ids(&findings), [id], "{:?}", findings.iter().map(|f| &f.message).collect::<Vec<_>>());
    findings.into_iter().next().unwrap()
}

/// That nothing is found.
#[track_caller]
pub(crate) fn clean(findings: &[Finding]) {
    assert!(findings.is_empty(), "{:?}", findings.iter().map(|f| (f.rule.id, &f.message)).collect::<Vec<_>>());
}
