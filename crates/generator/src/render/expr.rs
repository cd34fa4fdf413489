//! Expressions and trees of them, and how they are written in each language.

use crate::style::Language;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    Text(String),
    Number(u32),
    Bool(bool),
    /// A variable or parameter.
    Input(String),
    /// A local or variable.
    Local(String),
    /// Text in the language's own syntax.
    Raw(String),
    /// In lower case.
    Lower(Box<Self>),
    /// Joined.
    Concat(Vec<Self>),
    /// By a format with one hole for each.
    Format(Vec<Self>),
    /// The first where the condition holds.
    If(Box<Self>, Box<Self>, Box<Self>),
    /// Whether two texts are equal.
    Equal(Box<Self>, Box<Self>),
    /// The item at that place of a list.
    Item(Box<Tree>, usize),
    /// The property of that name.
    Field(Box<Tree>, String),
    /// With the second text removed.
    Without(Box<Self>, String),
    /// Without whitespace at its ends.
    Trim(Box<Self>),
    /// The part before the separator.
    Before(Box<Self>, String),
    /// A text that is null, or else the other.
    Coalesce(Box<Self>),
}

/// An object or list of expressions.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    Object(Vec<(String, Self)>),
    List(Vec<Self>),
    Value(Expr),
}

impl From<Expr> for Tree {
    fn from(expr: Expr) -> Self {
        Self::Value(expr)
    }
}

pub(super) fn text(value: impl Into<String>) -> Expr {
    Expr::Text(value.into())
}

