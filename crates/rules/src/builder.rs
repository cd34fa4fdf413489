use std::borrow::Cow;

use cmklint_graph::{NodeId, Resource, Root, Step, StepKind, Trail, Value, World};
use cmklint_source::Span;

use crate::context::Context;
use crate::finding::{Confidence, Finding, Place, TrailStep, ValueTrail};
use crate::findings::{Findings, Raw, joined};
use crate::identity::{FindingIdentity, without_keys};
use crate::meta::Level;
use crate::remedy::Remedy;
use crate::restriction::Restriction;
use crate::view::shown;

/// A value that a finding compares.
#[derive(Clone, Debug)]
struct ComparedValue {
    /// What the value is, and its description.
    title: String,
    value: Value,
    /// The resource that has it; `None` where that is a resource of an older estate.
    node: Option<NodeId>,
}

/// Builds a [`Finding`] from places given by resource and property: a rule does no line arithmetic.
#[derive(Clone, Debug)]
pub struct FindingBuilder<'a> {
    cx: &'a Context<'a>,
    node: NodeId,
    path: String,
    world: World,
    level: Option<Level>,
    restriction: Option<&'static Restriction>,
    fault: Option<String>,
    message: String,
    words: String,
    variant: Cow<'static, str>,
    related: Vec<(NodeId, String, String)>,
    trails: Vec<ComparedValue>,
    against: Vec<NodeId>,
    before: Vec<Place>,
    assumed: Vec<String>,
    notes: Vec<String>,
    help: String,
    remedies: Vec<Remedy>,
}

impl<'a> FindingBuilder<'a> {
    pub(crate) fn new(cx: &'a Context<'a>, node: NodeId, path: &str) -> Self {
        Self {
            cx,
            node,
            path: path.to_owned(),
            world: World::any(),
            level: None,
            restriction: cx.restriction(),
            fault: None,
            message: String::new(),
            words: String::new(),
            variant: Cow::Borrowed(""),
            related: Vec::new(),
            trails: Vec::new(),
            against: Vec::new(),
            before: Vec::new(),
            assumed: Vec::new(),
            notes: Vec::new(),
            help: String::new(),
            remedies: Vec::new(),
        }
    }

    /// The world it holds in.
    #[must_use]
    pub fn world(mut self, world: &World) -> Self {
        self.world = world.clone();
        self
    }

    /// A level other than the rule's own; a level in the configuration takes precedence.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// Which of the rule's restrictions it violates; without it, the first that is in force.
    #[must_use]
    pub fn restriction(mut self, restriction: &'static Restriction) -> Self {
        self.restriction = Some(restriction);
        self
    }

    /// An identity of the fault across editions, where a later edition may report it at another place: it is reported once, as that edition has it.
    #[must_use]
    pub fn fault(mut self, fault: impl Into<String>) -> Self {
        self.fault = Some(fault.into());
        self
    }

    /// One sentence: what is wrong, with the values.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// The text under the underlined code at the primary place.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }

    /// Distinguishes two faults that one rule finds at one place.
    #[must_use]
    pub fn variant(mut self, variant: impl Into<Cow<'static, str>>) -> Self {
        self.variant = variant.into();
        self
    }

    /// A further place: the property at `path` of the resource at `node` (the resource's header where it is empty).
    #[must_use]
    pub fn related(mut self, node: NodeId, path: &str, words: impl Into<String>) -> Self {
        self.related.push((node, path.to_owned(), words.into()));
        self
    }

    /// A compared value: `what` of the resource at `node`.
    #[must_use]
    pub fn trail(mut self, what: &str, node: NodeId, value: &Value) -> Self {
        let title = format!("{what} of {}: {}", self.cx.title(node), self.cx.value_in_words(value));
        self.trails.push(ComparedValue { title, value: value.clone(), node: Some(node) });
        self
    }

    /// A place of the older estate: the property at `path` of the resource at `node` there (its header where `path` is empty).
    #[must_use]
    pub fn before(mut self, node: NodeId, path: &str, world: &World, words: impl Into<String>) -> Self {
        if let Some(resource) = self.cx.then().and_then(|then| then.resource(node)) {
            self.before.push(Place::new(resource.span_in(path, world), words));
        }
        self
    }

