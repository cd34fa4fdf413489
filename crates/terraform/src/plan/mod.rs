//! Terraform's plans and states as JSON, read into the resource graph.
//!
//! [`Document::read`] takes `terraform show -json` of a plan or of a state (`format_version` 0.1, 0.2 or 1), or a state file (`version` 4).
//! A plan makes two deployments, the result ([`Plan::after`]) and the state before ([`Plan::before`]); a state makes one.
//! Planned values replace the results of the configuration's expressions; an attribute that is known only after apply is the result of its
//! expression, where the files of the root are in the tree, or what the plan says it refers to.
//!
//! <https://developer.hashicorp.com/terraform/internals/json-format>

mod address;
mod configuration;
mod format;
mod items;
mod json;
mod overlay;
mod root;

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, DeploymentKey, RootKind, StepKind, Symbol, Value};
use cmklint_source::{Diagnostic, SourceFile, Sources};

use crate::eval::Evaluator;
use crate::lowered::{Lowered, Statistics, TemplateDeployment};
use crate::modules::Module;
use crate::options::Options;
use crate::root::finish;
use crate::stack::with_stack;
use configuration::Builder;
use format::{Configuration, ConfiguredModule, ConfiguredVariable, State as ShownState, Top, Values};
use items::PlannedItems;
use json::{DocumentReader, Raw, span, text};
use overlay::Overlay;
pub use root::RootFolder;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// `terraform show -json` of a plan.
    Plan,
    /// `terraform show -json` of a state.
    State,
    /// A state file as Terraform keeps it.
    StateFile,
}

/// A plan or a state, parsed at its top level.
pub struct Document<'t> {
    file: &'t SourceFile,
    kind: DocumentKind,
    top: Top<'t>,
}

/// How a plan is read.
#[derive(Clone, Copy, Debug)]
pub struct PlanRequest<'a> {
    /// The folder of its root module, where that is in the tree.
    pub root: Option<&'a str>,
    /// The files of the tree.
    pub sources: &'a Sources,
    /// How roots are read.
    pub options: &'a Options,
    /// The id of the deployment after the plan is applied.
    pub after: DeploymentId,
    /// The id of the deployment before the plan is applied.
    pub before: DeploymentId,
}

/// The result of reading a plan.
#[derive(Debug)]
pub struct Plan {
    /// What is deployed once the plan is applied. Places are in the configuration's files where they are in the tree, else in
    /// the plan.
    pub after: Deployment,
    /// What is deployed before it is applied, by the state that the plan was made from. Places are in the plan. Addresses are the old ones:
    /// `moved` has the new ones.
    pub before: Deployment,
    /// The ARM templates that `after` deploys, and those that `before` does.
    pub templates: [Vec<TemplateDeployment>; 2],
    /// The instances whose address changed: the old address, and the new one.
    pub moved: Vec<(String, String)>,
    /// Addresses, after the plan, of instances that Terraform will destroy and create again.
    pub replaced: Vec<String>,
    /// Problems of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// How much is known of `after`.
    pub statistics: Statistics,
}

