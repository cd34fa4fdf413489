//! Which declarations wait for which others: by `dependsOn`, by symbolic names, and by what they read from one another while they are deployed. A deployment
//! within the
//! template waits for its arguments, and whatever waits for it waits for all that it deploys.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-dependency>

use std::rc::Rc;
use std::sync::Arc;

use cmklint_graph::{
    Comparison, DEPLOYMENTS, Fold, Kind, NodeId, Order, ResourceId, SpelledName, Spelling, Value, Vertex, compare,
};
use rustc_hash::FxHashMap;

use super::Evaluator;
use super::find::{Found, spoken};
use super::frame::{Env, FrameId};
use super::resources::Head;
use crate::ir::{Expr, ExprKind, Function, Item, LoopOver, Member, ResourceDecl};

/// At most this many instances of a loop are searched for dependencies; a longer one may wait for more.
const MOST_INSTANCES: usize = 64;

/// What it costs to look for one name in `dependsOn`.
const WORD_STEPS: u64 = 4;

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    /// A declaration, with all that it deploys.
    Whole(FrameId, usize),
    /// The start of a deployment, which waits for its arguments.
    Begin(FrameId, usize),
    Variable(FrameId, Arc<str>),
}

#[derive(Default)]
struct Names {
    order: Order,
    vertices: FxHashMap<Name, Vertex>,
    /// Variables that are still to be read.
    open: Vec<(FrameId, Arc<str>)>,
    /// The line of code with which something waits in the file's language, by frame.
    lines: FxHashMap<FrameId, &'static str>,
    /// Loops by their folded names, by frame.
    loops: FxHashMap<FrameId, FxHashMap<String, usize>>,
    /// What is declared by its name, by frame.
    named: FxHashMap<FrameId, Rc<Named>>,
}

/// What a frame declares, by its name: the places of the declarations and of their instances.
#[derive(Default)]
struct Named {
    /// The first of each name that is text, by the folded name.
    texts: FxHashMap<String, (usize, usize)>,
    /// Those whose names depend on conditions, in order.
    open: Vec<((usize, usize), Value)>,
}

impl Names {
    fn vertex(&mut self, name: Name) -> Vertex {
        if let Some(vertex) = self.vertices.get(&name) {
            return *vertex;
        }
        let vertex = self.order.vertex();
        if let Name::Variable(frame, variable) = &name {
            self.open.push((*frame, Arc::clone(variable)));
        }
        self.vertices.insert(name, vertex);
        vertex
    }
}

