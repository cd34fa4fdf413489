//! Objects. Names compare without case, as ARM compares them.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object>

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use cmklint_graph::{Comparison, Entry, Fold, Kind, Object, Symbol, Value, compare, lift};
use rustc_hash::FxHashMap;

pub(crate) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match (name, args) {
        ("createobject", args) => create(args)?,
        ("items", [value]) => items(value)?,
        ("objectkeys", [value]) => keys(value)?,
        ("shallowmerge", [value]) => {
            let array = value.as_array().filter(|a| a.rest.is_none())?;
            let mut out = Object::default();
            for item in &array.items {
                match item.kind {
                    Kind::Object(_) | Kind::Null | Kind::Symbol(_) | Kind::Ref(_) => spread(&mut out, item),
                    _ => return None,
                }
            }
            Value::object(out)
        }
        ("tryget", [of, path @ ..]) => path.iter().try_fold(of.clone(), |at, step| step_into(&at, step))?,
        ("indexfromend" | "tryindexfromend", [of, index, path @ ..]) => {
            let first = from_end(of, index.as_number()?.as_i64()?)?;
            path.iter().try_fold(first, |at, step| step_into(&at, step))?
        }
        ("union", [first, rest @ ..]) if is_object_like(first) && rest.iter().all(is_object_like) => {
            if !args.iter().any(|a| matches!(a.kind, Kind::Object(_))) {
                return None;
            }
            let mut out = Value::object(Object::default());
            for arg in args {
                out = merged(&out, arg, 0);
            }
            out
        }
        ("intersection", [first, rest @ ..]) if matches!(first.kind, Kind::Object(_)) => {
            let mut out = first.as_object().filter(|o| o.rest.is_none())?.clone();
            for other in rest {
                let other = other.as_object().filter(|o| o.rest.is_none())?;
                let (mut kept, mut places) = (Object::default(), Places::default());
                for (name, entry) in &out.entries {
                    let at = places.find(other, name);
                    let Some((_, same)) = at.and_then(|at| other.entries.get_index(at)) else { continue };
                    match compare(&entry.value, &same.value, Fold::Exact) {
                        Comparison::Equal => {
                            kept.entries.insert(Arc::clone(name), entry.clone());
                        }
                        Comparison::Different => {}
                        Comparison::Unknown => return None,
                    }
                }
                out = kept;
            }
            Value::object(out)
        }
        _ => return None,
    })
}

/// A step of `tryGet`: a name, an index, or `{value: index, fromEnd: true}`.
fn step_into(of: &Value, step: &Value) -> Option<Value> {
    match &step.kind {
        Kind::String(name) => Some(of.member(name)),
        Kind::Number(number) => Some(of.item(usize::try_from(number.as_i64()?).ok()?)),
        Kind::Object(object) if object.rest.is_none() => {
            let index = object.get("value").map(|entry| &entry.value)?;
            match object.get("fromEnd").map(|entry| entry.value.as_bool()) {
                Some(Some(true)) => from_end(of, index.as_number()?.as_i64()?),
                Some(Some(false)) | None => step_into(of, index),
                Some(None) => None,
            }
        }
        _ => None,
    }
}

/// The item at `index` from the end, the last one at 1.
fn from_end(of: &Value, index: i64) -> Option<Value> {
    match &of.kind {
        Kind::Array(array) if array.rest.is_none() => {
            let at = usize::try_from(index).ok().filter(|at| *at > 0)?;
            let item = array.items.len().checked_sub(at).and_then(|at| array.items.get(at));
            Some(item.cloned().unwrap_or_else(Value::null))
        }
        Kind::Null => Some(Value::null()),
        _ => None,
    }
}

fn is_object_like(value: &Value) -> bool {
    matches!(value.kind, Kind::Object(_) | Kind::Symbol(_) | Kind::Ref(_) | Kind::Null)
}

/// A name that compares without case.
#[derive(Debug)]
struct Caseless(Arc<str>);

