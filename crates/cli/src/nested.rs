//! ARM templates that Terraform deploys: their resources are added to those of the Terraform root, in one deployment.

use std::sync::Arc;

use cmklint_graph::{
    Deployment, DeploymentId, Kind, NodeId, Object, Ref, Resource, Rewrite, Step, Symbol, Trail, Value,
};
use cmklint_source::{Diagnostic, FileId, Sources, Span};
use cmklint_template::{Bounds, Contents, Inputs, Library as _, Limits, Parameter, ParameterType, Template};
use cmklint_terraform::{TemplateContent, TemplateDeployment, TemplateText};
use indexmap::IndexMap;

use crate::template_scan::{Declared, file_may_declare, may_declare};
use crate::templates::TemplateStore;

/// At most this many templates of a root are evaluated.
const MAX_TEMPLATES: u32 = 1000;

/// The bytes that each may use for its evaluation at least.
const MIN_BYTES: u64 = 64 << 10;
/// The steps that each may take for its evaluation at least.
const MIN_STEPS: u64 = 4_000;

/// Distinguishes a template that a root deploys from the root and from its other templates, while it is evaluated: its references and symbols carry an id of
/// its own.
#[derive(Clone, Copy, Debug)]
struct TemplateId {
    root: DeploymentId,
    /// The index among the root's templates, less than [`MAX_TEMPLATES`].
    at: u32,
}

impl From<TemplateId> for DeploymentId {
    /// Above the ids of all roots, with as many for each root as it may deploy templates.
    fn from(id: TemplateId) -> Self {
        const FIRST: u32 = 1 << 31;
        const OF_A_ROOT: u32 = MAX_TEMPLATES.next_power_of_two();
        Self(FIRST | id.root.0.wrapping_mul(OF_A_ROOT).wrapping_add(id.at))
    }
}

/// Evaluates `templates`, which resources of `deployment` deploy, and adds their resources to it; all together cost about as much as `limits` allow for one.
pub(crate) fn join(
    deployment: &mut Deployment,
    templates: Vec<TemplateDeployment>,
    store: &TemplateStore,
    sources: &Sources,
    mut limits: Limits,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    limits.budget.steps = (limits.budget.steps / templates.len().max(1) as u64).max(MIN_STEPS);
    limits.budget.bytes = (limits.budget.bytes / templates.len().max(1) as u64).max(MIN_BYTES);
    for (at, template) in (0..).zip(templates) {
        if at >= MAX_TEMPLATES || deployment.resources.len() >= limits.resources {
            let message = "the root deploys too much by templates; this one and those after it are not looked into";
            diagnostics.push(Diagnostic::warning("too-many-templates", message, template.span));
            break;
        }
        let id = TemplateId { root: deployment.id, at };
        add(deployment, &template, id.into(), &limits, store, sources, &mut diagnostics);
    }
    diagnostics
}

