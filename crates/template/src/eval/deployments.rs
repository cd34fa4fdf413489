//! Modules and nested deployments: templates within templates.

use std::rc::Rc;
use std::sync::Arc;

use cmklint_graph::{Dialect, Entry, Kind, Object, StepKind, Symbol, Value, concat};
use cmklint_source::{Diagnostic, Span};
use indexmap::IndexMap;

use super::Evaluator;
use super::frame::{Env, Frame, FrameId, Given, Later, Memo};
use super::instances::Instance;
use super::links::TEMPLATE_ENDINGS;
use super::reference::{member_of, wrap_outputs};
use super::rivals::{Rivals, hangs_on_conditions};
use super::scope::argument;
use super::shape::Shape;
use crate::functions::cost::Cost;
use crate::functions::logical;
use crate::ir::{DeploymentDecl, Expr, ExprKind, Member, ResourceDecl, Template, TemplateRef};

impl Evaluator<'_> {
    /// The frame of what the declaration at `at` in `frame` deploys in one of its instances; `None` where its template can't be read.
    pub(crate) fn child(&mut self, frame: FrameId, at: usize, instance: usize) -> Option<FrameId> {
        let key = (frame, at, instance);
        match self.children.get(&key) {
            Some(Memo::Done(child)) => return *child,
            Some(Memo::Busy) => {
                let template = Arc::clone(&self.frame(frame)?.template);
                let span = template.resources.get(at)?.span;
                self.cycle("deployment", "", span);
                return None;
            }
            None => {}
        }
        self.children.insert(key, Memo::Busy);
        let child = self.make_child(frame, at, instance);
        self.children.insert(key, Memo::Done(child));
        child
    }

    fn make_child(&mut self, frame: FrameId, at: usize, instance_at: usize) -> Option<FrameId> {
        let template = Arc::clone(&self.frame(frame)?.template);
        let decl = template.resources.get(at)?;
        let deployment = decl.deployment.as_ref()?;
        let declared = self.instances(frame, at)?;
        let instance = declared.instances.get(instance_at)?;
        let env = self.in_instance(frame, decl, instance);
        if let Some((rivals, arguments)) = self.linked_rivals((frame, at), &env, decl, deployment) {
            let file = Arc::clone(&self.frame(frame)?.file);
            let inner = rivals.template;
            let conditions = rivals.conditions.into_iter().map(|(name, condition)| (name, Given::Value(condition)));
            let arguments = arguments.into_iter().chain(conditions).collect();
            return self.place_child((frame, at, instance_at), decl, &env, (inner, file), Some(arguments));
        }
        let Some((inner, file)) = self.template_of(frame, &env, decl, deployment) else {
            if self.hands_on(frame, decl, deployment) {
                for given in self.arguments((frame, at), &env, deployment, None).into_values() {
                    let value = self.value_of(given);
                    self.handed_out.push(value);
                }
            }
            return None;
        };
        self.place_child((frame, at, instance_at), decl, &env, (inner, file), None)
    }

    /// The templates that a link with conditions may name, and the arguments of the deployment.
    fn linked_rivals(
        &mut self,
        declared: (FrameId, usize),
        env: &Env,
        decl: &ResourceDecl,
        deployment: &DeploymentDecl,
    ) -> Option<(Rivals, IndexMap<String, Given>)> {
        let TemplateRef::Link { uri, folder, address: None } = &deployment.template else { return None };
        let value = self.eval(env, uri);
        if !hangs_on_conditions(&value) {
            return None;
        }
        let given = self.arguments(declared, env, deployment, None);
        let names: Vec<String> = given.keys().cloned().collect();
        let path_of = |link: &Value| self.linked_path(link, None, folder, &TEMPLATE_ENDINGS);
        let rivals = self.rivals(&value, decl, &names, &path_of)?;
        Some((rivals, given))
    }

    /// The frame of the template `inner` in `file` that an instance of the declaration deploys, with `arguments` or its own.
    fn place_child(
        &mut self,
        (frame, at, instance_at): (FrameId, usize, usize),
        decl: &ResourceDecl,
        env: &Env,
        (inner, file): (Arc<Template>, Arc<str>),
        arguments: Option<IndexMap<String, Given>>,
    ) -> Option<FrameId> {
        let deployment = decl.deployment.as_ref()?;
        let declared = self.instances(frame, at)?;
        let instance = declared.instances.get(instance_at)?;
        if !self.pay(self.frame_cost(frame, &inner), decl.span) {
            return None;
        }
        let around = self.frame(frame)?;
        if around.nesting + 1 > self.limits.nesting {
            let message = format!("templates are nested more than {} deep", self.limits.nesting);
            self.tell(Diagnostic::warning("too-deep", message, decl.span));
            return None;
        }
        let nesting = around.nesting + 1;
        let mut condition = logical::both(&around.condition, &instance.present);
        let here = around.place.clone();
        let key = format!("{}/{at}.{instance_at}", around.key);
        let further =
            (instance.further.saturating_add(1)).saturating_mul(around.further.saturating_add(1)).saturating_sub(1);
        if let Some(expr) = &decl.condition {
            let own = self.eval(env, expr);
            condition = logical::both(&condition, &self.truth(own));
        }
        if condition.as_bool() == Some(false) && inner.outputs.is_empty() {
            return None; // nothing of it is deployed, and nothing reads it
        }
        let place = self.place_for(env, decl, deployment, &here, inner.scope);
        let name = self.deployment_name(frame, at, instance_at);
        let label = module_label(decl, &name, instance, declared.repeated);
        let mut child = Frame::new(&inner, &file, place, key);
        let around = self.frame(frame)?;
        child.address = format!("{}{label}.", around.address).into();
        child.calls = around.calls.iter().cloned().chain([(decl.span, label)]).collect();
        child.parent = Some(frame);
        child.name = name;
        child.condition = condition;
        child.nesting = nesting;
        child.further = further;
        if deployment.inner_scope {
            child.arguments = match arguments {
                Some(arguments) => arguments,
                None => self.arguments((frame, at), env, deployment, Some(&inner)),
            };
        } else {
            child.outer = Some(frame);
            child.locals = env.locals.clone();
        }
        Some(self.push_frame(child))
    }

    /// The cost of a frame of `template` deployed from `frame`: itself, the table of its declarations, its key, its address and the calls that lead to it.
    fn frame_cost(&self, frame: FrameId, template: &Template) -> Cost {
        let around = self.frame(frame);
        let texts = around.map_or(0, |f| 2 * f.key.len() + f.address.len() + 48 * f.calls.len());
        let declared = template.resources.len() * 256;
        let named = template.parameters.len() + template.variables.len() + template.outputs.len();
        let bytes = 2 * size_of::<Frame>() + texts + declared + named * 160;
        Cost { steps: 16 + declared as u64 / 32, bytes: bytes as u64 }
    }

    /// Whether what a deployment that can't be read is given may matter.
    pub(super) fn hands_on(&mut self, frame: FrameId, decl: &ResourceDecl, deployment: &DeploymentDecl) -> bool {
        let over = decl.repeat.as_ref().is_some_and(|repeat| self.loop_carries(frame, &repeat.over));
        deployment.parameters_link.is_some() || over || self.carries(frame, &deployment.arguments)
    }

    /// The arguments of the declaration by folded name. Where not all of their names are known, each parameter of `template` may be given one. Where only some
    /// resources are looked at, they are evaluated when they are asked for.
    fn arguments(
        &mut self,
        (frame, at): (FrameId, usize),
        env: &Env,
        deployment: &DeploymentDecl,
        template: Option<&Template>,
    ) -> IndexMap<String, Given> {
        let arguments = &deployment.arguments;
        let linked = deployment.parameters_link.as_ref().and_then(|link| self.linked_parameters(env, link));
        if let Some(linked) = linked {
            return linked.into_iter().map(|(name, value)| (name, Given::Value(value))).collect();
        }
        let mut out = IndexMap::new();
        if let ExprKind::Object(members) = &arguments.kind
            && let Some(named) = named_members(members)
        {
            let Some(declaring) = self.frame(frame).map(|f| Arc::clone(&f.template)) else { return out };
            for (member, (name, _)) in named.into_iter().enumerate() {
                let mut given = Given::Later(Later { env: env.clone(), template: Arc::clone(&declaring), at, member });
                if self.attention.is_none() {
                    given = Given::Value(self.value_of(given));
                }
                out.insert(name.to_lowercase(), given);
            }
            return out;
        }
        let value = self.eval(env, arguments);
        let mut is_whole = value.is_null();
        if let Kind::Object(object) = &value.kind {
            is_whole = object.rest.is_none();
            for (name, entry) in &object.entries {
                let span = entry.key_span.unwrap_or(arguments.span);
                out.insert(name.to_lowercase(), Given::Value(argument(entry.value.clone(), span, name)));
            }
        }
        for name in template.filter(|_| !is_whole).into_iter().flat_map(|template| template.parameters.keys()) {
            let what = format!("argument:{name}");
            let given = self.symbol_at(env, arguments.span, &what, &format!("argument {name}"));
            out.entry(name.to_lowercase()).or_insert(Given::Value(given));
        }
        out
    }

    /// The name of the deployment at `at`.
    pub(crate) fn deployment_name(&mut self, frame: FrameId, at: usize, instance: usize) -> Value {
        let key = (frame, at, instance);
        if let Some(name) = self.deployment_names.get(&key) {
            return name.clone();
        }
        let name = self.make_deployment_name(key).unwrap_or_else(Value::null);
        self.deployment_names.insert(key, name.clone());
        name
    }

    fn make_deployment_name(&mut self, (frame, at, instance): (FrameId, usize, usize)) -> Option<Value> {
        let template = Arc::clone(&self.frame(frame)?.template);
        let decl = template.resources.get(at)?;
        let declared = self.instances(frame, at)?;
        let env = self.in_instance(frame, decl, declared.instances.get(instance)?);
        Some(self.eval(&env, &decl.name))
    }

    /// The value of a module in an expression: its name, its id and its outputs.
    pub(crate) fn module(&mut self, frame: FrameId, at: usize, instance: usize, span: Span) -> Value {
        let key = (frame, at, instance);
        match self.modules.get(&key) {
            Some(Memo::Done(value)) => {
                let value = value.clone();
                self.shape = Shape::of(&value, self.limits.size);
                return value;
            }
            Some(Memo::Busy) => return self.cycle("outputs of a deployment", "", span),
            None => {}
        }
        self.modules.insert(key, Memo::Busy);
        let value = self.make_module(frame, at, instance);
        self.modules.insert(key, Memo::Done(value.clone()));
        self.shape = Shape::of(&value, self.limits.size);
        value
    }

    fn make_module(&mut self, frame: FrameId, at: usize, instance: usize) -> Value {
        let name = self.deployment_name(frame, at, instance);
        let label = name.describe();
        let prefix = self.frame(frame).map(|f| f.key.to_string()).unwrap_or_default();
        let symbol = |what: &str| Symbol::new(format!("{prefix}/{at}.{instance}{what}"), format!("{what} of {label}"));
        let mut place = self.frame(frame).map(|f| f.place.clone());
        let outputs = match self.child(frame, at, instance) {
            Some(child) => {
                place = self.frame(child).map(|f| f.place.clone());
                let outputs = self.outputs(child);
                let entries =
                    outputs.iter().map(|(k, v)| (Arc::clone(k), Entry { key_span: None, value: v.clone() })).collect();
                Value::object(Object { entries, ..Object::default() })
            }
            None => Value::symbol(symbol(".outputs")),
        };
        let id = match place {
            Some(place) => {
                concat(&[place.prefix(), Value::string("/providers/Microsoft.Resources/deployments/"), name.clone()])
            }
            None => Value::null(),
        };
        let properties = self.is_resource(frame, at).then(|| member_of("outputs", wrap_outputs(&outputs)));
        let entries = [("name", name), ("id", id), ("outputs", outputs)].into_iter();
        let entries = entries.chain(properties.map(|properties| ("properties", properties)));
        let entries = entries.map(|(name, value)| (Arc::from(name), Entry { key_span: None, value })).collect();
        Value::object(Object { entries, rest: Some(symbol("")), ..Object::default() })
    }

    /// Whether the deployment at `at` is written as a resource in Bicep, whose outputs are read as ARM JSON reads them.
    fn is_resource(&self, frame: FrameId, at: usize) -> bool {
        let frame = self.frame(frame).filter(|frame| matches!(frame.dialect(), Dialect::Bicep));
        let Some(frame) = frame else { return false };
        frame.template.resources.get(at).is_some_and(|decl| decl.api_version.is_some())
    }

    /// The outputs of what `frame` deploys.
    pub(crate) fn outputs(&mut self, frame: FrameId) -> Rc<IndexMap<Arc<str>, Value>> {
        let Some(f) = self.frame(frame) else { return Rc::default() };
        match &f.outputs {
            Some(Memo::Done(outputs)) => return Rc::clone(outputs),
            Some(Memo::Busy) => return Rc::default(),
            None => {}
        }
        let template = Arc::clone(&f.template);
        let env = self.base(frame);
        if let Some(f) = self.frame_mut(frame) {
            f.outputs = Some(Memo::Busy);
        }
        let mut outputs = IndexMap::new();
        for (name, output) in &template.outputs {
            let mut value = self.eval(&env, &output.value);
            if let Some(condition) = &output.condition {
                let condition = self.eval(&env, condition);
                let condition = self.truth(condition);
                value = logical::select(&condition, &value, &Value::null());
            }
            outputs.insert(Arc::clone(name), value.via(output.span, StepKind::Output, Arc::clone(name)));
        }
        let outputs = Rc::new(outputs);
        if let Some(f) = self.frame_mut(frame) {
            f.outputs = Some(Memo::Done(Rc::clone(&outputs)));
        }
        outputs
    }

    /// The frame whose names are seen by the functions that were imported from `home`.
    pub(crate) fn home(&mut self, env: &Env, home: &Arc<Template>) -> FrameId {
        let address = Arc::as_ptr(home) as usize;
        if let Some(frame) = self.homes.get(&address) {
            return *frame;
        }
        let Some(around) = self.frame(env.frame) else { return env.frame };
        let key = format!("{}:home{}", self.id, self.homes.len());
        let mut frame = Frame::new(home, &around.file, around.place.clone(), key);
        frame.parent = Some(env.frame);
        let frame = self.push_frame(frame);
        self.homes.insert(address, frame);
        frame
    }
}

/// The members as names and values, where all names are written out.
fn named_members(members: &[Member]) -> Option<Vec<(&Arc<str>, &Expr)>> {
    members.iter().map(Member::named).collect()
}

/// How messages name the deployment.
fn module_label(decl: &ResourceDecl, name: &Value, instance: &Instance, repeated: bool) -> Arc<str> {
    let own = match (&decl.symbol, name.as_str()) {
        (Some(symbol), _) => symbol.to_string(),
        (None, Some(name)) => name.to_owned(),
        (None, None) => name.describe(),
    };
    match (repeated, instance.index.as_number()) {
        (true, Some(index)) => format!("{own}[{index}]").into(),
        (true, None) => format!("{own}[*]").into(),
        (false, _) => own.into(),
    }
}