/// The result of reading a state.
#[derive(Debug)]
pub struct State {
    /// The resources of the state. Places are in the state.
    pub deployment: Deployment,
    /// The ARM templates that it deploys.
    pub templates: Vec<TemplateDeployment>,
    /// Problems of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Whether a JSON file that begins with `head` may be one of these, by its first members only.
#[must_use]
pub fn may_be(head: &str) -> bool {
    let has = |name: &str| head.contains(name);
    head.trim_start().starts_with('{')
        && has("\"terraform_version\"")
        && (has("\"format_version\"") || has("\"lineage\"") || has("\"serial\""))
}

impl<'t> Document<'t> {
    /// Parses the top level of the file.
    ///
    /// # Errors
    /// Why it is neither a plan nor a state that can be read: `syntax` (not JSON, or cut off), `plan-version` (an unknown
    /// format), `plan-format` (other JSON).
    pub fn read(file: &'t SourceFile) -> Result<Self, Vec<Diagnostic>> {
        let mut reader = DocumentReader::new(file);
        let Some(top) = reader.root::<Top<'t>>("the file") else { return Err(reader.diagnostics) };
        let kind = kind(file, &top).map_err(|wrong| vec![*wrong])?;
        Ok(Self { file, kind, top })
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// Reads a plan.
    #[must_use]
    pub fn plan(&self, request: &PlanRequest<'_>) -> Plan {
        with_stack(|| self.plan_here(request)).unwrap_or_else(|| Plan {
            after: nothing(request.after, self.file),
            before: nothing(request.before, self.file),
            templates: Default::default(),
            moved: Vec::new(),
            replaced: Vec::new(),
            diagnostics: vec![failed(self.file)],
            statistics: Statistics::default(),
        })
    }

    fn plan_here(&self, request: &PlanRequest<'_>) -> Plan {
        let PlanRequest { root, sources, options, after, before } = *request;
        let mut reader = DocumentReader::new(self.file);
        let mut becomes = PlannedItems::new();
        let mut was = PlannedItems::new();
        let (mut moved, mut replaced) = (Vec::new(), Vec::new());
        if let Some(values) = self.top.planned_values {
            reader.values(values, options, &mut becomes);
        }
        let prior = self.top.prior_state.and_then(|raw| reader.read::<ShownState<'t>>(raw, "the prior state"));
        if let Some(values) = prior.and_then(|state| state.values).and_then(|values| values.root_module) {
            reader.module(values, options.limits.module_depth, &mut was);
        }
        for change in self.top.resource_changes.map(|raw| reader.changes(raw)).unwrap_or_default() {
            let address = change.item.address();
            let previous = change.previous.as_deref().filter(|old| **old != *address);
            // In the prior state, a moved instance is at its new address already.
            let before_item = match previous {
                Some(_) => was.swap_remove(&address),
                None => was.get(&address).cloned(),
            };
            let before_item = before_item.or_else(|| {
                let values = Some(change.before?);
                Some(items::PlannedItem {
                    values,
                    unknown: None,
                    sensitive: change.before_sensitive,
                    ..change.item.clone()
                })
            });
            let before_item = match previous {
                Some(old) => before_item.and_then(|item| item.renamed(old)),
                None => before_item,
            };
            was.extend(before_item.map(|item| (item.address(), item)));
            if let Some(previous) = previous {
                moved.push((previous.to_owned(), address.clone()));
            }
            if change.replaced {
                replaced.push(address.clone());
            }
            if change.after.is_some() {
                becomes.insert(address, change.item);
            }
        }
        // Data sources that were read while planning are only in the prior state.
        for (address, item) in was.iter().filter(|(_, item)| item.data) {
            becomes.entry(address.clone()).or_insert_with(|| item.clone());
        }
        let configuration = self.top.configuration;
        let inputs = self.inputs(after);
        let mut made =
            Listed { items: becomes, configuration, root, inputs }.lower(&mut reader, sources, options, after);
        let inputs = self.inputs(before);
        let older = Listed { items: was, configuration, root: None, inputs };
        let older = older.lower(&mut reader, sources, options, before);
        let mut diagnostics = reader.diagnostics;
        diagnostics.extend(made.all_diagnostics());
        diagnostics.dedup();
        Plan {
            after: made.deployment,
            before: older.deployment,
            templates: [made.templates, older.templates],
            moved,
            replaced,
            diagnostics,
            statistics: made.statistics,
        }
    }

    /// Reads a state as the deployment `id`.
    #[must_use]
    pub fn state(&self, sources: &Sources, options: &Options, id: DeploymentId) -> State {
        let work = || {
            let mut reader = DocumentReader::new(self.file);
            let items = self.state_items(&mut reader, options);
            let listed = Listed { items, configuration: None, root: None, inputs: BTreeMap::new() };
            let mut made = listed.lower(&mut reader, sources, options, id);
            let mut diagnostics = reader.diagnostics;
            diagnostics.extend(made.all_diagnostics());
            State { deployment: made.deployment, templates: made.templates, diagnostics }
        };
        with_stack(work).unwrap_or_else(|| State {
            deployment: nothing(id, self.file),
            templates: Vec::new(),
            diagnostics: vec![failed(self.file)],
        })
    }

    /// The instances of a state.
    fn state_items(&self, reader: &mut DocumentReader<'t>, options: &Options) -> PlannedItems<'t> {
        let mut items = PlannedItems::new();
        if let Some(values) = self.top.values {
            reader.values(values, options, &mut items);
        }
        if let (DocumentKind::StateFile, Some(resources)) = (self.kind, self.top.resources) {
            reader.stored(resources, &mut items);
        }
        items
    }

    /// The variables of the root: sensitive values are symbols.
    fn inputs(&self, id: DeploymentId) -> BTreeMap<String, Value> {
        let declared = self.declared();
        let variables = self.top.variables.map(json::members).unwrap_or_default();
        let input = |(name, raw): (std::borrow::Cow<'t, str>, Raw<'t>)| {
            let raw = json::member(raw, "value")?;
            let secret = declared
                .iter()
                .find(|(n, _)| *n == name)
                .and_then(|(_, raw)| serde_json::from_str::<ConfiguredVariable<'_>>(raw.get()).ok())
                .is_some_and(|v| v.sensitive);
            let value = match secret {
                true => Value::symbol(Symbol::new(
                    format!("{id}:var.{name}"),
                    format!("variable {name}, which is sensitive"),
                )),
                false => json::value(raw, self.file),
            };
            Some((name.to_string(), value.via(span(raw, self.file), StepKind::Outside, &*name)))
        };
        variables.into_iter().filter_map(input).collect()
    }

    /// The declarations of the root's variables.
    fn declared(&self) -> Vec<(String, Raw<'t>)> {
        let read = || {
            let configuration: Configuration<'t> = serde_json::from_str(self.top.configuration?.get()).ok()?;
            let root: ConfiguredModule<'t> = serde_json::from_str(configuration.root_module?.get()).ok()?;
            Some(root.variables.into_iter().collect())
        };
        read().unwrap_or_default()
    }
}

/// What a plan or a state lists for one deployment.
struct Listed<'t, 'r> {
    items: PlannedItems<'t>,
    configuration: Option<Raw<'t>>,
    /// The folder of the root module, where that is in the tree.
    root: Option<&'r str>,
    inputs: BTreeMap<String, Value>,
}

impl<'t> Listed<'t, '_> {
    fn lower(self, reader: &mut DocumentReader<'t>, sources: &Sources, options: &Options, id: DeploymentId) -> Lowered {
        let Self { items, configuration, root, inputs } = self;
        let file = reader.file;
        let mut builder = Builder { reader, sources, options, modules: configuration::Modules::default(), stale: 0 };
        builder.configuration(configuration, root);
        builder.complete(&items);
        let (modules, stale) = (builder.modules, builder.stale);
        if let (true, Some(root)) = (stale > 0, root) {
            let message = format!(
                "this plan was made from another version of the files in '{}': {stale} expressions differ and count as unknown",
                if root.is_empty() { "." } else { root }
            );
            reader
                .diagnostics
                .push(Diagnostic::new(cmklint_source::Severity::Warning, "plan-stale", message).about(file.path()));
        }
        let overlay = Overlay::new(file, items, modules);
        let mut evaluator = Evaluator::new(sources, options, id, &overlay);
        let config = overlay.root().map(|root| Arc::clone(&root.config)).unwrap_or_default();
        // Without a folder there are no files to look for: this path has none below it.
        let root = Module::root(root.unwrap_or(file.path()), config);
        evaluator.modules.push(Module { inputs: inputs.into(), ..root });
        let mut lowered = finish(evaluator, false).of_root(root_of(file));
        // The expressions of a plan are incomplete.
        lowered.deployment.order = None;
        lowered
    }
}

impl<'t> DocumentReader<'t> {
    /// The instances of a "values representation".
    fn values(&mut self, raw: Raw<'t>, options: &Options, out: &mut PlannedItems<'t>) {
        if let Some(root) = self.read::<Values<'t>>(raw, "the values").and_then(|values| values.root_module) {
            self.module(root, options.limits.module_depth, out);
        }
    }
}

/// The kind of the file, by its top level.
fn kind(file: &SourceFile, top: &Top<'_>) -> Result<DocumentKind, Box<Diagnostic>> {
    let wrong = |code, message: String, raw: Option<Raw<'_>>| {
        let at = raw.map_or_else(|| file.span(0, 1.min(file.text().len())), |raw| span(raw, file));
        Err(Box::new(Diagnostic::error(code, message, at)))
    };
    if let Some(version) = top.format_version {
        let written = text(version).unwrap_or_default();
        // Terraform 0.12 to 1.0 wrote 0.1 and 0.2: the parts that are read here are the same as in 1.
        if written.split('.').next() != Some("1") && !matches!(&*written, "0.1" | "0.2") {
            let message =
                format!("a plan or state in the format {}, which is not known: only 0.1, 0.2 and 1 are", version.get());
            return wrong("plan-version", message, Some(version));
        }
        if top.planned_values.is_some() || top.resource_changes.is_some() || top.configuration.is_some() {
            return Ok(DocumentKind::Plan);
        }
        // An empty state shows only the versions.
        if top.values.is_some() || top.terraform_version.is_some() {
            return Ok(DocumentKind::State);
        }
    } else if let (Some(version), Some(_)) = (top.version, top.terraform_version) {
        return match version.get() {
            "4" => Ok(DocumentKind::StateFile),
            other => wrong("plan-version", format!("a state file of version {other}: only 4 is known"), Some(version)),
        };
    }
    wrong(
        "plan-format",
        "neither a plan nor a state as Terraform writes it (`terraform show -json FILE`)".to_owned(),
        None,
    )
}

/// The root for a plan or a state without its configuration.
fn root_of(file: &SourceFile) -> cmklint_graph::Root {
    cmklint_graph::Root::new(RootKind::TerraformDocument, file.path())
}

fn nothing(id: DeploymentId, file: &SourceFile) -> Deployment {
    Deployment::empty(id, DeploymentKey::of(root_of(file)))
}

fn failed(file: &SourceFile) -> Diagnostic {
    let message = "this plan or state could not be evaluated";
    Diagnostic::new(cmklint_source::Severity::Error, "not-evaluated", message).about(file.path())
}

impl std::fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("file", &self.file.path()).field("kind", &self.kind).finish_non_exhaustive()
    }
}
