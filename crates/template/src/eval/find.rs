//! Finding what an expression means: a declaration by its symbolic name, a resource or a deployment by id or by name.

use std::sync::Arc;

use cmklint_graph::{
    AsPath, Comparison, DEPLOYMENT_STACKS, DEPLOYMENTS, Fold, Kind, NodeId, ResourceId, Scope, TextPart, Value,
    compare, concat,
};
use cmklint_source::Span;

use super::Evaluator;
use super::frame::{Env, FrameId};

/// What a reference leads to.
pub(crate) enum Found {
    Node(NodeId),
    /// A deployment: its declaration's frame and place, and the instance.
    Deployment(FrameId, usize, usize),
}

impl Evaluator<'_> {
    /// The declaration with the symbolic name `name`, seen from `frame`.
    pub(crate) fn find_symbol(&self, frame: FrameId, name: &str) -> Option<(FrameId, usize)> {
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

    /// The condition under which the resource or module with the symbolic name `name` is deployed; of a loop, the instance at `index`. `None` where it has no
    /// condition, or it
    /// can't be known.
    pub(crate) fn condition_of(&mut self, env: &Env, name: &str, index: Option<&Value>) -> Option<Value> {
        let (frame, at) = self.find_symbol(env.frame, name)?;
        let template = Arc::clone(&self.frame(frame)?.template);
        let decl = template.resources.get(at)?;
        let condition = decl.condition.as_ref()?;
        let declared = self.instances(frame, at)?;
        let instance = match index {
            Some(index) => declared.at(index)?,
            None => 0,
        };
        let env = self.in_instance(frame, decl, declared.instances.get(instance)?);
        let holds = self.eval(&env, condition);
        Some(self.truth(holds))
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

    /// The deployment or deployment stack, as `kind` says, of that name.
    pub(crate) fn find_deployment(&mut self, frame: FrameId, kind: &str, name: &Value) -> Option<Found> {
        for frame in self.around(frame) {
            let template = Arc::clone(&self.frame(frame)?.template);
            for (at, decl) in template.resources.iter().enumerate() {
                if !decl.kind.eq_ignore_ascii_case(kind) {
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

    /// The resource or deployment that `reference`, `resourceInfo` and the like mean by `target`.
    pub(crate) fn find(&mut self, env: &Env, target: &Value, span: Span) -> Option<Found> {
        match &target.kind {
            Kind::Ref(r) if r.path.is_empty() || r.path.is("id") => Some(Found::Node(r.node)),
            Kind::String(text) if !text.contains('/') => self.find_by_word(env, text, target),
            Kind::Template(parts)
                if matches!(&parts[..], [TextPart::Text(_), TextPart::Value(_), TextPart::Text(_)]) =>
            {
                self.find_by_index(env, parts).or_else(|| self.find_by_id(env, target, span))
            }
            Kind::String(_) | Kind::Template(_) => self.find_by_id(env, target, span),
            _ => None,
        }
    }

    /// The instance `name[index]` of a loop, whose index is not known: that of the round that represents the unknown ones.
    fn find_by_index(&mut self, env: &Env, parts: &[TextPart]) -> Option<Found> {
        let [TextPart::Text(name), TextPart::Value(index), TextPart::Text(end)] = parts else { return None };
        let name = name.strip_suffix('[').filter(|_| &**end == "]")?;
        let (frame, at) = self.find_symbol(env.frame, name)?;
        let declared = self.instances(frame, at)?;
        let found = declared.at(index)?;
        Some(match declared.instances.get(found)?.node {
            Some(node) => Found::Node(node),
            None => Found::Deployment(frame, at, found),
        })
    }

    fn find_by_id(&mut self, env: &Env, target: &Value, span: Span) -> Option<Found> {
        match &target.kind {
            Kind::String(_) | Kind::Template(_) => {
                let Some(id) = ResourceId::parse(target) else {
                    return self.find_by_type(env, target).or_else(|| self.find_by_name(env.frame, target));
                };
                if let Some(base) = id.base {
                    let of = self.kind_of(base)?;
                    let head = self.head(base)?;
                    let kind = format!("{of}/{}", id.kind);
                    let names: Vec<Value> = head.names.iter().chain(&id.names).cloned().collect();
                    return self.found(env, &kind, names, head.scope.clone(), span);
                }
                if deploys(&id.kind) {
                    return self.find_deployment(env.frame, &id.kind, id.names.last()?);
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

    /// The resource of this template that `Namespace/type/name` says.
    fn find_by_type(&mut self, env: &Env, target: &Value) -> Option<Found> {
        let begins = match &target.kind {
            Kind::String(text) => text,
            Kind::Template(parts) => match parts.first()? {
                TextPart::Text(text) => text,
                TextPart::Value(_) => return None,
            },
            _ => return None,
        };
        begins.split('/').next().filter(|namespace| namespace.contains('.'))?;
        let id = ResourceId::parse(&concat(&[Value::string("/providers/"), target.clone()]))?;
        if deploys(&id.kind) {
            return self.find_deployment(env.frame, &id.kind, id.names.last()?);
        }
        self.find_node(env.frame, &id.kind, &id.names, None, None).map(Found::Node)
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

    /// Finds by symbolic name, with an index in brackets where it is a loop's, else by name.
    pub(crate) fn find_by_word(&mut self, env: &Env, text: &str, target: &Value) -> Option<Found> {
        let (name, index) = spoken(text)?;
        let Some((frame, at)) = self.find_symbol(env.frame, name) else {
            return self.find_by_name(env.frame, target);
        };
        let declared = self.instances(frame, at)?;
        let index_of = |i: &super::instances::Instance| i.index.as_number().and_then(cmklint_graph::Number::as_i64);
        let found = declared.instances.iter().position(|i| index_of(i) == i64::try_from(index).ok())?;
        match declared.instances.get(found)?.node {
            Some(node) => Some(Found::Node(node)),
            None => Some(Found::Deployment(frame, at, found)),
        }
    }

    /// The resource of this template with that name, of whatever type.
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
}

/// The symbolic name that `text` would be, and the index in brackets; `None` where what is in the brackets is none.
pub(super) fn spoken(text: &str) -> Option<(&str, usize)> {
    match text.strip_suffix(']').and_then(|t| t.rsplit_once('[')) {
        Some((name, index)) => Some((name, index.parse::<usize>().ok()?)),
        None => Some((text, 0)),
    }
}

fn same_names(a: &[Value], b: &[Value]) -> bool {
    !a.is_empty() && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| compare(a, b, Fold::Case) == Comparison::Equal)
}

/// Whether what has this type deploys a template.
pub(super) fn deploys(kind: &str) -> bool {
    kind.eq_ignore_ascii_case(DEPLOYMENTS) || kind.eq_ignore_ascii_case(DEPLOYMENT_STACKS)
}
