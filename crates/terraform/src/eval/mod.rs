//! Partial evaluation: each variable, local, output and resource is evaluated when it is needed, and once.

mod body;
mod collection;
mod expr;
mod facts;
mod ids;
mod instance;
mod local_data;
mod partial;
mod reference;
mod repeat;
mod scope;
mod surroundings;
mod template;
mod templates;
pub(crate) mod typed;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use cmklint_graph::{Budget, DeploymentId, GivenSeen, Kind, Symbol, Value, work};
use cmklint_source::{Diagnostic, Sources, Span};
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use facts::Origin;
use facts::{Elements, Facts};
pub(crate) use repeat::{Expansion, Instance, InstanceId, Repeat};
pub(crate) use scope::Scope;
pub(crate) use surroundings::{
    CalledModule, FilesAlone, FunctionCall, ListedInstances, Reference, RepeatedBlock, Surroundings,
};

use crate::config::ResourceBlock;
use crate::modules::{Module, Remote};
use crate::options::Options;
use crate::{Statistics, functions, values};

/// The index of a module instance in [`Evaluator::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ModuleId(pub(crate) usize);

/// Something that is evaluated once and kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Evaluable {
    Variable(ModuleId, Arc<str>),
    Local(ModuleId, Arc<str>),
    Output(ModuleId, Arc<str>),
    Resource(ModuleId, usize),
    Instance(InstanceId),
    Body(InstanceId),
}

/// The state of the evaluation of something that is kept.
enum Memo {
    Running,
    Done(Value),
}

