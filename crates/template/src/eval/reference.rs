//! Resources in expressions: by symbolic name, by id and by name.

use std::sync::Arc;

use cmklint_graph::{
    Comparison, Entry, Fold, Kind, NodeId, Object, ResourceId, Scope, Symbol, Value, compare, concat, lift,
};
use cmklint_source::Span;

use super::Evaluator;
use super::frame::{Env, FrameId};
use super::shape::Shape;
use crate::functions;

/// What a reference found.
enum Found {
    Node(NodeId),
    /// A deployment: its declaration's frame and place, and the instance.
    Deployment(FrameId, usize, usize),
}

const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";

impl Evaluator<'_> {
    /// The declaration with the symbolic name `name`, seen from `frame`.
    fn find_symbol(&self, frame: FrameId, name: &str) -> Option<(FrameId, usize)> {
        let mut at = Some(frame);
        while let Some(id) = at {
            let frame = self.frame(id)?;
            if let Some(decl) = frame.by_symbol.get(name) {
                return Some((id, *decl));
            }
            at = frame.outer;
        }
        None
    }

    /// Whether the symbolic name is that of a loop.
    pub(crate) fn is_repeated(&self, env: &Env, name: &str) -> bool {
        self.find_symbol(env.frame, name)
            .and_then(|(frame, at)| self.frame(frame)?.template.resources.get(at).map(|d| d.repeat.is_some()))
            .unwrap_or(false)
    }

    /// The resource or module with the symbolic name `name`; of a loop, the instance at `index`, or all of them.
    pub(crate) fn resource(&mut self, env: &Env, name: &Arc<str>, index: Option<&Value>, span: Span) -> Value {
        self.shape = Shape::SCALAR;
        let Some((frame, at)) = self.find_symbol(env.frame, name) else {
            return self.symbol_at(env, span, "resource", name);
        };
        let deploys =
            self.frame(frame).and_then(|f| f.template.resources.get(at)).is_some_and(|decl| decl.deployment.is_some());
        let Some(declared) = self.instances(frame, at) else {
            return self.cycle("loop of", name, span);
        };
        let one = |this: &mut Self, instance: usize| match declared.instances.get(instance) {
            Some(_) if deploys => this.module(frame, at, instance, span),
            Some(found) => match found.node {
                Some(node) => Value::reference(node, ""),
                None => this.symbol_at(env, span, "resource", name),
            },
            None => this.symbol_at(env, span, "resource", name),
        };
        if !declared.repeated {
            return one(self, 0).written_at(span);
        }
        if let Some(index) = index {
            let found = declared
                .instances
                .iter()
                .position(|instance| compare(&instance.index, index, Fold::Exact) == Comparison::Equal);
            return match found {
                Some(found) => one(self, found).written_at(span),
                None => {
                    let all = Symbol::new(format!("{}:{at}", self.key(frame)), name.to_string());
                    let args = [Value::symbol(all), index.clone()];
                    Value::apply("instance", &args, Some(&format!("{name}[{}]", index.describe()))).written_at(span)
                }
            };
        }
        let open = declared.open || declared.instances.iter().any(|i| i.present.as_bool() != Some(true));
        let certain = declared.instances.iter().take_while(|i| i.present.as_bool() == Some(true)).count();
        let items: Vec<Value> = (0..certain).map(|i| one(self, i)).collect();
        let rest = open.then(|| Symbol::new(format!("{}:{at}:further", self.key(frame)), name.to_string()));
        let value =
            Value::new(Kind::Array(Arc::new(cmklint_graph::Array { items, rest, ..cmklint_graph::Array::default() })));
        self.shape = Shape::of(&value, self.limits.size);
        value.written_at(span)
    }

    fn key(&self, frame: FrameId) -> String {
        self.frame(frame).map(|f| f.key.to_string()).unwrap_or_default()
    }

    /// The member `name` of the resource at `node`.
    pub(crate) fn attribute(&mut self, node: NodeId, name: &str, of: &Value) -> Value {
        let value = match name.to_ascii_lowercase().as_str() {
            "name" => match self.head(node) {
                Some(head) => return head.name.clone(),
                None => return of.member(name),
            },
            "type" => match self.kind_of(node) {
                Some(kind) => Value::string(kind),
                None => return of.member(name),
            },
            "apiversion" => match self.declaration_of(node, |decl| decl.api_version.clone()) {
                Some(version) => Value::string(version),
                None => return of.member(name),
            },
            _ => return of.member(name),
        };
        Value { kind: value.kind, trail: of.trail.clone() }
    }

    fn declaration_of<T>(&self, node: NodeId, f: impl Fn(&crate::ir::ResourceDecl) -> Option<T>) -> Option<T> {
        let node = self.node(node)?;
        f(self.frame(node.frame)?.template.resources.get(node.decl?)?)
    }

    /// The type of the resource at `node`.
    pub(crate) fn kind_of(&mut self, node: NodeId) -> Option<Arc<str>> {
        if let Some(kind) = self.declaration_of(node, |decl| Some(Arc::clone(&decl.kind))) {
            return Some(kind);
        }
        self.implied_kind(node)
    }

    /// `value`, or what the code states where `value` is an attribute of a resource that states it.
    pub(crate) fn look_behind(&mut self, value: Value) -> Value {
        match &value.kind {
            Kind::Ref(r) if !r.path.is_empty() && !r.path.eq_ignore_ascii_case("id") => {
                let shape = self.shape;
                let stated = self.stated(r.node, &r.path);
                self.shape = shape;
                match stated.kind {
                    Kind::Null => value,
                    _ => {
                        self.shape = Shape::of(&stated, self.limits.size);
                        Value { kind: stated.kind, trail: value.trail.after(&stated.trail) }
                    }
                }
            }
            _ => value,
        }
    }

    /// The id of the resource at `node` as text or template, where its names can be told.
    pub(crate) fn id_text(&mut self, node: NodeId) -> Option<Value> {
        let kind = self.kind_of(node)?;
        let head = self.head(node)?;
        let (namespace, types) = kind.split_once('/')?;
        let types: Vec<&str> = types.split('/').collect();
        if types.len() != head.names.len() || !head.extends.is_null() {
            return None;
        }
        let mut parts = Vec::new();
        let mut push = |text: String, value: &Value| {
            parts.push(Value::string(text));
            parts.push(value.clone());
        };
        let Scope { subscription, resource_group } = &head.scope;
        if !subscription.is_null() {
            push("/subscriptions/".to_owned(), subscription);
        }
        if kind.eq_ignore_ascii_case(super::scope::GROUP) {
            push("/resourceGroups/".to_owned(), head.names.first()?);
            return Some(concat(&parts));
        }
        if !resource_group.is_null() {
            push("/resourceGroups/".to_owned(), resource_group);
        }
        for (i, (kind, name)) in types.iter().zip(&head.names).enumerate() {
            let text = if i == 0 { format!("/providers/{namespace}/{kind}/") } else { format!("/{kind}/") };
            push(text, name);
        }
        Some(concat(&parts))
    }

    /// `value`, with the id of a resource of the deployment written out.
    pub(crate) fn spell_out(&mut self, value: Value) -> Value {
        match &value.kind {
            Kind::Ref(r) if r.path.eq_ignore_ascii_case("id") => match self.id_text(r.node) {
                Some(text) => Value { kind: text.kind, trail: value.trail },
                None => value,
            },
            _ => value,
        }
    }

    /// The node of type `kind` with these `names`, declared in `frame` or around it.
    pub(crate) fn find_node(
        &mut self,
        frame: FrameId,
        kind: &str,
        names: &[Value],
        subscription: Option<&Value>,
        group: Option<&Value>,
    ) -> Option<NodeId> {
        let kind = kind.to_ascii_lowercase();
        for frame in self.around(frame) {
            let decls = self.frame(frame)?.by_kind.get(&kind).cloned().unwrap_or_default();
            for at in decls {
                let Some(declared) = self.instances(frame, at) else { continue };
                for instance in &declared.instances {
                    let Some(node) = instance.node else { continue };
                    let span = self.declaration_of(node, |decl| Some(decl.span));
                    if let Some(span) = span {
                        self.charge(1, span);
                    }
                    let Some(head) = self.head(node) else { continue };
                    let elsewhere = |a: &Value, b: Option<&Value>| {
                        b.is_some_and(|b| compare(a, b, Fold::Case) == Comparison::Different)
                    };
                    if same_names(&head.names, names)
                        && !elsewhere(&head.scope.subscription, subscription)
                        && !elsewhere(&head.scope.resource_group, group)
                    {
                        return Some(node);
                    }
                }
            }
        }
        None
    }

    fn find_deployment(&mut self, frame: FrameId, name: &Value) -> Option<Found> {
        let kind = DEPLOYMENTS.to_ascii_lowercase();
        for frame in self.around(frame) {
            let template = Arc::clone(&self.frame(frame)?.template);
            for (at, decl) in template.resources.iter().enumerate() {
                if decl.deployment.is_none() && !decl.kind.eq_ignore_ascii_case(&kind) {
                    continue;
                }
                let Some(declared) = self.instances(frame, at) else { continue };
                for instance in 0..declared.instances.len() {
                    self.charge(1, decl.span);
                    let own = self.deployment_name(frame, at, instance);
                    if compare(&own, name, Fold::Case) == Comparison::Equal {
                        return Some(Found::Deployment(frame, at, instance));
                    }
                }
            }
        }
        None
    }

    /// What `reference`, `resourceInfo` and the like mean by `target`.
    fn find(&mut self, env: &Env, target: &Value, span: Span) -> Option<Found> {
        match &target.kind {
            Kind::Ref(r) if r.path.is_empty() || r.path.eq_ignore_ascii_case("id") => Some(Found::Node(r.node)),
            Kind::String(text) if !text.contains('/') => self.find_by_word(env, text, target),
            Kind::String(_) | Kind::Template(_) => {
                let Some(id) = ResourceId::parse(target) else { return self.find_by_name(env.frame, target) };
                if let Some(base) = id.base {
                    let of = self.kind_of(base)?;
                    let head = self.head(base)?;
                    let kind = format!("{of}/{}", id.kind);
                    let names: Vec<Value> = head.names.iter().chain(&id.names).cloned().collect();
                    return self.found(env, &kind, names, head.scope.clone(), span);
                }
                if id.kind.eq_ignore_ascii_case(DEPLOYMENTS) {
                    return self.find_deployment(env.frame, id.names.last()?);
                }
                let scope = Scope {
                    subscription: id.subscription.unwrap_or_else(Value::null),
                    resource_group: id.resource_group.unwrap_or_else(Value::null),
                };
                self.found(env, &id.kind, id.names, scope, span)
            }
            _ => None,
        }
    }

    fn found(&mut self, env: &Env, kind: &str, names: Vec<Value>, scope: Scope, span: Span) -> Option<Found> {
        let (subscription, group) = (scope.subscription.clone(), scope.resource_group.clone());
        let given = |value: &Value| (!value.is_null()).then(|| value.clone());
        let (subscription, group) = (given(&subscription), given(&group));
        if let Some(node) = self.find_node(env.frame, kind, &names, subscription.as_ref(), group.as_ref()) {
            return Some(Found::Node(node));
        }
        if kind.matches('/').count() != names.len() {
            return None;
        }
        self.existing(env.frame, kind, names, scope, span).map(Found::Node)
    }

    /// By symbolic name, with an index in brackets where it is a loop's, else by name.
    fn find_by_word(&mut self, env: &Env, text: &str, target: &Value) -> Option<Found> {
        let (name, index) = match text.strip_suffix(']').and_then(|t| t.rsplit_once('[')) {
            Some((name, index)) => (name, index.parse::<usize>().ok()?),
            None => (text, 0),
        };
        let Some((frame, at)) = self.find_symbol(env.frame, name) else {
            return self.find_by_name(env.frame, target);
        };
        let declared = self.instances(frame, at)?;
        let index_of = |i: &super::loops::Instance| i.index.as_number().and_then(cmklint_graph::Number::as_i64);
        let found = declared.instances.iter().position(|i| index_of(i) == i64::try_from(index).ok())?;
        match declared.instances.get(found)?.node {
            Some(node) => Some(Found::Node(node)),
            None => Some(Found::Deployment(frame, at, found)),
        }
    }

    /// The resource of this template with that name; the type is not said.
    fn find_by_name(&mut self, frame: FrameId, name: &Value) -> Option<Found> {
        let template = Arc::clone(&self.frame(frame)?.template);
        for (at, decl) in template.resources.iter().enumerate() {
            let Some(declared) = self.instances(frame, at) else { continue };
            for (i, instance) in declared.instances.iter().enumerate() {
                self.charge(1, decl.span);
                let own = match instance.node {
                    Some(node) => match self.head(node) {
                        Some(head) => head.name.clone(),
                        None => continue,
                    },
                    None => self.deployment_name(frame, at, i),
                };
                if compare(&own, name, Fold::Case) == Comparison::Equal {
                    return Some(match instance.node {
                        Some(node) => Found::Node(node),
                        None => Found::Deployment(frame, at, i),
                    });
                }
            }
        }
        match self.frame(frame)?.outer {
            Some(outer) => self.find_by_name(outer, name),
            None => None,
        }
    }

    /// `reference(target, apiVersion, 'full')` and `resourceInfo(target)`.
    pub(crate) fn reference_to(&mut self, env: &Env, function: &str, args: &[Value], span: Span) -> Value {
        let Some(target) = args.first() else { return Value::null() };
        let full = function == "resourceinfo"
            || args.get(1..).unwrap_or(&[]).iter().any(|a| a.as_str().is_some_and(|t| t.eq_ignore_ascii_case("full")));
        let value = lift(function, std::slice::from_ref(target), &mut |args| {
            let Some(target) = args.first() else { return Value::null() };
            match self.find(env, target, span) {
                Some(Found::Node(node)) => Value::reference(node, if full { "" } else { "properties" }),
                Some(Found::Deployment(frame, at, instance)) => {
                    let module = self.module(frame, at, instance, span);
                    let wrapped = wrap_outputs(&module.member("outputs"));
                    if full {
                        member_of("properties", member_of("outputs", wrapped))
                    } else {
                        member_of("outputs", wrapped)
                    }
                }
                // One value for one target, whatever the API version; a name means something in this deployment only.
                None => {
                    let what = if full { "referenceFull" } else { "reference" };
                    let label = format!("reference({})", target.describe());
                    let here = Value::symbol(Symbol::new(self.id.to_string(), "the deployment"));
                    match target.as_str() {
                        Some(name) if !name.starts_with('/') => {
                            Value::apply(what, &[target.clone(), here], Some(&label))
                        }
                        _ => Value::apply(what, std::slice::from_ref(target), Some(&label)),
                    }
                }
            }
        });
        self.shape = Shape::of(&value, self.limits.size);
        value.written_at(span)
    }

    /// `references('loop')`: of each resource of a loop.
    pub(crate) fn references_to(&mut self, env: &Env, args: &[Value], span: Span) -> Value {
        let named = args.first().and_then(Value::as_str).map(Arc::<str>::from);
        let Some(name) = named.filter(|name| self.find_symbol(env.frame, name).is_some()) else {
            return Value::apply("references", args, None).written_at(span);
        };
        let full = args.get(1..).unwrap_or(&[]).iter().any(|a| a.as_str() == Some("full"));
        let all = self.resource(env, &name, None, span);
        let Kind::Array(array) = &all.kind else { return all };
        let items = array.items.iter().map(|item| match &item.kind {
            Kind::Ref(_) if full => item.clone(),
            Kind::Ref(_) => item.member("properties"),
            _ => member_of("outputs", wrap_outputs(&item.member("outputs"))),
        });
        let array = cmklint_graph::Array {
            items: items.collect(),
            rest: array.rest.clone(),
            ..cmklint_graph::Array::default()
        };
        Value::new(Kind::Array(Arc::new(array))).written_at(span)
    }
}

fn member_of(name: &str, value: Value) -> Value {
    let entries = [(Arc::from(name), Entry { key_span: None, value })].into_iter().collect();
    let rest = functions::symbol_of("reference", &[Value::string(name)]);
    Value::object(Object { entries, rest: if name == "outputs" { rest } else { None }, ..Object::default() })
}

/// Outputs as ARM JSON reads them: each value below `value`.
fn wrap_outputs(outputs: &Value) -> Value {
    let Kind::Object(object) = &outputs.kind else {
        // Out of reach: `outputs.x.value` is a member of a symbol either way.
        return outputs.clone();
    };
    let wrap = |entry: &Entry| {
        let inner = Entry { key_span: None, value: entry.value.clone() };
        let entries = [(Arc::from("value"), inner)].into_iter().collect();
        Entry { key_span: None, value: Value::object(Object { entries, ..Object::default() }) }
    };
    let entries = object.entries.iter().map(|(name, entry)| (Arc::clone(name), wrap(entry))).collect();
    Value::object(Object { entries, rest: object.rest.clone(), ..Object::default() })
}

fn same_names(a: &[Value], b: &[Value]) -> bool {
    !a.is_empty() && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| compare(a, b, Fold::Case) == Comparison::Equal)
}