impl PartialEq for Caseless {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Caseless {}

impl Hash for Caseless {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.bytes().for_each(|byte| state.write_u8(byte.to_ascii_lowercase()));
    }
}

/// Where the names of an object are, whatever their case, for one piece of work that sets many of its members and takes none away. An object of few members is searched: an index of
/// it would cost more.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// The first place of each of the first `known` names.
    by_name: FxHashMap<Caseless, usize>,
    known: usize,
}

impl Places {
    /// An object of more members than this is not searched.
    const SEARCHED: usize = 16;

    /// The place of the member `name` of `object`: in that case, else the first in another.
    fn find(&mut self, object: &Object, name: &Arc<str>) -> Option<usize> {
        let entries = &object.entries;
        if let Some(at) = entries.get_index_of(name) {
            return Some(at);
        }
        if entries.len() <= Self::SEARCHED {
            return entries.keys().position(|known| known.eq_ignore_ascii_case(name));
        }
        for (at, name) in entries.keys().enumerate().skip(self.known) {
            self.by_name.entry(Caseless(Arc::clone(name))).or_insert(at);
        }
        self.known = entries.len();
        self.by_name.get(&Caseless(Arc::clone(name))).copied()
    }

    /// Sets a member of `object`: it replaces one of the same name, whatever its case.
    pub(crate) fn set(&mut self, object: &mut Object, name: &Arc<str>, entry: Entry) {
        let at = self.find(object, name);
        match at.and_then(|at| object.entries.get_index_mut(at)) {
            Some((_, slot)) => *slot = entry,
            None => {
                object.entries.insert(Arc::clone(name), entry);
            }
        }
    }
}

/// Sets the members of `value`. Where they are not known, no member that was set before is certain any more.
pub(crate) fn spread(object: &mut Object, value: &Value) {
    match &value.kind {
        Kind::Object(other) => {
            if let Some(rest) = &other.rest {
                forget(object, rest);
            }
            let mut places = Places::default();
            for (name, entry) in &other.entries {
                places.set(object, name, entry.clone());
            }
        }
        Kind::Null => {}
        _ => {
            if let Some(symbol) = super::symbol_of("members", std::slice::from_ref(value)) {
                forget(object, &symbol);
            }
        }
    }
}

/// Adds members that are not known: any of the present members may be replaced. Where only their names are not known, those that certainly have
/// another name remain.
pub(crate) fn forget(object: &mut Object, by: &Symbol) {
    if object.entries.is_empty() && object.rest.is_none() {
        object.rest = Some(by.clone());
        return;
    }
    let before = Value::object(object.clone());
    let Some(new) = by.members() else {
        object.entries.clear();
        object.rest = super::symbol_of("merged", &[before, Value::symbol(by.clone())]);
        return;
    };
    let mut members: Vec<(Value, Value)> = Vec::new();
    let replaced = |name: &Value, value: Value| {
        let same = |(other, _): &&(Value, Value)| compare(name, other, Fold::Case) != Comparison::Different;
        match new.iter().find(same) {
            Some((_, other)) => Value::apply("replaced", &[value, other.clone()], None),
            None => value,
        }
    };
    let is_apart = |name: &Arc<str>| {
        let name = Value::string(Arc::clone(name));
        new.iter().all(|(other, _)| compare(&name, other, Fold::Case) == Comparison::Different)
    };
    let (apart, open) = std::mem::take(&mut object.entries).into_iter().partition(|(name, _)| is_apart(name));
    object.entries = apart;
    let open: Vec<(Arc<str>, Entry)> = indexmap::IndexMap::<Arc<str>, Entry>::into_iter(open).collect();
    let exact = object.rest.as_ref().is_none_or(|rest| rest.members().is_some());
    if open.is_empty() && object.rest.is_none() {
        object.rest = Some(by.clone());
        return;
    }
    for (name, value) in object.rest.iter().flat_map(|rest| rest.members().unwrap_or(&[])) {
        members.push((name.clone(), replaced(name, value.clone())));
    }
    for (name, entry) in open {
        let name = Value::string(name);
        members.push((name.clone(), replaced(&name, entry.value)));
    }
    members.extend(new.iter().cloned());
    let rest = super::symbol_of("merged", &[before, Value::symbol(by.clone())]);
    object.rest = if exact && members.len() <= MAX_NAMELESS { rest.map(|r| r.with_members(members)) } else { rest };
}