    /// A compared value of the older estate: `what` of the resource at `node` there.
    #[must_use]
    pub fn trail_before(mut self, what: &str, node: NodeId, value: &Value) -> Self {
        if let Some(resource) = self.cx.then().and_then(|then| then.resource(node)) {
            let title = format!("{what} of {} before: {}", shown(resource, ""), value.describe());
            self.trails.push(ComparedValue { title, value: value.clone(), node: None });
        }
        self
    }

    /// A further assumption besides the world, in words: the finding holds only where it is true.
    #[must_use]
    pub fn assuming(mut self, words: impl Into<String>) -> Self {
        self.assumed.push(words.into());
        self
    }

    /// The fault is one between the primary resource and the resource at `node`: with another resource it is another fault.
    #[must_use]
    pub fn against(mut self, node: NodeId) -> Self {
        self.against.push(node);
        self
    }

    /// A remark.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// How to put it right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// A way to put it right, where there is one.
    #[must_use]
    pub fn remedy(mut self, remedy: Option<Remedy>) -> Self {
        self.remedies.extend(remedy);
        self
    }

    /// Builds it and adds it to `out`.
    pub fn push(self, out: &mut Findings) {
        if let Some(raw) = self.build() {
            out.push(raw);
        }
    }

    /// The same fault reported at a place in the code, where it is found at a resource of an inventory, in which nothing can be corrected. `None` where no code
    /// takes part,
    /// unless such findings are asked for.
    fn at_code(mut self) -> Option<Self> {
        let cx = self.cx;
        if !cx.is_in_inventory(self.node) {
            return Some(self);
        }
        let Some(at) = self.related.iter().position(|(node, ..)| !cx.is_in_inventory(*node)) else {
            return cx.settings().inventory_findings.then_some(self);
        };
        let (node, path, words) = self.related.remove(at);
        let (existing, its_path) = (std::mem::replace(&mut self.node, node), std::mem::replace(&mut self.path, path));
        let its_words = std::mem::replace(&mut self.words, words);
        self.related.insert(0, (existing, its_path, its_words));
        self.against.retain(|other| *other != node);
        if !self.against.contains(&existing) {
            self.against.push(existing);
        }
        Some(self)
    }

    fn build(self) -> Option<Raw> {
        let this = self.at_code()?;
        this.build_here()
    }

    fn build_here(self) -> Option<Raw> {
        let (cx, rule) = (self.cx, self.cx.rule());
        let resource = cx.resource(self.node)?;
        let own = resource.span_in(&self.path, &self.world);
        let (argument, given_at) = self.decided_at(resource);
        let span = argument.unwrap_or(own);
        let (mut related, nodes) = self.other_places(resource, span);
        if span != own && related.iter().all(|place| place.span != own) {
            related.insert(0, Place::new(own, Place::OWN_PROPERTY));
        }
        let mut resources: Vec<String> = Vec::new();
        for node in &nodes {
            let address = cx.address(*node).to_string();
            if !resources.contains(&address) {
                resources.push(address);
            }
        }
        let beyond = self.beyond_the_world(&nodes);
        let world = joined(&self.world.describe(), &beyond);
        let defaults = self.defaults(&nodes);
        let certain = self.world.is_any() && beyond.is_empty() && defaults.is_empty();
        let deployment = cx.deployment(self.node.deployment)?.key.clone();
        let identity = self.identity(resource, &deployment.root);
        let against: Vec<Span> = self.against.iter().filter_map(|n| cx.resource(*n)).map(|r| r.span).collect();
        let shape = format!("{}|{against:?}", self.variant);
        let level = cx.settings().stated_level(rule).or(self.level).unwrap_or(rule.level);
        let trails = self.value_trails(&nodes);
        let words = if self.words.is_empty() { self.message.clone() } else { self.words.clone() };
        let instances = vec![self.own_places(resource)];
        let finding = Finding {
            rule,
            restriction: self.restriction,
            lifted: None,
            level,
            confidence: if certain { Confidence::Certain } else { Confidence::Conditional },
            primary: Place::new(span, words),
            related,
            trails,
            world,
            notes: self.notes,
            message: self.message,
            help: self.help,
            remedies: self.remedies,
            resources,
            declared_at: vec![resource.whole],
            instances,
            identity,
            deployment,
            also: Vec::new(),
        };
        let decided = self.assumed.is_empty() && nodes.iter().all(|node| deployed(self.cx, *node, &self.world));
        Some(Raw {
            finding,
            node: self.node,
            world: self.world,
            beyond,
            decided,
            defaults,
            shape,
            fault: self.fault,
            given_at,
        })
    }

