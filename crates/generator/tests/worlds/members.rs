//! Conditions on the members and items of an unknown and on all of it: pairs that can't hold together, and pairs that can.

use super::conditions::Language;
use super::written::{Pair, check, check_arm};

const T_X_MAP_BOOL: &str = r#"variable "x" { type = map(bool) }"#;
const T_X_LIST_STRING: &str = r#"variable "x" { type = list(string) }"#;
const T_X_ANY: &str = r#"variable "x" { type = any }"#;
const T_X_STRING: &str = r#"variable "x" { type = string }"#;

const TERRAFORM: &[Pair] = &[
    (T_X_MAP_BOOL, r#"lookup(var.x, "a", false)"#, r#"!contains(keys(var.x), "a")"#, false),
    (T_X_MAP_BOOL, r#"lookup(var.x, "a", false)"#, r#"contains(keys(var.x), "a")"#, true),
    (T_X_MAP_BOOL, r#"lookup(var.x, "a", false)"#, r#"!contains(keys(var.x), "b")"#, true),
    (T_X_MAP_BOOL, r#"!lookup(var.x, "a", false)"#, r#"!contains(keys(var.x), "a")"#, true),
    (T_X_MAP_BOOL, r#"try(var.x["a"], false)"#, r#"!contains(keys(var.x), "a")"#, false),
    (T_X_MAP_BOOL, r#"try(var.x["a"], false)"#, "length(keys(var.x)) == 0", false),
    (T_X_MAP_BOOL, r#"try(var.x["a"], false)"#, "length(keys(var.x)) == 1", true),
    (T_X_MAP_BOOL, r#"try(var.x["a"], false) && try(var.x["b"], false)"#, "length(var.x) == 1", false),
    (T_X_MAP_BOOL, r#"try(var.x["a"], false) && try(var.x["b"], false)"#, "length(var.x) == 2", true),
    (T_X_MAP_BOOL, r#"can(var.x["a"])"#, r#"!contains(keys(var.x), "a")"#, false),
    (T_X_MAP_BOOL, r#"!can(var.x["a"])"#, r#"!contains(keys(var.x), "a")"#, true),
    (T_X_MAP_BOOL, r#"!can(var.x["a"])"#, r#"contains(keys(var.x), "a")"#, false),
    (T_X_MAP_BOOL, r#"lookup(var.x, "a", false)"#, "!contains(values(var.x), true)", false),
    (T_X_MAP_BOOL, r#"lookup(var.x, "a", false)"#, "contains(values(var.x), true)", true),
    (T_X_LIST_STRING, r#"try(var.x[1], "") == "a""#, "length(var.x) < 2", false),
    (T_X_LIST_STRING, r#"try(var.x[1], "") == "a""#, "length(var.x) < 3", true),
    (T_X_LIST_STRING, r#"try(var.x[3], "") == "a""#, "length(var.x) == 3", false),
    (T_X_LIST_STRING, r#"try(var.x[3], "") == "a""#, "length(var.x) == 4", true),
    (T_X_LIST_STRING, r#"var.x[1] == "a""#, "length(var.x) == 1", false),
    (T_X_LIST_STRING, r#"var.x[1] == "a""#, "length(var.x) == 2", true),
    (T_X_LIST_STRING, r#"var.x[0] == "a""#, r#"!contains(var.x, "a")"#, false),
    (T_X_LIST_STRING, r#"var.x[0] == "a""#, r#"contains(var.x, "b")"#, true),
    (T_X_LIST_STRING, r#"var.x[0] == "a""#, r#"contains(var.x, "b") && length(var.x) == 1"#, false),
    (T_X_LIST_STRING, r#"element(var.x, 0) == "a""#, r#"var.x[0] == "b""#, false),
    (T_X_LIST_STRING, r#"element(var.x, 0) == "a""#, r#"var.x[1] == "b""#, true),
    (T_X_LIST_STRING, r#"one(var.x) == "a""#, "length(var.x) == 2", false),
    (T_X_LIST_STRING, r#"one(var.x) == "a""#, "length(var.x) == 1", true),
    (T_X_LIST_STRING, r#"one(var.x) == "a""#, r#"var.x[0] == "b""#, false),
    (T_X_ANY, "one(var.x[*].on) == true", "var.x == null", false),
    (T_X_ANY, "one(var.x[*].on) == true", "var.x != null", true),
    (T_X_ANY, "one(var.x[*].on) == null", "var.x == null", true),
    (T_X_ANY, "length(var.x[*]) > 0", "var.x == null", false),
    (T_X_ANY, "length(var.x[*]) > 0", "var.x != null", true),
    (T_X_ANY, "length(var.x[*]) == 0", "var.x == null", true),
    (T_X_ANY, r#"lookup(coalesce(var.x, {}), "on", false)"#, "var.x == null", false),
    (T_X_ANY, r#"lookup(coalesce(var.x, {}), "on", false)"#, "var.x != null", true),
    (T_X_ANY, "try(coalesce(var.x, {}).on, false)", "var.x == null", false),
    (T_X_ANY, "try(coalesce(var.x, {}).on, false)", "var.x != null", true),
    (T_X_ANY, "try(var.x.a.on, false)", "try(var.x.a, null) == null", false),
    (T_X_ANY, "try(var.x.a.on, false)", "!can(var.x.a)", false),
    (T_X_ANY, "try(var.x.a.on, false)", "can(var.x.a)", true),
    (T_X_ANY, "try(var.x.a.on, false)", "!can(var.x.b)", true),
    (T_X_ANY, "try(var.x.on, false)", r#"!contains(keys(var.x), "on")"#, false),
    (T_X_ANY, "try(var.x.on, false)", r#"contains(keys(var.x), "on")"#, true),
    (
        r#"variable "x" { type = object({ on = optional(bool), mode = optional(string) }) }"#,
        r#"var.x.mode == "cmk""#,
        "var.x.mode == null",
        false,
    ),
    (
        r#"variable "x" { type = object({ on = optional(bool), mode = optional(string) }) }"#,
        r#"var.x.mode == "cmk""#,
        "var.x.on == null",
        true,
    ),
    (r#"variable "x" { type = list(object({ on = bool })) }"#, "try(var.x[0].on, false)", "length(var.x) == 0", false),
    (r#"variable "x" { type = list(object({ on = bool })) }"#, "try(var.x[0].on, false)", "length(var.x) == 1", true),
    (r#"variable "x" { type = list(object({ on = bool })) }"#, "var.x[0].on", "length(var.x) < 1", false),
    (T_X_LIST_STRING, "try(var.x[0], null) != null", "length(var.x) == 0", false),
    (T_X_LIST_STRING, "try(var.x[0], null) == null", "length(var.x) == 0", true),
    (T_X_STRING, "!can(tonumber(var.x))", r#"var.x == "12""#, false),
    (T_X_STRING, "!can(tonumber(var.x))", r#"var.x == "ab""#, true),
    (T_X_STRING, "can(tonumber(var.x))", r#"var.x == "ab""#, false),
    (T_X_STRING, "!(tonumber(var.x) > 5)", r#"var.x == "ab""#, false),
    (T_X_STRING, "tonumber(var.x) > 5", r#"var.x == "ab""#, false),
    (T_X_STRING, "!(tonumber(var.x) > 5)", r#"var.x == "3""#, true),
    (T_X_STRING, "!try(tonumber(var.x) > 5, false)", r#"var.x == "ab""#, true),
    (T_X_LIST_STRING, r#"!(var.x[0] == "a")"#, "length(var.x) == 0", false),
    (T_X_LIST_STRING, r#"var.x[0] != "a""#, "length(var.x) == 0", false),
    (T_X_LIST_STRING, r#"var.x[0] != "a""#, "length(var.x) == 1", true),
    (T_X_STRING, r#"!startswith(split("-", var.x)[1], "prd")"#, r#"var.x == "dev""#, false),
    (T_X_STRING, r#"!startswith(split("-", var.x)[1], "prd")"#, r#"var.x == "dev-1""#, true),
];

const B_X_OBJECT: &str = "param x object";
const B_X_ARRAY: &str = "param x array";

const BICEP: &[Pair] = &[
    (B_X_OBJECT, "x.?on ?? false", "!contains(x, 'on')", false),
    (B_X_OBJECT, "x.?on ?? false", "contains(x, 'on')", true),
    (B_X_OBJECT, "x.?on ?? false", "!contains(x, 'off')", true),
    (B_X_OBJECT, "!(x.?on ?? false)", "!contains(x, 'on')", true),
    (B_X_OBJECT, "x.?on ?? true", "!contains(x, 'on')", true),
    (B_X_OBJECT, "x[?'on'] ?? false", "!contains(x, 'on')", false),
    (B_X_OBJECT, "(x.?mode ?? 'none') == 'cmk'", "!contains(x, 'mode')", false),
    (B_X_OBJECT, "(x.?mode ?? 'none') == 'cmk'", "x.mode == 'ade'", false),
    (B_X_OBJECT, "(x.?mode ?? 'none') == 'none'", "!contains(x, 'mode')", true),
    (B_X_OBJECT, "contains(x, 'on') && x.on", "!contains(x, 'on')", false),
    (B_X_OBJECT, "contains(x, 'on') && x.on", "x.?on == null", false),
    (B_X_OBJECT, "contains(x, 'on') ? x.on : false", "empty(x)", false),
    (B_X_OBJECT, "contains(x, 'on') ? x.on : false", "length(x) == 1", true),
    (B_X_OBJECT, "x.?a.?on ?? false", "!contains(x, 'a')", false),
    (B_X_OBJECT, "x.?a.?on ?? false", "contains(x, 'a')", true),
    ("param x object?", "x!.on", "x == null", false),
    ("param x object?", "x!.on", "x != null", false),
    ("param x object?", "x.?on ?? false", "empty(x)", false),
    (B_X_ARRAY, "(x[?1] ?? '') == 'a'", "length(x) < 2", false),
    (B_X_ARRAY, "(x[?1] ?? '') == 'a'", "length(x) < 3", true),
    (B_X_ARRAY, "first(x) == 'a'", "!contains(x, 'a')", false),
    (B_X_ARRAY, "first(x) == 'a'", "contains(x, 'b')", true),
    (B_X_ARRAY, "last(x) == 'a'", "first(x) == 'b' && length(x) == 1", false),
    (B_X_ARRAY, "last(x) == 'a'", "first(x) == 'b'", true),
    (B_X_ARRAY, "x[0] == 'a'", "first(x) == 'b'", false),
    (B_X_ARRAY, "x[0] == 'a'", "empty(x)", false),
];

const A_X_OBJECT: &str = r#""x":{"type":"object"}"#;

const ARM: &[Pair] = &[
    (A_X_OBJECT, "coalesce(tryGet(parameters('x'),'on'), false())", "not(contains(parameters('x'),'on'))", false),
    (A_X_OBJECT, "coalesce(tryGet(parameters('x'),'on'), false())", "contains(parameters('x'),'on')", true),
    (
        A_X_OBJECT,
        "if(contains(parameters('x'),'on'),parameters('x').on,false())",
        "not(contains(parameters('x'),'on'))",
        false,
    ),
    (
        A_X_OBJECT,
        "if(contains(parameters('x'),'on'),parameters('x').on,false())",
        "equals(length(parameters('x')),1)",
        true,
    ),
    (r#""x":{"type":"array"}"#, "equals(tryGet(parameters('x'),1),'a')", "less(length(parameters('x')),2)", false),
    (r#""x":{"type":"array"}"#, "equals(tryGet(parameters('x'),1),'a')", "less(length(parameters('x')),3)", true),
];

#[test]
fn members_of_terraform() {
    check(Language::Terraform, TERRAFORM);
}

#[test]
fn members_of_bicep() {
    check(Language::Bicep, BICEP);
}

#[test]
fn members_of_arm() {
    check_arm(ARM);
}
