use cmklint_graph::Literal;
use cmklint_template::{Bounds, Contents, ParameterType, ValueType};
use jsonc_parser::ast::{Object, Value};
use rustc_hash::FxHashMap;

use crate::expression::{self, StringContent};
use crate::json;

/// A definition may refer to another; at most this many references are followed.
const MAX_STEPS: usize = 16;

/// At most so many types in the type of a parameter are looked at.
const MAX_CONTENTS: usize = 512;

/// The types that a template defines, by name.
pub(crate) type Definitions<'v, 't> = FxHashMap<&'v str, &'v Object<'t>>;

/// The types that `template` defines.
pub(crate) fn definitions<'v, 't>(template: &'v Object<'t>) -> Definitions<'v, 't> {
    let all = json::object(template, "definitions").into_iter().flat_map(|o| &o.properties);
    all.filter_map(|p| Some((p.name.as_str(), p.value.as_object()?))).collect()
}

/// The type of a parameter, whether null is a value, and all values where it lists them.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions>
pub(crate) fn of(
    parameter: &Object<'_>,
    definitions: &Definitions<'_, '_>,
) -> (ParameterType, bool, Option<Vec<Literal>>) {
    let mut at = parameter;
    let mut nullable = false;
    let mut listed = None;
    for _ in 0..MAX_STEPS {
        nullable |= json::is_true(at, "nullable");
        listed = listed.or_else(|| json::array(at, "allowedValues"));
        let kind = json::string(at, "type").map(|t| kind(&t.value));
        let target = json::string(at, "$ref").and_then(|path| definition(&path.value, definitions));
        match (kind, target) {
            (Some(kind), _) => {
                // The allowed values of an array parameter are those of its items.
                let mut allowed =
                    listed.filter(|_| kind != ParameterType::Array).and_then(|list| literals(&list.elements));
                if nullable && let Some(allowed) = &mut allowed {
                    allowed.push(Literal::Null);
                }
                return (kind, nullable, allowed);
            }
            (None, Some(next)) => at = next,
            (None, None) => break,
        }
    }
    (ParameterType::Any, nullable, None)
}

/// What the type of a parameter says of the values in it.
pub(crate) fn contents(
    parameter: &Object<'_>,
    definitions: &Definitions<'_, '_>,
    left_of_file: &mut usize,
) -> Contents {
    let mut left = MAX_CONTENTS.min(*left_of_file);
    contents_of(parameter, definitions, &mut left).within(left_of_file)
}

fn contents_of(at: &Object<'_>, definitions: &Definitions<'_, '_>, left: &mut usize) -> Contents {
    let mut at = at;
    let mut contents = Contents::default();
    for _ in 0..MAX_STEPS {
        if *left == 0 {
            return contents;
        }
        *left -= 1;
        let members = json::object(at, "properties").into_iter().flat_map(|members| &members.properties);
        for (name, member) in members.filter_map(|p| Some((p.name.as_str(), p.value.as_object()?))) {
            if let Some(member) = value_type(member, definitions, left).filter(|member| !member.nullable) {
                contents.members.insert(name.into(), member);
            }
        }
        if let Some(items) = json::object(at, "items") {
            contents.items = value_type(items, definitions, left).map(Box::new);
        }
        match json::string(at, "$ref").and_then(|path| definition(&path.value, definitions)) {
            Some(next) => at = next,
            None => break,
        }
    }
    contents
}

/// The type that `at` states; `None` where it is one too many.
fn value_type(at: &Object<'_>, definitions: &Definitions<'_, '_>, left: &mut usize) -> Option<ValueType> {
    *left = left.checked_sub(1)?;
    let (kind, nullable, allowed) = of(at, definitions);
    Some(ValueType { kind, nullable, allowed, contents: contents_of(at, definitions, left) })
}

/// How large or long a parameter's value is, by its element.
pub(crate) fn bounds(parameter: &Object<'_>) -> Bounds {
    Bounds::named(|name| match json::value(parameter, name)? {
        Value::NumberLit(lit) => match json::number(lit.value)? {
            Literal::Number(number) => number.as_i64(),
            _ => None,
        },
        _ => None,
    })
}

fn kind(name: &str) -> ParameterType {
    match name.to_ascii_lowercase().as_str() {
        "string" | "securestring" => ParameterType::String,
        "int" => ParameterType::Int,
        "bool" => ParameterType::Bool,
        "array" => ParameterType::Array,
        "object" | "secureobject" => ParameterType::Object,
        _ => ParameterType::Any,
    }
}

fn definition<'v, 't>(path: &str, definitions: &Definitions<'v, 't>) -> Option<&'v Object<'t>> {
    let name = path.strip_prefix("#/definitions/")?;
    if name.contains('/') {
        return None;
    }
    definitions.get(name.replace("~1", "/").replace("~0", "~").as_str()).copied()
}

fn literals(values: &[Value<'_>]) -> Option<Vec<Literal>> {
    values
        .iter()
        .map(|value| match value {
            Value::StringLit(lit) => match expression::read(&lit.value) {
                StringContent::Literal(text) => Some(Literal::String(text.into())),
                StringContent::Expression(_) => None,
            },
            Value::NumberLit(lit) => json::number(lit.value),
            Value::BooleanLit(lit) => Some(Literal::Bool(lit.value)),
            Value::NullKeyword(_) => Some(Literal::Null),
            Value::Array(_) | Value::Object(_) => None,
        })
        .collect()
}
