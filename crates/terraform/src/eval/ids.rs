//! Functions that parse ids of resources, build them, or leave them unchanged: also of a resource that the code declares, whose id
//! is written out as far as its names are known.
//! <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/functions/parse_resource_id>,
//! <https://registry.terraform.io/providers/Azure/azapi/latest/docs/functions/build_resource_id>

use std::sync::Arc;

use cmklint_graph::{Array, AsPath, Form, Kind, Object, RESOURCE_GROUPS, TextPart, Value, concat, lift};
use cmklint_source::Span;

use super::Evaluator;
use crate::table::{self, Parent};

/// Parents are followed for at most this many steps.
const MAX_DEPTH: usize = 16;

/// Functions that can be evaluated for an id that is known in part.
const FUNCTIONS: [&str; 9] =
    ["lower", "upper", "trimspace", "chomp", "trimsuffix", "trimprefix", "replace", "split", "basename"];

impl Evaluator<'_> {
    /// The value of a function of ids, in each world that the arguments distinguish; `None` for all other calls, and where an id is not
    /// known well enough.
    pub(super) fn lifted_id_call(&mut self, name: &str, args: &[Value], span: Span) -> Option<Value> {
        let of_provider = name.starts_with("provider::");
        if !of_provider && (!FUNCTIONS.contains(&name) || args.iter().all(Value::is_known)) {
            return None;
        }
        let mut known = true;
        let made = lift(name, args, &mut |args| match self.id_call(name, args, span) {
            Some(value) => value,
            None => {
                known = false;
                Value::null()
            }
        });
        known.then_some(made)
    }

    fn id_call(&mut self, name: &str, args: &[Value], span: Span) -> Option<Value> {
        if let Some(name) = name.strip_prefix("provider::") {
            let (_, function) = name.split_once("::")?;
            return self.provider_call(function, args, span);
        }
        let is_id = |value: &Value| matches!(&value.kind, Kind::Ref(r) if r.path.is("id"));
        match (name, args) {
            // Ids are compared without case, and have no whitespace at their ends.
            ("lower" | "upper" | "trimspace" | "chomp", [id]) if is_id(id) => Some(id.clone()),
            ("trimsuffix", [id, end]) if is_id(id) && end.as_str()?.ends_with(['/', ' ', '\n']) => Some(id.clone()),
            ("trimsuffix", [Value { kind: Kind::Template(parts), .. }, end]) => without_end(parts, end.as_str()?),
            ("trimprefix", [id, start]) if is_id(id) && !start.as_str()?.starts_with('/') => Some(id.clone()),
            ("replace", [id, from, to]) if is_id(id) => self.replace_in_id(id, from.as_str()?, to.as_str()?, span),
            ("split", [separator, id]) if is_id(id) && separator.as_str() == Some("/") => {
                let items = self.segments(id, span, 0)?;
                Some(Value::new(Kind::Array(Arc::new(Array { items, form: Form::Collection, rest: None }))))
            }
            ("split", [separator, Value { kind: Kind::Template(parts), .. }]) => {
                let items = split_between_ids(parts, separator.as_str()?)?;
                Some(Value::new(Kind::Array(Arc::new(Array { items, form: Form::Collection, rest: None }))))
            }
            ("basename", [id]) if is_id(id) => self.segments(id, span, 0)?.pop(),
            _ => None,
        }
    }

    fn provider_call(&mut self, function: &str, args: &[Value], span: Span) -> Option<Value> {
        match (function, args) {
            ("normalise_resource_id", [id]) => Some(id.clone()),
            ("parse_resource_id", [id]) => {
                let segments = self.segments(id, span, 0)?;
                IdParts::of(&segments)?.for_azurerm(id)
            }
            ("parse_resource_id", [_, id]) => {
                let segments = self.segments(id, span, 0)?;
                IdParts::of(&segments)?.for_azapi(id, &segments)
            }
            ("build_resource_id", [parent, kind, name]) => {
                let kind = kind.as_str()?;
                let mut segments = self.segments(parent, span, 0)?;
                let parts = IdParts::of(&segments);
                if parts.is_some_and(|parts| !parts.kind.is_empty()) {
                    segments.push(Value::string(kind.rsplit('/').next()?));
                } else {
                    segments.extend(["providers"].into_iter().chain(kind.split('/')).map(Value::string));
                }
                segments.push(name.clone());
                Some(joined(&segments))
            }
            ("tenant_resource_id", [kind, names]) => below(vec![Value::string("")], kind, names),
            ("subscription_resource_id", [subscription, kind, names]) => below(under(subscription, None), kind, names),
            ("resource_group_resource_id", [subscription, group, kind, names]) => {
                below(under(subscription, Some(group)), kind, names)
            }
            ("extension_resource_id", [base, kind, names]) => below(self.segments(base, span, 0)?, kind, names),
            _ => None,
        }
    }

    /// The segments between the slashes of an id, from the empty text before the first one on.
    fn segments(&mut self, id: &Value, span: Span, depth: usize) -> Option<Vec<Value>> {
        if depth > MAX_DEPTH {
            return None;
        }
        match &id.kind {
            Kind::Ref(r) if r.path.is("id") => self.declared_segments(r.node.index, span, depth),
            Kind::String(text) => text.starts_with('/').then(|| text.split('/').map(Value::string).collect()),
            Kind::Template(parts) => {
                let mut out = match parts.first()? {
                    TextPart::Value(base) => self.segments(base, span, depth + 1)?,
                    TextPart::Text(text) if text.starts_with('/') => Vec::new(),
                    TextPart::Text(_) => return None,
                };
                let from = usize::from(!out.is_empty());
                for part in parts.get(from..)? {
                    match part {
                        TextPart::Value(value) => append(&mut out, value.clone()),
                        TextPart::Text(text) => {
                            for (i, run) in text.split('/').enumerate() {
                                if i > 0 || out.is_empty() {
                                    out.push(Value::string(""));
                                }
                                append(&mut out, Value::string(run));
                            }
                        }
                    }
                }
                Some(out)
            }
            _ => None,
        }
    }

    /// The segments of the id of the declared resource that is the node at `index`.
    fn declared_segments(&mut self, index: u32, span: Span, depth: usize) -> Option<Vec<Value>> {
        let id = *self.nodes.get(usize::try_from(index).ok()?)?;
        let instance = self.instances.get(id.0)?;
        let (module, block) = (instance.module, instance.block?);
        let declared = self.with_block(module, block, |_, b| b.address.clone())?;
        let stated = self.instance_body(id, span);
        let known = |path: &str| {
            let value = stated.get(path);
            (!value.is_null() && !crate::values::is_error(&value)).then_some(value)
        };
        if table::is_azapi(&declared.kind) {
            let (kind, parent, name) = (known("type")?, known("parent_id")?, known("name")?);
            let kind = kind.as_str()?.split('@').next()?.to_owned();
            let args = [parent, Value::string(kind), name];
            let made = self.provider_call("build_resource_id", &args, span)?;
            return self.segments(&made, span, depth + 1);
        }
        let mapping = table::mapping(&declared.kind)?;
        let name = known("name")?;
        let provider = self.provider_of(id);
        let local_name = declared.kind.split('_').next().unwrap_or("azurerm").to_owned();
        let subscription = self.configuration(module, &local_name, provider.as_deref()).subscription;
        match mapping.parent {
            Parent::Subscription if mapping.arm == RESOURCE_GROUPS => Some(under(&subscription, Some(&name))),
            Parent::Group(parents) => {
                let names: Option<Vec<Value>> = parents.iter().map(|parent| known(parent)).collect();
                let mut names = names?;
                names.push(name);
                let group = known("resource_group_name")?;
                let names = Value::array(names);
                let id = below(under(&subscription, Some(&group)), &Value::string(mapping.arm), &names)?;
                self.segments(&id, span, depth + 1)
            }
            Parent::Id(argument) => {
                let mut segments = self.segments(&known(argument)?, span, depth + 1)?;
                segments.extend([Value::string(mapping.arm.rsplit('/').next()?), name]);
                Some(segments)
            }
            _ => None,
        }
    }

    /// `replace` in an id: the id itself, where only the case of letters changes.
    fn replace_in_id(&mut self, id: &Value, from: &str, to: &str, span: Span) -> Option<Value> {
        // A pattern between slashes is a regular expression.
        let from = match from.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
            Some(inner) if inner.chars().all(|c| c.is_ascii_alphanumeric()) => inner,
            Some(_) => return None,
            None => from,
        };
        if from.eq_ignore_ascii_case(to) {
            return Some(id.clone());
        }
        let segments = self.segments(id, span, 0)?;
        // An unknown part may contain it, except for a subscription, which is a GUID.
        let in_guid = |part: &str| part.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        let ends = [from.split('/').next()?, from.rsplit('/').next()?];
        let safe = ends.iter().all(|end| !in_guid(end) || end.is_empty() && from.contains('/'));
        let unknown = segments.iter().enumerate().filter(|(_, s)| s.as_str().is_none());
        for (at, _) in unknown {
            if at != 2 || !safe {
                return None;
            }
        }
        let whole = joined(&segments);
        let parts = match &whole.kind {
            Kind::String(text) => vec![TextPart::Text(Arc::clone(text))],
            Kind::Template(parts) => parts.to_vec(),
            _ => return None,
        };
        if from.is_empty() || !parts.iter().any(|part| matches!(part, TextPart::Text(text) if text.contains(from))) {
            return (!from.is_empty()).then(|| id.clone());
        }
        let replaced: Vec<Value> = parts
            .iter()
            .map(|part| match part {
                TextPart::Text(text) => Value::string(text.replace(from, to)),
                TextPart::Value(value) => value.clone(),
            })
            .collect();
        Some(concat(&replaced))
    }
}