/// The evaluation of one deployment.
pub(crate) struct Evaluator<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) options: &'a Options,
    pub(crate) id: DeploymentId,
    pub(crate) surroundings: &'a dyn Surroundings,
    pub(crate) modules: Vec<Module>,
    pub(crate) instances: Vec<Instance>,
    /// The instances that are nodes of the graph, in order of their index there.
    pub(crate) nodes: Vec<InstanceId>,
    /// The instances that deploy a template that is not known, each with its place.
    pub(crate) not_read: Vec<(InstanceId, Span)>,
    pub(crate) statistics: Statistics,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Long lists of diagnostics that are the same for many evaluations.
    pub(crate) shared_diagnostics: Vec<Arc<[Diagnostic]>>,
    said: FxHashSet<(&'static str, Option<Span>)>,
    memo: FxHashMap<Evaluable, Memo>,
    expansions: FxHashMap<(ModuleId, usize), Option<Arc<Expansion>>>,
    pub(crate) module_expansions: FxHashMap<(ModuleId, Arc<str>), Option<Arc<Expansion>>>,
    pub(crate) remote: Remote,
    /// What references to all instances of a module call are, by the call.
    pub(crate) wholes: FxHashMap<(ModuleId, Arc<str>), Value>,
    texts: functions::FileTexts,
    templates: templates::Templates,
    facts: FxHashMap<Symbol, Facts>,
    depth: usize,
    /// Where values were given that the expressions inside of the current one read.
    seen: GivenSeen,
    /// What is left of this evaluation's budget.
    pub(crate) budget: Budget,
    /// The budget that it was given.
    pub(crate) given: Budget,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(
        sources: &'a Sources,
        options: &'a Options,
        id: DeploymentId,
        surroundings: &'a dyn Surroundings,
    ) -> Self {
        Self {
            sources,
            options,
            id,
            surroundings,
            modules: Vec::new(),
            instances: Vec::new(),
            nodes: Vec::new(),
            not_read: Vec::new(),
            statistics: Statistics::default(),
            diagnostics: Vec::new(),
            shared_diagnostics: Vec::new(),
            said: FxHashSet::default(),
            memo: FxHashMap::default(),
            expansions: FxHashMap::default(),
            module_expansions: FxHashMap::default(),
            remote: Remote::default(),
            wholes: FxHashMap::default(),
            texts: functions::FileTexts::default(),
            templates: templates::Templates::default(),
            facts: FxHashMap::default(),
            depth: 0,
            seen: GivenSeen::default(),
            budget: options.limits.budget_of(options.deployments.load(Relaxed), 0),
            given: options.limits.budget_of(options.deployments.load(Relaxed), 0),
        }
    }

    /// Reports `diagnostic`, once for each code and span.
    pub(crate) fn say(&mut self, diagnostic: Diagnostic) {
        if self.said.insert((diagnostic.code, diagnostic.span)) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// The module instance `id`.
    pub(crate) fn module(&self, id: ModuleId) -> Option<&Module> {
        self.modules.get(id.0)
    }

    /// The address of `module` with a trailing dot; empty for the root.
    pub(crate) fn prefix(&self, module: ModuleId) -> &str {
        self.module(module).map_or("", |m| &m.address)
    }

    /// A symbol of this deployment for `what`, which names one thing in `module`.
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

    /// Whether one more step may be taken, one level deeper. Each `true` must be followed by [`Evaluator::leave`].
    fn enter(&mut self, span: Span) -> bool {
        if !self.pay(1, 0, span) {
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

    /// Gives the root, whose own files hold `size` bytes, its share of the run's budget.
    pub(crate) fn set_size(&mut self, size: usize) {
        self.given = self.options.limits.budget_of(self.options.deployments.load(Relaxed), size);
        self.budget = self.given;
    }

    /// Pays for work at `span` before it is done; false, reported once, where that is more than the evaluation may cost.
    pub(crate) fn pay(&mut self, steps: usize, bytes: usize, span: Span) -> bool {
        let was_spent = self.budget.is_spent();
        if work::is_spent() {
            // Conditions took all that may be spent on them: nothing that hangs on one would be known.
            self.budget = Budget { steps: 0, bytes: 0 };
            if !was_spent {
                self.say(Diagnostic::warning("too-complex", work::TOO_MANY_WORLDS, span));
            }
            return false;
        }
        let paid = self.budget.pay(steps as u64, bytes as u64);
        if !paid && !was_spent {
            let message =
                "the configuration takes too many steps or too much memory to evaluate; what is left counts as unknown";
            self.say(Diagnostic::warning("too-complex", message, span));
        }
        paid
    }

    /// As [`Evaluator::pay`], where there is no place to report.
    pub(crate) fn pay_unseen(&mut self, steps: usize) -> bool {
        self.budget.pay(steps as u64, 0)
    }

    /// Whether anything is left to pay with.
    pub(crate) fn has_steps(&self) -> bool {
        !self.budget.is_spent()
    }

    /// A symbol for an expression at `span` that is not evaluated further.
    pub(crate) fn opaque(&self, span: Span, label: &str) -> Value {
        let key = format!("{}:at:{}:{}:{}:{label}", self.id, span.file.index(), span.start, span.end);
        Value::symbol(Symbol::at_place(key, label))
    }

    /// `value`, or a symbol where it is larger than the limits allow.
    fn bounded(&mut self, value: Value, span: Span) -> Value {
        let limits = self.options.limits;
        match values::fits(&value, limits.value_parts, values::MAX_NESTING) {
            Some(left) => {
                let fits = self.pay((limits.value_parts - left) / 8, 0, span);
                if fits { value } else { self.opaque(span, "a value that is too large") }
            }
            None => {
                self.say(Diagnostic::warning("too-large", "this value is too large; it counts as unknown", span));
                let _ = self.pay(limits.value_parts / 8, 0, span);
                self.opaque(span, "a value that is too large")
            }
        }
    }

    /// A symbol, where a text made of `parts` would be larger than the limits allow.
    fn too_large(&mut self, parts: &[Value], span: Span) -> Option<Value> {
        let limit = self.options.limits.value_parts;
        match parts.iter().try_fold(limit, |left, part| values::fits(part, left, values::MAX_NESTING)) {
            Some(left) => {
                let made = limit - left;
                let paid = self.pay(made, made.saturating_mul(values::TEXT), span);
                (!paid).then(|| self.opaque(span, "a value that is too large"))
            }
            None => {
                self.say(Diagnostic::warning("too-large", "this value is too large; it counts as unknown", span));
                let _ = self.pay(limit / 8, 0, span);
                Some(self.opaque(span, "a value that is too large"))
            }
        }
    }

    /// The value of `name`, computed by `f` the first time it is asked for.
    pub(crate) fn once(
        &mut self,
        name: Evaluable,
        span: Span,
        what: &str,
        f: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        match self.memo.get(&name) {
            Some(Memo::Done(value)) => return value.clone(),
            Some(Memo::Running) => {
                let message = format!("{what} depends on itself");
                self.say(Diagnostic::error("cycle", message, span));
                return self.opaque(span, &format!("{what}, which depends on itself"));
            }
            None => {}
        }
        if !self.enter(span) {
            return self.opaque(span, what);
        }
        self.memo.insert(name.clone(), Memo::Running);
        let seen = self.seen.take();
        let value = f(self);
        self.seen = seen;
        self.leave();
        let value = self.bounded(values::prune(&value), span);
        self.memo.insert(name, Memo::Done(value.clone()));
        value
    }

    /// Whether the value `name` is being computed.
    pub(crate) fn is_running(&self, name: &Evaluable) -> bool {
        matches!(self.memo.get(name), Some(Memo::Running))
    }

    /// A key for the place of an expression: the same expression in two instances is two places.
    fn place(&self, scope: &Scope, span: Span) -> String {
        let key = scope.each.as_ref().map(|(key, _)| key).or(scope.count.as_ref());
        let key = key.map(cmklint_graph::canonical).unwrap_or_default();
        let file = span.file.index();
        format!("{}:{}{file}:{}:{}:{key}", self.id, self.prefix(scope.module), span.start, span.end)
    }

    /// The call site of a function.
    fn site<'s>(&'s self, span: Span, place: &'s str) -> functions::Site<'s> {
        let root = self.module(ModuleId(0)).map_or("", |m| &m.dir);
        functions::Site { span, place, sources: self.sources, root, texts: &self.texts }
    }

    /// Whether `value` is a symbol, or a text or list that depends on one, at its top.
    pub(crate) fn is_unknown(value: &Value) -> bool {
        matches!(value.kind, Kind::Symbol(_) | Kind::Ref(_) | Kind::Template(_))
    }
}