    /// The places shown beside the primary one, at `span` in `resource`, and the resources that take part in the fault.
    fn other_places(&self, resource: &Resource, span: Span) -> (Vec<Place>, Vec<NodeId>) {
        let mut places: Vec<Place> = Vec::new();
        let mut nodes = vec![self.node];
        nodes.extend(&self.against);
        for (node, path, words) in &self.related {
            let Some(other) = self.cx.resource(*node) else { continue };
            let place = Place::new(other.span_in(path, &self.world), words);
            if place.span != span && !places.contains(&place) {
                places.push(place);
            }
            nodes.push(*node);
        }
        for place in &self.before {
            if place.span != span && places.iter().all(|other| other.span != place.span) {
                places.push(place.clone());
            }
        }
        places.extend(resource.calls.iter().map(|(span, name)| Place {
            span: *span,
            message: format!("{} '{name}' declares it", resource.call_noun()),
            is_call: true,
        }));
        (places, nodes)
    }

    fn identity(&self, resource: &Resource, root: &Root) -> FindingIdentity {
        let against = self.against.iter().map(|n| self.cx.address(*n)).filter(|address| !address.is_empty());
        FindingIdentity {
            rule: self.cx.rule().id,
            // One address may be declared in many roots.
            root: root.clone(),
            address: without_keys(&resource.address).into_owned(),
            property: self.path.clone(),
            against: against.map(|address| without_keys(&address).into_owned()).collect(),
            variant: without_keys(&self.variant).into_owned(),
        }
    }