fn add(
    deployment: &mut Deployment,
    deployed: &TemplateDeployment,
    id: DeploymentId,
    limits: &Limits,
    store: &TemplateStore,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(parent) = deployment.resources.get(deployed.index).cloned() else { return };
    let mut written = None;
    let (template, path) = match &deployed.content {
        TemplateContent::File(path) => {
            if !sources.load(path).is_ok_and(|file| file_may_declare(&file, Declared::OrVault, sources)) {
                return;
            }
            match template_of(path, deployed.held_at, store, sources, diagnostics) {
                // What is held is a part of the file: a link to the file leads to something else.
                Ok(template) if deployed.held_at.is_some() => (template, format!("{path}#template")),
                Ok(template) => (template, path.clone()),
                Err(why) => {
                    let message = format!("the template '{path}' can't be read: {why}");
                    diagnostics.push(Diagnostic::warning("template-not-read", message, deployed.span));
                    return;
                }
            }
        }
        TemplateContent::Text(text) => {
            if !may_declare(&text.text, Declared::OrVault) {
                return;
            }
            let holder = sources.get(deployed.span.file).map_or_else(String::new, |f| f.path().to_owned());
            let file = sources.embed(&format!("<template>/{id}/{holder}"), &text.text);
            let parsed = match deployed.held_at {
                Some(within) => cmklint_arm::parse_within(&file, within),
                None => cmklint_arm::parse(&file),
            };
            written = Some((file.id(), text));
            let places = Places { deployed, written };
            diagnostics.extend(parsed.diagnostics.into_iter().map(|d| places.diagnostic(d)));
            let Some(template) = parsed.template else { return };
            (with_holes(&template, text), holder)
        }
    };
    let places = Places { deployed, written };
    // Where a template is deployed that is only held is not known.
    let scope = deployed.held_at.is_none().then_some(&parent.scope);
    let inputs = Inputs {
        parameters: parameters(deployed, &template),
        subscription: scope.and_then(|scope| known(&scope.subscription)),
        resource_group: scope.and_then(|scope| known(&scope.resource_group)),
        location: deployed.location.clone(),
        explores: false,
        attention: None,
        left_out: Arc::default(),
    };
    let evaluated = cmklint_template::evaluate(&template, &path, &inputs, id, store, limits);
    diagnostics.extend(evaluated.diagnostics.into_iter().map(|d| places.diagnostic(d)));
    let offset = u32::try_from(deployment.resources.len()).unwrap_or(u32::MAX);
    let moved = Moved { from: id, to: deployment.id, offset, places: &places };
    for mut resource in evaluated.deployment.resources {
        moved.resource(&mut resource);
        resource.condition = both(&parent.condition, &resource.condition);
        resource.address = format!("{}/{}", parent.address, resource.address).into();
        let own = parent.calls.iter().cloned().chain([(parent.span, Arc::clone(&parent.address))]);
        resource.calls = own.chain(resource.calls).collect();
        deployment.resources.push(resource);
    }
    if deployed.held_at.is_none() {
        let outputs = evaluated.outputs.iter().map(|(name, value)| (Arc::clone(name), moved.value(value)));
        give_outputs(deployment, deployed.index, outputs.collect());
    }
}

/// The template in the file at `path`, or the one at the path `within` its JSON.
fn template_of(
    path: &str,
    within: Option<&[&str]>,
    store: &TemplateStore,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Arc<Template>, String> {
    let Some(within) = within else { return store.template(path) };
    let file = sources.load(path).map_err(|why| why.to_string())?;
    let parsed = cmklint_arm::parse_within(&file, within);
    diagnostics.extend(parsed.diagnostics);
    parsed.template.ok_or_else(|| "it is not a template".to_owned())
}

/// Gives the resource at `index` the outputs of the template that it deploys.
fn give_outputs(deployment: &mut Deployment, index: usize, values: Vec<(Arc<str>, Value)>) {
    let mut outputs = Object::default();
    let mut plain = Object::default();
    for (name, value) in values {
        let mut output = Object::default();
        output.insert("value", None, value.clone());
        outputs.insert(Arc::clone(&name), None, Value::object(output));
        plain.insert(name, None, value);
    }
    let mut properties = Object::default();
    properties.insert("outputs", None, Value::object(outputs));
    properties.insert("plainOutputs", None, Value::object(plain));
    let mut body = Object::default();
    body.insert("properties", None, Value::object(properties));
    if let Some(parent) = deployment.resources.get_mut(index) {
        parent.body = Value::object(body);
    }
}

/// A value that is stated: null is not.
fn known(value: &Value) -> Option<Value> {
    (!value.is_null()).then(|| value.clone())
}

/// The parameters of the template.
fn parameters(deployed: &TemplateDeployment, template: &Template) -> IndexMap<Arc<str>, Value> {
    let mut out: IndexMap<Arc<str>, Value> = IndexMap::new();
    if deployed.others {
        // Unknown further parameters may set each of them, with or without a default.
        for name in template.parameters.keys() {
            let key = format!("{:?}:parameter:{name}", deployed.span);
            out.insert(name.to_lowercase().into(), Value::symbol(Symbol::at_place(key, format!("parameter {name}"))));
        }
    }
    for (name, value) in &deployed.parameters {
        out.insert(name.to_lowercase().into(), value.clone());
    }
    if let TemplateContent::Text(text) = &deployed.content {
        out.extend(text.holes.iter().cloned());
    }
    out
}

/// The template with a parameter for each hole of its text.
fn with_holes(template: &Arc<Template>, text: &TemplateText) -> Arc<Template> {
    if text.holes.is_empty() {
        return Arc::clone(template);
    }
    let mut template = (**template).clone();
    for (name, _) in &text.holes {
        let span = template.span;
        let (bounds, contents) = (Bounds::default(), Contents::default());
        let parameter = Parameter {
            span,
            default: None,
            allowed: None,
            nullable: true,
            kind: ParameterType::Any,
            bounds,
            contents,
        };
        template.parameters.insert(Arc::clone(name), parameter);
    }
    Arc::new(template)
}

/// Both conditions.
fn both(first: &Value, second: &Value) -> Value {
    match (first.as_bool(), second.as_bool()) {
        (Some(true), _) => second.clone(),
        (_, Some(true)) => first.clone(),
        (Some(false), _) | (_, Some(false)) => Value::bool(false),
        _ => cmklint_graph::lift("and", &[first.clone(), second.clone()], &mut |args| match args {
            [a, b] => Value::bool(a.as_bool() != Some(false) && b.as_bool() != Some(false)),
            _ => Value::null(),
        }),
    }
}

/// Where the parts of a template's text are written in the files.
#[derive(Clone, Copy)]
struct Places<'a> {
    deployed: &'a TemplateDeployment,
    written: Option<(FileId, &'a TemplateText)>,
}

impl Places<'_> {
    fn span(&self, span: Span) -> Span {
        if let Some(place) = self.deployed.place {
            return place;
        }
        match self.written {
            Some((file, text)) if file == span.file => text.place(span.start as usize..span.end as usize),
            _ => span,
        }
    }

    fn diagnostic(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.span = diagnostic.span.map(|span| self.span(span));
        for label in &mut diagnostic.labels {
            label.span = self.span(label.span);
        }
        diagnostic
    }
}