/// A text that ends with what is written out, without `end` where it ends so.
fn without_end(parts: &[TextPart], end: &str) -> Option<Value> {
    let (last, before) = parts.split_last()?;
    let TextPart::Text(last) = last else { return None };
    let kept = match last.strip_suffix(end) {
        Some(kept) => kept,
        None if last.len() >= end.len() => last,
        // It may reach into what is not known.
        None => return None,
    };
    let mut out: Vec<Value> = before.iter().map(value_of).collect();
    if !kept.is_empty() {
        out.push(Value::string(kept));
    }
    Some(whole(out))
}

/// The text of `parts`; the only one itself, so that an id stays that of its resource.
fn whole(mut parts: Vec<Value>) -> Value {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            concat(&parts)
        }
        None => Value::string(""),
    }
}

/// What stands between separators in a text of ids, in none of which the separator can be.
fn split_between_ids(parts: &[TextPart], separator: &str) -> Option<Vec<Value>> {
    if separator.is_empty()
        || separator.chars().any(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '.' | '_' | '(' | ')'))
    {
        return None;
    }
    let mut items: Vec<Vec<Value>> = vec![Vec::new()];
    for part in parts {
        match part {
            TextPart::Value(Value { kind: Kind::Ref(r), .. }) if r.path.is("id") => {
                items.last_mut()?.push(value_of(part))
            }
            TextPart::Value(_) => return None,
            TextPart::Text(text) => {
                for (at, run) in text.split(separator).enumerate() {
                    if at > 0 {
                        items.push(Vec::new());
                    }
                    items.last_mut()?.push(Value::string(run));
                }
            }
        }
    }
    let filled = |parts: Vec<Value>| parts.into_iter().filter(|part| part.as_str() != Some("")).collect();
    Some(items.into_iter().map(|parts| whole(filled(parts))).collect())
}

