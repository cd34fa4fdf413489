//! Partial evaluation: each variable, local, output and resource on demand and once.

mod body;
mod collection;
mod expr;
mod partial;
mod reference;
mod repeat;
mod template;
pub(crate) mod typed;

use std::sync::Arc;

use cmklint_graph::{DeploymentId, Kind, Symbol, Value};
use cmklint_source::{Diagnostic, Sources, Span};
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use repeat::{Expansion, Instance, InstanceId, Repeat};

use crate::config::ResourceBlock;
use crate::functions::types::{self, Ty};
use crate::modules::{Module, Remote};
use crate::options::Options;
use crate::plan::Overlay;
use crate::state::Given;
use crate::terragrunt::Terragrunt;
use crate::{Statistics, functions, values};

/// A module instance's place in [`Evaluator::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ModuleId(pub(crate) usize);

/// What an expression may refer to by a bare word.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) module: ModuleId,
    pub(crate) each: Option<(Value, Value)>,
    pub(crate) count: Option<Value>,
    bindings: Option<Arc<Binding>>,
    /// Whether nothing else is in sight than what is bound.
    closed: bool,
}

#[derive(Debug)]
struct Binding {
    name: Arc<str>,
    value: Value,
    next: Option<Arc<Self>>,
}

impl Scope {
    /// The scope of a module's own blocks.
    pub(crate) fn of(module: ModuleId) -> Self {
        Self { module, each: None, count: None, bindings: None, closed: false }
    }

    /// The scope of a template of its own, which sees its variables only.
    fn closed(module: ModuleId) -> Self {
        Self { closed: true, ..Self::of(module) }
    }

    /// The same, with `name` standing for `value`.
    fn bind(&self, name: &Arc<str>, value: Value) -> Self {
        let binding = Binding { name: Arc::clone(name), value, next: self.bindings.clone() };
        Self { bindings: Some(Arc::new(binding)), ..self.clone() }
    }

    fn lookup(&self, name: &str) -> Option<&Value> {
        let mut at = self.bindings.as_deref();
        while let Some(binding) = at {
            if &*binding.name == name {
                return Some(&binding.value);
            }
            at = binding.next.as_deref();
        }
        None
    }
}

/// Something that is evaluated once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Variable(ModuleId, Arc<str>),
    Local(ModuleId, Arc<str>),
    Output(ModuleId, Arc<str>),
    Resource(ModuleId, usize),
    Instance(InstanceId),
    Body(InstanceId),
}

enum Slot {
    Busy,
    Done(Value),
}

/// What is known of a collection whose members are not all known by name.
#[derive(Clone, Debug)]
struct Elements {
    items: Vec<(Value, Value)>,
    /// Whether these are all.
    complete: bool,
    /// Whether every key names the one element that stands for all.
    any_key: bool,
}

