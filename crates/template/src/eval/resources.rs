//! Resource declarations to nodes of the graph.

use std::rc::Rc;
use std::sync::Arc;

use cmklint_graph::{AsPath, Kind, NodeId, Object, Presence, Resource, ResourceType, Scope, StepKind, Symbol, Value};
use cmklint_source::{Diagnostic, Span};

use super::Evaluator;
use super::frame::{Env, Frame, FrameId, Memo};
use super::instances::{Declared, Instance};
use super::scope::Target;
use crate::functions::cost::Cost;
use crate::functions::{self, logical};
use crate::ir::{ResourceDecl, TemplateRef};

/// The cost of a node and its resource, without the values of its body.
const NODE: Cost = Cost { steps: 4, bytes: (size_of::<Node>() + 512) as u64 };
/// Declarations of templates nested less deeply than this leave half of the budget to those after them.
const HALVED: usize = 3;

/// A node, between its creation and its evaluation.
pub(crate) struct Node {
    pub(crate) frame: FrameId,
    /// The declaration's place in its template; `None` for an existing resource that only a reference by id names.
    pub(crate) decl: Option<usize>,
    pub(crate) instance: usize,
    head: Option<Memo<Rc<Head>>>,
    filling: bool,
    resource: Option<Resource>,
    /// Whether the body of `resource` was left alone.
    has_no_body: bool,
}

/// The names of a resource.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The name as the declaration writes it.
    pub(crate) name: Value,
    /// One name for each segment of the type; none where they can't be distinguished.
    pub(crate) names: Vec<Value>,
    pub(crate) scope: Scope,
    /// The resource it extends.
    pub(crate) extends: Value,
}

