//! Terraform, read into the resource graph.
//!
//! A root module, its variable files and the local modules it calls are evaluated as far as the files tell: what only a
//! deployment knows is a symbol. Blocks of azurerm become nodes in ARM's words by a table; azapi's are in these words already.

mod config;
mod eval;
mod functions;
mod instances;
mod known;
mod lower;
mod modules;
mod options;
pub mod plan;
mod state;
mod syntax;
mod table;
mod template_text;
pub mod terragrunt;
mod values;
mod version;

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, Move, Value};
use cmklint_source::{Diagnostic, SourceFile, Sources, Span};

use eval::{Evaluator, ModuleId};
pub use instances::{Instantiation, instantiations};
pub use options::{CallModules, Limits, Options};
pub use state::{
    DATA_SOURCE, Given, StateKey, StateRead, Workspace, outputs_of, state_written, states_read, variables_of,
};
pub use syntax::ParseCache;
pub use template_text::TemplateText;

/// The stack on which a root is evaluated, in bytes: recursion is bounded by [`Limits::depth`], which fits in it.
const STACK: usize = 128 << 20;

/// What could be told of a root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Configuration files read, each once however often its module is called.
    pub files: usize,
    /// Module instances, the root among them.
    pub modules: usize,
    /// Nodes of the graph.
    pub resources: usize,
    /// Attribute values of the nodes' blocks, and of blocks they refer to.
    pub expressions: u64,
    /// How many of these are known to the last part.
    pub expressions_known: u64,
    /// References to resources and data sources.
    pub references: u64,
    /// How many of these name one that is declared.
    pub references_resolved: u64,
}

/// An ARM template that a resource deploys (`azurerm_resource_group_template_deployment` and its kin).
#[derive(Clone, Debug)]
pub struct TemplateDeployment {
    /// The place of the resource that deploys it among the deployment's resources. Its scope is the template's.
    pub index: usize,
    /// The template.
    pub content: TemplateContent,
    /// What it is given for its parameters, names in any case.
    pub parameters: Vec<(std::sync::Arc<str>, Value)>,
    /// Whether it is given more, which isn't known.
    pub others: bool,
    /// The region of the resource group, or of a deployment above groups, where that is known.
    pub location: Option<Value>,
    /// The argument that holds it.
    pub span: Span,
    /// Where the reader can change what brings it about, in place of all places in its text: where that is installed from elsewhere.
    pub place: Option<Span>,
}

/// Where an ARM template comes from.
#[derive(Clone, Debug)]
pub enum TemplateContent {
    /// The file at a tree-relative path.
    File(String),
    /// Text in the configuration.
    Text(TemplateText),
}

/// A root as it was read.
#[derive(Debug)]
pub struct Lowered {
    /// Its resources.
    pub deployment: Deployment,
    /// The ARM templates that they deploy, by the resources' order.
    pub templates: Vec<TemplateDeployment>,
    /// What is wrong with its files, or could not be followed.
    pub diagnostics: Vec<Diagnostic>,
    /// How much is known.
    pub statistics: Statistics,
    /// What its `moved` blocks say, with whole addresses.
    pub moves: Vec<Move>,
    /// The root's outputs, where they were asked for.
    pub outputs: BTreeMap<Arc<str>, Value>,
}

impl Lowered {
    /// A root of nothing, as the deployment `id`.
    #[must_use]
    pub fn empty(id: DeploymentId) -> Self {
        Self {
            deployment: Deployment { id, label: String::new(), resources: Vec::new() },
            templates: Vec::new(),
            diagnostics: Vec::new(),
            statistics: Statistics::default(),
            moves: Vec::new(),
            outputs: BTreeMap::new(),
        }
    }
}

/// Whether Terraform or OpenTofu reads a file of this name as configuration: `.tf`, `.tofu` and their JSON forms, hidden and backup files aside.
#[must_use]
pub fn is_configuration(file_name: &str) -> bool {
    config::is_configuration(file_name)
}

/// What a file of this name is, where it is Terraform's, OpenTofu's or Terragrunt's and passed over: it deploys nothing by itself, or nothing that
/// can be told from it.
#[must_use]
pub fn passed_over(file_name: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 6] = [
        (".tftest", "a test of Terraform"),
        (".tofutest", "a test of OpenTofu"),
        (".tfmock", "what a test of Terraform makes up"),
        (".tfstack", "a stack of Terraform"),
        (".tfcomponent", "a stack of Terraform"),
        (".tfdeploy", "the deployments of a stack of Terraform"),
    ];
    if file_name == "terragrunt.stack.hcl" {
        return Some("a stack of Terragrunt");
    }
    let stem = file_name.strip_suffix(".hcl").or_else(|| file_name.strip_suffix(".json"))?;
    KINDS.iter().find(|(ending, _)| stem.ends_with(ending)).map(|(_, what)| *what)
}

/// The path of OpenTofu's own file that is read in the place of the file at `path`: `main.tofu` where it lies beside `main.tf`.
#[must_use]
pub fn shadowed_by(path: &str, sources: &Sources) -> Option<String> {
    let name = config::preferred(cmklint_source::file_name(path))?;
    let dir = cmklint_source::parent(path);
    let other = if dir.is_empty() { name } else { format!("{dir}/{name}") };
    sources.is_file(&other).then_some(other)
}

