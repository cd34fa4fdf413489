//! Types, as far as the evaluator uses them.

use std::sync::Arc;

use cmklint_graph::{Literal, Number};
use cmklint_template::{Bounds, Contents, ParameterType, ValueType};
use indexmap::IndexMap;

use super::store::Store;
use super::unit::{Declared, Unit};
use crate::syntax::{DeclarationKind, Decorator, ExpressionKind, ObjectType, Type, TypeKind, UnaryOperator};

/// The most types through which one type is resolved.
const MAX_STEPS: u32 = 512;

fn of(kind: ParameterType) -> ValueType {
    ValueType { kind, nullable: false, allowed: None, contents: Contents::default() }
}

fn only(kind: ParameterType, literal: Literal) -> ValueType {
    ValueType { nullable: literal == Literal::Null, allowed: Some(vec![literal]), ..of(kind) }
}

/// The same, null among its values.
fn or_null(mut of: ValueType) -> ValueType {
    of.nullable = true;
    if let Some(allowed) = &mut of.allowed
        && !allowed.contains(&Literal::Null)
    {
        allowed.push(Literal::Null);
    }
    of
}

/// What is known of a parameter of `unit` with the type `ty` and these decorators; of the values in it, where `looks_inside`.
pub(crate) fn of_parameter(
    store: &Store<'_>,
    unit: &Unit,
    ty: &Type,
    decorators: &[Decorator],
    looks_inside: bool,
) -> ValueType {
    let mut facts = Resolver { store, steps: MAX_STEPS, looks_inside }.facts(unit, ty);
    // The allowed values of an array parameter are those of its items.
    if facts.kind != ParameterType::Array
        && let Some(allowed) = decorators.iter().find_map(allowed)
    {
        facts.allowed = Some(allowed);
        if facts.nullable {
            facts = or_null(facts);
        }
    }
    facts
}

/// The values of `@allowed([…])`, where all are literals.
fn allowed(decorator: &Decorator) -> Option<Vec<Literal>> {
    if decorator.name() != Some("allowed") {
        return None;
    }
    let [argument] = decorator.arguments() else { return None };
    let ExpressionKind::Array(array) = &argument.kind else { return None };
    if array.broken {
        return None;
    }
    let items = array.items.iter().map(|item| match item {
        crate::syntax::ArrayItem::Value(value) => super::expression::literal(value),
        crate::syntax::ArrayItem::Spread(_) => None,
    });
    items.collect()
}

/// What `@minValue`, `@maxValue`, `@minLength` and `@maxLength` say.
pub(crate) fn bounds(decorators: &[Decorator]) -> Bounds {
    Bounds::named(|name| {
        let [argument] = decorators.iter().find(|decorator| decorator.name() == Some(name))?.arguments() else {
            return None;
        };
        match super::expression::literal(argument)? {
            Literal::Number(number) => number.as_i64(),
            _ => None,
        }
    })
}

struct Resolver<'a, 's> {
    store: &'a Store<'s>,
    steps: u32,
    /// Whether the types of members and items are looked at.
    looks_inside: bool,
}

