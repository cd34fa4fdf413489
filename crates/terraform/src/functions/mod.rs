//! Terraform's functions. <https://developer.hashicorp.com/terraform/language/functions>
//!
//! A function of known arguments is evaluated exactly as Terraform does it, or it is a symbol: never a value that Terraform would not return.
//! For arguments known in part, some functions return as much of the result as is certain. Everything else is the symbol of the call: the same
//! call is the same value, and nothing is known of it.

mod call;
pub(crate) mod convert;
mod cost;
mod csv;
mod decimal;
pub(crate) mod encode;
pub(crate) mod file;
mod fileset;
pub(crate) mod format;
mod hash;
mod json;
mod library;
mod list;
mod map;
mod net;
mod number;
mod partial;
mod partial_text;
mod pattern;
mod quote;
mod quotient;
mod regex;
pub(crate) mod sets;
mod signature;
mod text;
mod time;
pub(crate) mod types;
mod unicode;
mod yaml;
mod yaml_read;
mod yaml_scalar;

use cmklint_graph::{Symbol, Value, lift};

use crate::values::{error, is_error};

pub(crate) use call::{FileTexts, Made, Site, Stop};
pub(crate) use cost::{FILE_STEPS, cost};
pub(crate) use decimal::{ParsedNumber, compute, parse as parse_number};
use library::INDEX;
pub(crate) use library::{ATTRIBUTE, Library, SPLAT};
pub(crate) use unicode::{composed, composed_text, letters};

use call::items;

/// Functions whose value depends on the clock or on randomness: each call site has a symbol of its own.
const IMPURE: [&str; 4] = ["uuid", "timestamp", "plantimestamp", "bcrypt"];

/// The value of `name(args…)`. No argument is an error, or has arms that are errors.
pub(crate) fn call(name: &str, args: &[Value], site: &Site<'_>) -> Value {
    let name = name.strip_prefix("core::").unwrap_or(name);
    if IMPURE.contains(&name) {
        if name != "bcrypt" && !args.is_empty() {
            return error(site.span, "a function without arguments");
        }
        return Value::symbol(Symbol::at_place(format!("{name}@{}", site.place), format!("{name}()")));
    }
    lift(name, args, &mut |args| {
        if let Some(failed) = args.iter().find(|a| is_error(a)) {
            return failed.clone();
        }
        match flat(name, args, site) {
            Ok(value) => value,
            Err(Stop::Refused(why)) => error(site.span, &format!("{name}(): {why}")),
            // The operator with this name is another function.
            Err(Stop::Unknown) if name == "index" => Value::call(&Library, INDEX, args, None),
            Err(Stop::Unknown) => Value::call(&Library, name, args, None),
        }
    })
}

fn flat(name: &str, args: &[Value], site: &Site<'_>) -> Made {
    // A typed null is known where only its type matters.
    let known = |arg: &Value| arg.is_known() || name == "coalesce" && types::is_null(arg);
    if !args.iter().all(known) {
        signature::check(name, args)?;
        return partial_text::call(name, args)
            .or_else(|| partial::call(name, args, site))
            .flatten()
            .ok_or(Stop::Unknown);
    }
    let args = &signature::prepare(name, args)?[..];
    text::call(name, args)
        .or_else(|| regex::call(name, args))
        .or_else(|| format::call(name, args))
        .or_else(|| number::call(name, args))
        .or_else(|| list::call(name, args))
        .or_else(|| map::call(name, args))
        .or_else(|| encode::call(name, args))
        .or_else(|| hash::call(name, args))
        .or_else(|| time::call(name, args))
        .or_else(|| net::call(name, args))
        .map(|made| made.map(composed))
        // The text of a file is composed once for all who read it.
        .or_else(|| file::call(name, args, site))
        .unwrap_or(Err(Stop::Unknown))
}
