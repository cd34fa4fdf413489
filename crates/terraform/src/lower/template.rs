//! Resources that deploy an ARM template: which template, where, with which parameters. ARM's front-end reads the template.

use std::sync::Arc;

use cmklint_graph::{DEPLOYMENTS, Kind, Object, Presence, RESOURCE_GROUPS, Resource, StepKind, Value, canonical};
use cmklint_source::{Diagnostic, join};

use super::Lowering;
use super::properties::at;
use crate::config::Config;
use crate::eval::{ModuleId, Scope};
use crate::functions::encode;
use crate::syntax::ast::{Expr, ExprKind, Piece, StepKind as Access};
use crate::template_text::TemplateText;
use crate::{TemplateContent, TemplateDeployment};

/// A local that is another local, and so on, is followed for at most this many steps.
const MAX_LOCALS: usize = 8;

impl Lowering<'_, '_> {
    /// The templates that `resources` deploy. Blocks whose template is not known are noted: where their parameters go is not known either.
    pub(super) fn templates(&mut self, resources: &[Resource]) -> Vec<TemplateDeployment> {
        let mut out = Vec::new();
        for (index, resource) in resources.iter().enumerate() {
            if !resource.kind.is(DEPLOYMENTS) {
                out.extend(self.held_template(index, resource));
                continue;
            }
            match self.template(index, resource, resources) {
                Some(found) => out.push(found),
                None if resource.presence == Presence::Declared => {
                    let id = u32::try_from(index).ok().and_then(|index| self.instance_of(index));
                    self.evaluator.not_read.extend(id.map(|id| (id, resource.span)));
                }
                None => {}
            }
        }
        out
    }

    fn template(&mut self, index: usize, resource: &Resource, resources: &[Resource]) -> Option<TemplateDeployment> {
        let id = self.instance_of(u32::try_from(index).ok()?)?;
        let instance = self.evaluator.instances.get(id.0)?;
        let (module, place, scope) = (instance.module, instance.block?, instance.scope.clone());
        let block =
            self.evaluator.with_block(module, place, |_, b| (!b.address.data).then(|| Arc::clone(&b.block)))??;
        if &*block.kind == "resource" && crate::table::is_azapi(&block.label(0)) {
            return self.azapi_template(index, resource, resources);
        }
        let attribute = ["template_content", "template_body"].iter().find_map(|name| block.body.get(name))?;
        let stated = self.evaluator.instance_body(id, block.header);
        let content = match self.file(module, &attribute.value, &scope, 0) {
            Some(path) => TemplateContent::File(path),
            None => {
                let value = at(&stated, &attribute.name);
                match TemplateText::of(&value, attribute.value.span, self.evaluator.sources) {
                    Some(text) => TemplateContent::Text(text),
                    None => {
                        let message = format!("the template that {} deploys is not known", resource.address);
                        self.evaluator.say(Diagnostic::note("template-not-known", message, attribute.value.span));
                        return None;
                    }
                }
            }
        };
        let (parameters, others) = parameters(&stated);
        Some(TemplateDeployment {
            index,
            content,
            held_at: None,
            parameters,
            others,
            location: self.location(&stated, resource, resources),
            span: attribute.value.span,
            place: None,
        })
    }

    /// The template in the body of an `azapi_resource` that is a deployment.
    fn azapi_template(&self, index: usize, resource: &Resource, resources: &[Resource]) -> Option<TemplateDeployment> {
        if resource.presence != Presence::Declared {
            return None;
        }
        let template = resource.get("properties.template");
        let span = template.span().unwrap_or(resource.span);
        let text = TemplateText::of(&template, span, self.evaluator.sources)?;
        let mut stated = Object::default();
        stated.insert("parameters_content", None, resource.get("properties.parameters"));
        stated.insert("location", None, resource.location.clone());
        let stated = Value::object(stated);
        let (parameters, others) = parameters(&stated);
        let location = self.location(&stated, resource, resources);
        let content = TemplateContent::Text(text);
        Some(TemplateDeployment { index, content, held_at: None, parameters, others, location, span, place: None })
    }

    /// The region of the resource group, or the one that a deployment above resource groups states.
    fn location(&self, stated: &Value, resource: &Resource, resources: &[Resource]) -> Option<Value> {
        let location = at(stated, "location");
        if !location.is_null() {
            return Some(location);
        }
        let name = canonical(&resource.scope.resource_group);
        let is_group =
            |r: &&Resource| r.kind.is(RESOURCE_GROUPS) && r.names.first().is_some_and(|n| canonical(n) == name);
        resources.iter().find(is_group).map(|group| Value::reference(group.id, "location"))
    }