    /// What the finding assumes besides the world, in words: that resources are deployed of which this is not known, and what the rule assumes.
    fn beyond_the_world(&self, nodes: &[NodeId]) -> String {
        let mut words: Vec<String> = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            if !nodes.iter().take(at).any(|seen| seen == node) && !deployed(self.cx, *node, &self.world) {
                words.push(format!("{} is deployed", self.cx.title(*node)));
            }
        }
        words.extend(self.assumed.iter().cloned());
        words.join(" and ")
    }

    /// The places of `resource`, which is at fault, and those that its values come from.
    fn own_places(&self, resource: &Resource) -> Vec<Span> {
        let mut places = vec![resource.whole, resource.span];
        places.extend(resource.calls.iter().map(|(span, _)| *span));
        for compared in &self.trails {
            let is_own = compared.node == Some(self.node);
            let is_given = |kind| {
                matches!(
                    kind,
                    StepKind::Input
                        | StepKind::Outside
                        | StepKind::Argument
                        | StepKind::Default
                        | StepKind::DecidedByGiven
                        | StepKind::DecidedByDefault
                )
            };
            let steps = compared.value.trail.steps().filter(|step| is_own || is_given(step.kind));
            places.extend(steps.map(|step| step.span));
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Where the property is decided by others than who declares `resource`, which is right for other callers and other inputs: the outermost argument of
    /// the module that it is in, or value of a parameter file that came through one; and, where the root itself declares it, the value of a parameter file.
    fn decided_at(&self, resource: &Resource) -> (Option<Span>, Option<Span>) {
        if self.path.is_empty() {
            return (None, None);
        }
        let cases = self.cx.values(self.node, &self.path, &self.world);
        let Some(value) = cases.values().next() else { return (None, None) };
        let handed = |step: &&Step| matches!(step.kind, StepKind::Argument | StepKind::Input);
        let steps: Vec<&Step> = value.trail.given().filter(handed).collect();
        // A literal may be a part of what was given; of a reference the whole expression says more than a name in it.
        let written = |step: &Step| value.as_literal().and_then(|_| value.trail.written_within(step));
        let outermost = steps.last().map(|step| written(step).unwrap_or(step.span));
        if resource.calls.is_empty() {
            // What a default fills in for what isn't given is not decided there.
            let is_given = value.trail.given().last().is_some_and(|step| step.kind == StepKind::Input);
            return (None, outermost.filter(|_| is_given));
        }
        let is_argument = steps.iter().any(|step| step.kind == StepKind::Argument);
        (outermost.filter(|_| is_argument), None)
    }

    /// The trails of the compared values, and of the conditions under which the resources that take part, at `nodes`, exist: one for those with the same.
    fn value_trails(&self, nodes: &[NodeId]) -> Vec<ValueTrail> {
        let of = |title: &str, value: &Value| ValueTrail { title: title.to_owned(), steps: steps(&value.trail) };
        let mut out: Vec<ValueTrail> =
            self.trails.iter().map(|compared| of(&compared.title, &compared.value)).collect();
        let mut existing: Vec<(Vec<String>, ValueTrail)> = Vec::new();
        for node in nodes {
            let Some(resource) = self.cx.resource(*node) else { continue };
            if resource.condition.as_bool() == Some(true) && resource.condition.trail.given().next().is_some() {
                let trail = of(&self.cx.title(*node), &resource.condition);
                match existing.iter_mut().find(|(_, known)| known.steps == trail.steps) {
                    Some((titles, _)) if titles.contains(&trail.title) => {}
                    Some((titles, _)) => titles.push(trail.title),
                    None => existing.push((vec![trail.title.clone()], trail)),
                }
            }
        }
        // What the values' trails show already is not told twice.
        let is_shown =
            |step: &TrailStep| out.iter().flat_map(|trail| &trail.steps).any(|known| known.span == step.span);
        existing.retain(|(_, trail)| !trail.steps.iter().all(is_shown));
        out.extend(existing.into_iter().map(|(titles, trail)| {
            let be = if titles.len() == 1 { "is" } else { "are" };
            ValueTrail { title: format!("whether {} {be} deployed: true", titles.join(" and ")), ..trail }
        }));
        out
    }

    /// The names of the defaults that it depends on: those of the compared values, and of the conditions under which the resources that take part, at `nodes`,
    /// exist.
    fn defaults(&self, nodes: &[NodeId]) -> Vec<String> {
        let conditions = nodes.iter().filter_map(|node| self.cx.resource(*node)).map(|resource| &resource.condition);
        let values = self.trails.iter().map(|compared| &compared.value).chain(conditions);
        let mut out: Vec<String> = Vec::new();
        for step in values.flat_map(|value| value.trail.defaults()) {
            if !out.iter().any(|name| **name == *step.name) {
                out.push(step.name.to_string());
            }
        }
        out
    }
}

/// Whether the resource at `node` is certainly deployed in `world`.
fn deployed(cx: &Context<'_>, node: NodeId, world: &World) -> bool {
    let Some(resource) = cx.resource(node) else { return true };
    cx.cases(&resource.condition, world).values().all(|v| v.as_bool() == Some(true))
}

/// A trail in words, from where the value was written to where it is used.
fn steps(trail: &Trail) -> Vec<TrailStep> {
    let mut all: Vec<_> = trail.steps().collect();
    all.reverse();
    let mut out: Vec<TrailStep> = Vec::new();
    for step in all {
        if step.is_decision() && out.iter().any(|known| known.span == step.span) {
            continue;
        }
        let name = &step.name;
        let message = match step.kind {
            StepKind::Literal => "written here".to_owned(),
            StepKind::Default => format!("default of {name}"),
            StepKind::DecidedByDefault => format!("decided by the default of {name}"),
            StepKind::DecidedByGiven => format!("decided by what is given here for {name}"),
            StepKind::Input | StepKind::Outside => format!("given here for {name}"),
            StepKind::Argument => format!("handed over as {name}"),
            StepKind::Variable => format!("by way of {name}"),
            StepKind::Output => format!("output {name}"),
            StepKind::Attribute => format!("attribute {name}"),
            StepKind::Reference => format!("read from {name}"),
        };
        match out.last_mut() {
            // A literal that is the whole value is one place, not two.
            Some(last) if last.span == step.span => last.message = message,
            _ => out.push(TrailStep { span: step.span, message }),
        }
    }
    out
}

impl<'a> Context<'a> {
    /// Begins a finding of the rule at the property `path` of the resource at `node` (its header where `path` is empty).
    #[must_use]
    pub fn finding(&'a self, node: NodeId, path: &str) -> FindingBuilder<'a> {
        FindingBuilder::new(self, node, path)
    }
}
