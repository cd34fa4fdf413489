//! The evaluator: templates to resource graphs.
//!
//! A template that is deployed is a [`Frame`]; a resource declaration in it makes instances, each with a node of the graph or a frame of its own.
//! Everything is evaluated once, when it is first needed: parameters, variables, names, bodies, outputs. A value that needs itself is a cycle.

mod call;
mod carries;
mod deployments;
mod expr;
mod files;
mod find;
mod frame;
mod instances;
mod lambda_key;
mod lambdas;
mod links;
mod loops;
mod objects;
mod order;
mod parameters;
mod reference;
mod resource_id;
mod resources;
mod rivals;
mod scope;
mod shape;
mod target;

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use cmklint_graph::{
    Attention, Budget, Deployment, DeploymentId, DeploymentKey, GivenSeen, NodeId, Root, StepKind, Symbol, Value, work,
};
use cmklint_source::{Diagnostic, Span};
use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::address::Addresses;
use crate::api::{Evaluated, Inputs, Library, Limits};
use crate::assignments::Assignments;
use crate::functions::cost::Cost;
use crate::ir::{Expr, ParameterType, Template, ValueType};
use frame::{Env, Frame, FrameId, Given, Holds, Memo};
use resources::Node;
use scope::Placement;
use shape::Shape;

/// The state of one evaluation.
pub(crate) struct Evaluator<'a> {
    library: &'a dyn Library,
    /// Finds the files that whole addresses mean.
    addresses: Addresses,
    limits: &'a Limits,
    id: DeploymentId,
    /// Whether parameters of the root are also evaluated with other values than their defaults.
    explores: bool,
    frames: Vec<Frame>,
    nodes: Vec<Node>,
    /// Which resources are looked at; `None` where all are.
    attention: Option<Attention>,
    /// The files of modules that are left out.
    left_out: Arc<BTreeSet<String>>,
    /// What may hold a resource that is followed.
    carriers: FxHashMap<Holds, Memo<bool>>,
    /// Resources whose bodies something reads.
    wanted: Vec<NodeId>,
    /// Frames of the modules, by the declaration's frame and index and the instance.
    children: FxHashMap<Instanced, Memo<Option<FrameId>>>,
    /// The values of modules, by the same key.
    modules: FxHashMap<Instanced, Memo<Value>>,
    /// The names of deployments, by the same key.
    deployment_names: FxHashMap<Instanced, Value>,
    /// Frames of the templates that functions were imported from, by address.
    homes: FxHashMap<usize, FrameId>,
    /// What is known of instances after the known ones of an open loop, by its declaration's frame and index and the instance's index.
    beyond: FxHashMap<(FrameId, usize, String), Option<Value>>,
    /// The open loops of which such an instance is being evaluated.
    beyond_busy: FxHashSet<(FrameId, usize)>,
    /// Existing resources that only a reference by id names, by type, names and scope.
    implied: FxHashMap<String, cmklint_graph::NodeId>,
    /// The declared types of the parameters that are symbols and can't be null, by the symbol's key.
    types: FxHashMap<String, ParameterType>,
    /// The declared type of the items of unknown lists, by the key of the list's symbol, and where it is declared.
    items: FxHashMap<String, (Arc<ValueType>, Span)>,
    budget: Budget,
    /// Whether something was not evaluated, since it would have cost more than was left.
    is_cut: bool,
    /// Whether conditions took all that may be spent on them, and that was told.
    is_ended_by_worlds: bool,
    depth: u32,
    /// Where values were given that the expressions inside of the current one read.
    seen: GivenSeen,
    /// The shape of the value evaluated last.
    shape: Shape,
    unnamed: u64,
    diagnostics: Vec<Diagnostic>,
    /// The arguments of modules that can't be read.
    handed_out: Vec<Value>,
    reported: FxHashSet<(&'static str, Option<Span>)>,
}

/// A declaration's frame, its index there, and the instance.
type Instanced = (FrameId, usize, usize);

/// Evaluates `template`, the root file at the tree-relative `path`, deployed with `inputs`, to the resources it makes.
/// Symbols and nodes carry `id`. Modules, linked templates and loaded files come from `library`.
#[must_use]
pub fn evaluate(
    template: &Arc<Template>,
    path: &str,
    inputs: &Inputs,
    id: DeploymentId,
    library: &dyn Library,
    limits: &Limits,
) -> Evaluated {
    let mut evaluator = Evaluator::new(id, library, limits);
    evaluator.explores = inputs.explores;
    evaluator.attention = inputs.attention;
    evaluator.left_out = Arc::clone(&inputs.left_out);
    let place = Placement::root(id, template.scope, inputs);
    let mut frame = Frame::root(template, path, place, id);
    for (name, value) in &inputs.parameters {
        frame.arguments.insert(name.to_lowercase(), Given::Value(value.clone()));
    }
    let root = evaluator.push_frame(frame);
    evaluator.run(root);
    let outputs = evaluator.outputs(root);
    evaluator.run_read();
    let order = evaluator.order();
    let resources = evaluator.take_resources();
    let mut handed_out = evaluator.handed_out;
    handed_out.extend(outputs.values().cloned());
    Evaluated {
        deployment: Deployment {
            id,
            key: DeploymentKey::of(Root::template(path)),
            resources,
            handed_out,
            further_subscriptions: Vec::new(),
            order,
        },
        diagnostics: evaluator.diagnostics,
        outputs: Rc::unwrap_or_clone(outputs),
        left: evaluator.budget,
        is_cut: evaluator.is_cut,
    }
}

