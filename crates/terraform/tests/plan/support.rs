//! A plan or state beside the files of a root, and questions to what it gives.

use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, Kind, Resource, Value, canonical};
use cmklint_source::{Diagnostic, MemoryLoader, SourceFile, Sources};
use cmklint_terraform::Options;
use cmklint_terraform::plan::{Document, Plan, PlanRequest, RootFolder};
use serde_json::{Value as Json, json};

pub(crate) const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000001";

pub(crate) struct Tree {
    pub(crate) sources: Sources,
    pub(crate) file: Arc<SourceFile>,
}

/// The text `document` as `plan.json`, and `files`.
pub(crate) fn tree(document: &str, files: &[(&str, &str)]) -> Tree {
    let all = files.iter().copied().chain([("plan.json", document)]);
    let sources = Sources::new(MemoryLoader::new(all));
    let file = sources.load("plan.json").unwrap();
    Tree { sources, file }
}

impl Tree {
    pub(crate) fn plan(&self, root: Option<&str>) -> Plan {
        let document = Document::read(&self.file).unwrap();
        let (after, before) = (DeploymentId(0), DeploymentId(1));
        document.plan(&PlanRequest { root, sources: &self.sources, options: &Options::default(), after, before })
    }

    pub(crate) fn root(&self, folders: &[&str]) -> RootFolder {
        let folders: Vec<String> = folders.iter().map(|f| (*f).to_owned()).collect();
        Document::read(&self.file).unwrap().root(&folders, &self.sources, &Options::default())
    }

    /// The text at `span`.
    pub(crate) fn at(&self, span: cmklint_source::Span) -> String {
        let file = self.sources.get(span.file).unwrap();
        format!("{}: {}", file.path(), file.slice(span))
    }

    pub(crate) fn errors(&self) -> Vec<(&'static str, String, String)> {
        match Document::read(&self.file) {
            Ok(document) => {
                let state = document.state(&self.sources, &Options::default(), DeploymentId(0));
                self.messages(&state.diagnostics)
            }
            Err(diagnostics) => self.messages(&diagnostics),
        }
    }

    pub(crate) fn messages(&self, diagnostics: &[Diagnostic]) -> Vec<(&'static str, String, String)> {
        let place = |d: &Diagnostic| d.span.map_or_else(String::new, |s| self.at(s));
        diagnostics.iter().map(|d| (d.code, d.message.clone(), place(d))).collect()
    }
}

pub(crate) fn resource<'d>(deployment: &'d Deployment, address: &str) -> &'d Resource {
    let all = &deployment.resources;
    all.iter().find(|r| &*r.address == address).unwrap_or_else(|| {
        panic!("no {address} among {:?}", all.iter().map(|r| r.address.to_string()).collect::<Vec<_>>())
    })
}

/// The property as text; references by address.
pub(crate) fn get(deployment: &Deployment, address: &str, path: &str) -> String {
    shown(deployment, &resource(deployment, address).get(path))
}

pub(crate) fn shown(deployment: &Deployment, value: &Value) -> String {
    match &value.kind {
        Kind::Ref(r) => format!("{}.{}", deployment.resources[r.node.index as usize].address, r.path),
        Kind::Symbol(symbol) => format!("<{}>", symbol.label()),
        Kind::Array(array) => {
            let items: Vec<String> = array.items.iter().map(|i| shown(deployment, i)).collect();
            format!("[{}]", items.join(", "))
        }
        _ => canonical(value).trim_matches('"').to_owned(),
    }
}

/// A change as a plan has it: what stands, what is to be, and what of that is known only after apply.
pub(crate) fn change(address: &str, before: Json, after: Json, unknown: Json) -> Json {
    let (module, own) = match address.rfind("module.") {
        Some(at) => {
            let end = at + address[at..].match_indices('.').nth(1).unwrap().0;
            (Some(&address[..end]), &address[end + 1..])
        }
        None => (None, address),
    };
    let own = own.strip_prefix("data.").unwrap_or(own);
    let (kind, name) = own.split_once('.').unwrap();
    let (name, index) = match name.split_once('[') {
        Some((name, key)) => (name, serde_json::from_str(key.trim_end_matches(']')).unwrap()),
        None => (name, Json::Null),
    };
    let actions = match (&before, &after) {
        (Json::Null, _) => json!(["create"]),
        (_, Json::Null) => json!(["delete"]),
        (before, after) if before == after => json!(["no-op"]),
        _ => json!(["update"]),
    };
    let mut out = json!({
        "address": address, "mode": "managed", "type": kind, "name": name,
        "provider_name": "registry.terraform.io/hashicorp/azurerm",
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": unknown,
                   "before_sensitive": {}, "after_sensitive": {}}
    });
    if !index.is_null() {
        out["index"] = index;
    }
    if let Some(module) = module {
        out["module_address"] = json!(module);
    }
    out
}

/// A plan of these changes; its planned values are those of the changes.
pub(crate) fn plan(changes: Vec<Json>, configuration: Json) -> Json {
    json!({
        "format_version": "1.2", "terraform_version": "1.11.4",
        "planned_values": {"root_module": {}},
        "resource_changes": changes,
        "configuration": configuration
    })
}

/// A configured resource with these expressions.
pub(crate) fn configured(address: &str, expressions: Json) -> Json {
    let (kind, name) = address.split_once('.').unwrap();
    json!({"address": address, "mode": "managed", "type": kind, "name": name,
           "provider_config_key": "azurerm", "expressions": expressions, "schema_version": 0})
}

pub(crate) fn refers(to: &[&str]) -> Json {
    json!({"references": to})
}