/// At most this many members whose names are not known are held.
const MAX_NAMELESS: usize = 64;

/// Sets a member whose name is not known text.
pub(crate) fn set_nameless(object: &mut Object, name: &Value, value: &Value) {
    let pair = [name.clone(), value.clone()];
    let Some(symbol) = super::symbol_of("member", &pair) else { return };
    forget(object, &symbol.with_members([(name.clone(), value.clone())]));
}

/// The two values as `union` merges them: objects member by member at every depth, anything else by the later one.
fn merged(first: &Value, second: &Value, depth: u32) -> Value {
    const MAX_DEPTH: u32 = 96;
    if matches!(first.kind, Kind::Choice(_)) || matches!(second.kind, Kind::Choice(_)) {
        return lift("union", &[first.clone(), second.clone()], &mut |args| match args {
            [first, second] => merged(first, second, depth),
            _ => Value::null(),
        });
    }
    let (Kind::Object(a), Kind::Object(b)) = (&first.kind, &second.kind) else {
        return match &second.kind {
            // Whether a later null replaces an earlier value is not documented.
            Kind::Null if depth > 0 && !first.is_null() => Value::apply("union", &[first.clone(), Value::null()], None),
            Kind::Null if depth == 0 => first.clone(),
            Kind::Symbol(_) | Kind::Ref(_) if depth == 0 => {
                let mut object = first.as_object().cloned().unwrap_or_default();
                spread(&mut object, second);
                Value { kind: Kind::Object(Arc::new(object)), trail: second.trail.clone() }
            }
            // If both are objects they are merged.
            Kind::Symbol(_) | Kind::Ref(_) if matches!(first.kind, Kind::Object(_) | Kind::Symbol(_)) => {
                let value = Value::apply("union", &[first.clone(), second.clone()], None);
                Value { kind: value.kind, trail: second.trail.clone() }
            }
            Kind::Object(_) if matches!(first.kind, Kind::Symbol(_) | Kind::Ref(_)) => {
                let value = Value::apply("union", &[first.clone(), second.clone()], None);
                Value { kind: value.kind, trail: second.trail.clone() }
            }
            _ => second.clone(),
        };
    };
    if a.entries.is_empty() && a.rest.is_none() {
        return second.clone();
    }
    if b.entries.is_empty() && b.rest.is_none() || depth >= MAX_DEPTH {
        return first.clone();
    }
    let mut out = Object::clone(a);
    if let Some(rest) = &b.rest {
        forget(&mut out, rest);
    }
    let mut places = Places::default();
    for (name, entry) in &b.entries {
        let at = places.find(&out, name);
        let earlier = at.and_then(|at| out.entries.get_index(at)).map(|(_, entry)| entry.value.clone());
        let value = match (&earlier, &out.rest) {
            (Some(earlier), _) => merged(earlier, &entry.value, depth + 1),
            // The earlier value, if there is one, may be an object to merge with.
            (None, Some(rest)) if matches!(entry.value.kind, Kind::Object(_)) => {
                let before = Value::symbol(rest.clone()).member(name);
                let mut object = entry.value.as_object().cloned().unwrap_or_default();
                if object.rest.is_none() {
                    object.rest = super::symbol_of("merged", &[before, entry.value.clone()]);
                }
                Value { kind: Kind::Object(Arc::new(object)), trail: entry.value.trail.clone() }
            }
            // Whether a later null replaces an earlier value is not documented.
            (None, Some(rest)) if entry.value.is_null() => {
                Value::apply("union", &[Value::symbol(rest.clone()).member(name), Value::null()], None)
            }
            _ => entry.value.clone(),
        };
        places.set(&mut out, name, Entry { key_span: entry.key_span, value });
    }
    Value { kind: Kind::Object(Arc::new(out)), trail: second.trail.clone() }
}

