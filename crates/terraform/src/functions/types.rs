//! Types of values, as far as they are known, and the common type of several.
//! <https://developer.hashicorp.com/terraform/language/expressions/types>

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{Array, AsPath, Form, Kind, NullType, Object, Symbol, SymbolOrigin, Value};

use super::Stop;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ty {
    /// It is not known which.
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
        Kind::Ref(r) if r.path.is("id") => Ty::String,
        Kind::Array(array) => type_of_array(array),
        Kind::Object(object) => type_of_object(object),
        Kind::Choice(choice) => match (type_of(&choice.then), type_of(&choice.otherwise)) {
            (Ty::Any, ty) | (ty, Ty::Any) => ty,
            (then, otherwise) if then == otherwise => then,
            _ => Ty::Unknown,
        },
        Kind::Symbol(symbol) => match null_type(symbol) {
            Some(NullType::String) => Ty::String,
            Some(NullType::Number) => Ty::Number,
            Some(NullType::Bool) => Ty::Bool,
            Some(NullType::List) => Ty::List(Box::new(Ty::Unknown)),
            Some(NullType::Set) => Ty::Set(Box::new(Ty::Unknown)),
            Some(NullType::Map) => Ty::Map(Box::new(Ty::Unknown)),
            None => Ty::Unknown,
        },
        Kind::Ref(_) => Ty::Unknown,
    }
}

/// The type of `symbol` where it is a typed null.
fn null_type(symbol: &Symbol) -> Option<NullType> {
    if let SymbolOrigin::TypedNull(of) = symbol.origin() { Some(*of) } else { None }
}

/// Null of the type `ty`. The type matters beside other values, so it is a symbol that is known to be null.
pub(crate) fn null_of(ty: &Ty) -> Value {
    let of = match ty {
        Ty::Bool => NullType::Bool,
        Ty::Number => NullType::Number,
        Ty::String => NullType::String,
        Ty::List(_) => NullType::List,
        Ty::Set(_) => NullType::Set,
        Ty::Map(_) => NullType::Map,
        _ => return Value::null(),
    };
    Value::symbol(Symbol::typed_null(of))
}

/// Whether `value` is null, typed or not.
pub(crate) fn is_null(value: &Value) -> bool {
    value.is_null() || matches!(&value.kind, Kind::Symbol(symbol) if null_type(symbol).is_some())
}

