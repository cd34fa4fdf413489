//! Frames (templates being deployed) and environments (the position of an expression in a frame).

use std::rc::Rc;
use std::sync::Arc;

use cmklint_graph::{DeploymentId, Dialect, Value, canonical};
use cmklint_source::Span;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::Evaluator;
use super::instances::Declared;
use super::scope::Placement;
use super::shape::Shape;
use crate::assignments::Assignments;
use crate::ir::{Expr, ExprKind, Template};

/// The index of a frame in the evaluator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FrameId(pub(crate) usize);

/// Something that is evaluated once.
#[derive(Clone, Debug)]
pub(crate) enum Memo<T> {
    /// Being evaluated: whoever asks for it now is part of a cycle.
    Busy,
    /// Evaluated.
    Done(T),
}

/// What may hold a resource whose principal matters, by the frame that it is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Holds {
    Parameter(FrameId, Arc<str>),
    Variable(FrameId, Arc<str>),
    Output(FrameId, Arc<str>),
    /// The body of the declaration at that place.
    Body(FrameId, usize),
}

/// Outputs by name.
pub(crate) type Outputs = IndexMap<Arc<str>, Value>;

/// What a parameter is given.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    Value(Value),
    /// Evaluated when the parameter is first asked for.
    Later(Later),
}

/// An argument that is not evaluated yet: a member of what a declaration gives the template that it deploys.
#[derive(Clone, Debug)]
pub(crate) struct Later {
    pub(crate) env: Env,
    /// The template of the declaration.
    pub(crate) template: Arc<Template>,
    /// The declaration's place in it.
    pub(crate) at: usize,
    /// The argument's place among those that are given.
    pub(crate) member: usize,
}

impl Later {
    /// The name and the expression of the argument.
    pub(crate) fn written(&self) -> Option<(&Arc<str>, &Expr)> {
        let deployment = self.template.resources.get(self.at)?.deployment.as_ref()?;
        let ExprKind::Object(members) = &deployment.arguments.kind else { return None };
        members.get(self.member)?.named()
    }
}

/// A template being deployed.
pub(crate) struct Frame {
    pub(crate) template: Arc<Template>,
    /// The file that holds it, by tree-relative path.
    pub(crate) file: Arc<str>,
    /// The prefix of its symbols' keys.
    pub(crate) key: Arc<str>,
    /// The prefix of its resources' addresses: empty, or ends with a dot.
    pub(crate) address: Arc<str>,
    pub(crate) parent: Option<FrameId>,
    /// The frame whose parameters, variables, functions and scope its expressions use, where that is another.
    pub(crate) outer: Option<FrameId>,
    /// The variables of the enclosing loops, where its expressions are evaluated in the outer scope.
    pub(crate) locals: Option<Rc<Local>>,
    /// Arguments by folded name.
    pub(crate) arguments: IndexMap<String, Given>,
    /// The assignments of a `.bicepparam` file.
    pub(crate) assignments: Option<Rc<Assignments>>,
    pub(crate) parameters: FxHashMap<Arc<str>, Memo<(Value, Shape)>>,
    pub(crate) variables: FxHashMap<Arc<str>, Memo<(Value, Shape)>>,
    pub(crate) outputs: Option<Memo<Rc<Outputs>>>,
    pub(crate) place: Placement,
    /// The deployment's own name.
    pub(crate) name: Value,
    /// Whether it is deployed.
    pub(crate) condition: Value,
    pub(crate) calls: Vec<(Span, Arc<str>)>,
    /// How many further deployments like it there are.
    pub(crate) further: u64,
    /// The number of templates around it.
    pub(crate) nesting: usize,
    pub(crate) declared: Vec<Option<Memo<Rc<Declared>>>>,
    pub(crate) by_symbol: FxHashMap<Arc<str>, usize>,
    /// Declarations by folded type.
    pub(crate) by_kind: FxHashMap<String, Vec<usize>>,
    pub(crate) ran: bool,
    pub(crate) group: Option<Value>,
}

impl Frame {
    pub(crate) fn new(template: &Arc<Template>, file: &str, place: Placement, key: impl Into<Arc<str>>) -> Self {
        let mut by_symbol = FxHashMap::default();
        let mut by_kind: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (at, decl) in template.resources.iter().enumerate() {
            if let Some(symbol) = &decl.symbol {
                by_symbol.insert(Arc::clone(symbol), at);
            }
            by_kind.entry(decl.kind.to_ascii_lowercase()).or_default().push(at);
        }
        Self {
            template: Arc::clone(template),
            file: file.into(),
            key: key.into(),
            address: "".into(),
            parent: None,
            outer: None,
            locals: None,
            arguments: IndexMap::new(),
            assignments: None,
            parameters: FxHashMap::default(),
            variables: FxHashMap::default(),
            outputs: None,
            place,
            name: Value::null(),
            condition: Value::bool(true),
            calls: Vec::new(),
            further: 0,
            nesting: 0,
            declared: vec![None; template.resources.len()],
            by_symbol,
            by_kind,
            ran: false,
            group: None,
        }
    }

