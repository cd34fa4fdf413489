//! Types, as far as the evaluator uses them.

use cmklint_graph::{Literal, Number};
use cmklint_template::{Bounds, ParameterType};

use super::store::Store;
use super::unit::{Declared, Unit};
use crate::syntax::{DeclarationKind, Decorator, ExpressionKind, ObjectType, Type, TypeKind, UnaryOperator};

/// The most types through which one type is resolved.
const MAX_STEPS: u32 = 512;

/// What a type says about its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) kind: ParameterType,
    /// Whether null is among them.
    pub(crate) nullable: bool,
    /// All of them, where the type lists them; null too, where it is one.
    pub(crate) allowed: Option<Vec<Literal>>,
}

impl Facts {
    fn of(kind: ParameterType) -> Self {
        Self { kind, nullable: false, allowed: None }
    }

    fn only(kind: ParameterType, literal: Literal) -> Self {
        Self { kind, nullable: literal == Literal::Null, allowed: Some(vec![literal]) }
    }

    /// The same, null among its values.
    fn or_null(mut self) -> Self {
        self.nullable = true;
        if let Some(allowed) = &mut self.allowed
            && !allowed.contains(&Literal::Null)
        {
            allowed.push(Literal::Null);
        }
        self
    }
}

/// The facts of a parameter of `unit` with the type `ty` and these decorators.
pub(crate) fn of_parameter(store: &Store<'_>, unit: &Unit, ty: &Type, decorators: &[Decorator]) -> Facts {
    let mut facts = Resolver { store, steps: MAX_STEPS }.facts(unit, ty);
    // The allowed values of an array parameter are those of its items.
    if facts.kind != ParameterType::Array
        && let Some(allowed) = decorators.iter().find_map(allowed)
    {
        facts.allowed = Some(allowed);
        if facts.nullable {
            facts = facts.or_null();
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
}

impl<'a> Resolver<'a, '_> {
    fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_sub(1);
        self.steps > 0
    }

    fn facts(&mut self, unit: &'a Unit, ty: &'a Type) -> Facts {
        if !self.step() {
            return Facts::of(ParameterType::Any);
        }
        match &ty.kind {
            TypeKind::Null => Facts::only(ParameterType::Any, Literal::Null),
            TypeKind::Boolean(value) => Facts::only(ParameterType::Bool, Literal::Bool(*value)),
            TypeKind::Integer(value) => match i64::try_from(*value) {
                Ok(value) => Facts::only(ParameterType::Int, Literal::Number(Number::Int(value))),
                Err(_) => Facts::of(ParameterType::Int),
            },
            TypeKind::String(text) => match text.plain() {
                Some(text) => Facts::only(ParameterType::String, Literal::String(text.into())),
                None => Facts::of(ParameterType::String),
            },
            TypeKind::Unary { operator, operand } => negated(*operator, self.facts(unit, operand)),
            TypeKind::Union(members) => self.union(unit, members),
            TypeKind::Nullable(ty) => self.facts(unit, ty).or_null(),
            TypeKind::NonNullable(ty) => {
                let mut facts = self.facts(unit, ty);
                facts.nullable = false;
                if let Some(allowed) = &mut facts.allowed {
                    allowed.retain(|literal| *literal != Literal::Null);
                }
                facts
            }
            TypeKind::Array(_) | TypeKind::Tuple(_) => Facts::of(ParameterType::Array),
            TypeKind::Object(_) => Facts::of(ParameterType::Object),
            TypeKind::Parameterized { name, .. } if name.text.starts_with("resource") => {
                Facts::of(ParameterType::Object)
            }
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
                    None => Facts::of(ParameterType::Any),
                },
            },
            TypeKind::Parameterized { .. } | TypeKind::Resource(_) | TypeKind::Error => Facts::of(ParameterType::Any),
        }
    }

    fn union(&mut self, unit: &'a Unit, members: &'a [Type]) -> Facts {
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
        Facts { kind: kind.unwrap_or(ParameterType::Any), nullable, allowed }
    }

    /// The facts of a type that a JSON file defines.
    fn exported(&self, unit: &Unit, ty: &Type) -> Option<Facts> {
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
        let known = self.store.exports(path)?.types.get(name)?;
        Some(Facts { kind: known.kind, nullable: known.nullable, allowed: known.allowed.clone() })
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

fn built_in(name: &str) -> Facts {
    Facts::of(match name {
        "string" => ParameterType::String,
        "int" => ParameterType::Int,
        "bool" => ParameterType::Bool,
        "array" => ParameterType::Array,
        "object" => ParameterType::Object,
        _ => ParameterType::Any,
    })
}

fn negated(operator: UnaryOperator, of: Facts) -> Facts {
    match (operator, of.allowed.as_deref()) {
        (UnaryOperator::Minus, Some([Literal::Number(Number::Int(value))])) => {
            Facts::only(ParameterType::Int, Literal::Number(Number::Int(value.saturating_neg())))
        }
        (UnaryOperator::Not, Some([Literal::Bool(value)])) => Facts::only(ParameterType::Bool, Literal::Bool(!value)),
        _ => Facts::of(of.kind),
    }
}
