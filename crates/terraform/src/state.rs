//! States that roots share: the one that a root writes (its `backend`), and those that it reads (`terraform_remote_state`).
//! <https://developer.hashicorp.com/terraform/language/state/remote-state-data>

use std::sync::Arc;

use cmklint_graph::{DeploymentId, Kind, Object, StepKind, Symbol, Value};

use crate::eval::{Evaluator, FilesAlone, InstanceId, ModuleId, Origin, Scope, Surroundings};
use crate::inputs::Inputs;
use crate::other_roots::{FromOtherRoots, StateKey, StateRead, Workspace};
use crate::root::Root;
use crate::stack::with_stack;
use crate::values::prune;

/// The file of a local state, where the backend doesn't name another.
const LOCAL_STATE: &str = "terraform.tfstate";

/// The data source that reads another root's outputs.
pub const DATA_SOURCE: &str = "terraform_remote_state";

impl Root<'_> {
    /// The state that it writes. `None` where that is not fully stated: a backend that gets its settings on the command line, or of an
    /// unknown type.
    #[must_use]
    pub fn state_written(&self) -> Option<StateKey> {
        let config = self.config();
        // Override files come last.
        let stated = config.settings.iter().rev().flat_map(|settings| &settings.body.blocks);
        let Some(block) = stated.into_iter().find(|block| matches!(&*block.kind, "backend" | "cloud")) else {
            // Without a backend the state is a file beside the root.
            return Some(StateKey { backend: "local", parts: vec![cmklint_source::join(self.dir(), LOCAL_STATE)?] });
        };
        let mut evaluator = self.begin(DeploymentId(0), &FilesAlone, Inputs::default(), &[]);
        let stated = evaluator.body(&block.body, &Scope::of(ModuleId(0)), false, false);
        let Kind::Object(stated) = &stated.kind else { return None };
        let backend = if &*block.kind == "cloud" { Arc::from("remote") } else { block.label(0) };
        key(&backend, stated, &evaluator)
    }

    /// The states that it and its modules read, each once, sorted; only those that the files state fully.
    #[must_use]
    pub fn states_read(&self) -> Vec<StateRead> {
        let work = || all_read(&mut self.begin(DeploymentId(0), &FilesAlone, Inputs::default(), &[]));
        with_stack(work).unwrap_or_default()
    }
}

fn all_read(evaluator: &mut Evaluator<'_>) -> Vec<StateRead> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(module) = evaluator.modules.get(at) {
        let config = Arc::clone(&module.config);
        for (index, (address, block)) in config.resources.iter().enumerate() {
            if !address.data || &*address.kind != DATA_SOURCE {
                continue;
            }
            let instances = evaluator.expansion(ModuleId(at), index).map(|e| e.instances.clone()).unwrap_or_default();
            for id in instances {
                let stated = evaluator.instance_body(id, block.block.header);
                if let Kind::Object(stated) = &stated.kind {
                    out.extend(read_by(stated, evaluator));
                }
            }
        }
        for (name, call) in &config.calls {
            let _ = evaluator.module_expansion(ModuleId(at), name, call.block.header);
        }
        at += 1;
    }
    out.sort();
    out.dedup();
    out
}

/// The state that a data source with the arguments `stated` reads.
fn read_by(stated: &Object, evaluator: &Evaluator<'_>) -> Option<StateRead> {
    let get = |name: &str| stated.entries.get(name).map(|entry| &entry.value);
    let workspace = match get("workspace") {
        None => Workspace::Default,
        Some(value) => match &value.kind {
            Kind::Null => Workspace::Default,
            Kind::String(name) if &**name == "default" => Workspace::Default,
            Kind::String(name) => Workspace::Named(name.to_string()),
            _ if evaluator.origin(value) == Some(Origin::Workspace) => Workspace::Own,
            _ => return None,
        },
    };
    let config = get("config").cloned().unwrap_or_else(|| Value::object(Object::default()));
    let Kind::Object(config) = &first(&config).kind else { return None };
    Some(StateRead { key: key(get("backend")?.as_str()?, config, evaluator)?, workspace })
}

/// The one block of a list of blocks, or the value itself.
fn first(value: &Value) -> Value {
    match &value.kind {
        Kind::Array(array) => array.items.first().cloned().unwrap_or_else(Value::null),
        _ => value.clone(),
    }
}

/// The key of a state, by the backend's type.
fn key(backend: &str, stated: &Object, evaluator: &Evaluator<'_>) -> Option<StateKey> {
    let get = |name: &str| stated.entries.get(name).map(|entry| entry.value.clone()).filter(|v| !v.is_null());
    let text = |name: &str| Some(get(name)?.as_str()?.to_owned());
    // <https://developer.hashicorp.com/terraform/language/backend>
    let (backend, parts) = match backend {
        // Names of accounts and containers are in lower case; an account's is unique worldwide.
        "azurerm" => ("azurerm", vec![text("storage_account_name")?, text("container_name")?, text("key")?]),
        "s3" => ("s3", vec![text("bucket")?, text("key")?]),
        "gcs" => ("gcs", vec![text("bucket")?, text("prefix")?]),
        "local" => {
            let path = get("path").unwrap_or_else(|| Value::string(LOCAL_STATE));
            ("local", vec![evaluator.path_in_tree(&path)?])
        }
        "remote" => {
            let host = match get("hostname") {
                Some(host) => host.as_str()?.to_owned(),
                None => "app.terraform.io".to_owned(),
            };
            let workspaces = first(&get("workspaces")?);
            let Kind::Object(workspaces) = &workspaces.kind else { return None };
            let name = workspaces.entries.get("name")?.value.as_str()?.to_owned();
            ("remote", vec![host, text("organization")?, name])
        }
        _ => return None,
    };
    Some(StateKey { backend, parts })
}

impl Surroundings for FromOtherRoots {
    /// Outputs that the state doesn't have are not known.
    fn add_state_outputs(&self, evaluator: &mut Evaluator<'_>, id: InstanceId, object: &mut Object) {
        let Some(read) = read_by(object, evaluator) else { return };
        let Some((root, outputs)) = self.states.get(&read) else { return };
        let Some(instance) = evaluator.instances.get(id.0) else { return };
        let (address, module, block) = (Arc::clone(&instance.address), instance.module, instance.block);
        let header = block.and_then(|block| evaluator.with_block(module, block, |_, b| b.block.header));
        let symbol = Symbol::new(format!("{}:{address}.outputs", evaluator.id), format!("{address}.outputs"));
        let mut known = Object { rest: Some(symbol), ..Object::default() };
        for (name, value) in outputs.iter() {
            let mut value = value.clone();
            if let Some(header) = header {
                value = value.via(header, StepKind::Reference, format!("the state of {root}"));
            }
            known.insert(Arc::clone(name), None, value);
        }
        object.insert("outputs", None, prune(&Value::object(known)));
    }
}