    /// The path of the file whose text is `expr`.
    pub(super) fn file(&mut self, module: ModuleId, expr: &Expr, scope: &Scope, depth: usize) -> Option<String> {
        if depth > MAX_LOCALS {
            return None;
        }
        match &expr.kind {
            ExprKind::Call(call) if &*call.name == "file" && call.args.len() == 1 => {
                let path = self.evaluator.eval(call.args.first()?, scope);
                let path = self.evaluator.path_in_tree(&path)?;
                self.evaluator.sources.is_file(&path).then_some(path)
            }
            ExprKind::Traversal(..) => {
                let name = expr.as_reference()?;
                let name = name.strip_prefix("local.")?.to_owned();
                let config = Arc::clone(&self.evaluator.module(module)?.config);
                let local = config.locals.get(name.as_str())?;
                self.file(module, &local.value, &Scope::of(module), depth + 1)
            }
            _ => None,
        }
    }
}

/// The parameters that the block states; and whether it may give others that aren't known.
pub(super) fn parameters(stated: &Value) -> (Vec<(Arc<str>, Value)>, bool) {
    let plain = at(stated, "parameters");
    let mut out = Vec::new();
    let mut others = false;
    match &plain.kind {
        Kind::Object(object) => {
            out.extend(object.entries.iter().map(|(name, entry)| (Arc::clone(name), entry.value.clone())));
            others |= object.rest.is_some();
        }
        Kind::Null => {}
        _ => others = true,
    }
    for name in ["parameters_content", "parameters_body"] {
        let content = at(stated, name);
        let decoded = match &content.kind {
            Kind::String(_) | Kind::Template(_) => encode::from_placed_text(&content),
            Kind::Null => continue,
            _ => Some(content.clone()),
        };
        let Some(Kind::Object(object)) = decoded.map(|value| value.kind) else {
            others = true;
            continue;
        };
        others |= object.rest.is_some();
        for (name, entry) in &object.entries {
            let value = match &entry.value.kind {
                Kind::Object(inner) if inner.entries.contains_key("value") => at(&entry.value, "value"),
                // A secret of a vault, or an unknown value.
                _ => Value::apply(
                    "parameter-value",
                    std::slice::from_ref(&entry.value),
                    Some(&format!("parameter {name}")),
                ),
            };
            out.push((Arc::clone(name), value));
        }
    }
    let handed = |(name, value): (Arc<str>, Value)| match value.span() {
        Some(span) => (Arc::clone(&name), value.via(span, StepKind::Argument, name)),
        None => (name, value),
    };
    (out.into_iter().map(handed).collect(), others)
}

/// The template files that the configuration in `dir` certainly deploys: those that a block names by a path that is written out.
pub(crate) fn files(dir: &str, config: &Config) -> Vec<String> {
    let mut out = Vec::new();
    for block in config.resources.values().filter(|r| crate::table::takes_template(&r.address.kind)) {
        for name in ["template_content", "template_body", "main_template"] {
            let Some(attribute) = block.block.body.get(name) else { continue };
            let mut expr = Arc::clone(&attribute.value);
            for _ in 0..MAX_LOCALS {
                let local = expr.as_reference().and_then(|name| config.locals.get(name.strip_prefix("local.")?));
                match local {
                    Some(local) => expr = Arc::clone(&local.value),
                    None => break,
                }
            }
            if let ExprKind::Call(call) = &expr.kind
                && &*call.name == "file"
                && let Some(path) = call.args.first().and_then(|arg| written_path(arg))
                && let Some(path) = join(dir, &path)
            {
                out.push(path);
            }
        }
    }
    out
}

/// `path.module` and text after it, or text alone, as a path from the module's folder.
fn written_path(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Template(pieces) => match &pieces[..] {
            [Piece::Value(base), Piece::Text(rest)] if is_here(base) => Some(rest.trim_start_matches('/').to_owned()),
            _ => None,
        },
        _ => expr.as_text().map(|text| text.to_string()),
    }
}

fn is_here(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Traversal(base, steps) => {
            matches!(&base.kind, ExprKind::Variable(name) if &**name == "path")
                && matches!(&steps[..], [step] if matches!(&step.kind, Access::Attribute(n) if matches!(&**n, "module" | "root" | "cwd")))
        }
        _ => false,
    }
}
