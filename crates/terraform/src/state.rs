//! States that roots share: the one a root writes (its `backend`), and those it reads (`terraform_remote_state`).
//! <https://developer.hashicorp.com/terraform/language/state/remote-state-data>

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{DeploymentId, Kind, Object, Part, StepKind, Symbol, Value};
use cmklint_source::Sources;

use crate::config;
use crate::eval::{Evaluator, InstanceId, ModuleId, Scope};
use crate::options::Options;
use crate::syntax::ParseCache;
use crate::terragrunt::Inputs;
use crate::values::{self, prune};

/// The data source that reads another root's outputs.
pub const DATA_SOURCE: &str = "terraform_remote_state";

/// Which state it is: the backend's type, and what tells its states apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateKey {
    backend: &'static str,
    parts: Vec<String>,
}

/// Which of a state's workspaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Workspace {
    /// `default`, or none.
    Default,
    /// The one of this name.
    Named(String),
    /// The reader's own (`terraform.workspace`).
    Own,
}

/// A state that a root reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateRead {
    /// The state.
    pub key: StateKey,
    /// Its workspace.
    pub workspace: Workspace,
}

/// What other roots of the run give one.
#[derive(Debug, Default)]
pub struct Given {
    /// Values of variables: they win over files, and `--var` over them.
    pub variables: BTreeMap<String, Value>,
    /// The outputs of the states that it reads, each with what a person calls the root that writes it.
    pub states: BTreeMap<StateRead, (String, BTreeMap<Arc<str>, Value>)>,
    /// Whether the root's own outputs are wanted.
    pub outputs_wanted: bool,
}

/// Gives the root of `evaluator` what other roots give it.
pub(crate) fn give<'a>(evaluator: &mut Evaluator<'a>, given: &'a Given) {
    evaluator.given = Some(given);
    let flags = &evaluator.options.variables;
    let wins = |name: &String| !flags.iter().any(|(flag, _)| flag == name);
    if let Some(root) = evaluator.modules.first_mut() {
        root.inputs.extend(given.variables.iter().filter(|(n, _)| wins(n)).map(|(n, v)| (n.clone(), v.clone())));
    }
}

/// The state that the root in `dir` writes. `None` where it doesn't say in full: a backend that gets its settings on the command line, or of a type that isn't known.
#[must_use]
pub fn state_written(dir: &str, sources: &Sources, options: &Options) -> Option<StateKey> {
    let config = config::load(dir, sources, &options.cache);
    // Override files come last.
    let stated = config.settings.iter().rev().flat_map(|settings| &settings.body.blocks);
    let Some(block) = stated.into_iter().find(|block| matches!(&*block.kind, "backend" | "cloud")) else {
        // Without a backend the state is a file beside the root.
        return key("local", &Object::default(), dir);
    };
    let mut evaluator = begin(dir, sources, options, &[]);
    let stated = evaluator.body(&block.body, &Scope::of(ModuleId(0)), false, false);
    let Kind::Object(stated) = &stated.kind else { return None };
    let backend = if &*block.kind == "cloud" { Arc::from("remote") } else { block.label(0) };
    key(&backend, stated, dir)
}

/// The states that the root in `dir` reads, its modules included, each once, sorted; those that the files tell in full.
#[must_use]
pub fn states_read(dir: &str, sources: &Sources, options: &Options, tfvars: &[String]) -> Vec<StateRead> {
    crate::with_stack(|| reads(&mut begin(dir, sources, options, tfvars))).unwrap_or_default()
}

/// The root in `dir`, to ask what it says of states.
fn begin<'a>(dir: &str, sources: &'a Sources, options: &'a Options, tfvars: &[String]) -> Evaluator<'a> {
    crate::begin(dir, sources, options, DeploymentId(0), tfvars, Inputs::default(), &[])
}