/// Values of a template that are moved into the deployment that contains it.
struct Moved<'a> {
    from: DeploymentId,
    to: DeploymentId,
    offset: u32,
    places: &'a Places<'a>,
}

impl Moved<'_> {
    fn node(&self, node: NodeId) -> NodeId {
        match node.deployment == self.from {
            true => NodeId { deployment: self.to, index: node.index.saturating_add(self.offset) },
            false => node,
        }
    }

    fn resource(&self, resource: &mut Resource) {
        resource.id = self.node(resource.id);
        for value in resource.values_mut() {
            if let Some(moved) = value.rewritten(&mut NodeMover(self)) {
                *value = moved;
            }
        }
        resource.span = self.places.span(resource.span);
        resource.whole = self.places.span(resource.whole);
        for (span, _) in &mut resource.calls {
            *span = self.places.span(*span);
        }
    }

    fn value(&self, value: &Value) -> Value {
        value.rewrite(&mut NodeMover(self))
    }
}

/// The walk that moves one value.
struct NodeMover<'a>(&'a Moved<'a>);

impl Rewrite for NodeMover<'_> {
    fn leaf(&mut self, leaf: &Value) -> Option<Value> {
        let Kind::Ref(Ref { node, path }) = &leaf.kind else { return None };
        let moved = Ref { node: self.0.node(*node), path: path.clone() };
        Some(Value { kind: Kind::Ref(moved), trail: leaf.trail.clone() })
    }

    fn key_span(&mut self, span: Span) -> Option<Span> {
        Some(self.0.places.span(span))
    }

    fn trail(&mut self, trail: &Trail) -> Option<Trail> {
        if trail.steps().all(|step| self.0.places.span(step.span) == step.span) {
            return None;
        }
        let mut steps: Vec<Step> = trail.steps().cloned().collect();
        steps.reverse();
        let moved = steps.into_iter().map(|step| Step { span: self.0.places.span(step.span), ..step });
        Some(moved.fold(Trail::empty(), |trail, step| trail.then(step)))
    }
}
