use std::sync::Arc;

use cmklint_source::Span;

/// A trail keeps this many steps; what a value passes through beyond them is left out.
pub const MAX_STEPS: u16 = 40;

/// What a value passed through at a step of its trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepKind {
    /// Written out here.
    Literal,
    /// The default of a variable or parameter.
    Default,
    /// Given from outside: a tfvars file, a parameter file, the command line.
    Input,
    /// Handed to a module or a nested deployment.
    Argument,
    /// A local, or a template's variable.
    Variable,
    /// An output of a module or a nested deployment.
    Output,
    /// An attribute or a property of a resource.
    Attribute,
    /// An attribute of another resource, read by expression.
    Reference,
}

/// One place that a value came through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub span: Span,
    /// As what.
    pub kind: StepKind,
    /// The name there: of the variable, parameter, output or property. Empty for a literal.
    pub name: Arc<str>,
}

#[derive(Debug)]
struct Node {
    step: Step,
    before: Trail,
    length: u16,
}

/// The places a value came through, the newest first. Cheap to clone and to extend.
#[derive(Clone, Debug, Default)]
pub struct Trail(Option<Arc<Node>>);

impl Trail {
    /// A value that came from nowhere a person can point to.
    #[must_use]
    pub fn empty() -> Self {
        Self(None)
    }

    /// A value written out at `span`.
    #[must_use]
    pub fn literal(span: Span) -> Self {
        Self::empty().then(Step { span, kind: StepKind::Literal, name: Arc::from("") })
    }

    /// The same trail with a newer step; the same as it was where that step is already the newest, or it is full.
    #[must_use]
    pub fn then(&self, step: Step) -> Self {
        if self.newest() == Some(&step) {
            return self.clone();
        }
        let length = self.len().saturating_add(1);
        if length > MAX_STEPS {
            return self.clone();
        }
        Self(Some(Arc::new(Node { step, before: self.clone(), length })))
    }

    /// `older`, followed by the steps of `self`.
    #[must_use]
    pub fn after(&self, older: &Self) -> Self {
        if older.0.is_none() {
            return self.clone();
        }
        let mut steps: Vec<&Step> = self.steps().collect();
        steps.reverse();
        steps.into_iter().fold(older.clone(), |trail, step| trail.then(step.clone()))
    }

    /// The number of steps.
    #[must_use]
    pub fn len(&self) -> u16 {
        self.0.as_ref().map_or(0, |node| node.length)
    }

    /// Whether there is no step.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The newest step: where the value is used.
    #[must_use]
    pub fn newest(&self) -> Option<&Step> {
        self.0.as_ref().map(|node| &node.step)
    }

    /// The oldest step: where the value was written.
    #[must_use]
    pub fn oldest(&self) -> Option<&Step> {
        self.steps().last()
    }

    /// All steps, the newest first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let mut at = self.0.as_deref();
        std::iter::from_fn(move || {
            let node = at?;
            at = node.before.0.as_deref();
            Some(&node.step)
        })
    }
}