/// The folders of the modules that the configuration in `dir` calls by a local path, normalized, each once, sorted. Those that
/// lead out of the tree are left out.
#[must_use]
pub fn calls(dir: &str, sources: &Sources) -> Vec<String> {
    calls_with(dir, sources, &ParseCache::default())
}

/// As [`calls`], with files parsed into `cache` (that of the [`Options`] given to [`lower`] later, so none is parsed twice).
#[must_use]
pub fn calls_with(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<String> {
    let config = config::load(dir, sources, cache);
    let mut out: Vec<String> = config
        .calls
        .values()
        .filter_map(|call| call.source.as_ref().map(ToString::to_string))
        .chain(early_sources(dir, &config, sources))
        .filter(|source| modules::is_local(source))
        .filter_map(|source| cmklint_source::join(dir, &source))
        .collect();
    out.sort();
    out.dedup();
    out
}

/// The sources that are expressions (OpenTofu's early evaluation), where the defaults of variables tell them.
fn early_sources(dir: &str, config: &std::sync::Arc<config::Config>, sources: &Sources) -> Vec<String> {
    let stated = config.calls.values().filter(|call| call.source.is_none());
    let stated: Vec<_> = stated.filter_map(|call| call.block.body.get("source")).collect();
    if stated.is_empty() {
        return Vec::new();
    }
    let work = || {
        let options = Options::default();
        let mut evaluator = Evaluator::new(sources, &options, DeploymentId(0));
        evaluator.modules.push(modules::Module::root(dir, std::sync::Arc::clone(config)));
        let scope = eval::Scope::of(ModuleId(0));
        let value = |source: &&syntax::ast::Attribute| values::prune(&evaluator.eval(&source.value, &scope));
        stated.iter().map(value).filter_map(|value| value.as_str().map(str::to_owned)).collect()
    };
    with_stack(work).unwrap_or_default()
}

/// The ARM template files that the configuration in `dir` deploys by a path that is written out, with files parsed into `cache`.
#[must_use]
pub fn templates_with(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<String> {
    lower::template_files(dir, &config::load(dir, sources, cache))
}

/// The folders of the modules that `terraform init` installed for the root in `dir`, sorted; empty where it did not run.
#[must_use]
pub fn installed(dir: &str, sources: &Sources) -> Vec<String> {
    modules::Manifest::read(dir, sources, &mut Vec::new()).map_or_else(Vec::new, |manifest| manifest.folders(dir))
}

/// What keeps `file` from being parsed: diagnostics with the code `syntax`. For configuration and variable files.
#[must_use]
pub fn check_syntax(file: &SourceFile) -> Vec<Diagnostic> {
    syntax::parse(file).diagnostics
}

/// As [`check_syntax`] for the file at `path`, parsed into `cache`.
#[must_use]
pub fn check_syntax_with(path: &str, sources: &Sources, cache: &ParseCache) -> Vec<Diagnostic> {
    cache.parse(path, sources).diagnostics.clone()
}

/// Whether a file with this text may declare anything that a rule speaks of. Where no file of a root and of the modules it
/// calls may, the root's graph is of no use.
#[must_use]
pub fn may_matter(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "key_vault",
        "disk_encryption_set",
        "azurerm_managed_disk",
        "azurerm_snapshot",
        "azurerm_image",
        "azurerm_shared_image",
        "virtual_machine",
        "azapi_resource",
        "azapi_update_resource",
        "template_deployment",
        "resource_deployment_script",
        "avm-res-compute-",
        "avm-res-keyvault-",
    ];
    WORDS.iter().any(|word| text.contains(word))
}

/// Evaluates the root in `dir` with the variable files `tfvars` (paths in the tree, in order), then those and the variables of
/// `options`. Never fails: what can't be read or followed is among the diagnostics.
#[must_use]
pub fn lower(dir: &str, sources: &Sources, options: &Options, id: DeploymentId, tfvars: &[String]) -> Lowered {
    lower_with(dir, sources, options, id, tfvars, &Given::default())
}

/// As [`lower`], with what other roots of the run give this one.
#[must_use]
pub fn lower_with(
    dir: &str,
    sources: &Sources,
    options: &Options,
    id: DeploymentId,
    tfvars: &[String],
    given: &Given,
) -> Lowered {
    with_stack(|| evaluate(dir, sources, options, id, tfvars, given)).unwrap_or_else(|| failed(dir, id))
}

/// What `work` gives, done on a stack that is large enough; `None` where it couldn't be done.
fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("terraform".to_owned()).stack_size(STACK);
        match thread.spawn_scoped(scope, work).map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => Some(done),
            _ => None,
        }
    })
}