/// The names of the outputs that the root in `dir` declares.
#[must_use]
pub fn outputs_of(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<Arc<str>> {
    config::load(dir, sources, cache).outputs.keys().cloned().collect()
}

/// The names of the variables that the root in `dir` declares.
#[must_use]
pub fn variables_of(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<Arc<str>> {
    config::load(dir, sources, cache).variables.keys().cloned().collect()
}

/// The values of the root's outputs.
pub(crate) fn outputs(evaluator: &mut Evaluator<'_>) -> BTreeMap<Arc<str>, Value> {
    let root = ModuleId(0);
    let Some(config) = evaluator.module(root).map(|m| Arc::clone(&m.config)) else { return BTreeMap::new() };
    let stated = config.outputs.iter().filter_map(|(name, output)| Some((name, output.value.as_ref()?.span)));
    stated.map(|(name, span)| (Arc::clone(name), prune(&evaluator.output(root, name, span)))).collect()
}

fn reads(evaluator: &mut Evaluator<'_>) -> Vec<StateRead> {
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
                    out.extend(read(stated, &root_dir(evaluator)));
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

fn root_dir(evaluator: &Evaluator<'_>) -> String {
    evaluator.module(ModuleId(0)).map(|m| m.dir.clone()).unwrap_or_default()
}

/// The state that a data source with the arguments `stated` reads.
fn read(stated: &Object, dir: &str) -> Option<StateRead> {
    let get = |name: &str| stated.entries.get(name).map(|entry| &entry.value);
    let workspace = match get("workspace") {
        None => Workspace::Default,
        Some(value) => match &value.kind {
            Kind::Null => Workspace::Default,
            Kind::String(name) if &**name == "default" => Workspace::Default,
            Kind::String(name) => Workspace::Named(name.to_string()),
            Kind::Symbol(symbol) if symbol.label() == "terraform.workspace" => Workspace::Own,
            _ => return None,
        },
    };
    let config = get("config").cloned().unwrap_or_else(|| Value::object(Object::default()));
    let Kind::Object(config) = &first(&config).kind else { return None };
    Some(StateRead { key: key(get("backend")?.as_str()?, config, dir)?, workspace })
}

/// The one block of a list of blocks, or the value itself.
fn first(value: &Value) -> Value {
    match &value.kind {
        Kind::Array(array) => array.items.first().cloned().unwrap_or_else(Value::null),
        _ => value.clone(),
    }
}

/// What tells a state apart, by the backend's type.
fn key(backend: &str, stated: &Object, dir: &str) -> Option<StateKey> {
    let get = |name: &str| stated.entries.get(name).map(|entry| entry.value.clone()).filter(|v| !v.is_null());
    let text = |name: &str| Some(get(name)?.as_str()?.to_owned());
    // <https://developer.hashicorp.com/terraform/language/backend>
    let (backend, parts) = match backend {
        // Names of accounts and containers are in lower case; an account's is unique in the world.
        "azurerm" => ("azurerm", vec![text("storage_account_name")?, text("container_name")?, text("key")?]),
        "s3" => ("s3", vec![text("bucket")?, text("key")?]),
        "gcs" => ("gcs", vec![text("bucket")?, text("prefix")?]),
        "local" => {
            let path = get("path").unwrap_or_else(|| Value::string("terraform.tfstate"));
            ("local", vec![tree_path(&path, dir)?])
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

/// The path in the tree of the file at `path`, seen from the root in `dir`. It may begin with `path.module` or `path.root`.
fn tree_path(path: &Value, dir: &str) -> Option<String> {
    match &path.kind {
        Kind::String(text) => cmklint_source::join(dir, text),
        Kind::Template(parts) => match &parts[..] {
            [Part::Value(Value { kind: Kind::Symbol(symbol), .. }), Part::Text(rest)] => {
                let from = match symbol.label() {
                    "path.module" => symbol.key().rsplit_once("path.module:")?.1,
                    "path.root" | "path.cwd" => dir,
                    _ => return None,
                };
                cmklint_source::join(from, rest.trim_start_matches('/'))
            }
            _ => None,
        },
        _ => None,
    }
}

impl Evaluator<'_> {
    /// Puts the outputs of the state that the data source `id` reads into `object`, where a root of the run writes it. What they don't have is not known.
    pub(crate) fn state_outputs(&mut self, id: InstanceId, object: &mut Object) {
        let Some(given) = self.given.filter(|given| !given.states.is_empty()) else { return };
        let Some(read) = read(object, &root_dir(self)) else { return };
        let Some((root, outputs)) = given.states.get(&read) else { return };
        let Some(instance) = self.instances.get(id.0) else { return };
        let (address, module, block) = (Arc::clone(&instance.address), instance.module, instance.block);
        let header = block.and_then(|block| self.with_block(module, block, |_, b| b.block.header));
        let symbol = Symbol::new(format!("{}:{address}.outputs", self.id), format!("{address}.outputs"));
        let mut known = Object { rest: Some(symbol), ..Object::default() };
        for (name, value) in outputs {
            let mut value = value.clone();
            if let Some(header) = header {
                value = value.via(header, StepKind::Reference, format!("the state of {root}"));
            }
            known.insert(Arc::clone(name), None, value);
        }
        object.insert("outputs", None, values::prune(&Value::object(known)));
    }
}
