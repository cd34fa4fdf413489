use std::sync::Arc;

use cmklint_source::Span;

/// A trail keeps at most this many steps; what a value passes through after them is left out.
pub const MAX_STEPS: u16 = 40;

/// What a value passed through at a step of its trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepKind {
    /// Written out here.
    Literal,
    /// The default of a variable or parameter.
    Default,
    /// The default of a variable or parameter that decided the value: by a condition, an index, a count, an argument.
    DecidedByDefault,
    /// A value from outside, or one that was handed over, that decided the value in the same ways.
    DecidedByGiven,
    /// Given from outside: a tfvars file, a parameter file, the command line.
    Input,
    /// Given from outside where no line can be shown: the environment, the command line, a plan, a switch that is tried. The place is that of the declaration.
    Outside,
    /// Passed to a module or a nested deployment.
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

/// One place that a value passed through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The place.
    pub span: Span,
    /// What the value passed through there.
    pub kind: StepKind,
    /// The name at that place: of the variable, parameter, output or property. Empty for a literal.
    pub name: Arc<str>,
}

impl Step {
    /// Whether it is a default.
    #[must_use]
    pub fn is_default(&self) -> bool {
        matches!(self.kind, StepKind::Default | StepKind::DecidedByDefault)
    }

    /// Whether it decided the value without being a part of it.
    #[must_use]
    pub fn is_decision(&self) -> bool {
        matches!(self.kind, StepKind::DecidedByDefault | StepKind::DecidedByGiven)
    }

    /// Whether a value was given there: by a default, from outside, by a caller.
    fn is_given(&self) -> bool {
        self.is_default()
            || matches!(self.kind, StepKind::Input | StepKind::Outside | StepKind::Argument | StepKind::DecidedByGiven)
    }
}

#[derive(Debug)]
struct StepNode {
    step: Step,
    before: Trail,
    length: u16,
    /// Whether a value was given at this step or an older one.
    has_given: bool,
}

/// Where the values that an expression reads were given: they decide its value, beside those that it passed through.
#[derive(Debug, Default)]
pub struct GivenSeen(Vec<Step>);

/// At most this many places are kept for one value.
const MAX_GIVEN: usize = 8;

impl GivenSeen {
    /// Adds the places where the value of this trail was given.
    pub fn add(&mut self, trail: &Trail) {
        trail.given().for_each(|step| self.add_step(step));
    }

    /// Adds all of `other`.
    pub fn merge(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
        } else {
            other.0.iter().for_each(|step| self.add_step(step));
        }
    }

    fn add_step(&mut self, step: &Step) {
        if self.0.len() < MAX_GIVEN && !self.0.iter().any(|known| known.span == step.span && known.name == step.name) {
            self.0.push(step.clone());
        }
    }

    /// Returns the places that were seen until now, and forgets them.
    #[must_use]
    pub fn take(&mut self) -> Self {
        std::mem::take(self)
    }

    /// The steps, in the order in which they were seen.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.0.iter()
    }
}

/// Whether `part` is in `whole`.
fn is_within(part: Span, whole: Span) -> bool {
    part.file == whole.file && whole.start <= part.start && part.end <= whole.end
}

thread_local! {
    /// The name of a literal, of which there is one: literals are most of what there is. One for each thread, since a count that threads share is slow.
    static NO_NAME: Arc<str> = Arc::from("");
}

/// The places that a value passed through, the newest first. Cheap to clone and to extend.
#[derive(Clone, Debug, Default)]
pub struct Trail(Option<Arc<StepNode>>);

impl Trail {
    /// A value that came from nowhere a person can point to.
    #[must_use]
    pub fn empty() -> Self {
        Self(None)
    }

    /// A value written out at `span`.
    #[must_use]
    pub fn literal(span: Span) -> Self {
        Self::empty().then(Step { span, kind: StepKind::Literal, name: NO_NAME.with(Arc::clone) })
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
        let has_given = step.is_given() || self.has_given();
        Self(Some(Arc::new(StepNode { step, before: self.clone(), length, has_given })))
    }

    fn has_given(&self) -> bool {
        self.0.as_ref().is_some_and(|node| node.has_given)
    }

    /// The steps where a value was given, the newest first: none for most trails, which costs nothing to find out.
    pub fn given(&self) -> impl Iterator<Item = &Step> {
        let steps = self.has_given().then(|| self.steps());
        steps.into_iter().flatten().filter(|step| step.is_given())
    }

    /// The steps that are defaults, the newest first.
    pub fn defaults(&self) -> impl Iterator<Item = &Step> {
        self.given().filter(|step| step.is_default())
    }

    /// The steps of what decided it without being a part of it, the newest first.
    pub fn decisions(&self) -> impl Iterator<Item = &Step> {
        self.given().filter(|step| step.is_decision())
    }

    /// Where the value is written out within what was given at the step `given`; `None` where it is the whole of that, or not written there.
    #[must_use]
    pub fn written_within(&self, given: &Step) -> Option<Span> {
        let older = self.steps().skip_while(|step| *step != given).skip(1);
        let mut written = older.filter(|step| step.kind == StepKind::Literal).map(|step| step.span);
        written.find(|span| *span != given.span && is_within(*span, given.span))
    }

    /// The same trail, with those steps of `given` that it did not pass through: they decided what the value is.
    #[must_use]
    pub fn decided_by<'a>(&self, given: impl IntoIterator<Item = &'a Step>) -> Self {
        let mut out = self.clone();
        for step in given {
            // A part of what was given says so itself.
            if !out.given().any(|known| known.name == step.name && is_within(known.span, step.span)) {
                let kind = if step.is_default() { StepKind::DecidedByDefault } else { StepKind::DecidedByGiven };
                out = out.then(Step { kind, ..step.clone() });
            }
        }
        out
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
