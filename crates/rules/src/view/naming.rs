//! Whether a value that refers to no known resource refers to a resource all the same.

use cmklint_graph::{Atom, Kind, Literal, Symbol, SymbolOrigin, TextPart, Value, World};

/// Functions of a text whose result is empty only where the text is.
const OF_TEXT: [&str; 7] = ["tolower", "toupper", "lower", "upper", "trim", "trimspace", "tostring"];

/// Functions whose result is always a resource's id.
const OF_IDS: [&str; 5] =
    ["resourceid", "subscriptionresourceid", "tenantresourceid", "managementgroupresourceid", "extensionresourceid"];

/// Whether a value refers to something.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Naming {
    /// It does: with any other value, the deployment fails.
    Something,
    /// It does unless this condition holds.
    Unless(Atom),
    /// It is not known.
    Open,
}

/// Whether `value`, which should be an id, refers to something in `world`: a required parameter, an id that is made of parts, such a value in other case.
pub(super) fn naming(value: &Value, world: &World) -> Naming {
    match &value.kind {
        Kind::String(text) if text.contains('/') => Naming::Something,
        Kind::Template(parts) => {
            let spells = |part: &TextPart| matches!(part, TextPart::Text(text) if text.contains('/'));
            if parts.iter().any(spells) { Naming::Something } else { Naming::Open }
        }
        Kind::Symbol(symbol) => match symbol.origin() {
            SymbolOrigin::Call(call) => {
                let name = call.function().to_ascii_lowercase();
                match call.args() {
                    _ if OF_IDS.contains(&&*name) => Naming::Something,
                    [only] if OF_TEXT.contains(&&*name) => naming(only, world),
                    // A member that an object of its type always has.
                    _ if symbol.is_never_null() => given(symbol, world),
                    _ => Naming::Open,
                }
            }
            // A parameter that must be given, or one that is known not to be null here.
            _ if world.decides(&Atom::equals(symbol.clone(), Literal::Null)) == Some(false) => given(symbol, world),
            _ => Naming::Open,
        },
        _ => Naming::Open,
    }
}

/// A required parameter may be given as empty text, unless the code tests for that before it uses it.
fn given(symbol: &Symbol, world: &World) -> Naming {
    let empty = Atom::equals(symbol.clone(), Literal::String("".into()));
    match world.decides(&empty) {
        Some(true) => Naming::Open,
        Some(false) => Naming::Something,
        None if world.facts().any(|(atom, _)| hangs_on(&atom.symbol, symbol)) => Naming::Something,
        None => Naming::Unless(empty),
    }
}

/// Whether `asked` is `symbol`, or a call that depends on it.
fn hangs_on(asked: &Symbol, symbol: &Symbol) -> bool {
    let is_argument = |arg: &Value| matches!(&arg.kind, Kind::Symbol(own) if own == symbol);
    asked == symbol
        || matches!(asked.origin(), SymbolOrigin::Call(call)
            if call.bases().contains(symbol) || call.args().iter().any(is_argument))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cmklint_graph::concat;

    fn parameter() -> Symbol {
        Symbol::new("p", "parameter p")
    }

    fn any(value: &Value) -> Naming {
        naming(value, &World::any())
    }

    #[test]
    fn a_parameter_that_must_be_given_names_something_unless_it_is_empty() {
        let given = Value::symbol(parameter().that_is_never_null());
        let empty = Atom::equals(parameter(), Literal::String("".into()));
        assert_eq!(any(&given), Naming::Unless(empty.clone()));
        assert_eq!(any(&Value::apply("toLower", std::slice::from_ref(&given), None)), Naming::Unless(empty.clone()));
        assert_eq!(naming(&given, &World::any().assume(&empty, false).unwrap()), Naming::Something);
        assert_eq!(naming(&given, &World::any().assume(&empty, true).unwrap()), Naming::Open);
        let Kind::Symbol(asked) = Value::apply("empty", std::slice::from_ref(&given), None).kind else { panic!() };
        let asked = World::any().assume(&Atom::truth(asked), false).unwrap();
        assert_eq!(naming(&given, &asked), Naming::Something);
        assert_eq!(any(&Value::symbol(parameter())), Naming::Open);
        assert_eq!(any(&Value::apply("first", &[given], None)), Naming::Open);
    }

    #[test]
    fn an_id_made_of_parts_names_something() {
        let part = Value::symbol(parameter());
        let id = concat(&[part.clone(), Value::string("/providers/Microsoft.Compute/diskEncryptionSets/x")]);
        assert_eq!(any(&id), Naming::Something);
        assert_eq!(any(&Value::apply("upper", &[id], None)), Naming::Something);
        assert_eq!(any(&Value::apply("resourceId", std::slice::from_ref(&part), None)), Naming::Something);
        assert_eq!(any(&concat(&[part.clone(), Value::string("-"), part])), Naming::Open);
    }
}
