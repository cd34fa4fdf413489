//! Types of values, as far as they are known, and the one type that several become.
//! <https://developer.hashicorp.com/terraform/language/expressions/types>

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Array, Form, Kind, Object, Value};

use super::Stop;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    /// Not known which.
    Unknown,
    /// Any: that of `null`.
    Any,
    Bool,
    Number,
    String,
    List(Box<Self>),
    Set(Box<Self>),
    Map(Box<Self>),
    Tuple(Vec<Self>),
    Object(BTreeMap<Arc<str>, Self>),
}

/// The type of `value`.
pub(crate) fn type_of(value: &Value) -> Ty {
    match &value.kind {
        Kind::Null => Ty::Any,
        Kind::Bool(_) => Ty::Bool,
        Kind::Number(_) => Ty::Number,
        Kind::String(_) | Kind::Template(_) => Ty::String,
        Kind::Ref(r) if &*r.path == "id" => Ty::String,
        Kind::Array(array) => type_of_array(array),
        Kind::Object(object) => type_of_object(object),
        Kind::Ref(_) | Kind::Symbol(_) | Kind::Choice(_) => Ty::Unknown,
    }
}

fn type_of_array(array: &Array) -> Ty {
    match array.form {
        Form::Structure if array.rest.is_none() => Ty::Tuple(array.items.iter().map(type_of).collect()),
        Form::Collection => Ty::List(Box::new(member_type(array.items.iter()))),
        Form::Set => Ty::Set(Box::new(member_type(array.items.iter()))),
        _ => Ty::Unknown,
    }
}

fn type_of_object(object: &Object) -> Ty {
    let members = object.entries.iter().map(|(name, entry)| (Arc::clone(name), type_of(&entry.value)));
    match object.form {
        Form::Structure if object.rest.is_none() => Ty::Object(members.collect()),
        Form::Collection => Ty::Map(Box::new(member_type(object.entries.values().map(|e| &e.value)))),
        _ => Ty::Unknown,
    }
}

/// The type that all members of a list, set or map are of: the first known one tells.
fn member_type<'a>(mut members: impl Iterator<Item = &'a Value>) -> Ty {
    members.find(|m| !m.is_null() && !matches!(m.kind, Kind::Symbol(_))).map_or(Ty::Unknown, type_of)
}

impl Ty {
    /// Whether it is known to the last part.
    pub(crate) fn is_known(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::List(of) | Self::Set(of) | Self::Map(of) => of.is_known(),
            Self::Tuple(members) => members.iter().all(Self::is_known),
            Self::Object(members) => members.values().all(Self::is_known),
            Self::Any | Self::Bool | Self::Number | Self::String => true,
        }
    }

    fn is_scalar(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }
}

/// The type that values of all these types can become, the least general one.
pub(crate) fn unify(types: &[Ty]) -> Result<Ty, Stop> {
    let Some(first) = types.first() else { return Ok(Ty::Any) };
    if types.iter().all(|ty| ty == first) && first.is_known() {
        return Ok(first.clone());
    }
    let rest: Vec<&Ty> = types.iter().filter(|ty| **ty != Ty::Any).collect();
    let all = |test: fn(&Ty) -> bool| rest.iter().all(|ty| test(ty));
    let some = |test: fn(&Ty) -> bool| rest.iter().any(|ty| test(ty));
    // What null becomes beside collections is worked out by rules of its own.
    let nulls = rest.len() < types.len();
    if all(Ty::is_scalar) {
        return match rest.first() {
            None => Ok(Ty::Any),
            Some(first) if rest.iter().all(|ty| ty == first) => Ok((*first).clone()),
            Some(_) if rest.contains(&&Ty::String) => Ok(Ty::String),
            Some(_) => Err(Stop::Refused("values of no common type")),
        };
    }
    if some(|ty| *ty == Ty::Unknown) {
        return Err(Stop::Unknown);
    }
    if some(Ty::is_scalar) {
        return if nulls { Err(Stop::Unknown) } else { Err(Stop::Refused("values of no common type")) };
    }
    if nulls {
        return Err(Stop::Unknown);
    }
    if all(|ty| matches!(ty, Ty::Map(_) | Ty::Object(_))) {
        return mappings(&rest);
    }
    if all(|ty| matches!(ty, Ty::List(_) | Ty::Set(_) | Ty::Tuple(_))) {
        return sequences(&rest);
    }
    Err(Stop::Refused("values of no common type"))
}

fn mappings(types: &[&Ty]) -> Result<Ty, Stop> {
    let objects: Vec<&BTreeMap<Arc<str>, Ty>> =
        types.iter().filter_map(|ty| if let Ty::Object(members) = ty { Some(members) } else { None }).collect();
    if objects.len() == types.len()
        && let Some((first, others)) = objects.split_first()
        && others.iter().all(|o| o.keys().eq(first.keys()))
    {
        let member = |name: &Arc<str>| -> Result<(Arc<str>, Ty), Stop> {
            let across: Vec<Ty> = objects.iter().filter_map(|o| o.get(name).cloned()).collect();
            Ok((Arc::clone(name), unify(&across)?))
        };
        return first.keys().map(member).collect::<Result<_, _>>().map(Ty::Object);
    }
    let members = types.iter().flat_map(|ty| match ty {
        Ty::Object(members) => members.values().cloned().collect(),
        Ty::Map(of) => vec![(**of).clone()],
        _ => Vec::new(),
    });
    unify(&members.collect::<Vec<_>>()).map(|of| Ty::Map(Box::new(of)))
}

fn sequences(types: &[&Ty]) -> Result<Ty, Stop> {
    let tuples: Vec<&Vec<Ty>> =
        types.iter().filter_map(|ty| if let Ty::Tuple(members) = ty { Some(members) } else { None }).collect();
    if tuples.len() == types.len()
        && let Some((first, others)) = tuples.split_first()
        && others.iter().all(|t| t.len() == first.len())
    {
        let member = |at: usize| unify(&tuples.iter().filter_map(|t| t.get(at).cloned()).collect::<Vec<_>>());
        return (0..first.len()).map(member).collect::<Result<_, _>>().map(Ty::Tuple);
    }
    let members = types.iter().flat_map(|ty| match ty {
        Ty::Tuple(members) => members.clone(),
        Ty::List(of) | Ty::Set(of) => vec![(**of).clone()],
        _ => Vec::new(),
    });
    let members: Vec<Ty> = members.collect();
    let sets = types.iter().filter(|ty| matches!(ty, Ty::Set(_))).count();
    if sets == 0 || sets == types.len() {
        let of = Box::new(unify(&members)?);
        return Ok(if sets == 0 { Ty::List(of) } else { Ty::Set(of) });
    }
    // A set beside lists and tuples: all become the set, if they can without its own members changing.
    let Some(Ty::Set(of)) = types.iter().find(|ty| matches!(ty, Ty::Set(_))) else { return Err(Stop::Unknown) };
    let same = members.iter().all(|ty| ty == &**of) && of.is_known();
    if same { Ok(Ty::Set(of.clone())) } else { Err(Stop::Unknown) }
}