/// Evaluates the `assignments` of a `.bicepparam` file, whose variables and functions are those of `scope`: its own, and of what it takes over that which is
/// for a parameter that the template `declared` has, or all. Each value's newest step is a [`StepKind::Input`].
#[must_use]
pub fn evaluate_parameters(
    scope: &Arc<Template>,
    assignments: &Assignments,
    declared: Option<&Template>,
    id: DeploymentId,
    library: &dyn Library,
    limits: &Limits,
) -> (IndexMap<Arc<str>, Value>, Vec<Diagnostic>) {
    let mut evaluator = Evaluator::new(id, library, limits);
    let place = Placement::root(id, scope.scope, &Inputs::default());
    let mut frame = Frame::root(scope, "", place, id);
    frame.assignments = Some(Rc::new(assignments.clone()));
    let root = evaluator.push_frame(frame);
    let env = evaluator.base(root);
    let mut values = IndexMap::new();
    let all: Vec<(&Arc<str>, &Expr)> = match declared {
        Some(template) => assignments.for_parameters(template.parameters.keys()).collect(),
        None => assignments.iter().collect(),
    };
    for (name, expr) in all {
        let value = evaluator.parameter(&env, name, expr.span);
        values.insert(Arc::clone(name), value.via(expr.span, StepKind::Input, Arc::clone(name)));
    }
    (values, evaluator.diagnostics)
}

impl<'a> Evaluator<'a> {
    fn new(id: DeploymentId, library: &'a dyn Library, limits: &'a Limits) -> Self {
        Self {
            library,
            addresses: Addresses::default(),
            limits,
            id,
            explores: false,
            attention: None,
            left_out: Arc::default(),
            carriers: FxHashMap::default(),
            wanted: Vec::new(),
            frames: Vec::new(),
            nodes: Vec::new(),
            children: FxHashMap::default(),
            modules: FxHashMap::default(),
            deployment_names: FxHashMap::default(),
            homes: FxHashMap::default(),
            beyond: FxHashMap::default(),
            beyond_busy: FxHashSet::default(),
            implied: FxHashMap::default(),
            types: FxHashMap::default(),
            items: FxHashMap::default(),
            budget: limits.budget,
            is_cut: false,
            is_ended_by_worlds: false,
            depth: 0,
            seen: GivenSeen::default(),
            shape: Shape::default(),
            unnamed: 0,
            diagnostics: Vec::new(),
            handed_out: Vec::new(),
            reported: FxHashSet::default(),
        }
    }

    /// Keeps `diagnostic`, once for each place.
    fn tell(&mut self, diagnostic: Diagnostic) {
        if self.reported.insert((diagnostic.code, diagnostic.span)) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Pays `steps` for work that is about to be done at `span`; see [`Evaluator::pay`].
    fn charge(&mut self, steps: u64, span: Span) -> bool {
        self.pay(Cost { steps, bytes: 0 }, span)
    }

    /// Pays for work at `span` before it is done; false where too little of the budget is left, which is reported once, and then it must not be done.
    fn pay(&mut self, cost: Cost, span: Span) -> bool {
        if self.budget.is_spent() {
            return false;
        }
        if work::is_spent() {
            self.end_by_worlds(span);
            return false;
        }
        let steps = self.budget.steps >= cost.steps;
        if self.budget.pay(cost.steps, cost.bytes) {
            return true;
        }
        self.is_cut = true;
        let message = if steps {
            "what this makes takes too much memory to evaluate"
        } else {
            "what this makes takes too many steps to evaluate"
        };
        self.tell(Diagnostic::warning("too-complex", message, span).help("what was not evaluated is taken as unknown"));
        false
    }

    /// Ends the evaluation, since conditions took all that may be spent on them: nothing that hangs on one would be known. Tells it once.
    fn end_by_worlds(&mut self, span: Span) {
        self.budget = Budget { steps: 0, bytes: 0 };
        self.is_cut = true;
        if !self.is_ended_by_worlds {
            self.is_ended_by_worlds = true;
            self.tell(Diagnostic::warning("too-complex", work::TOO_MANY_WORLDS, span));
        }
    }

    /// Runs `f` with half of the budget that is left, so that one declaration that takes all it can get leaves some to the others.
    fn with_half<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        let all = self.budget;
        let lent = all.half();
        self.budget = lent;
        let value = f(self);
        self.budget = all.after(lent, self.budget);
        value
    }

    /// Runs `f` one level deeper; `None` where that is too deep.
    fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= self.limits.depth {
            return None;
        }
        self.depth += 1;
        let value = f(self);
        self.depth -= 1;
        Some(value)
    }

    /// A symbol that equals nothing else.
    fn unknown(&mut self, label: &str) -> Value {
        self.unnamed += 1;
        Value::symbol(Symbol::at_place(format!("{}:unknown:{}", self.id, self.unnamed), label))
    }

    /// A symbol for the value of the code at `span` in `env`; the same one for each evaluation.
    fn symbol_at(&mut self, env: &Env, span: Span, what: &str, label: &str) -> Value {
        // The values of the enclosing loops are written into the key.
        let size: u64 = env.all().map(|local| local.shape.size as u64).sum();
        if !self.charge(size / 16, span) {
            return self.unknown(label).written_at(span);
        }
        let mut key = String::new();
        if let Some(frame) = self.frame(env.frame) {
            key.push_str(&frame.key);
            key.push('@');
            key.push_str(&frame.file);
        }
        key.push_str(&format!(":{what}:{}-{}", span.start, span.end));
        env.write_locals(&mut key);
        Value::symbol(Symbol::at_place(crate::functions::short_key(key), label)).written_at(span)
    }
}