fn value_of(part: &TextPart) -> Value {
    match part {
        TextPart::Text(text) => Value::string(Arc::clone(text)),
        TextPart::Value(value) => value.clone(),
    }
}

/// Adds to the last segment.
fn append(segments: &mut [Value], value: Value) {
    let Some(last) = segments.last_mut() else { return };
    match (last.as_str(), value.as_str()) {
        (_, Some("")) => {}
        (Some(""), _) => *last = value,
        _ => *last = concat(&[last.clone(), value]),
    }
}

/// The segments of the id of a subscription, or of a resource group in it.
fn under(subscription: &Value, group: Option<&Value>) -> Vec<Value> {
    let mut out = vec![Value::string(""), Value::string("subscriptions"), subscription.clone()];
    if let Some(group) = group {
        out.extend([Value::string("resourceGroups"), group.clone()]);
    }
    out
}

/// The id of the resource of type `kind` whose names are the list `names`, below `segments`.
fn below(mut segments: Vec<Value>, kind: &Value, names: &Value) -> Option<Value> {
    let mut words = kind.as_str()?.split('/');
    let names = names.as_array().filter(|names| names.rest.is_none())?;
    segments.extend([Value::string("providers"), Value::string(words.next()?)]);
    for name in &names.items {
        segments.extend([Value::string(words.next()?), name.clone()]);
    }
    words.next().is_none().then(|| joined(&segments))
}