    /// The language that its file is written in.
    pub(crate) fn dialect(&self) -> Dialect {
        if self.file.ends_with(".bicep") { Dialect::Bicep } else { Dialect::Json }
    }

    pub(crate) fn root(template: &Arc<Template>, file: &str, place: Placement, id: DeploymentId) -> Self {
        let mut frame = Self::new(template, file, place, id.to_string());
        frame.name = super::scope::symbol(format!("{id}:deployment().name"), "name of the deployment");
        frame
    }
}

/// A variable of a loop, of a lambda or of a function, and the variables around it.
#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) name: Option<Arc<str>>,
    pub(crate) value: Value,
    pub(crate) shape: Shape,
    /// Set where it is the index of a loop that `copyIndex` may mean.
    pub(crate) copy: Option<Copy>,
    pub(crate) before: Option<Rc<Self>>,
}

/// A loop that `copyIndex` may mean.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    pub(crate) name: Option<Arc<str>>,
    /// Whether it repeats a resource.
    pub(crate) resource: bool,
}

/// The position of an expression.
#[derive(Clone, Debug)]
pub(crate) struct Env {
    pub(crate) frame: FrameId,
    pub(crate) locals: Option<Rc<Local>>,
    /// Whether the expression is in a resource's body, so that the members of its objects are properties of the resource.
    pub(crate) body: bool,
}

impl Env {
    /// This environment with one more variable.
    pub(crate) fn bind(&self, name: Option<&Arc<str>>, value: Value, shape: Shape) -> Self {
        self.push(Local { name: name.cloned(), value, shape, copy: None, before: self.locals.clone() })
    }

    /// This environment inside a loop at the index `value`.
    pub(crate) fn at(&self, copy: Copy, value: Value) -> Self {
        self.push(Local { name: None, value, shape: Shape::SCALAR, copy: Some(copy), before: self.locals.clone() })
    }

    fn push(&self, local: Local) -> Self {
        Self { frame: self.frame, locals: Some(Rc::new(local)), body: self.body }
    }

    /// This environment for an expression outside of a resource's body.
    pub(crate) fn plain(&self) -> Self {
        Self { body: false, ..self.clone() }
    }

    /// The variables, the innermost first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Local> {
        let mut at = self.locals.as_deref();
        std::iter::from_fn(move || {
            let local = at?;
            at = local.before.as_deref();
            Some(local)
        })
    }

    /// The variable `name`.
    pub(crate) fn local(&self, name: &str) -> Option<&Local> {
        self.all().find(|local| local.name.as_deref() == Some(name))
    }

    /// Writes what distinguishes this environment from others of its frame.
    pub(crate) fn write_locals(&self, key: &mut String) {
        for local in self.all() {
            key.push('|');
            key.push_str(&canonical(&local.value));
        }
    }
}

impl Evaluator<'_> {
    pub(crate) fn push_frame(&mut self, frame: Frame) -> FrameId {
        self.frames.push(frame);
        FrameId(self.frames.len() - 1)
    }

    pub(crate) fn frame(&self, id: FrameId) -> Option<&Frame> {
        self.frames.get(id.0)
    }

    pub(crate) fn frame_mut(&mut self, id: FrameId) -> Option<&mut Frame> {
        self.frames.get_mut(id.0)
    }

    /// The frame whose parameters and variables expressions of `id` use.
    pub(crate) fn scope_of(&self, id: FrameId) -> FrameId {
        let mut id = id;
        while let Some(outer) = self.frame(id).and_then(|f| f.outer) {
            id = outer;
        }
        id
    }

    /// The environment of the declarations of `frame`.
    pub(crate) fn base(&self, frame: FrameId) -> Env {
        Env { frame, locals: self.frame(frame).and_then(|f| f.locals.clone()), body: false }
    }

    /// `frame` and the frames around it, innermost first.
    pub(crate) fn around(&self, frame: FrameId) -> Vec<FrameId> {
        let mut out = vec![frame];
        let mut at = frame;
        while let Some(parent) = self.frame(at).and_then(|f| f.parent) {
            out.push(parent);
            at = parent;
        }
        out
    }
}
