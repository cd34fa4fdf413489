//! Conditions on an unknown and its parts: pairs that can't hold together, and pairs that can.

use super::conditions::Language;
use super::written::{Pair, check};

const T_X_ANY: &str = r#"variable "x" { type = any }"#;

const TERRAFORM: &[Pair] = &[
    (T_X_ANY, "var.x == null ? false : var.x.on", "var.x != null", true),
    (T_X_ANY, "var.x == null ? true : var.x.on", "var.x == null", true),
    (T_X_ANY, "!(var.x == null ? true : var.x.on)", "var.x == null", false),
    (T_X_ANY, "!(var.x == null ? true : var.x.on)", "var.x != null", true),
    (T_X_ANY, "(var.x == null ? 0 : var.x.count) > 1", "var.x == null", false),
    (T_X_ANY, "(var.x == null ? 0 : var.x.count) > 1", "var.x != null", true),
    (T_X_ANY, "(var.x == null ? 2 : var.x.count) > 1", "var.x == null", true),
    (T_X_ANY, "(var.x != null ? var.x.on : false)", "var.x == null", false),
    (T_X_ANY, r#"(var.x == null ? "" : var.x.mode) == "cmk""#, "var.x == null", false),
];

const B_X_ARRAY: &str = "param x array";

const BICEP: &[Pair] = &[
    (B_X_ARRAY, "first(x) != 'a'", "empty(x)", true),
    (B_X_ARRAY, "first(x) == 'a'", "!empty(x)", true),
    (B_X_ARRAY, "first(x) == 'a'", "length(x) == 0", false),
    (B_X_ARRAY, "last(x) == 'a'", "empty(x)", false),
    (B_X_ARRAY, "last(x) == 'a'", "length(x) == 2", true),
    (B_X_ARRAY, "first(x) == null", "empty(x)", true),
    (B_X_ARRAY, "first(x) == 'a'", "last(x) == 'b'", true),
    ("param x string", "first(x) == 'p'", "empty(x)", false),
    ("param x string", "first(x) == 'p'", "startsWith(x, 'd')", false),
    ("param x string", "first(x) == 'p'", "startsWith(x, 'p')", true),
];

#[test]
fn wholes_of_terraform() {
    check(Language::Terraform, TERRAFORM);
}

#[test]
fn wholes_of_bicep() {
    check(Language::Bicep, BICEP);
}
