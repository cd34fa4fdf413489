//! Resources of modules whose text isn't the reader's own: what they state is where the reader can change it, at the argument
//! of the call that hands the value in, else at the call.

use std::sync::Arc;

use cmklint_graph::{Array, Choice, Entry, Kind, Object, Part, Resource, Step, StepKind, Trail, Value};
use cmklint_source::Span;

use super::Lowering;
use crate::TemplateDeployment;
use crate::eval::ModuleId;
use crate::modules::{Owner, Remote};

/// The call of the reader's own text through which a resource is reached.
struct Call {
    header: Span,
    whole: Span,
    name: Arc<str>,
}

impl Lowering<'_, '_> {
    /// Moves what `resources` say of places to where the reader can change it.
    pub(super) fn place(&self, resources: &mut [Resource]) {
        let remote = &self.evaluator.remote;
        if remote.installed.is_empty() && remote.stand_ins.is_empty() {
            return;
        }
        for (id, resource) in self.evaluator.nodes.iter().zip(resources) {
            let Some(module) = self.evaluator.instances.get(id.0).map(|i| i.module) else { continue };
            let is_own = self.evaluator.module(module).is_none_or(|m| m.owner == Owner::Own);
            let call = if is_own { None } else { self.own_call(module) };
            if let Some(call) = &call {
                resource.span = call.header;
                resource.whole = call.whole;
            }
            resource.calls.retain(|(span, _)| !remote.stand_ins.contains(&span.file));
            // Values of own resources may come out of a stand-in, which there is nothing to open of.
            if call.is_some() || !remote.stand_ins.is_empty() {
                Places { remote, call }.resource(resource);
            }
        }
    }

    /// As [`Lowering::place`], for the templates that `resources` deploy.
    pub(super) fn place_templates(&self, templates: &mut [TemplateDeployment], resources: &[Resource]) {
        let remote = &self.evaluator.remote;
        for template in templates {
            let file = template.span.file;
            if remote.installed.contains(&file) || remote.stand_ins.contains(&file) {
                template.place = resources.get(template.index).map(|r| r.span);
            }
        }
    }

    /// The innermost call in the reader's own text that leads to `module`.
    fn own_call(&self, module: ModuleId) -> Option<Call> {
        let mut at = module;
        loop {
            let (caller, name, _) = self.evaluator.module(at)?.call.as_ref()?;
            let calling = self.evaluator.module(*caller)?;
            if calling.owner == Owner::Own {
                let block = &calling.config.calls.get(name)?.block;
                return Some(Call { header: block.header, whole: block.whole, name: Arc::clone(name) });
            }
            at = *caller;
        }
    }
}

struct Places<'a> {
    remote: &'a Remote,
    /// Where it is not the reader's own text: the call that leads there.
    call: Option<Call>,
}

impl Places<'_> {
    fn is_own(&self, span: Span) -> bool {
        !self.remote.installed.contains(&span.file) && !self.remote.stand_ins.contains(&span.file)
    }

    fn resource(&self, resource: &mut Resource) {
        let Resource { names, scope, location, condition, body, extends, .. } = resource;
        let values = names.iter_mut().chain([
            &mut scope.subscription,
            &mut scope.resource_group,
            location,
            condition,
            body,
            extends,
        ]);
        for value in values {
            *value = self.value(value);
        }
    }

    fn value(&self, value: &Value) -> Value {
        let kind = match &value.kind {
            Kind::Array(array) => {
                let items = array.items.iter().map(|item| self.value(item)).collect();
                Kind::Array(Arc::new(Array { items, form: array.form, rest: array.rest.clone() }))
            }
            Kind::Object(object) => {
                let mut out = Object { form: object.form, rest: object.rest.clone(), ..Object::default() };
                for (name, Entry { key_span, value }) in &object.entries {
                    let key_span = key_span.filter(|span| self.is_own(*span));
                    out.entries.insert(Arc::clone(name), Entry { key_span, value: self.value(value) });
                }
                Kind::Object(Arc::new(out))
            }
            Kind::Choice(choice) => Kind::Choice(Arc::new(Choice {
                atom: choice.atom.clone(),
                then: self.value(&choice.then),
                otherwise: self.value(&choice.otherwise),
            })),
            Kind::Template(parts) => Kind::Template(
                parts
                    .iter()
                    .map(|part| match part {
                        Part::Text(text) => Part::Text(Arc::clone(text)),
                        Part::Value(value) => Part::Value(self.value(value)),
                    })
                    .collect(),
            ),
            other => other.clone(),
        };
        Value { kind, trail: self.trail(&value.trail) }
    }

    /// `trail` without what there is nothing to open of, and with its newest place in the reader's own text.
    fn trail(&self, trail: &Trail) -> Trail {
        let mut kept: Vec<&Step> =
            trail.steps().filter(|step| !self.remote.stand_ins.contains(&step.span.file)).collect();
        kept.reverse();
        let last = self.call.as_ref().filter(|_| !trail.is_empty()).map(|call| {
            // A member of what is handed in is the smallest of the places, inside the argument.
            let own = kept.iter().rev().filter(|step| self.is_own(step.span)).copied();
            let own = own.reduce(|at, older| if at.span.contains(older.span) { older } else { at });
            let step = |kind, name: String| Step { span: call.header, kind, name: name.into() };
            match (own, trail.steps().find(|step| step.kind == StepKind::Default)) {
                (Some(own), _) => own.clone(),
                (None, Some(default)) => step(StepKind::Default, format!("{} in module {}", default.name, call.name)),
                (None, None) => step(StepKind::Variable, format!("module {}", call.name)),
            }
        });
        // Where all steps are in the user's own files, the trail ends at that place.
        if let Some(last) = &last
            && kept.iter().all(|step| self.is_own(step.span))
            && let Some(at) = kept.iter().position(|step| *step == last)
        {
            kept.truncate(at);
        }
        let room = usize::from(cmklint_graph::MAX_STEPS) - 1;
        let steps = kept.into_iter().take(room).cloned().chain(last);
        steps.fold(Trail::empty(), |trail, step| trail.then(step))
    }
}