fn create(args: &[Value]) -> Option<Value> {
    let (mut out, mut places) = (Object::default(), Places::default());
    let mut pairs = args.chunks_exact(2);
    for pair in &mut pairs {
        let [name, value] = pair else { return None };
        let Kind::String(name) = &name.kind else { return None };
        places.set(&mut out, name, Entry { key_span: None, value: value.clone() });
    }
    pairs.remainder().is_empty().then(|| Value::object(out))
}

fn sorted(object: &Object) -> Vec<(&Arc<str>, &Entry)> {
    let mut members: Vec<_> = object.entries.iter().collect();
    members.sort_by_cached_key(|(name, _)| name.to_lowercase());
    members
}

/// The one member of an object whose name is not known.
fn single(object: &Object) -> Option<&(Value, Value)> {
    match object.rest.as_ref()?.members()? {
        [only] if object.entries.is_empty() => Some(only),
        _ => None,
    }
}

/// The members as `{key, value}`, ordered by key.
fn items(value: &Value) -> Option<Value> {
    let pair = |key: Value, value: Value| {
        let entries = [("key", key), ("value", value)];
        let entries = entries.map(|(name, value)| (Arc::from(name), Entry { key_span: None, value }));
        Value::object(Object { entries: entries.into_iter().collect(), ..Object::default() })
    };
    let object = value.as_object()?;
    if let Some((key, value)) = single(object) {
        return Some(Value::array(vec![pair(key.clone(), value.clone())]));
    }
    let named = |(name, entry): (&Arc<str>, &Entry)| {
        let key = Value::string(Arc::clone(name));
        let key = match entry.key_span {
            Some(span) => key.written_at(span),
            None => key,
        };
        pair(key, entry.value.clone())
    };
    object.rest.is_none().then(|| Value::array(sorted(object).into_iter().map(named).collect()))
}

fn keys(value: &Value) -> Option<Value> {
    if let Some((key, _)) = value.as_object().and_then(single) {
        return Some(Value::array(vec![key.clone()]));
    }
    let object = value.as_object().filter(|o| o.rest.is_none())?;
    Some(Value::array(sorted(object).into_iter().map(|(name, _)| Value::string(Arc::clone(name))).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(names: impl Iterator<Item = String>, value: &str) -> Object {
        let entry = |name: String| (Arc::from(name), Entry { key_span: None, value: Value::string(value) });
        Object { entries: names.map(entry).collect(), ..Object::default() }
    }

    fn plain(object: &Object) -> Vec<(&str, &str)> {
        object.entries.iter().map(|(name, entry)| (&**name, entry.value.as_str().unwrap_or(""))).collect()
    }

    #[test]
    fn many_members_replace_those_of_the_same_name_as_few_do() {
        for count in [5_usize, 500] {
            let (first, second) = (
                object((0..count).map(|i| format!("k{i}")), "a"),
                object((3..count + 3).map(|i| format!("K{i}")), "b"),
            );
            let (first, second) = (Value::object(first), Value::object(second));
            let mut spread_out = Object::default();
            spread(&mut spread_out, &first);
            spread(&mut spread_out, &second);
            let mut expected: Vec<(String, &str)> =
                (0..count).map(|i| (format!("k{i}"), if i < 3 { "a" } else { "b" })).collect();
            expected.extend((count..count + 3).map(|i| (format!("K{i}"), "b")));
            let expected: Vec<(&str, &str)> = expected.iter().map(|(name, value)| (&**name, *value)).collect();
            assert_eq!(plain(&spread_out), expected);
            let united = call("union", &[first.clone(), second.clone()]).unwrap();
            assert_eq!(plain(united.as_object().unwrap()), expected);
            let same = Value::object(object((0..count).map(|i| format!("K{}", i * 2)), "a"));
            let common = call("intersection", &[first, same]).unwrap();
            assert_eq!(common.as_object().unwrap().entries.len(), count.div_ceil(2));
        }
    }
}
