//! Terraform's functions. <https://developer.hashicorp.com/terraform/language/functions>
//!
//! A function of arguments that are not known well enough, and one that isn't here, is the symbol of its call: the same call
//! is the same value, and nothing is said of which.

mod collection;
pub(crate) mod convert;
pub(crate) mod encode;
mod number;
mod text;

use cmklint_graph::{Kind, Value, lift};
use cmklint_source::Span;

use crate::values::is_error;

/// Where a function is called.
pub(crate) struct Site<'a> {
    pub(crate) span: Span,
    /// Names the call among all calls of the deployment.
    pub(crate) place: &'a str,
}

/// What a function makes of flat arguments: `None` where they are not known well enough.
type Made = Option<Value>;

/// The value of `name(args…)`. No argument is an error, or has arms that are.
pub(crate) fn call(name: &str, args: &[Value], site: &Site<'_>) -> Value {
    let name = name.strip_prefix("core::").unwrap_or(name);
    if matches!(name, "uuid" | "timestamp" | "plantimestamp" | "bcrypt") {
        return Value::apply(&format!("{name}@{}", site.place), &[], Some(&format!("{name}()")));
    }
    lift(name, args, &mut |args| {
        if let Some(failed) = args.iter().find(|a| is_error(a)) {
            return failed.clone();
        }
        let made = text::call(name, args, site)
            .or_else(|| collection::call(name, args, site))
            .or_else(|| convert::call(name, args, site))
            .or_else(|| number::call(name, args, site))
            .or_else(|| encode::call(name, args))
            .flatten();
        made.unwrap_or_else(|| Value::apply(name, args, None))
    })
}

/// The steps that a call with these arguments takes, roughly.
pub(crate) fn cost(args: &[Value]) -> usize {
    args.iter()
        .map(|arg| match &arg.kind {
            Kind::Array(array) => array.items.len(),
            Kind::Object(object) => object.entries.len(),
            Kind::String(text) => text.len() / 64,
            _ => 1,
        })
        .sum()
}

/// The items of the argument at `at`, where all are there.
fn items(args: &[Value], at: usize) -> Option<&[Value]> {
    match &args.get(at)?.kind {
        Kind::Array(array) if array.rest.is_none() => Some(&array.items),
        _ => None,
    }
}
