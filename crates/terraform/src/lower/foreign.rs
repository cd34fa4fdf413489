//! Resources of modules whose files are not the reader's own: their spans are moved to where the reader can change something, to the argument
//! of the call that passes the value in, else to the call.

use std::sync::Arc;

use cmklint_graph::{ForeignPlaces, OwnCall, Resource, TextOwner};
use cmklint_source::Span;

use super::Lowering;
use crate::TemplateDeployment;
use crate::eval::ModuleId;
use crate::modules::{Owner, Remote};

impl Lowering<'_, '_> {
    /// Moves the spans of `resources` to where the reader can change something.
    pub(super) fn place(&self, resources: &mut [Resource]) {
        let remote = &self.evaluator.remote;
        if remote.installed.is_empty() && remote.stand_ins.is_empty() {
            return;
        }
        for (id, resource) in self.evaluator.nodes.iter().zip(resources) {
            let Some(module) = self.evaluator.instances.get(id.0).map(|i| i.module) else { continue };
            let is_own = self.evaluator.module(module).is_none_or(|m| m.owner == Owner::Own);
            let call = if is_own { None } else { self.own_call(module) };
            // Values of own resources may come from a stand-in, which nobody can open.
            if call.is_some() || !remote.stand_ins.is_empty() {
                ForeignPlaces { owner: &|span| owner(remote, span), call }.resource(resource);
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

    /// The innermost call in the reader's own files that leads to `module`.
    fn own_call(&self, module: ModuleId) -> Option<OwnCall> {
        let mut at = module;
        loop {
            let (caller, name, _) = self.evaluator.module(at)?.call.as_ref()?;
            let calling = self.evaluator.module(*caller)?;
            if calling.owner == Owner::Own {
                let block = &calling.config.calls.get(name)?.block;
                return Some(OwnCall { header: block.header, whole: block.whole, name: Arc::clone(name) });
            }
            at = *caller;
        }
    }
}

/// Whose file `span` is in.
fn owner(remote: &Remote, span: Span) -> TextOwner {
    if remote.stand_ins.contains(&span.file) {
        TextOwner::Analyzer
    } else if remote.installed.contains(&span.file) {
        TextOwner::Others
    } else {
        TextOwner::Reader
    }
}