impl Evaluator<'_> {
    fn next_id(&self) -> NodeId {
        NodeId { deployment: self.id, index: u32::try_from(self.nodes.len()).unwrap_or(u32::MAX) }
    }

    pub(crate) fn node(&self, id: NodeId) -> Option<&Node> {
        if id.deployment != self.id {
            return None;
        }
        self.nodes.get(id.index as usize)
    }

    /// How many nodes there are.
    pub(crate) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.nodes.get_mut(id.index as usize)
    }

    /// A node for the `instance` of the declaration at `decl`; `None` where the deployment has too many.
    pub(crate) fn new_node(&mut self, frame: FrameId, decl: usize, instance: usize, span: Span) -> Option<NodeId> {
        if self.nodes.len() >= self.limits.resources {
            let message = format!("the deployment has more than {} resources", self.limits.resources);
            self.tell(Diagnostic::warning("too-many-resources", message, span).help("those beyond are not checked"));
            return None;
        }
        if !self.pay(NODE, span) {
            return None;
        }
        let id = self.next_id();
        self.nodes.push(Node {
            frame,
            decl: Some(decl),
            instance,
            head: None,
            filling: false,
            resource: None,
            has_no_body: false,
        });
        Some(id)
    }

    /// A node for an existing resource that only a reference names.
    pub(crate) fn imply(&mut self, frame: FrameId, kind: &str, head: Head, span: Span) -> Option<NodeId> {
        if self.nodes.len() >= self.limits.resources || !self.pay(NODE, span) {
            return None;
        }
        let id = self.next_id();
        let last = head.names.last().map_or_else(String::new, plain_name);
        let address: Arc<str> = format!("{kind} {last}").into();
        let rest = Symbol::attribute(id, "", address.to_string());
        let mut resource = Resource {
            id,
            kind: ResourceType::new(kind),
            address,
            names: head.names.clone(),
            scope: head.scope.clone(),
            location: Value::null(),
            presence: Presence::Existing,
            condition: Value::bool(true),
            body: Value::object(Object { rest: Some(rest), ..Object::default() }),
            further: 0,
            extends: Value::null(),
            span,
            whole: span,
            calls: self.frame(frame).map(|f| f.calls.clone()).unwrap_or_default(),
            dialect: self.frame(frame).map(Frame::dialect).unwrap_or_default(),
        };
        resource.location = resource.unknown("location");
        let head = Some(Memo::Done(Rc::new(head)));
        self.nodes.push(Node {
            frame,
            decl: None,
            instance: 0,
            head,
            filling: false,
            resource: Some(resource),
            has_no_body: false,
        });
        Some(id)
    }

    /// The declaration, its instances, the instance's place among them, and the environment of its properties.
    pub(crate) fn place_of(&mut self, id: NodeId) -> Option<(Arc<crate::ir::Template>, usize, Rc<Declared>, Env)> {
        let node = self.node(id)?;
        let (frame, decl, instance) = (node.frame, node.decl?, node.instance);
        let declared = self.instances(frame, decl)?;
        let template = Arc::clone(&self.frame(frame)?.template);
        let env = self.in_instance(frame, template.resources.get(decl)?, declared.instances.get(instance)?);
        Some((template, decl, declared, env))
    }

    /// The environment of the properties of `decl` in one `instance` of it.
    pub(crate) fn in_instance(&self, frame: FrameId, decl: &ResourceDecl, instance: &Instance) -> Env {
        let base = self.base(frame);
        match &decl.repeat {
            Some(repeat) => self.in_round(&base, repeat, &instance.item, &instance.index, true),
            None => base,
        }
    }

    /// The names of the resource at `id`.
    pub(crate) fn head(&mut self, id: NodeId) -> Option<Rc<Head>> {
        match &self.node(id)?.head {
            Some(Memo::Done(head)) => return Some(Rc::clone(head)),
            Some(Memo::Busy) => return None,
            None => {}
        }
        self.node_mut(id)?.head = Some(Memo::Busy);
        // A parent or a scope is evaluated on the way: that counts as one expression inside another.
        let made = self.deeper(|this| this.make_head(id)).flatten().map(Rc::new);
        self.node_mut(id)?.head = made.clone().map(Memo::Done);
        made
    }

    fn make_head(&mut self, id: NodeId) -> Option<Head> {
        let (template, decl, _, env) = self.place_of(id)?;
        self.head_in(&env, template.resources.get(decl)?)
    }

    /// The names of the resource that `decl` makes in `env`.
    pub(crate) fn head_in(&mut self, env: &Env, decl: &ResourceDecl) -> Option<Head> {
        let name = self.eval(env, &decl.name).via(decl.name.span, StepKind::Attribute, "name");
        let depth = decl.kind.matches('/').count();
        let place = self.frame(env.frame)?.place.clone();
        let mut scope = place.scope();
        let mut extends = Value::null();
        let names = match &decl.parent {
            Some(parent) => {
                let parent = self.eval(env, parent);
                let parent = match &parent.kind {
                    Kind::Ref(r) => self.head(r.node),
                    _ => None,
                };
                match parent {
                    Some(parent) => {
                        scope = parent.scope.clone();
                        extends = parent.extends.clone();
                        let own = depth.saturating_sub(parent.names.len());
                        // The own name follows the parent's and is text: null counts as empty text.
                        let own = functions::string::segments(&functions::string::text_of(name.clone()), own);
                        if parent.names.is_empty() || own.is_empty() {
                            Vec::new()
                        } else {
                            let above = parent.names.iter().cloned().map(functions::string::text_of);
                            above.chain(own).collect()
                        }
                    }
                    None => Vec::new(),
                }
            }
            None => functions::string::segments(&name, depth),
        };
        if let Some(expr) = &decl.scope {
            let value = self.eval(env, expr);
            match self.target(&place, &value, expr.span) {
                Target::Deployment(target) => scope = target.said_at(expr.span, &place).scope(),
                Target::Resource { id, scope: of } => {
                    scope = of;
                    extends = id.via(expr.span, StepKind::Attribute, "scope");
                }
            }
        } else if decl.existing && decl.deployment.is_none() {
            self.written_scope(env, decl, &mut scope);
        }
        Some(Head { name, names, scope, extends })
    }

    /// ARM JSON writes the scope of an existing resource as members next to its name.
    fn written_scope(&mut self, env: &Env, decl: &ResourceDecl, scope: &mut Scope) {
        use crate::ir::{ExprKind, Member};
        let ExprKind::Object(members) = &decl.body.kind else { return };
        for member in members {
            let Member::Property { key, value } = member else { continue };
            let ExprKind::Literal(cmklint_graph::Literal::String(name)) = &key.kind else { continue };
            if name.eq_ignore_ascii_case("resourceGroup") {
                scope.resource_group = self.eval(env, value);
            } else if name.eq_ignore_ascii_case("subscriptionId") {
                scope.subscription = self.eval(env, value);
            }
        }
    }

    /// Evaluates all declarations of `frame` and of the deployments in it.
    pub(crate) fn run(&mut self, frame: FrameId) {
        match self.frame_mut(frame) {
            Some(frame) if !frame.ran => frame.ran = true,
            _ => return,
        }
        let Some(template) = self.frame(frame).map(|f| Arc::clone(&f.template)) else { return };
        for at in 0..template.resources.len() {
            self.instances(frame, at);
        }
        let halved = self.frame(frame).is_some_and(|f| f.nesting < HALVED);
        for at in 0..template.resources.len() {
            if halved {
                self.with_half(|this| this.run_declaration(frame, at));
            } else {
                self.run_declaration(frame, at);
            }
        }
    }

    fn run_declaration(&mut self, frame: FrameId, at: usize) {
        let Some(declared) = self.instances(frame, at) else { return };
        for (i, instance) in declared.instances.iter().enumerate() {
            if let Some(node) = instance.node {
                match self.is_left_alone(frame, at) {
                    true => self.sketch(node),
                    false => self.fill(node),
                }
            } else if !self.is_left_out(frame, at)
                && let Some(child) = self.child(frame, at, i)
            {
                self.run(child);
            }
        }
    }

    /// Whether the declaration at `at` in `frame` deploys a module that is left out.
    pub(super) fn is_left_out(&mut self, frame: FrameId, at: usize) -> bool {
        if self.left_out.is_empty() {
            return false;
        }
        let Some(template) = self.frame(frame).map(|f| Arc::clone(&f.template)) else { return false };
        let Some((decl, deployment)) =
            template.resources.get(at).and_then(|decl| Some((decl, decl.deployment.as_ref()?)))
        else {
            return false;
        };
        matches!(&deployment.template, TemplateRef::File { path, .. } if self.left_out.contains(path))
            && !self.hands_on(frame, decl, deployment)
    }

    /// Evaluates the declarations of the modules that were left out and of which something was read all the same.
    pub(super) fn run_read(&mut self) {
        if self.left_out.is_empty() {
            return;
        }
        loop {
            let made = self.children.values().filter_map(|child| match child {
                Memo::Done(child) => *child,
                Memo::Busy => None,
            });
            let mut waiting: Vec<FrameId> =
                made.filter(|frame| self.frame(*frame).is_some_and(|frame| !frame.ran)).collect();
            if waiting.is_empty() {
                return;
            }
            waiting.sort_by_key(|frame| frame.0);
            waiting.into_iter().for_each(|frame| self.run(frame));
        }
    }

    /// Whether resources of the declaration at `at` in `frame` are not looked at, and none of them can hold one that is followed.
    fn is_left_alone(&mut self, frame: FrameId, at: usize) -> bool {
        let Some(attention) = self.attention else { return false };
        let kind =
            self.frame(frame).and_then(|f| f.template.resources.get(at)).map(|decl| decl.kind.to_ascii_lowercase());
        kind.is_some_and(|kind| !(attention.looks_at)(&kind)) && !self.body_carries(frame, at)
    }

    /// Evaluates the resource at `id`, its body included, unless that is done or in progress.
    fn fill(&mut self, id: NodeId) {
        match self.node_mut(id) {
            Some(node) if !node.filling && (node.resource.is_none() || node.has_no_body) => node.filling = true,
            _ => return,
        }
        self.make(id, true);
    }

    /// Evaluates all of the resource at `id` but its body, unless that is done or in progress.
    fn sketch(&mut self, id: NodeId) {
        match self.node_mut(id) {
            Some(node) if !node.filling && node.resource.is_none() => node.filling = true,
            _ => return,
        }
        self.make(id, false);
    }

    fn make(&mut self, id: NodeId, with_body: bool) {
        let resource = self.make_resource(id, with_body);
        if let Some(node) = self.node_mut(id) {
            node.filling = false;
            node.resource = resource;
            node.has_no_body = !with_body;
        }
    }

    /// Notes that something reads more of the resource at `id` than its names and its region.
    pub(crate) fn want(&mut self, id: NodeId) {
        if self.attention.is_some() {
            self.wanted.push(id);
        }
    }

    /// The same of the resource that `value` is, if it is one.
    pub(crate) fn want_whole(&mut self, value: &Value) {
        if let Kind::Ref(of) = &value.kind
            && of.path.is_empty()
        {
            self.want(of.node);
        }
    }

    fn make_resource(&mut self, id: NodeId, with_body: bool) -> Option<Resource> {
        let (template, at, declared, env) = self.place_of(id)?;
        let decl = template.resources.get(at)?;
        let instance_at = self.node(id)?.instance;
        let instance = declared.instances.get(instance_at)?;
        let head = self.head(id).unwrap_or_else(|| Rc::new(self.headless(&env)));
        let frame = self.frame(env.frame)?;
        let (calls, further, dialect) = (frame.calls.clone(), frame.further, frame.dialect());
        let around = frame.condition.clone();
        let prefix = Arc::clone(&frame.address);
        let own = match &decl.symbol {
            Some(symbol) => symbol.to_string(),
            None => format!("{} {}", decl.kind, plain_name(&head.name)),
        };
        let place = match (declared.repeated, instance.index.as_number()) {
            (true, Some(index)) => format!("[{index}]"),
            (true, None) => "[*]".to_owned(),
            (false, _) => String::new(),
        };
        let address: Arc<str> = format!("{prefix}{own}{place}").into();
        let mut condition = logical::both(&around, &instance.present).decided_by(around.trail.given());
        condition = condition.decided_by(instance.present.trail.given());
        if let Some(expr) = &decl.condition {
            let own = self.eval(&env, expr);
            let own = self.truth(own);
            condition =
                logical::both(&condition, &own).decided_by(condition.trail.given()).decided_by(own.trail.given());
        }
        let mut location = match &decl.location {
            Some(expr) => self.eval(&env, expr).via(expr.span, StepKind::Attribute, "location"),
            None => Value::null(),
        };
        let mut body = match with_body {
            true => self.eval(&Env { body: true, ..env.clone() }, &decl.body),
            false => open(Value::null(), Symbol::attribute(id, "", address.to_string())),
        };
        let presence = if decl.existing { Presence::Existing } else { Presence::Declared };
        if decl.existing {
            body = open(body, Symbol::attribute(id, "", address.to_string()));
            if location.is_null() {
                location = Value::symbol(Symbol::attribute(id, "location", format!("location of {address}")));
            }
        }
        Some(Resource {
            id,
            kind: ResourceType::new(&decl.kind),
            address,
            names: head.names.clone(),
            scope: head.scope.clone(),
            location,
            presence,
            condition,
            body,
            further: (instance.further.saturating_add(1)).saturating_mul(further.saturating_add(1)).saturating_sub(1),
            extends: head.extends.clone(),
            span: decl.span,
            whole: decl.whole,
            calls,
            dialect,
        })
    }

    fn headless(&mut self, env: &Env) -> Head {
        let scope = match self.frame(env.frame) {
            Some(frame) => frame.place.scope(),
            None => Scope { subscription: Value::null(), resource_group: Value::null() },
        };
        Head { name: self.unknown("a name"), names: Vec::new(), scope, extends: Value::null() }
    }

    /// The type of an existing resource that only a reference by id names.
    pub(crate) fn implied_kind(&self, id: NodeId) -> Option<Arc<str>> {
        self.node(id)?.resource.as_ref().map(|resource| resource.kind.as_str().into())
    }

    /// What the code states at `path` of the resource at `id`; null where it states nothing, or the resource is being evaluated.
    pub(crate) fn stated(&mut self, id: NodeId, path: &(impl AsPath + ?Sized)) -> Value {
        self.fill(id);
        match self.node(id).and_then(|node| node.resource.as_ref()) {
            Some(resource) if resource.presence == Presence::Declared => resource.get(path),
            _ => Value::null(),
        }
    }

    /// All resources, in the order of their nodes.
    pub(crate) fn take_resources(&mut self) -> Vec<Resource> {
        let count = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        for index in 0..count {
            let id = NodeId { deployment: self.id, index };
            match self.node(id).and_then(|node| Some((node.frame, node.decl?))) {
                Some((frame, at)) if self.is_left_alone(frame, at) => self.sketch(id),
                _ => self.fill(id),
            }
        }
        while let Some(id) = self.wanted.pop() {
            self.fill(id);
        }
        let nodes = std::mem::take(&mut self.nodes);
        let mut out = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node.resource {
                Some(resource) => out.push(resource),
                None => break, // … a node without a frame does not exist
            }
        }
        out
    }
}

/// The name in an address: the known text, else a description.
fn plain_name(name: &Value) -> String {
    name.as_str().map_or_else(|| name.describe(), str::to_owned)
}

/// `body` as an object that may have further members.
fn open(body: Value, rest: Symbol) -> Value {
    let mut object = body.as_object().cloned().unwrap_or_default();
    object.rest = Some(rest);
    Value { kind: Kind::Object(Arc::new(object)), trail: body.trail }
}
