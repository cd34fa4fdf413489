use super::{ty, written};
use crate::syntax::{Type, TypeKind};

/// Writes a type with all its parentheses.
fn shown(ty: &Type) -> String {
    let list = |types: &[Type], by: &str| types.iter().map(shown).collect::<Vec<_>>().join(by);
    match &ty.kind {
        TypeKind::Name(name) => name.clone(),
        TypeKind::Null => "null".to_owned(),
        TypeKind::Boolean(value) => value.to_string(),
        TypeKind::Integer(value) => value.to_string(),
        TypeKind::String(string) => format!("'{}'", string.plain().unwrap_or("…")),
        TypeKind::Unary { operator, operand } => format!("({operator:?} {})", shown(operand)),
        TypeKind::Union(members) => format!("({})", list(members, " | ")),
        TypeKind::Nullable(ty) => format!("{}?", shown(ty)),
        TypeKind::NonNullable(ty) => format!("{}!", shown(ty)),
        TypeKind::Array(item) => format!("{}[]", shown(item)),
        TypeKind::Member { object, property } => format!("{}.{}", shown(object), property.text),
        TypeKind::Items(object) => format!("{}[*]", shown(object)),
        TypeKind::Index { object, index } => format!("{}[{}]", shown(object), written(index)),
        TypeKind::AdditionalProperties(object) => format!("{}.*", shown(object)),
        TypeKind::Parameterized { object, name, arguments } => {
            let object = object.as_ref().map(|object| format!("{}.", shown(object))).unwrap_or_default();
            format!("{object}{}<{}>", name.text, list(arguments, ", "))
        }
        TypeKind::Object(object) => {
            let mut parts: Vec<_> = object
                .properties
                .iter()
                .map(|p| format!("{}: {}", p.name.as_ref().and_then(|n| n.plain()).unwrap_or("…"), shown(&p.ty)))
                .collect();
            parts.extend(object.additional.iter().map(|p| format!("*: {}", shown(&p.ty))));
            format!("{{{}}}", parts.join(", "))
        }
        TypeKind::Tuple(items) => {
            format!("[{}]", items.iter().map(|item| shown(&item.ty)).collect::<Vec<_>>().join(", "))
        }
        TypeKind::Resource(name) => format!("resource {}", name.as_ref().and_then(|n| n.plain()).unwrap_or("")),
        TypeKind::Error => "error".to_owned(),
    }
}

fn reads(text: &str, expected: &str) {
    assert_eq!(shown(&ty(text)), expected, "{text}");
}

#[test]
fn names_literals_and_what_follows_them() {
    reads("string", "string");
    reads("int [] [] ?", "int[][]?");
    reads("foo?!", "foo?!");
    reads("-10", "(Minus 10)");
    reads("!true", "(Not true)");
    reads("'a'", "'a'");
    reads("null", "null");
    reads("a.b.resource.c", "a.b.resource.c");
    reads("a[*]", "a[*]");
    reads("a[0]", "a[0]");
    reads("a.*", "a.*");
    reads("a.b[]?", "a.b[]?");
}

#[test]
fn unions_may_begin_with_a_bar_and_go_over_lines() {
    reads("'a' | 'b'", "('a' | 'b')");
    reads("| 'a'", "('a')");
    reads("'a'\n  | 'b' // the second\n  | 'c'", "('a' | 'b' | 'c')");
    reads("('a' | int?)[]", "('a' | int?)[]");
    reads("a | -1 | {b: c}", "(a | (Minus 1) | {b: c})");
}

#[test]
fn objects_and_tuples_hold_types_with_decorators() {
    reads("{}", "{}");
    reads("{ a: string, 'b c': int? }", "{a: string, b c: int?}");
    reads("{\n  @minLength(1)\n  a: string\n  *: bool\n}", "{a: string, *: bool}");
    reads("[string, int]", "[string, int]");
    reads("[\n  @sys.description('x')\n  string\n  a | b\n]", "[string, (a | b)]");
    let TypeKind::Object(object) = ty("{\n  @minLength(1)\n  @secure()\n  a: string\n}").kind else {
        panic!("an object")
    };
    let names: Vec<_> = object.properties[0].decorators.iter().filter_map(|decorator| decorator.name()).collect();
    assert_eq!(names, ["minLength", "secure"]);
}

#[test]
fn types_of_resources_and_generic_types() {
    reads("resourceInput<'a/b@1'>", "resourceInput<'a/b@1'>");
    reads("resourceInput<'a/b@1'>.properties.sku?", "resourceInput<'a/b@1'>.properties.sku?");
    reads("sys.resourceOutput<\n  'a/b@1'\n>[]", "sys.resourceOutput<'a/b@1'>[]");
    reads("resource 'a/b@1'", "resource a/b@1");
    reads("resource<'a/b@1'>", "resource<'a/b@1'>");
}