/// The evaluation of one deployment.
pub(crate) struct Evaluator<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) options: &'a Options,
    pub(crate) id: DeploymentId,
    /// What a plan or a state says of the deployment.
    pub(crate) overlay: Option<&'a Overlay<'a>>,
    /// Terragrunt's configuration files, where it is these that are evaluated.
    pub(crate) terragrunt: Option<Box<Terragrunt>>,
    /// What other roots give this one.
    pub(crate) given: Option<&'a Given>,
    pub(crate) modules: Vec<Module>,
    pub(crate) instances: Vec<Instance>,
    /// The instances that are nodes of the graph, in order of their index there.
    pub(crate) nodes: Vec<InstanceId>,
    pub(crate) statistics: Statistics,
    pub(crate) diagnostics: Vec<Diagnostic>,
    said: FxHashSet<(&'static str, Option<Span>)>,
    memo: FxHashMap<Name, Slot>,
    expansions: FxHashMap<(ModuleId, usize), Option<Arc<Expansion>>>,
    pub(crate) module_expansions: FxHashMap<(ModuleId, Arc<str>), Option<Arc<Expansion>>>,
    pub(crate) remote: Remote,
    elements: FxHashMap<String, Elements>,
    /// The types of symbols, by key.
    types: FxHashMap<String, Ty>,
    /// What texts hold that are JSON of values not known in full, by the key of the symbol that the text is.
    encoded: FxHashMap<String, Value>,
    /// Whether members of objects are properties of a resource (azapi's `body`).
    pub(crate) properties: bool,
    depth: usize,
    steps: u64,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(sources: &'a Sources, options: &'a Options, id: DeploymentId) -> Self {
        Self {
            sources,
            options,
            id,
            overlay: None,
            terragrunt: None,
            given: None,
            modules: Vec::new(),
            instances: Vec::new(),
            nodes: Vec::new(),
            statistics: Statistics::default(),
            diagnostics: Vec::new(),
            said: FxHashSet::default(),
            memo: FxHashMap::default(),
            expansions: FxHashMap::default(),
            module_expansions: FxHashMap::default(),
            remote: Remote::default(),
            elements: FxHashMap::default(),
            types: FxHashMap::default(),
            encoded: FxHashMap::default(),
            properties: false,
            depth: 0,
            steps: 0,
        }
    }

    /// Reports `diagnostic`, once for each code and place.
    pub(crate) fn say(&mut self, diagnostic: Diagnostic) {
        if self.said.insert((diagnostic.code, diagnostic.span)) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// The module instance `id`.
    pub(crate) fn module(&self, id: ModuleId) -> Option<&Module> {
        self.modules.get(id.0)
    }

    /// The address of `module` with a dot behind it; empty for the root.
    pub(crate) fn prefix(&self, module: ModuleId) -> &str {
        self.module(module).map_or("", |m| &m.address)
    }

    /// A symbol of this deployment: `what` names one thing in `module`.
    pub(crate) fn symbol(&self, module: ModuleId, what: &str, label: impl Into<String>) -> Value {
        Value::symbol(Symbol::new(format!("{}:{}{what}", self.id, self.prefix(module)), label))
    }

    /// The block of the `index`th resource of `module`.
    pub(crate) fn resource_block(&self, module: ModuleId, index: usize) -> Option<Arc<crate::config::Config>> {
        let config = &self.module(module)?.config;
        config.resources.get_index(index).map(|_| Arc::clone(config))
    }

    /// Applies `f` to the `index`th resource block of `module`.
    pub(crate) fn with_block<T>(
        &mut self,
        module: ModuleId,
        index: usize,
        f: impl FnOnce(&mut Self, &ResourceBlock) -> T,
    ) -> Option<T> {
        let config = self.resource_block(module, index)?;
        let (_, block) = config.resources.get_index(index)?;
        Some(f(self, block))
    }

    /// Whether one more step may be taken, one level deeper. Each `true` is answered by [`Evaluator::leave`].
    fn enter(&mut self, span: Span) -> bool {
        self.steps += 1;
        if self.steps > self.options.limits.steps {
            if self.steps == self.options.limits.steps + 1 {
                let message = "the configuration takes too many steps to evaluate; what is left counts as unknown";
                self.say(Diagnostic::warning("too-complex", message, span));
            }
            return false;
        }
        if self.depth >= self.options.limits.depth {
            let message = "values depend on one another too deeply here; this one counts as unknown";
            self.say(Diagnostic::warning("too-deep", message, span));
            return false;
        }
        self.depth += 1;
        true
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Accounts for `steps` steps that a function takes at once.
    pub(crate) fn spend(&mut self, steps: usize) {
        self.steps = self.steps.saturating_add(steps as u64);
    }

    /// Whether steps are left.
    pub(crate) fn has_steps(&self) -> bool {
        self.steps <= self.options.limits.steps
    }

    /// A value that isn't looked into further, at `span`.
    pub(crate) fn opaque(&self, span: Span, label: &str) -> Value {
        let key = format!("{}:at:{}:{}:{}:{label}", self.id, span.file.index(), span.start, span.end);
        Value::symbol(Symbol::new(key, label))
    }

    /// `value`, or a symbol where it is larger than the limits allow.
    fn bounded(&mut self, value: Value, span: Span) -> Value {
        let limits = self.options.limits;
        match values::fits(&value, limits.value_parts, 128) {
            Some(left) => {
                self.spend((limits.value_parts - left) / 8);
                value
            }
            None => {
                self.say(Diagnostic::warning("too-large", "this value is too large; it counts as unknown", span));
                self.spend(limits.value_parts / 8);
                self.opaque(span, "a value that is too large")
            }
        }
    }

    /// A symbol, where a text made of `parts` would be larger than the limits allow.
    fn too_large(&mut self, parts: &[Value], span: Span) -> Option<Value> {
        let limits = self.options.limits;
        if parts.iter().try_fold(limits.value_parts, |left, part| values::fits(part, left, 128)).is_some() {
            return None;
        }
        self.say(Diagnostic::warning("too-large", "this value is too large; it counts as unknown", span));
        self.spend(limits.value_parts / 8);
        Some(self.opaque(span, "a value that is too large"))
    }

    /// The value of `name`, by `f` where it was not asked for yet.
    fn once(&mut self, name: Name, span: Span, what: &str, f: impl FnOnce(&mut Self) -> Value) -> Value {
        match self.memo.get(&name) {
            Some(Slot::Done(value)) => return value.clone(),
            Some(Slot::Busy) => {
                let message = format!("{what} depends on itself");
                self.say(Diagnostic::error("cycle", message, span));
                return self.opaque(span, &format!("{what}, which depends on itself"));
            }
            None => {}
        }
        if !self.enter(span) {
            return self.opaque(span, what);
        }
        self.memo.insert(name.clone(), Slot::Busy);
        let properties = std::mem::replace(&mut self.properties, false);
        let value = f(self);
        self.properties = properties;
        self.leave();
        let value = self.bounded(values::prune(&value), span);
        self.memo.insert(name, Slot::Done(value.clone()));
        value
    }

    /// As [`Evaluator::once`], for a variable.
    pub(crate) fn once_variable(
        &mut self,
        module: ModuleId,
        name: &Arc<str>,
        span: Span,
        what: &str,
        f: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        self.once(Name::Variable(module, Arc::clone(name)), span, what, f)
    }

    /// As [`Evaluator::once`], for a local.
    pub(crate) fn once_local(
        &mut self,
        module: ModuleId,
        name: &Arc<str>,
        span: Span,
        what: &str,
        f: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        self.once(Name::Local(module, Arc::clone(name)), span, what, f)
    }

    /// As [`Evaluator::once`], for an output.
    pub(crate) fn once_output(
        &mut self,
        module: ModuleId,
        name: &Arc<str>,
        span: Span,
        what: &str,
        f: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        self.once(Name::Output(module, Arc::clone(name)), span, what, f)
    }

    /// Names the place of a use: the same expression in two instances is two places.
    fn place(&self, scope: &Scope, span: Span) -> String {
        let key = scope.each.as_ref().map(|(key, _)| key).or(scope.count.as_ref());
        let key = key.map(cmklint_graph::canonical).unwrap_or_default();
        let file = span.file.index();
        format!("{}:{}{file}:{}:{}:{key}", self.id, self.prefix(scope.module), span.start, span.end)
    }

    /// Where a function is called.
    fn site<'s>(&'s self, span: Span, place: &'s str) -> functions::Site<'s> {
        let root = self.module(ModuleId(0)).map_or("", |m| &m.dir);
        functions::Site { span, place, sources: self.sources, root }
    }

    /// The type of `value`, as far as it is known.
    fn type_of(&self, value: &Value) -> Ty {
        match &value.kind {
            Kind::Symbol(symbol) => self.types.get(symbol.key()).cloned().unwrap_or_else(|| types::type_of(value)),
            _ => types::type_of(value),
        }
    }

    /// Says that the value that `symbol` stands for is of type `ty`, if it is not null.
    pub(crate) fn say_type(&mut self, symbol: &Symbol, ty: Ty) {
        self.types.entry(symbol.key().to_owned()).or_insert(ty);
    }

    /// Says that the members of the collection `symbol` are these.
    fn register(&mut self, symbol: &Symbol, elements: Elements) {
        self.elements.entry(symbol.key().to_owned()).or_insert(elements);
    }

    /// What is known of the members of the collection `value`, or of its unknown rest.
    fn elements_of(&self, symbol: &Symbol) -> Option<&Elements> {
        self.elements.get(symbol.key())
    }

    /// The JSON text of `value`, which is not known in full.
    fn encode(&mut self, value: &Value) -> Value {
        let text = Value::apply("jsonencode", std::slice::from_ref(value), None);
        if let Kind::Symbol(symbol) = &text.kind {
            self.encoded.entry(symbol.key().to_owned()).or_insert_with(|| value.clone());
        }
        text
    }

    /// What `value` holds, where it is the JSON text of a value that is not known in full; else itself.
    fn decoded(&self, value: &Value) -> Value {
        match &value.kind {
            Kind::Symbol(symbol) => match self.encoded.get(symbol.key()) {
                Some(inner) => values::inherit(value, inner),
                None => value.clone(),
            },
            Kind::Choice(choice) => values::on_arms(value, choice, |arm| self.decoded(arm)),
            _ => value.clone(),
        }
    }

    /// Whether `value` is a symbol, or a text or list that depends on one, at its top.
    pub(crate) fn is_unknown(value: &Value) -> bool {
        matches!(value.kind, Kind::Symbol(_) | Kind::Ref(_) | Kind::Template(_))
    }
}
