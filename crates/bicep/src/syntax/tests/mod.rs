//! The tree of each construct. Small inputs, written for the case; the helpers parse one declaration or value.

mod declarations;
mod expressions;
mod recovery;
mod strings;
mod types;

use super::{Declaration, DeclarationKind, Expression, ExpressionKind, File, Type, parse};

/// The file, which has to be without error.
fn file(text: &str) -> File {
    let (file, errors) = parse(text);
    assert!(errors.is_empty(), "{text}\n{errors:?}");
    file
}

/// The only declaration of a text without error.
fn declaration(text: &str) -> Declaration {
    let mut declarations = file(text).declarations;
    assert_eq!(declarations.len(), 1, "{text}");
    let declaration = declarations.remove(0);
    assert!(!declaration.broken);
    declaration
}

/// The value of a variable that is given `text`.
fn value(text: &str) -> Expression {
    let DeclarationKind::Variable { value, .. } = declaration(&format!("var x = {text}\n")).kind else {
        panic!("{text} is the value of a variable");
    };
    value
}

/// The type that `text` is.
fn ty(text: &str) -> Type {
    let DeclarationKind::Type { ty, .. } = declaration(&format!("type x = {text}\n")).kind else {
        panic!("{text} is a type");
    };
    ty
}

/// Writes an expression with all its parentheses, so that a case can say how it binds.
fn written(expression: &Expression) -> String {
    let list = |items: &[Expression]| items.iter().map(written).collect::<Vec<_>>().join(", ");
    match &expression.kind {
        ExpressionKind::Null => "null".to_owned(),
        ExpressionKind::Boolean(value) => value.to_string(),
        ExpressionKind::Integer(value) => value.to_string(),
        ExpressionKind::Name(name) => name.clone(),
        ExpressionKind::String(string) => format!("'{}'", string.plain().unwrap_or("…")),
        ExpressionKind::Member { object, property, safe } => {
            format!("{}.{}{}", written(object), if *safe { "?" } else { "" }, property.text)
        }
        ExpressionKind::Index { object, index, safe, from_end } => {
            let marks = format!("{}{}", if *safe { "?" } else { "" }, if *from_end { "^" } else { "" });
            format!("{}[{marks}{}]", written(object), written(index))
        }
        ExpressionKind::NestedResource { parent, name } => format!("{}::{}", written(parent), name.text),
        ExpressionKind::NonNull(operand) => format!("{}!", written(operand)),
        ExpressionKind::Call { function, arguments } => format!("{}({})", function.text, list(arguments)),
        ExpressionKind::MethodCall { object, function, arguments } => {
            format!("{}.{}({})", written(object), function.text, list(arguments))
        }
        ExpressionKind::Unary { operator, operand } => format!("({operator:?} {})", written(operand)),
        ExpressionKind::Binary { operator, left, right } => {
            format!("({} {operator:?} {})", written(left), written(right))
        }
        ExpressionKind::Ternary { condition, consequence, alternative } => {
            format!("({} ? {} : {})", written(condition), written(consequence), written(alternative))
        }
        ExpressionKind::Lambda { parameters, body } => {
            let names: Vec<_> = parameters.iter().map(|name| name.text.as_str()).collect();
            format!("(({}) => {})", names.join(", "), written(body))
        }
        ExpressionKind::Array(_) => "[…]".to_owned(),
        ExpressionKind::Object(_) => "{…}".to_owned(),
        ExpressionKind::For(_) => "[for …]".to_owned(),
        ExpressionKind::Error => "error".to_owned(),
    }
}

/// The Bicep examples of the rules.
pub(super) fn examples() -> Vec<String> {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "bicep") {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }
    texts
}