/// `value` as it leaves the evaluation: a typed null becomes a plain one.
pub(crate) fn plain_null(value: Value) -> Value {
    match &value.kind {
        Kind::Symbol(symbol) if null_type(symbol).is_some() => Value { kind: Kind::Null, trail: value.trail },
        Kind::Choice(choice) => crate::values::on_arms(&value, choice, |arm| plain_null(arm.clone())),
        _ => value,
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

/// The type of all members of a list, set or map: there is only one, so each member may add what another leaves open.
fn member_type<'a>(members: impl Iterator<Item = &'a Value>) -> Ty {
    members.map(type_of).reduce(refined).map_or(Ty::Unknown, |ty| if ty == Ty::Any { Ty::Unknown } else { ty })
}

/// The one type that both may be, as far as their values show.
fn refined(a: Ty, b: Ty) -> Ty {
    match (a, b) {
        (Ty::Any | Ty::Unknown, ty) | (ty, Ty::Any | Ty::Unknown) => ty,
        (Ty::List(a), Ty::List(b)) => Ty::List(Box::new(refined(*a, *b))),
        (Ty::Set(a), Ty::Set(b)) => Ty::Set(Box::new(refined(*a, *b))),
        (Ty::Map(a), Ty::Map(b)) => Ty::Map(Box::new(refined(*a, *b))),
        (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
            Ty::Tuple(a.into_iter().zip(b).map(|(a, b)| refined(a, b)).collect())
        }
        (Ty::Object(a), Ty::Object(mut b)) => Ty::Object(
            a.into_iter()
                .map(|(name, ty)| match b.remove(&name) {
                    Some(other) => (name, refined(ty, other)),
                    None => (name, ty),
                })
                .collect(),
        ),
        (a, _) => a,
    }
}

impl Ty {
    /// Whether all its parts are known.
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

    /// Whether `null` is somewhere in a value of this type, so that its own type is not known.
    fn has_null(&self) -> bool {
        match self {
            Self::Any => true,
            Self::List(of) | Self::Set(of) | Self::Map(of) => of.has_null(),
            Self::Tuple(members) => members.iter().any(Self::has_null),
            Self::Object(members) => members.values().any(Self::has_null),
            _ => false,
        }
    }
}

const DIFFERENT: Stop = Stop::Refused("values of no common type");

/// The least general type that values of all these types can be converted to. Unknown parts of it are [`Ty::Unknown`].
/// It follows `UnifyUnsafe` of <https://github.com/zclconf/go-cty/tree/main/cty/convert>.
pub(crate) fn unify(types: &[Ty]) -> Result<Ty, Stop> {
    let Some(first) = types.first() else { return Ok(Ty::Any) };
    if types.iter().all(|ty| ty == first) && !first.has_null() {
        return Ok(first.clone());
    }
    let rest: Vec<&Ty> = types.iter().filter(|ty| **ty != Ty::Any).collect();
    let Some(first) = rest.first() else { return Ok(Ty::Any) };
    let all = |test: fn(&Ty) -> bool| rest.iter().all(|ty| test(ty));
    let nulls = rest.len() < types.len();
    if rest.contains(&&Ty::Unknown) {
        // Beside text only text is possible.
        let text = rest.contains(&&Ty::String) && all(|ty| ty.is_scalar() || *ty == Ty::Unknown);
        return Ok(if text { Ty::String } else { Ty::Unknown });
    }
    if all(Ty::is_scalar) {
        return match () {
            () if rest.iter().all(|ty| ty == first) => Ok((*first).clone()),
            () if rest.contains(&&Ty::String) => Ok(Ty::String),
            // Beside null, values without a common type are left as they are.
            () if nulls => Ok(Ty::Unknown),
            () => Err(DIFFERENT),
        };
    }
    let mapping = |ty: &&Ty| matches!(ty, Ty::Map(_) | Ty::Object(_));
    if rest.iter().any(|ty| ty.is_scalar() != first.is_scalar() || mapping(ty) != mapping(first)) && !nulls {
        return Err(DIFFERENT);
    }
    if nulls {
        return Ok(Ty::Unknown);
    }
    if all(|ty| matches!(ty, Ty::Object(_))) {
        return objects(&rest);
    }
    if all(|ty| matches!(ty, Ty::Tuple(_))) {
        return tuples(&rest);
    }
    if all(|ty| matches!(ty, Ty::Map(_) | Ty::Object(_)))
        && let Ok(of) = unify(&rest.iter().flat_map(|ty| members(ty)).collect::<Vec<_>>())
    {
        return Ok(Ty::Map(Box::new(of)));
    }
    let sequence = |ty: &Ty| matches!(ty, Ty::List(_) | Ty::Tuple(_));
    if all(sequence)
        && let Ok(of) = unify(&rest.iter().flat_map(|ty| members(ty)).collect::<Vec<_>>())
    {
        return Ok(Ty::List(Box::new(of)));
    }
    if all(|ty| matches!(ty, Ty::Set(_))) {
        let of = unify(&rest.iter().flat_map(|ty| members(ty)).collect::<Vec<_>>())?;
        return Ok(Ty::Set(Box::new(of)));
    }
    if rest.iter().any(|ty| !ty.is_known()) {
        // A value that is converted to a set has another order, and may have fewer members.
        let sets = rest.iter().any(|ty| matches!(ty, Ty::Set(_)));
        return if sets { Err(Stop::Unknown) } else { Ok(Ty::Unknown) };
    }
    preferred(&rest)
}

/// The types of the members of a value of this type.
fn members(ty: &Ty) -> Vec<Ty> {
    match ty {
        Ty::Tuple(members) => members.clone(),
        Ty::Object(members) => members.values().cloned().collect(),
        Ty::List(of) | Ty::Set(of) | Ty::Map(of) => vec![(**of).clone()],
        _ => Vec::new(),
    }
}

fn objects(types: &[&Ty]) -> Result<Ty, Stop> {
    let all: Vec<&BTreeMap<Arc<str>, Ty>> =
        types.iter().filter_map(|ty| if let Ty::Object(members) = ty { Some(members) } else { None }).collect();
    if let Some((first, others)) = all.split_first()
        && others.iter().all(|o| o.keys().eq(first.keys()))
    {
        let member = |name: &Arc<str>| -> Result<(Arc<str>, Ty), Stop> {
            let across: Vec<Ty> = all.iter().filter_map(|o| o.get(name).cloned()).collect();
            Ok((Arc::clone(name), unify(&across)?))
        };
        return first.keys().map(member).collect::<Result<_, _>>().map(Ty::Object);
    }
    let of = unify(&types.iter().flat_map(|ty| members(ty)).collect::<Vec<_>>())?;
    Ok(Ty::Map(Box::new(of)))
}

fn tuples(types: &[&Ty]) -> Result<Ty, Stop> {
    let all: Vec<&Vec<Ty>> =
        types.iter().filter_map(|ty| if let Ty::Tuple(members) = ty { Some(members) } else { None }).collect();
    if let Some((first, others)) = all.split_first()
        && others.iter().all(|t| t.len() == first.len())
    {
        let member = |at: usize| unify(&all.iter().filter_map(|t| t.get(at).cloned()).collect::<Vec<_>>());
        return (0..first.len()).map(member).collect::<Result<_, _>>().map(Ty::Tuple);
    }
    let of = unify(&types.iter().flat_map(|ty| members(ty)).collect::<Vec<_>>())?;
    Ok(Ty::List(Box::new(of)))
}

/// The first of `types`, by preference, that all others can be converted to.
fn preferred(types: &[&Ty]) -> Result<Ty, Stop> {
    let mut order: Vec<&Ty> = Vec::new();
    for ty in types {
        let at = order.iter().position(|known| preference(ty, known) == Ordering::Less).unwrap_or(order.len());
        order.insert(at, ty);
    }
    order.iter().find(|wanted| types.iter().all(|ty| convertible(ty, wanted))).map(|ty| (*ty).clone()).ok_or(DIFFERENT)
}

fn preference(a: &Ty, b: &Ty) -> Ordering {
    match (a, b) {
        (Ty::String, Ty::Bool | Ty::Number) => Ordering::Less,
        (Ty::Bool | Ty::Number, Ty::String) => Ordering::Greater,
        (Ty::List(a), Ty::List(b)) | (Ty::Set(a), Ty::Set(b)) | (Ty::Map(a), Ty::Map(b)) => preference(a, b),
        (Ty::List(_), Ty::Tuple(_) | Ty::Set(_)) | (Ty::Map(_), Ty::Object(_)) | (Ty::Tuple(_), Ty::Set(_)) => {
            Ordering::Less
        }
        (Ty::Tuple(_) | Ty::Set(_), Ty::List(_)) | (Ty::Object(_), Ty::Map(_)) | (Ty::Set(_), Ty::Tuple(_)) => {
            Ordering::Greater
        }
        _ => Ordering::Equal,
    }
}

/// Whether there is a conversion between the types; for a particular value it may still fail.
fn convertible(from: &Ty, to: &Ty) -> bool {
    match (from, to) {
        (Ty::Any, _) | (_, Ty::Any) | (Ty::Bool | Ty::Number | Ty::String, Ty::String) => true,
        (Ty::String, Ty::Bool | Ty::Number) => true,
        (Ty::List(a) | Ty::Set(a), Ty::List(b) | Ty::Set(b)) | (Ty::Map(a), Ty::Map(b)) => convertible(a, b),
        (Ty::Tuple(a), Ty::List(b) | Ty::Set(b)) => a.iter().all(|a| convertible(a, b)),
        (Ty::Tuple(a), Ty::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| convertible(a, b)),
        (Ty::Object(a), Ty::Map(b)) => a.values().all(|a| convertible(a, b)),
        (Ty::Map(a), Ty::Object(b)) => b.values().all(|b| convertible(a, b)),
        (Ty::Object(a), Ty::Object(b)) => b.iter().all(|(name, b)| a.get(name).is_some_and(|a| convertible(a, b))),
        _ => from == to,
    }
}
