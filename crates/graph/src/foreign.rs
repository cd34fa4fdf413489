//! Values that come from files which are not the reader's own: their spans are moved to where the reader can change something.

use std::sync::Arc;

use cmklint_source::Span;

use crate::map::Rewrite;
use crate::resource::Resource;
use crate::trail::{MAX_STEPS, Step, StepKind, Trail};

/// Whose file a place is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextOwner {
    /// The reader's.
    Reader,
    /// A module's that is installed on the disk and that others wrote.
    Others,
    /// A file that is part of the analyzer, which nobody can open.
    Analyzer,
}

/// The call in the reader's own files through which something is reached.
#[derive(Clone, Debug)]
pub struct OwnCall {
    /// The call's header.
    pub header: Span,
    /// The whole call.
    pub whole: Span,
    /// The call's name.
    pub name: Arc<str>,
}

/// Moves the spans of values into the reader's own files.
pub struct ForeignPlaces<'a> {
    /// Whose file a place is in.
    pub owner: &'a dyn Fn(Span) -> TextOwner,
    /// For values of an installed module: the call that leads there. The newest step of each trail is then in the reader's own files: at
    /// the argument that passes the value in, else at the call.
    pub call: Option<OwnCall>,
}

impl ForeignPlaces<'_> {
    fn is_own(&self, span: Span) -> bool {
        (self.owner)(span) == TextOwner::Reader
    }

    fn is_analyzers(&self, span: Span) -> bool {
        (self.owner)(span) == TextOwner::Analyzer
    }

    /// Moves all spans of `resource`.
    pub fn resource(&self, resource: &mut Resource) {
        if let Some(call) = &self.call {
            resource.span = call.header;
            resource.whole = call.whole;
        }
        resource.calls.retain(|(span, _)| !self.is_analyzers(*span));
        for value in resource.values_mut() {
            if let Some(moved) = value.rewritten(&mut Moved(self)) {
                *value = moved;
            }
        }
    }

    /// `trail` without places that nobody can open, and with its newest place in the reader's own files; `None` where it is so already.
    fn moved_trail(&self, trail: &Trail) -> Option<Trail> {
        if trail.is_empty() || self.call.is_none() && !trail.steps().any(|step| self.is_analyzers(step.span)) {
            return None;
        }
        let mut kept: Vec<&Step> = trail.steps().filter(|step| !self.is_analyzers(step.span)).collect();
        kept.reverse();
        let last = self.call.as_ref().map(|call| {
            // Of the places inside the argument, a member of the passed object is the smallest.
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
        let room = usize::from(MAX_STEPS) - 1;
        let steps = kept.into_iter().take(room).cloned().chain(last);
        Some(steps.fold(Trail::empty(), |trail, step| trail.then(step)))
    }
}

/// The walk that moves the spans of one value.
struct Moved<'a>(&'a ForeignPlaces<'a>);

impl Rewrite for Moved<'_> {
    fn key_span(&mut self, span: Span) -> Option<Span> {
        self.0.is_own(span).then_some(span)
    }

    fn trail(&mut self, trail: &Trail) -> Option<Trail> {
        self.0.moved_trail(trail)
    }
}
