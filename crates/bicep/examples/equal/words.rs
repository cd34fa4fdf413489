//! Values and resources in words that say the same for Bicep and for the JSON compiled from it.

use cmklint_graph::{AsPath, Kind, Resource, Symbol, TextPart, Value, World, canonical, concat, lift};

/// The value in words; `all` are the resources of its deployment.
pub(crate) fn words(value: &Value, all: &[Resource]) -> String {
    let mut out = String::new();
    write(value, all, &World::any(), &mut out);
    out
}

fn write(value: &Value, all: &[Resource], world: &World, out: &mut String) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(value) => out.push_str(&value.to_string()),
        Kind::Number(value) => out.push_str(&value.to_string()),
        Kind::String(value) => out.push_str(&format!("'{value}'")),
        Kind::Array(array) => {
            out.push('[');
            for item in &array.items {
                write(item, all, world, out);
                out.push(',');
            }
            if array.rest.is_some() {
                out.push_str("...");
            }
            out.push(']');
        }
        Kind::Object(object) => {
            out.push('{');
            let mut names: Vec<_> = object.entries.iter().collect();
            names.sort_by(|a, b| a.0.cmp(b.0));
            for (name, entry) in names {
                out.push_str(&format!("{name}:"));
                write(&entry.value, all, world, out);
                out.push(',');
            }
            match object.rest.as_ref().map(Symbol::members) {
                None => {}
                Some(None) => out.push_str("..."),
                // Members whose names only are not known.
                Some(Some(members)) => {
                    for (name, value) in members {
                        write(name, all, world, out);
                        out.push(':');
                        write(value, all, world, out);
                        out.push(',');
                    }
                }
            }
            out.push('}');
        }
        Kind::Ref(r) => {
            let Some(of) = all.get(r.node.index as usize) else { return out.push_str("ref?") };
            if r.path.is("id") {
                return write(&id(of, all, 0), &[], world, out);
            }
            // One of two names is one of two resources.
            let attribute = lift("ref", &of.names, &mut |names| {
                let words = format!("{}.{}", name(of.kind.as_str(), names), r.path);
                let keys: Vec<String> = names.iter().map(canonical).collect();
                Value::symbol(Symbol::new(keys.join("/"), words))
            });
            write(&attribute, &[], world, out);
        }
        Kind::Symbol(symbol) => out.push_str(&format!("<{}>", symbol.label())),
        Kind::Template(parts) => {
            for part in parts.iter() {
                match part {
                    TextPart::Text(text) => out.push_str(text),
                    TextPart::Value(value) => write(value, all, world, out),
                }
            }
        }
        Kind::Choice(choice) => {
            // What the choices around it have decided is decided.
            let arm = |holds: bool, arm: &Value| {
                let world = world.assume(&choice.atom, holds)?;
                let mut out = String::new();
                write(arm, all, &world, &mut out);
                Some(out)
            };
            match (arm(true, &choice.then), arm(false, &choice.otherwise)) {
                (Some(then), Some(otherwise)) if then != otherwise => {
                    let (symbol, literal) = (choice.atom.symbol.label(), &choice.atom.literal);
                    out.push_str(&format!("if({symbol}={literal},{then},{otherwise})"));
                }
                (Some(only), _) | (None, Some(only)) => out.push_str(&only),
                (None, None) => {}
            }
        }
    }
}

/// Type and names.
pub(crate) fn name(kind: &str, names: &[Value]) -> String {
    let mut out = kind.to_ascii_lowercase();
    for name in names {
        out.push('/');
        inner(name, &mut out);
    }
    out
}

/// A part of a name or an id. What it refers to in turn is not written out: names may go round.
fn inner(value: &Value, out: &mut String) {
    match value.as_str() {
        Some(text) => out.push_str(text),
        None => write(value, &[], &World::any(), out),
    }
}

/// The id, as the functions `resourceId` and `extensionResourceId` make it.
fn id(of: &Resource, all: &[Resource], depth: u32) -> Value {
    let mut parts = Vec::new();
    let mut segment = |name: &str, value: &Value| {
        parts.push(Value::string(format!("/{name}/")));
        parts.push(value.clone());
    };
    match &of.extends.kind {
        Kind::Null => {
            let scopes = [("subscriptions", &of.scope.subscription), ("resourceGroups", &of.scope.resource_group)];
            scopes.into_iter().filter(|(_, value)| !value.is_null()).for_each(|(name, value)| segment(name, value));
        }
        Kind::Ref(r) => match all.get(r.node.index as usize).filter(|_| depth < 8) {
            Some(base) => parts.push(id(base, all, depth + 1)),
            None => parts.push(Value::string("id?")),
        },
        _ => parts.push(of.extends.clone()),
    }
    let mut segment = |name: &str, value: &Value| {
        parts.push(Value::string(format!("/{name}/")));
        // A name that is null is the empty text in a text.
        parts.push(if value.is_null() { Value::string("") } else { value.clone() });
    };
    let mut types = of.kind.as_str().split('/');
    let provider = types.next().unwrap_or("");
    for (i, (kind, name)) in types.zip(&of.names).enumerate() {
        segment(&if i == 0 { format!("providers/{provider}/{kind}") } else { kind.to_owned() }, name);
    }
    concat(&parts)
}