impl<'a> Resolver<'a, '_> {
    fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_sub(1);
        self.steps > 0
    }

    fn facts(&mut self, unit: &'a Unit, ty: &'a Type) -> ValueType {
        if !self.step() {
            return of(ParameterType::Any);
        }
        match &ty.kind {
            TypeKind::Null => only(ParameterType::Any, Literal::Null),
            TypeKind::Boolean(value) => only(ParameterType::Bool, Literal::Bool(*value)),
            TypeKind::Integer(value) => match i64::try_from(*value) {
                Ok(value) => only(ParameterType::Int, Literal::Number(Number::Int(value))),
                Err(_) => of(ParameterType::Int),
            },
            TypeKind::String(text) => match text.plain() {
                Some(text) => only(ParameterType::String, Literal::String(text.into())),
                None => of(ParameterType::String),
            },
            TypeKind::Unary { operator, operand } => negated(*operator, self.facts(unit, operand)),
            TypeKind::Union(members) => self.union(unit, members),
            TypeKind::Nullable(ty) => or_null(self.facts(unit, ty)),
            TypeKind::NonNullable(ty) => {
                let mut facts = self.facts(unit, ty);
                facts.nullable = false;
                if let Some(allowed) = &mut facts.allowed {
                    allowed.retain(|literal| *literal != Literal::Null);
                }
                facts
            }
            TypeKind::Array(item) if self.looks_inside => {
                let items = Some(Box::new(self.facts(unit, item)));
                ValueType { contents: Contents { items, ..Contents::default() }, ..of(ParameterType::Array) }
            }
            TypeKind::Array(_) | TypeKind::Tuple(_) => of(ParameterType::Array),
            TypeKind::Object(object) if self.looks_inside => self.object_type(unit, object),
            TypeKind::Object(_) => of(ParameterType::Object),
            TypeKind::Parameterized { name, .. } if name.text.starts_with("resource") => of(ParameterType::Object),
            TypeKind::Name(name) if unit.find(name).is_none() => built_in(name),
            TypeKind::Member { object, property } if is_system(unit, object) => built_in(&property.text),
            TypeKind::Name(_)
            | TypeKind::Member { .. }
            | TypeKind::Items(_)
            | TypeKind::Index { .. }
            | TypeKind::AdditionalProperties(_) => match self.exported(unit, ty) {
                Some(facts) => facts,
                None => match self.target(unit, ty) {
                    Some((unit, ty)) => self.facts(unit, ty),
                    None => of(ParameterType::Any),
                },
            },
            TypeKind::Parameterized { .. } | TypeKind::Resource(_) | TypeKind::Error => of(ParameterType::Any),
        }
    }

    /// An object type: members that may be null need not be there.
    fn object_type(&mut self, unit: &'a Unit, object: &'a ObjectType) -> ValueType {
        let mut members = IndexMap::new();
        for property in &object.properties {
            let name = property.name.as_ref().and_then(crate::syntax::PropertyName::plain);
            let ty = self.facts(unit, &property.ty);
            if let Some(name) = name.filter(|_| !ty.nullable && self.steps > 0) {
                members.insert(Arc::from(name), ty);
            }
        }
        ValueType { contents: Contents { members, items: None }, ..of(ParameterType::Object) }
    }

    fn union(&mut self, unit: &'a Unit, members: &'a [Type]) -> ValueType {
        let mut kind = None;
        let mut nullable = false;
        let mut allowed = Some(Vec::new());
        for member in members {
            let facts = self.facts(unit, member);
            nullable |= facts.nullable;
            if !matches!(member.kind, TypeKind::Null) {
                kind = match kind {
                    None => Some(facts.kind),
                    Some(kind) if kind == facts.kind => Some(kind),
                    Some(_) => Some(ParameterType::Any),
                };
            }
            allowed = match (allowed, facts.allowed) {
                (Some(mut all), Some(more)) => {
                    for literal in more {
                        if !all.contains(&literal) {
                            all.push(literal);
                        }
                    }
                    Some(all)
                }
                _ => None,
            };
        }
        // Which members there are, depends on which of them it is.
        ValueType { nullable, allowed, ..of(kind.unwrap_or(ParameterType::Any)) }
    }

    /// What is known of a type that a JSON file defines.
    fn exported(&self, unit: &Unit, ty: &Type) -> Option<ValueType> {
        let (path, name) = match &ty.kind {
            TypeKind::Name(name) => match unit.find(name)? {
                Declared::Imported { path, name } => (path, name.as_str()),
                _ => return None,
            },
            TypeKind::Member { object, property } => match &object.kind {
                TypeKind::Name(name) => match unit.find(name)? {
                    Declared::Namespace { path } => (path, property.text.as_str()),
                    _ => return None,
                },
                _ => return None,
            },
            _ => return None,
        };
        self.store.exports(path)?.types.get(name).cloned()
    }

    /// The type that `ty` refers to: that of a name, of a property or of an item.
    fn target(&mut self, unit: &'a Unit, ty: &'a Type) -> Option<(&'a Unit, &'a Type)> {
        if !self.step() {
            return None;
        }
        match &ty.kind {
            TypeKind::Name(name) => match unit.find(name)? {
                Declared::Here(_) => alias(unit, name),
                Declared::Imported { path, name } => alias(self.store.unit(path)?, name),
                Declared::Namespace { .. } | Declared::Opaque => None,
            },
            TypeKind::Member { object, property } => {
                if let TypeKind::Name(name) = &object.kind
                    && let Some(Declared::Namespace { path }) = unit.find(name)
                {
                    return alias(self.store.unit(path)?, &property.text);
                }
                let (unit, object) = self.object(unit, object)?;
                let member = object.properties.iter().find(|p| {
                    p.name.as_ref().and_then(crate::syntax::PropertyName::plain) == Some(property.text.as_str())
                })?;
                Some((unit, &member.ty))
            }
            TypeKind::AdditionalProperties(ty) => {
                let (unit, object) = self.object(unit, ty)?;
                Some((unit, &object.additional.as_ref()?.ty))
            }
            TypeKind::Items(ty) => match self.structure(unit, ty)? {
                (unit, Type { kind: TypeKind::Array(item), .. }) => Some((unit, item)),
                _ => None,
            },
            TypeKind::Index { object, index } => {
                let ExpressionKind::Integer(index) = index.kind else { return None };
                match self.structure(unit, object)? {
                    (unit, Type { kind: TypeKind::Tuple(items), .. }) => {
                        Some((unit, &items.get(usize::try_from(index).ok()?)?.ty))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn object(&mut self, unit: &'a Unit, ty: &'a Type) -> Option<(&'a Unit, &'a ObjectType)> {
        match self.structure(unit, ty)? {
            (unit, Type { kind: TypeKind::Object(object), .. }) => Some((unit, object)),
            _ => None,
        }
    }

    /// The type itself after names and `?` and `!`.
    fn structure(&mut self, unit: &'a Unit, ty: &'a Type) -> Option<(&'a Unit, &'a Type)> {
        let (mut unit, mut ty) = (unit, ty);
        loop {
            if !self.step() {
                return None;
            }
            match &ty.kind {
                TypeKind::Nullable(inner) | TypeKind::NonNullable(inner) => ty = inner,
                TypeKind::Name(_)
                | TypeKind::Member { .. }
                | TypeKind::Items(_)
                | TypeKind::Index { .. }
                | TypeKind::AdditionalProperties(_) => (unit, ty) = self.target(unit, ty)?,
                _ => return Some((unit, ty)),
            }
        }
    }
}

fn alias<'a>(unit: &'a Unit, name: &str) -> Option<(&'a Unit, &'a Type)> {
    match unit.declaration(name)? {
        DeclarationKind::Type { ty, .. } => Some((unit, ty)),
        _ => None,
    }
}

fn is_system(unit: &Unit, ty: &Type) -> bool {
    matches!(&ty.kind, TypeKind::Name(name) if name == "sys" && unit.find(name).is_none())
}

fn built_in(name: &str) -> ValueType {
    of(match name {
        "string" => ParameterType::String,
        "int" => ParameterType::Int,
        "bool" => ParameterType::Bool,
        "array" => ParameterType::Array,
        "object" => ParameterType::Object,
        _ => ParameterType::Any,
    })
}

fn negated(operator: UnaryOperator, from: ValueType) -> ValueType {
    match (operator, from.allowed.as_deref()) {
        (UnaryOperator::Minus, Some([Literal::Number(Number::Int(value))])) => {
            only(ParameterType::Int, Literal::Number(Number::Int(value.saturating_neg())))
        }
        (UnaryOperator::Not, Some([Literal::Bool(value)])) => only(ParameterType::Bool, Literal::Bool(!value)),
        _ => of(from.kind),
    }
}
