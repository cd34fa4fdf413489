//! Bicep modules that are known by their source: their text is part of the analyzer, and nobody can open it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use cmklint_bicep::KNOWN_MODULES;
use cmklint_graph::{Deployment, ForeignPlaces, OwnCall, TextOwner};
use cmklint_source::{FileId, Sources, Span};

/// Whether `path` is the shown path of a text that is part of the analyzer.
pub(crate) fn is_stand_in(path: &str) -> bool {
    path.strip_prefix(KNOWN_MODULES).is_some_and(|rest| rest.starts_with('/'))
}

/// Moves the spans of the resources of `deployment` that are in such modules to the call of the module: to the argument that gives the value, if there is one.
pub(crate) fn bring_home(deployment: &mut Deployment, sources: &Sources) {
    // Every place in the deployment is asked for.
    let owners: RefCell<BTreeMap<FileId, TextOwner>> = RefCell::default();
    let of_file = |file: FileId| match is_stand_in(&sources.path(file)) {
        true => TextOwner::Analyzer,
        false => TextOwner::Reader,
    };
    let owner = |span: Span| *owners.borrow_mut().entry(span.file).or_insert_with(|| of_file(span.file));
    if !deployment.resources.iter().any(|resource| owner(resource.span) == TextOwner::Analyzer) {
        return;
    }
    for resource in &mut deployment.resources {
        let mut call = None;
        if owner(resource.span) == TextOwner::Analyzer
            && let Some((span, name)) = resource.calls.iter().rev().find(|(span, _)| owner(*span) == TextOwner::Reader)
        {
            call = Some(OwnCall { header: *span, whole: *span, name: name.clone() });
        }
        ForeignPlaces { owner: &owner, call }.resource(resource);
    }
}
