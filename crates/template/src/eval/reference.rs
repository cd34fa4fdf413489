//! Resources in expressions: by symbolic name, by id and by name.

use std::sync::Arc;

use cmklint_graph::{
    Array, AsPath, Entry, Kind, NodeId, Object, RESOURCE_GROUPS, Symbol, TextPart, Value, concat, lift,
};
use cmklint_source::Span;

use super::Evaluator;
use super::find::Found;
use super::frame::{Env, FrameId};
use super::resources::Head;
use super::shape::Shape;
use crate::functions;

/// The function by which ARM JSON reads a module's secure outputs.
const SECURE_OUTPUTS: &str = "listoutputswithsecurevalues";

impl Evaluator<'_> {
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
            return match declared.at(index) {
                Some(found) => one(self, found).written_at(span),
                None => {
                    if declared.open
                        && let Some(value) = self.beyond(frame, at, index)
                    {
                        return value.written_at(span);
                    }
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
            // Members of what `reference(…, 'Full')` returns. Templates use `resourceId` as the id, and so do readers of their outputs.
            "resourceid" => Value::reference(node, "id"),
            "subscriptionid" => match self.head(node) {
                Some(head) if !head.scope.subscription.is_null() => head.scope.subscription.clone(),
                _ => return of.member(name),
            },
            "resourcegroupname" => match self.head(node) {
                Some(head) if !head.scope.resource_group.is_null() => head.scope.resource_group.clone(),
                _ => return of.member(name),
            },
            "id" | "location" => return of.member(name),
            _ => {
                self.want(node);
                return of.member(name);
            }
        };
        Value { kind: value.kind, trail: of.trail.clone() }
    }

    pub(crate) fn declaration_of<T>(
        &self,
        node: NodeId,
        f: impl Fn(&crate::ir::ResourceDecl) -> Option<T>,
    ) -> Option<T> {
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

    /// `value`, or what the code states where `value` is an attribute of a resource whose code states it.
    pub(crate) fn deref(&mut self, value: Value) -> Value {
        match &value.kind {
            Kind::Ref(r) if !r.path.is_empty() && !r.path.is("id") => {
                let shape = self.shape;
                let seen = self.seen.take();
                let stated = self.stated(r.node, &r.path);
                self.shape = shape;
                self.seen = seen;
                self.seen.add(&stated.trail);
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

    /// As [`Self::deref`], for what hands on the items of a list, or steps into them: an item that is an object stays an attribute of its resource, which
    /// may know more of it than the code states (the id of a disk that a machine makes).
    pub(crate) fn look_at_items(&mut self, value: Value) -> Value {
        let Kind::Ref(of) = &value.kind else { return value };
        if of.path.is_empty() || of.path.is("id") {
            return value;
        }
        let stated = self.deref(value.clone());
        lift("items", std::slice::from_ref(&stated), &mut |args| {
            let Some(Value { kind: Kind::Array(array), trail }) = args.first() else { return stated.clone() };
            let mut array = Array::clone(array);
            for (at, item) in array.items.iter_mut().enumerate() {
                if item.as_object().is_some() {
                    *item = Value { kind: value.item(at).kind, trail: item.trail.clone() };
                }
            }
            Value { kind: Kind::Array(Arc::new(array)), trail: trail.clone() }
        })
    }

    /// The id of the resource at `node` as text or template, where its names can be known.
    pub(crate) fn id_text(&mut self, node: NodeId) -> Option<Value> {
        let kind = self.kind_of(node)?;
        let head = self.head(node)?;
        self.id_with(&kind, &head)
    }

    /// The id of a resource of type `kind` that `head` names.
    pub(crate) fn id_with(&mut self, kind: &str, head: &Head) -> Option<Value> {
        let (namespace, types) = kind.split_once('/')?;
        let types: Vec<&str> = types.split('/').collect();
        if types.len() != head.names.len() {
            return None;
        }
        let mut parts = Vec::new();
        let extends = match &head.extends.kind {
            Kind::Null => None,
            Kind::Ref(r) => Some(self.deeper(|this| this.id_text(r.node)).flatten()?),
            _ => Some(head.extends.clone()),
        };
        let (subscription, resource_group) = match &extends {
            Some(_) => (&Value::null(), &Value::null()),
            None => (&head.scope.subscription, &head.scope.resource_group),
        };
        parts.extend(extends);
        let mut push = |text: String, value: &Value| {
            parts.push(Value::string(text));
            parts.push(value.clone());
        };
        if !subscription.is_null() {
            push("/subscriptions/".to_owned(), subscription);
        }
        if kind.eq_ignore_ascii_case(RESOURCE_GROUPS) {
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

    /// `value`, with the ids of resources of the deployment in it written out.
    pub(crate) fn spell_out(&mut self, value: Value) -> Value {
        if !holds_id(&value) {
            return value;
        }
        let text = match &value.kind {
            Kind::Ref(r) => self.id_text(r.node),
            Kind::Template(parts) => {
                let parts: Vec<Value> = parts
                    .iter()
                    .map(|part| match part {
                        TextPart::Text(text) => Value::string(Arc::clone(text)),
                        TextPart::Value(value) => self.spell_out(value.clone()),
                    })
                    .collect();
                Some(concat(&parts))
            }
            Kind::Choice(_) => Some(lift("id", std::slice::from_ref(&value), &mut |args| match args {
                [arm] => self.spell_out(arm.clone()),
                _ => Value::null(),
            })),
            _ => None,
        };
        match text {
            Some(text) => Value { kind: text.kind, trail: value.trail },
            None => value,
        }
    }

    /// `listKeys` and similar functions: the resource's answer is the same whatever expression names it and whatever the API version.
    pub(crate) fn list(&mut self, env: &Env, function: &str, name: &str, args: Vec<Value>, span: Span) -> Value {
        let mut args = args.into_iter();
        let Some(target) = args.next() else { return Value::null() };
        let of = lift("id", std::slice::from_ref(&target), &mut |args| {
            let Some(target) = args.first() else { return Value::null() };
            let named = target.as_str().is_some_and(|text| !text.contains('/'));
            let found = match &target.kind {
                Kind::String(text) if named => self.find_by_word(env, text, target),
                _ => None,
            };
            match found {
                Some(Found::Node(node)) => self.spell_out(Value::reference(node, "id")),
                Some(Found::Deployment(frame, at, instance)) => {
                    let module = self.module(frame, at, instance, span);
                    if name == SECURE_OUTPUTS {
                        return module.member("outputs");
                    }
                    module.member("id")
                }
                None => self.spell_out(target.clone()),
            }
        });
        if name == SECURE_OUTPUTS && !matches!(of.kind, Kind::String(_) | Kind::Template(_)) {
            self.shape = Shape::of(&of, self.limits.size);
            return of.written_at(span);
        }
        // The second argument is the API version, the third the request.
        let asked: Vec<Value> = std::iter::once(of).chain(args.skip(1)).collect();
        let context = functions::Context { types: &self.types, id: self.id };
        functions::call(name, function, &asked, &context).written_at(span)
    }

    /// `reference(target, apiVersion, 'full')` and `resourceInfo(target)`.
    pub(crate) fn reference_to(&mut self, env: &Env, function: &str, args: &[Value], span: Span) -> Value {
        let Some(target) = args.first() else { return Value::null() };
        let full = function == "resourceinfo"
            || args.get(1..).unwrap_or(&[]).iter().any(|a| a.as_str().is_some_and(|t| t.eq_ignore_ascii_case("full")));
        let value = lift(function, std::slice::from_ref(target), &mut |args| {
            let Some(target) = args.first() else { return Value::null() };
            match self.find(env, target, span) {
                Some(Found::Node(node)) => {
                    self.want(node);
                    Value::reference(node, if full { "" } else { "properties" })
                }
                Some(Found::Deployment(frame, at, instance)) => {
                    let module = self.module(frame, at, instance, span);
                    let wrapped = wrap_outputs(&module.member("outputs"));
                    if full {
                        member_of("properties", member_of("outputs", wrapped))
                    } else {
                        member_of("outputs", wrapped)
                    }
                }
                // One value for one target, whatever the API version; a name has a meaning in this deployment only.
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

    /// `references('loop')`: the result for each resource of a loop.
    pub(crate) fn references_to(&mut self, env: &Env, args: &[Value], span: Span) -> Value {
        let named = args.first().and_then(Value::as_str).map(Arc::<str>::from);
        let Some(name) = named.filter(|name| self.find_symbol(env.frame, name).is_some()) else {
            return Value::apply("references", args, None).written_at(span);
        };
        let full = args.get(1..).unwrap_or(&[]).iter().any(|a| a.as_str() == Some("full"));
        let all = self.resource(env, &name, None, span);
        let Kind::Array(array) = &all.kind else { return all };
        array.items.iter().for_each(|item| self.want_whole(item));
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

pub(super) fn member_of(name: &str, value: Value) -> Value {
    let entries = [(Arc::from(name), Entry { key_span: None, value })].into_iter().collect();
    let rest = functions::symbol_of("reference", &[Value::string(name)]);
    Value::object(Object { entries, rest: if name == "outputs" { rest } else { None }, ..Object::default() })
}

/// Outputs as ARM JSON reads them: each value inside a member `value`.
pub(super) fn wrap_outputs(outputs: &Value) -> Value {
    let Kind::Object(object) = &outputs.kind else {
        // Not read: `outputs.x.value` is a member of a symbol either way.
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

/// Whether the id of a resource is in `value`.
fn holds_id(value: &Value) -> bool {
    match &value.kind {
        Kind::Ref(r) => r.path.is("id"),
        Kind::Template(parts) => parts.iter().any(|part| matches!(part, TextPart::Value(value) if holds_id(value))),
        Kind::Choice(choice) => holds_id(&choice.then) || holds_id(&choice.otherwise),
        _ => false,
    }
}
