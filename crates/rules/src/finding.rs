use cmklint_graph::{DeploymentKey, Root};
use cmklint_source::{Sources, Span};

use crate::identity::FindingIdentity;
use crate::meta::{Level, RuleMeta};
use crate::remedy::Remedy;
use crate::restriction::{Lift, Restriction};

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// In the worlds that it names.
    Conditional,
    /// In every world.
    Certain,
}

impl Confidence {
    /// `certain` or `conditional`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Conditional => "conditional",
        }
    }
}

/// A place with a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Where.
    pub span: Span,
    /// The text under the underlined code; one line, without a full stop.
    pub message: String,
    /// Whether it is the call of a module, or a nested deployment, that led to the resource at fault.
    pub is_call: bool,
}

impl Place {
    /// The label of the resource's own property where the primary place is elsewhere: where the property's value was given.
    pub(crate) const OWN_PROPERTY: &str = "it goes into this property";

    /// The place `span` with `message`, none of a call.
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), is_call: false }
    }
}

/// A step of a trail, in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailStep {
    /// Where.
    pub span: Span,
    /// `written here`, `default of variable location`, …
    pub message: String,
}

/// Where a compared value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueTrail {
    /// What the value is, and its description: `location of disk d: 'westus'`.
    pub title: String,
    /// The steps, from where the value was written to where it is used.
    pub steps: Vec<TrailStep>,
}

/// A violation of a restriction, certain in some world.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static RuleMeta,
    /// The restriction that it violates; `None` for a rule that names none.
    pub restriction: Option<&'static Restriction>,
    /// The edition that lifted, relaxed or changed the restriction, where no edition was asked for and the latest does not hold it any more.
    pub lifted: Option<Lift>,
    /// The level.
    pub level: Level,
    /// In every world, or in some.
    pub confidence: Confidence,
    /// One sentence: what is wrong, with the values. Without a full stop.
    pub message: String,
    /// The smallest place that shows the fault.
    pub primary: Place,
    /// Other places that take part in the fault.
    pub related: Vec<Place>,
    /// The trails of the compared values.
    pub trails: Vec<ValueTrail>,
    /// The condition under which it holds, in words; empty where it always does.
    pub world: String,
    /// Further remarks: that it depends on a default, what holds since a restriction was relaxed.
    pub notes: Vec<String>,
    /// How to correct it, in one or two sentences.
    pub help: String,
    /// How the code can be changed so that it is right. Whether that does harm elsewhere is not said.
    pub remedies: Vec<Remedy>,
    /// The addresses of the resources that take part, the one at fault first.
    pub resources: Vec<String>,
    /// The whole declaration of the resource at fault.
    pub declared_at: Vec<Span>,
    /// For each instance that the finding is about, the places that belong to it: its declaration, the module calls and nested deployments that lead to it,
    /// and where its compared values, and the inputs of all compared values, were given. An ignore comment at one of them is for that instance.
    pub instances: Vec<Vec<Span>>,
    /// What identifies it, independent of lines. Baselines and fingerprints are based on it.
    pub identity: FindingIdentity,
    /// The deployment it was found in: root and inputs.
    pub deployment: DeploymentKey,
    /// The further instances in which the same fault was found, in words: addresses, with the deployment where that is another.
    pub also: Vec<String>,
}

impl Finding {
    /// The root that it was found in.
    #[must_use]
    pub fn root(&self) -> &Root {
        &self.deployment.root
    }

    /// Makes `place` the primary place; the one that was becomes the first of the related places.
    pub fn lead_with(&mut self, place: Place) {
        self.related.retain(|other| *other != place);
        let former = std::mem::replace(&mut self.primary, place);
        self.related.insert(0, former);
    }
}

/// Sorts `findings` in reading order: by path, place and rule. The engine can't do that: it knows no paths, and file ids have no meaningful order.
pub fn sort_by_place(findings: &mut [Finding], sources: &Sources) {
    findings.sort_by_cached_key(|f| {
        let span = f.primary.span;
        (sources.path(span.file), span.start, span.end, f.rule.id, f.identity.clone())
    });
}