fn joined(segments: &[Value]) -> Value {
    let mut parts = Vec::with_capacity(segments.len() * 2);
    for (at, segment) in segments.iter().enumerate() {
        if at > 0 {
            parts.push(Value::string("/"));
        }
        parts.push(segment.clone());
    }
    concat(&parts)
}

/// A parsed id.
struct IdParts {
    subscription: Option<Value>,
    group: Option<Value>,
    /// The type; empty for a subscription or resource group.
    kind: String,
    /// The words of the type after its namespace, and the names.
    names: Vec<(String, Value)>,
    /// The id of the resource that this one extends.
    scope: Vec<Value>,
}

impl IdParts {
    fn of(segments: &[Value]) -> Option<Self> {
        let word = |at: usize, word: &str| {
            segments.get(at).and_then(Value::as_str).is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        let subscription = word(1, "subscriptions").then(|| segments.get(2).cloned())?;
        let group = if word(3, "resourceGroups") { segments.get(4).cloned() } else { None };
        let provider = (0..segments.len()).rev().find(|at| word(*at, "providers"));
        let mut parts = Self { subscription, group, kind: String::new(), names: Vec::new(), scope: Vec::new() };
        let Some(provider) = provider else { return Some(parts) };
        segments.get(provider + 1)?.as_str()?.clone_into(&mut parts.kind);
        for pair in segments.get(provider + 2..)?.chunks(2) {
            let [kind, name] = pair else { return None };
            parts.kind.push('/');
            parts.kind.push_str(kind.as_str()?);
            parts.names.push((kind.as_str()?.to_owned(), name.clone()));
        }
        if provider > 5 {
            parts.scope = segments.get(..provider)?.to_vec();
        }
        Some(parts)
    }

    /// The members that the functions of both providers return.
    fn common(&self, subscription: &str, group: &str) -> Object {
        let mut object = Object { form: Form::Structure, ..Object::default() };
        let text = |value: &Option<Value>| value.clone().unwrap_or_else(Value::null);
        object.insert(subscription, None, text(&self.subscription));
        object.insert(group, None, text(&self.group));
        object
    }

    fn for_azurerm(&self, id: &Value) -> Option<Value> {
        let mut object = self.common("subscription_id", "resource_group_name");
        let (kind, name) = match self.names.last() {
            Some((kind, name)) => (kind.as_str(), name.clone()),
            None => ("resourceGroups", self.group.clone()?),
        };
        let full = if self.kind.is_empty() { RESOURCE_GROUPS } else { &self.kind };
        object.insert("id", None, id.clone());
        object.insert("resource_name", None, name);
        object.insert("resource_type", None, Value::string(kind));
        object.insert("full_resource_type", None, Value::string(full));
        object.insert("resource_provider", None, Value::string(full.split('/').next()?));
        let scope = if self.scope.is_empty() { Value::null() } else { joined(&self.scope) };
        object.insert("resource_scope", None, scope);
        let mut parents = Object { form: Form::Collection, ..Object::default() };
        for (kind, name) in self.names.iter().rev().skip(1) {
            parents.insert(kind.as_str(), None, name.clone());
        }
        object.insert("parent_resources", None, Value::object(parents));
        Some(Value::object(object))
    }

    fn for_azapi(&self, id: &Value, segments: &[Value]) -> Option<Value> {
        let mut object = self.common("subscription_id", "resource_group_name");
        let (_, name) = self.names.last()?;
        let above = if self.names.len() > 1 { 2 } else { 4 };
        object.insert("id", None, id.clone());
        object.insert("name", None, name.clone());
        object.insert("type", None, Value::string(self.kind.as_str()));
        object.insert("provider_namespace", None, Value::string(self.kind.split('/').next()?));
        object.insert("parent_id", None, joined(segments.get(..segments.len().checked_sub(above)?)?));
        let mut parts = Object { form: Form::Collection, ..Object::default() };
        for pair in segments.get(1..)?.chunks(2) {
            if let [word, value] = pair {
                parts.insert(word.as_str()?, None, value.clone());
            }
        }
        object.insert("parts", None, Value::object(parts));
        Some(Value::object(object))
    }
}
