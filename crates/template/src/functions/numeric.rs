//! Numbers. Integers are 64 bits wide; a result that overflows is not evaluated.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-numeric>

use cmklint_graph::{Kind, Number, Value};

pub(crate) fn call(name: &str, args: &[Value]) -> Option<Value> {
    let int = |value: &Value| value.as_number().and_then(Number::as_i64);
    Some(match (name, args) {
        ("add", [a, b]) => Value::int(int(a)?.checked_add(int(b)?)?),
        ("sub", [a, b]) => Value::int(int(a)?.checked_sub(int(b)?)?),
        ("mul", [a, b]) => Value::int(int(a)?.checked_mul(int(b)?)?),
        ("div", [a, b]) => Value::int(int(a)?.checked_div(int(b)?)?),
        ("mod", [a, b]) => Value::int(int(a)?.checked_rem(int(b)?)?),
        ("int", [value]) => match &value.kind {
            Kind::Number(Number::Int(_)) => value.clone(),
            Kind::String(text) => Value::int(text.trim().parse().ok()?),
            _ => return None,
        },
        ("float", [value]) => match &value.kind {
            Kind::Number(_) => value.clone(),
            Kind::String(text) => Value::new(Kind::Number(Number::from_f64(text.trim().parse().ok()?)?)),
            _ => return None,
        },
        ("min", args) => extreme(args, i64::min)?,
        ("max", args) => extreme(args, i64::max)?,
        _ => return None,
    })
}

/// The least or greatest of the arguments, or of the one list.
fn extreme(args: &[Value], pick: impl Fn(i64, i64) -> i64) -> Option<Value> {
    let items = match args {
        [only] => match only.as_array() {
            Some(array) if array.rest.is_none() => &array.items[..],
            Some(_) => return None,
            None => args,
        },
        _ => args,
    };
    let numbers: Option<Vec<i64>> = items.iter().map(|v| v.as_number().and_then(Number::as_i64)).collect();
    numbers?.into_iter().reduce(pick).map(Value::int)
}