/// The answer where the system gives no thread to evaluate on.
fn failed(dir: &str, id: DeploymentId) -> Lowered {
    let message = "this root could not be evaluated";
    let diagnostic = Diagnostic::new(cmklint_source::Severity::Error, "not-evaluated", message).about(dir);
    Lowered {
        deployment: Deployment { id, label: dir.to_owned(), resources: Vec::new() },
        templates: Vec::new(),
        diagnostics: vec![diagnostic],
        statistics: Statistics::default(),
        moves: Vec::new(),
        outputs: BTreeMap::new(),
    }
}

fn evaluate(
    dir: &str,
    sources: &Sources,
    options: &Options,
    id: DeploymentId,
    tfvars: &[String],
    given: &Given,
) -> Lowered {
    let mut evaluator = begin(dir, sources, options, id, tfvars, terragrunt::Inputs::default(), &[]);
    state::give(&mut evaluator, given);
    lowered(evaluator, label(dir, tfvars))
}

fn label(dir: &str, tfvars: &[String]) -> String {
    match tfvars.last() {
        Some(path) => format!("{dir} with {}", cmklint_source::file_name(path)),
        None => dir.to_owned(),
    }
}

/// As [`lower`], with inputs that every file and every `--var` wins over, and files that are not on the disk.
fn evaluate_with(
    dir: &str,
    sources: &Sources,
    options: &Options,
    id: DeploymentId,
    tfvars: &[String],
    given: terragrunt::Inputs,
    generated: &[terragrunt::Generated],
) -> Lowered {
    lowered(begin(dir, sources, options, id, tfvars, given, generated), label(dir, tfvars))
}

/// An evaluation of the root in `dir`, of which nothing but its inputs is evaluated yet.
fn begin<'a>(
    dir: &str,
    sources: &'a Sources,
    options: &'a Options,
    id: DeploymentId,
    tfvars: &[String],
    given: terragrunt::Inputs,
    generated: &[terragrunt::Generated],
) -> Evaluator<'a> {
    let mut evaluator = Evaluator::new(sources, options, id);
    let config = match generated {
        [] => config::load(dir, sources, &options.cache),
        _ => std::sync::Arc::new(config::load_generated(dir, sources, &options.cache, generated)),
    };
    evaluator.modules.push(modules::Module::root(dir, config));
    if options.call_modules == CallModules::All {
        evaluator.remote.manifest = modules::Manifest::read(dir, sources, &mut evaluator.diagnostics);
    }
    let terragrunt::Inputs { given: mut inputs, rest } = given;
    // Terragrunt hands its inputs over in the environment too.
    for (name, text) in &options.environment {
        if !inputs.contains_key(name)
            && let Some(value) = modules::input_of(&mut evaluator, name, text, "TF_VAR_")
        {
            inputs.insert(name.clone(), value);
        }
    }
    for path in tfvars.iter().chain(&options.var_files) {
        let parsed = options.cache.parse(path, sources);
        evaluator.diagnostics.extend(parsed.diagnostics.iter().cloned());
        // A file that the command line gives is for many roots, and none declares all of its variables.
        if tfvars.contains(path) {
            modules::undeclared(&mut evaluator, &parsed.body);
        }
        modules::inputs_of(&mut evaluator, &parsed.body, &mut inputs);
    }
    for (name, text) in &options.variables {
        if let Some(value) = modules::input_of(&mut evaluator, name, text, "--var ") {
            inputs.insert(name.clone(), value);
        }
    }
    if let Some(root) = evaluator.modules.get_mut(ModuleId(0).0) {
        if let Some(rest) = rest {
            // What may be given is not known, so no default is.
            for name in
                root.config.variables.keys().filter(|name| !inputs.contains_key(&***name)).cloned().collect::<Vec<_>>()
            {
                let value = values::attribute(&Value::symbol(rest.clone()), &name, &Value::null());
                inputs.insert(name.to_string(), value);
            }
        }
        root.inputs = inputs;
    }
    evaluator
}

/// The resources of the root that `evaluator` holds, and all that was said.
fn lowered(mut evaluator: Evaluator<'_>, label: String) -> Lowered {
    let (resources, templates) = lower::resources(&mut evaluator);
    let mut diagnostics = Vec::new();
    let mut statistics = evaluator.statistics;
    let mut moves = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for module in &evaluator.modules {
        let whole = |address: &String| format!("{}{address}", module.address).into();
        moves.extend(module.config.moves.iter().map(|(from, to)| Move { from: whole(from), to: whole(to) }));
        if seen.insert(module.dir.as_str()) {
            diagnostics.extend(module.config.diagnostics.iter().cloned());
            statistics.files += if module.text == modules::Text::StandIn { 0 } else { module.config.files };
        }
    }
    statistics.modules = evaluator.modules.len();
    statistics.resources = resources.len();
    let outputs_wanted = evaluator.given.is_some_and(|given| given.outputs_wanted);
    let outputs = if outputs_wanted { state::outputs(&mut evaluator) } else { BTreeMap::new() };
    diagnostics.extend(evaluator.diagnostics);
    let diagnostics = evaluator.remote.told(diagnostics);
    Lowered {
        deployment: Deployment { id: evaluator.id, label, resources },
        templates,
        diagnostics,
        statistics,
        moves,
        outputs,
    }
}