/// What a declaration's expressions refer to.
enum Mention<'x> {
    Symbol(&'x str),
    Variable(&'x Arc<str>),
    /// The argument of a function that reads a resource at deployment.
    Read(&'x Expr),
    Function(&'x Arc<str>),
}

impl Evaluator<'_> {
    /// The order of the declarations; `None` where computing it costs too much.
    pub(super) fn order(&mut self) -> Option<Order> {
        let mut names = Names::default();
        let frames: Vec<FrameId> = (0..self.frames.len()).map(FrameId).collect();
        for frame in frames {
            let Some(f) = self.frame(frame).filter(|f| f.ran) else { continue };
            let (template, address) = (Arc::clone(&f.template), Arc::clone(&f.file));
            let bicep = address.ends_with(".bicep");
            names.lines.insert(frame, if bicep { "dependsOn: [{}]" } else { "\"dependsOn\": [{}]" });
            for (at, decl) in template.resources.iter().enumerate() {
                self.order_of(&mut names, frame, at, decl)?;
            }
            while let Some((frame, variable)) = names.open.pop() {
                self.order_of_variable(&mut names, frame, &variable)?;
            }
        }
        self.place_nodes(&mut names);
        (!self.budget.is_spent()).then_some(names.order)
    }

    fn order_of(&mut self, names: &mut Names, frame: FrameId, at: usize, decl: &ResourceDecl) -> Option<()> {
        let whole = names.vertex(Name::Whole(frame, at));
        let begin = match &decl.deployment {
            Some(_) => names.vertex(Name::Begin(frame, at)),
            None => whole,
        };
        if begin != whole {
            names.order.wait(whole, begin);
            self.order_of_children(names, frame, at, whole, begin)?;
        }
        for expr in expressions(decl) {
            self.mentions(names, frame, Some(at), begin, expr)?;
        }
        self.stated_order(names, frame, at, decl, begin)
    }

    /// What the deployment at `at` deploys waits for its start, and whatever waits for the deployment waits for all of that.
    fn order_of_children(
        &mut self,
        names: &mut Names,
        frame: FrameId,
        at: usize,
        whole: Vertex,
        begin: Vertex,
    ) -> Option<()> {
        let count = self.instances(frame, at).map_or(0, |declared| declared.instances.len());
        for instance in 0..count {
            if !self.children.contains_key(&(frame, at, instance)) && self.is_left_out(frame, at) {
                continue;
            }
            let Some(child) = self.child(frame, at, instance) else { continue };
            let (span, decls) = self.frame(child).map(|f| (f.template.span, f.template.resources.len()))?;
            for inner in 0..decls {
                if !self.charge(1, span) {
                    return None;
                }
                let inner_whole = names.vertex(Name::Whole(child, inner));
                names.order.wait(whole, inner_whole);
                let first = match self.frame(child)?.template.resources.get(inner)?.deployment {
                    Some(_) => names.vertex(Name::Begin(child, inner)),
                    None => inner_whole,
                };
                names.order.wait(first, begin);
            }
        }
        Some(())
    }

    fn order_of_variable(&mut self, names: &mut Names, frame: FrameId, variable: &Arc<str>) -> Option<()> {
        let template = Arc::clone(&self.frame(frame)?.template);
        let vertex = names.vertex(Name::Variable(frame, Arc::clone(variable)));
        match template.variable(variable) {
            Some(variable) => self.mentions(names, frame, None, vertex, &variable.value),
            None => Some(()),
        }
    }

    /// Makes `vertex` wait for everything that `expr`, written in `frame`, refers to.
    fn mentions(
        &mut self,
        names: &mut Names,
        frame: FrameId,
        at: Option<usize>,
        vertex: Vertex,
        expr: &Expr,
    ) -> Option<()> {
        let mut found = Vec::new();
        walk(expr, &mut |mention| found.push(mention));
        if !self.charge(1 + found.len() as u64, expr.span) {
            return None;
        }
        for mention in found {
            match mention {
                Mention::Symbol(symbol) => match self.find_symbol(frame, symbol) {
                    Some((frame, at)) => {
                        let other = names.vertex(Name::Whole(frame, at));
                        names.order.wait(vertex, other);
                    }
                    None => names.order.wait_for_unknown(vertex),
                },
                Mention::Variable(variable) => {
                    let other = names.vertex(Name::Variable(self.scope_of(frame), Arc::clone(variable)));
                    names.order.wait(vertex, other);
                }
                Mention::Function(function) => {
                    let template = Arc::clone(&self.frame(self.scope_of(frame))?.template);
                    if let Some(Function { body, home: None, .. }) = template.function(function) {
                        self.names_in_function(names, frame, vertex, body);
                    }
                }
                Mention::Read(target) => {
                    for env in self.places(frame, at) {
                        let value = self.eval(&env, target);
                        self.wait_for(names, &env, vertex, &value);
                    }
                }
            }
        }
        Some(())
    }

    /// A function of the template sees variables; functions that it calls are not followed.
    fn names_in_function(&self, names: &mut Names, frame: FrameId, vertex: Vertex, body: &Expr) {
        let scope = self.scope_of(frame);
        walk(body, &mut |mention| match mention {
            Mention::Variable(variable) => {
                let other = names.vertex(Name::Variable(scope, Arc::clone(variable)));
                names.order.wait(vertex, other);
            }
            Mention::Function(_) => names.order.wait_for_unknown(vertex),
            Mention::Symbol(_) | Mention::Read(_) => {}
        });
    }

    /// The explicit `dependsOn`. Symbolic names in it are found by [`Evaluator::mentions`].
    fn stated_order(
        &mut self,
        names: &mut Names,
        frame: FrameId,
        at: usize,
        decl: &ResourceDecl,
        vertex: Vertex,
    ) -> Option<()> {
        for expr in &decl.depends_on {
            self.mentions(names, frame, Some(at), vertex, expr)?;
            if speaks_by_symbols(expr) {
                continue;
            }
            for env in self.places(frame, Some(at)) {
                let value = self.eval(&env, expr);
                match &value.kind {
                    Kind::Array(array) => {
                        array.items.iter().for_each(|item| self.wait_for(names, &env, vertex, item));
                        if array.rest.is_some() {
                            names.order.wait_for_unknown(vertex);
                        }
                    }
                    _ => self.wait_for(names, &env, vertex, &value),
                }
            }
        }
        let count = self.instances(frame, at).map_or(0, |declared| declared.instances.len());
        if count > MOST_INSTANCES && !decl.depends_on.is_empty() {
            names.order.wait_for_unknown(vertex);
        }
        Some(())
    }

    /// The environments of the instances of the declaration at `at`, or that of the template.
    fn places(&mut self, frame: FrameId, at: Option<usize>) -> Vec<Env> {
        let scope = self.frame(frame).map(|f| Arc::clone(&f.template));
        let declared = at.and_then(|at| self.instances(frame, at));
        match (scope, at, declared) {
            (Some(template), Some(at), Some(declared)) => {
                let Some(decl) = template.resources.get(at) else { return Vec::new() };
                let some = declared.instances.iter().take(MOST_INSTANCES);
                some.map(|instance| self.in_instance(frame, decl, instance)).collect()
            }
            _ => vec![self.base(frame)],
        }
    }

    /// Makes `vertex` wait for what `value` names: by its name, by its id, or as a loop.
    fn wait_for(&mut self, names: &mut Names, env: &Env, vertex: Vertex, value: &Value) {
        let found = match &value.kind {
            Kind::Null => return,
            Kind::Ref(r) => Some(Found::Node(r.node)),
            Kind::Choice(choice) => {
                self.wait_for(names, env, vertex, &choice.then);
                return self.wait_for(names, env, vertex, &choice.otherwise);
            }
            Kind::String(text) if !text.contains('/') => {
                let place = value.span().or_else(|| self.frame(env.frame).map(|frame| frame.template.span));
                if !place.is_some_and(|place| self.charge(WORD_STEPS, place)) {
                    return names.order.wait_for_unknown(vertex);
                }
                if let Some((frame, at)) = self.loop_named(names, env.frame, text) {
                    let other = names.vertex(Name::Whole(frame, at));
                    return names.order.wait(vertex, other);
                }
                match spoken(text) {
                    Some((name, _)) if self.find_symbol(env.frame, name).is_none() => {
                        self.find_by_text(names, env.frame, text)
                    }
                    _ => self.find_by_word(env, text, value),
                }
            }
            Kind::String(_) | Kind::Template(_) => self.declared_by_id(env, value),
            _ => None,
        };
        let name = found.and_then(|found| match found {
            Found::Node(node) => {
                let node = self.node(node)?;
                Some(Name::Whole(node.frame, node.decl?))
            }
            Found::Deployment(frame, at, _) => Some(Name::Whole(frame, at)),
        });
        match name {
            Some(name) => {
                let other = names.vertex(name);
                names.order.wait(vertex, other);
            }
            // Something outside of the template, or a declaration by a name that is not known.
            None => names.order.wait_for_unknown(vertex),
        }
    }

    /// The declaration whose loop has that name.
    fn loop_named(&self, names: &mut Names, frame: FrameId, name: &str) -> Option<(FrameId, usize)> {
        let folded = name.to_ascii_lowercase();
        self.around(frame).into_iter().find_map(|frame| {
            let loops = names.loops.entry(frame).or_insert_with(|| self.loops_of(frame));
            loops.get(&folded).map(|at| (frame, *at))
        })
    }

    /// The loops of `frame` by their folded names, the first of each.
    fn loops_of(&self, frame: FrameId) -> FxHashMap<String, usize> {
        let mut loops = FxHashMap::default();
        let resources = self.frame(frame).map_or(&[][..], |frame| &frame.template.resources);
        for (at, decl) in resources.iter().enumerate() {
            if let Some(name) = decl.repeat.as_ref().and_then(|repeat| repeat.name.as_deref()) {
                loops.entry(name.to_ascii_lowercase()).or_insert(at);
            }
        }
        loops
    }

    /// The resource or deployment of the template with that name, of whatever type, as [`Evaluator::find_by_word`] finds it.
    fn find_by_text(&mut self, names: &mut Names, frame: FrameId, text: &str) -> Option<Found> {
        let folded = text.to_ascii_lowercase();
        let mut next = Some(frame);
        while let Some(frame) = next {
            let known = names.named.get(&frame).map(Rc::clone);
            let named = known.unwrap_or_else(|| Rc::new(self.named_in(frame)));
            names.named.entry(frame).or_insert_with(|| Rc::clone(&named));
            if let Some((at, instance)) = self.first_named(&named, &folded, frame) {
                let declared = self.instances(frame, at)?;
                return Some(match declared.instances.get(instance)?.node {
                    Some(node) => Found::Node(node),
                    None => Found::Deployment(frame, at, instance),
                });
            }
            next = self.frame(frame)?.outer;
        }
        None
    }

    /// The first of `named`, which are declared in `frame`, that certainly has the name `folded`.
    fn first_named(&mut self, named: &Named, folded: &str, frame: FrameId) -> Option<(usize, usize)> {
        let text = named.texts.get(folded).copied();
        let span = self.frame(frame)?.template.span;
        let wanted = Value::string(folded);
        let before = |place: &(usize, usize)| text.is_none_or(|text| *place < text);
        for (place, name) in named.open.iter().take_while(|(place, _)| before(place)) {
            if self.charge(1, span) && compare(name, &wanted, Fold::Case) == Comparison::Equal {
                return Some(*place);
            }
        }
        text
    }

    /// The names of what `frame` declares.
    fn named_in(&mut self, frame: FrameId) -> Named {
        let mut named = Named::default();
        let Some(template) = self.frame(frame).map(|frame| Arc::clone(&frame.template)) else { return named };
        for (at, decl) in template.resources.iter().enumerate() {
            let Some(declared) = self.instances(frame, at) else { continue };
            for (instance, of) in declared.instances.iter().enumerate() {
                self.charge(1, decl.span);
                let name = match of.node {
                    Some(node) => match self.head(node) {
                        Some(head) => head.name.clone(),
                        None => continue,
                    },
                    None => self.deployment_name(frame, at, instance),
                };
                match &name.kind {
                    Kind::String(text) => {
                        named.texts.entry(text.to_ascii_lowercase()).or_insert((at, instance));
                    }
                    Kind::Choice(_) => named.open.push(((at, instance), name)),
                    // Nothing else is certainly a text.
                    _ => {}
                }
            }
        }
        named
    }

    /// The declaration with the id `value`.
    fn declared_by_id(&mut self, env: &Env, value: &Value) -> Option<Found> {
        let id = ResourceId::parse(value)?;
        if let Some(base) = id.base {
            let kind = format!("{}/{}", self.kind_of(base)?, id.kind);
            let above: Rc<Head> = self.head(base)?;
            let names: Vec<Value> = above.names.iter().chain(&id.names).cloned().collect();
            return self.find_node(env.frame, &kind, &names, None, None).map(Found::Node);
        }
        if super::find::deploys(&id.kind) {
            return self.find_deployment(env.frame, &id.kind, id.names.last()?);
        }
        let (subscription, group) = (id.subscription, id.resource_group);
        self.find_node(env.frame, &id.kind, &id.names, subscription.as_ref(), group.as_ref()).map(Found::Node)
    }

    fn place_nodes(&mut self, names: &mut Names) {
        for index in 0..self.node_count() {
            let Ok(short) = u32::try_from(index) else { break };
            let id = NodeId { deployment: self.id, index: short };
            let Some(node) = self.node(id) else { continue };
            let (frame, Some(decl)) = (node.frame, node.decl) else { continue };
            let Some(path) = self.path_of(frame, decl, id) else { continue };
            let line = names.lines.get(&frame).copied().unwrap_or("\"dependsOn\": [{}]");
            let vertex = names.vertex(Name::Whole(frame, decl));
            names.order.node(index, vertex, Spelling { path, line });
        }
    }

    /// How code of the file refers to the declaration at `at`: by symbolic names where it has some, else by ids.
    fn path_of(&mut self, frame: FrameId, at: usize, node: NodeId) -> Option<Vec<SpelledName>> {
        let of_frame = self.frame(frame)?;
        let (calls, template) = (of_frame.calls.clone(), Arc::clone(&of_frame.template));
        let by_symbols = of_frame.file.ends_with(".bicep");
        let decl = template.resources.get(at)?;
        let mut path: Vec<SpelledName> = calls
            .iter()
            .map(|(_, name)| {
                let name = name.split('[').next().unwrap_or(name);
                match by_symbols {
                    true => SpelledName::of(name),
                    false => by_id(name, DEPLOYMENTS, &[name.to_owned()]),
                }
            })
            .collect();
        path.push(match (&decl.symbol, by_symbols) {
            (Some(symbol), true) => SpelledName::of(symbol),
            (Some(symbol), false) => SpelledName { called: Arc::clone(symbol), named: format!("\"{symbol}\"").into() },
            (None, _) => {
                let head = self.head(node)?;
                let names: Vec<String> =
                    head.names.iter().map(|name| name.as_str().unwrap_or("…").to_owned()).collect();
                let called = format!("{} {}", decl.kind, names.join("/"));
                match (&decl.scope, &names[..]) {
                    // The id of an extension resource begins with that of the extended one; its name alone is enough.
                    (Some(_), [name]) => SpelledName { called: called.into(), named: format!("\"{name}\"").into() },
                    _ => by_id(&called, &decl.kind, &names),
                }
            }
        });
        Some(path)
    }
}

/// A resource of a template without symbolic names.
fn by_id(called: &str, kind: &str, names: &[String]) -> SpelledName {
    let names: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    SpelledName { called: called.into(), named: format!("\"[resourceId('{kind}', {})]\"", names.join(", ")).into() }
}

/// All that is written in a declaration, without what it deploys.
fn expressions(decl: &ResourceDecl) -> Vec<&Expr> {
    let mut out = vec![&decl.name, &decl.body];
    out.extend([&decl.parent, &decl.scope, &decl.location, &decl.condition].into_iter().flatten());
    if let Some(repeat) = &decl.repeat {
        out.push(match &repeat.over {
            LoopOver::Items(over) | LoopOver::Count(over) => over,
        });
    }
    if let Some(deployment) = &decl.deployment {
        out.push(&deployment.arguments);
        out.extend([&deployment.subscription, &deployment.resource_group].into_iter().flatten());
    }
    out
}

/// Whether `expr` is a symbolic name or an item of one.
fn speaks_by_symbols(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Resource(_) => true,
        ExprKind::Index { of, .. } | ExprKind::Member { of, .. } => speaks_by_symbols(of),
        _ => false,
    }
}

/// Whether a function reads a resource while the template is deployed.
pub(super) fn reads(function: &str) -> bool {
    let folded = function.to_ascii_lowercase();
    matches!(folded.as_str(), "reference" | "references" | "resourceinfo" | "getsecret") || folded.starts_with("list")
}

/// Calls `out` with everything that `expr` refers to.
fn walk<'x>(expr: &'x Expr, out: &mut dyn FnMut(Mention<'x>)) {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Parameter(_) | ExprKind::Local(_) | ExprKind::Unknown(_) => {}
        ExprKind::Interpolation(parts) => parts.iter().for_each(|part| walk(part, out)),
        ExprKind::Array(items) => {
            for item in items {
                match item {
                    Item::Value(value) | Item::Spread(value) => walk(value, out),
                }
            }
        }
        ExprKind::Object(members) => {
            for member in members {
                match member {
                    Member::Property { key, value } => {
                        walk(key, out);
                        walk(value, out);
                    }
                    Member::Spread(value) => walk(value, out),
                }
            }
        }
        ExprKind::Variable(name) => out(Mention::Variable(name)),
        ExprKind::Resource(symbol) => out(Mention::Symbol(symbol)),
        ExprKind::Member { of, .. } => walk(of, out),
        ExprKind::Index { of, index, .. } => {
            walk(of, out);
            walk(index, out);
        }
        ExprKind::Call { function, args } => {
            if let Some(first) = args.first().filter(|_| reads(function)) {
                out(Mention::Read(first));
            }
            args.iter().for_each(|arg| walk(arg, out));
        }
        ExprKind::UserCall { function, args } => {
            out(Mention::Function(function));
            args.iter().for_each(|arg| walk(arg, out));
        }
        ExprKind::Lambda { body, .. } => walk(body, out),
        ExprKind::For { repeat, condition, body } => {
            match &repeat.over {
                LoopOver::Items(over) | LoopOver::Count(over) => walk(over, out),
            }
            condition.iter().for_each(|condition| walk(condition, out));
            walk(body, out);
        }
    }
}