pub(super) fn object<const N: usize>(entries: [(&str, Tree); N]) -> Tree {
    Tree::Object(entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

/// An expression in Terraform.
pub(super) fn terraform(expr: &Expr) -> String {
    let list = |all: &[Expr]| all.iter().map(terraform).collect::<Vec<_>>().join(", ");
    match expr {
        Expr::Text(value) => quote(value),
        Expr::Number(n) => n.to_string(),
        Expr::Bool(b) => b.to_string(),
        Expr::Input(name) => format!("var.{name}"),
        Expr::Local(name) => format!("local.{name}"),
        Expr::Raw(text) => text.clone(),
        Expr::Lower(e) => format!("lower({})", terraform(e)),
        Expr::Concat(all) => {
            let parts = all.iter().map(|e| match e {
                Expr::Text(value) => value.clone(),
                other => format!("${{{}}}", terraform(other)),
            });
            format!("\"{}\"", parts.collect::<String>())
        }
        Expr::Format(all) => format!("format(\"{}\", {})", "%s".repeat(all.len()), list(all)),
        Expr::If(c, a, b) => format!("({} ? {} : {})", terraform(c), terraform(a), terraform(b)),
        Expr::Equal(a, b) => format!("({} == {})", terraform(a), terraform(b)),
        Expr::Item(of, at) => format!("element({}, {at})", hcl(of, 0)),
        Expr::Field(of, name) => match **of {
            Tree::Value(_) => format!("{}[\"{name}\"]", hcl(of, 0)),
            _ => format!("lookup({}, \"{name}\", \"none\")", hcl(of, 0)),
        },
        Expr::Without(e, gone) => format!("replace({}, {}, \"\")", terraform(e), quote(gone)),
        Expr::Trim(e) => format!("trimspace({})", terraform(e)),
        Expr::Before(e, mark) => format!("split({}, {})[0]", quote(mark), terraform(e)),
        Expr::Coalesce(e) => format!("coalesce(null, {})", terraform(e)),
    }
}

/// A tree in HCL.
pub(super) fn hcl(tree: &Tree, depth: usize) -> String {
    let pad = "  ".repeat(depth + 1);
    match tree {
        Tree::Value(expr) => terraform(expr),
        Tree::List(items) => format!("[{}]", items.iter().map(|i| hcl(i, depth)).collect::<Vec<_>>().join(", ")),
        Tree::Object(entries) => {
            let lines: String = entries.iter().map(|(k, v)| format!("{pad}{k} = {}\n", hcl(v, depth + 1))).collect();
            format!("{{\n{lines}{}}}", "  ".repeat(depth))
        }
    }
}

fn quote(value: &str) -> String {
    format!("\"{value}\"")
}

/// An expression in Bicep.
pub(super) fn bicep(expr: &Expr) -> String {
    let list = |all: &[Expr]| all.iter().map(bicep).collect::<Vec<_>>().join(", ");
    match expr {
        Expr::Text(value) => format!("'{value}'"),
        Expr::Number(n) => n.to_string(),
        Expr::Bool(b) => b.to_string(),
        Expr::Input(name) | Expr::Local(name) => name.clone(),
        Expr::Raw(text) => text.clone(),
        Expr::Lower(e) => format!("toLower({})", bicep(e)),
        Expr::Concat(all) => {
            let parts = all.iter().map(|e| match e {
                Expr::Text(value) => value.clone(),
                other => format!("${{{}}}", bicep(other)),
            });
            format!("'{}'", parts.collect::<String>())
        }
        Expr::Format(all) => format!("format('{}', {})", holes(all.len()), list(all)),
        Expr::If(c, a, b) => format!("({} ? {} : {})", bicep(c), bicep(a), bicep(b)),
        Expr::Equal(a, b) => format!("({} == {})", bicep(a), bicep(b)),
        Expr::Item(of, at) => format!("{}[{at}]", in_bicep(of, 0)),
        Expr::Field(of, name) => format!("{}.{name}", in_bicep(of, 0)),
        Expr::Without(e, gone) => format!("replace({}, '{gone}', '')", bicep(e)),
        Expr::Trim(e) => format!("trim({})", bicep(e)),
        Expr::Before(e, mark) => format!("split({}, '{mark}')[0]", bicep(e)),
        Expr::Coalesce(e) => format!("coalesce(null, {})", bicep(e)),
    }
}

/// A tree in Bicep.
pub(super) fn in_bicep(tree: &Tree, depth: usize) -> String {
    let pad = "  ".repeat(depth + 1);
    let end = "  ".repeat(depth);
    match tree {
        Tree::Value(expr) => bicep(expr),
        Tree::List(items) if items.is_empty() => "[]".to_owned(),
        Tree::List(items) => {
            let lines: String = items.iter().map(|i| format!("{pad}{}\n", in_bicep(i, depth + 1))).collect();
            format!("[\n{lines}{end}]")
        }
        Tree::Object(entries) => {
            let lines: String =
                entries.iter().map(|(k, v)| format!("{pad}{k}: {}\n", in_bicep(v, depth + 1))).collect();
            format!("{{\n{lines}{end}}}")
        }
    }
}

fn holes(count: usize) -> String {
    (0..count).map(|i| format!("{{{i}}}")).collect()
}

/// An expression inside the brackets of ARM JSON.
pub(super) fn arm(expr: &Expr) -> String {
    let list = |all: &[Expr]| all.iter().map(arm).collect::<Vec<_>>().join(", ");
    match expr {
        Expr::Text(value) => format!("'{value}'"),
        Expr::Number(n) => n.to_string(),
        Expr::Bool(b) => format!("{b}()"),
        Expr::Input(name) => format!("parameters('{name}')"),
        Expr::Local(name) => format!("variables('{name}')"),
        Expr::Raw(text) => text.clone(),
        Expr::Lower(e) => format!("toLower({})", arm(e)),
        Expr::Concat(all) => format!("concat({})", list(all)),
        Expr::Format(all) => format!("format('{}', {})", holes(all.len()), list(all)),
        Expr::If(c, a, b) => format!("if({}, {}, {})", arm(c), arm(a), arm(b)),
        Expr::Equal(a, b) => format!("equals({}, {})", arm(a), arm(b)),
        Expr::Item(of, at) => format!("{}[{at}]", in_brackets(of)),
        Expr::Field(of, name) => format!("{}.{name}", in_brackets(of)),
        Expr::Without(e, gone) => format!("replace({}, '{gone}', '')", arm(e)),
        Expr::Trim(e) => format!("trim({})", arm(e)),
        Expr::Before(e, mark) => format!("split({}, '{mark}')[0]", arm(e)),
        Expr::Coalesce(e) => format!("coalesce(null(), {})", arm(e)),
    }
}

fn in_brackets(tree: &Tree) -> String {
    match tree {
        Tree::Value(expr) => arm(expr),
        Tree::List(items) => format!("createArray({})", items.iter().map(in_brackets).collect::<Vec<_>>().join(", ")),
        Tree::Object(entries) => {
            let all: Vec<String> = entries.iter().map(|(k, v)| format!("'{k}', {}", in_brackets(v))).collect();
            format!("createObject({})", all.join(", "))
        }
    }
}

/// A tree as JSON of an ARM template.
pub(super) fn json(tree: &Tree) -> serde_json::Value {
    use serde_json::Value;
    match tree {
        Tree::Value(Expr::Text(text)) => Value::from(text.as_str()),
        Tree::Value(Expr::Number(n)) => Value::from(*n),
        Tree::Value(Expr::Bool(b)) => Value::from(*b),
        Tree::Value(expr) => Value::from(format!("[{}]", arm(expr))),
        Tree::List(items) => Value::Array(items.iter().map(json).collect()),
        Tree::Object(entries) => Value::Object(entries.iter().map(|(k, v)| (k.clone(), json(v))).collect()),
    }
}

/// An expression in `language`, as it is inside others.
pub(super) fn inside(language: Language, expr: &Expr) -> String {
    match language {
        Language::Terraform => terraform(expr),
        Language::Bicep => bicep(expr),
        Language::Arm | Language::Symbolic => arm(expr),
    }
}
