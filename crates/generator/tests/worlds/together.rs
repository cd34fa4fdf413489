//! Conditions that calculate with several unknowns, or with quotients that no number is: pairs that can't hold together, and pairs that can.

use super::conditions::Language;
use super::written::{Pair, check, check_arm};

const T_X_NUMBER_Y_NUMBER: &str = "variable \"x\" { type = number }\nvariable \"y\" { type = number }";
const T_X_NUMBER: &str = r#"variable "x" { type = number }"#;

const TERRAFORM: &[Pair] = &[
    (T_X_NUMBER_Y_NUMBER, "var.x + var.y > 3", "var.x < 1 && var.y < 1", false),
    (T_X_NUMBER_Y_NUMBER, "var.x + var.y > 3", "var.x < 1", true),
    (T_X_NUMBER_Y_NUMBER, "var.x + var.y > 3", "var.x < 1 && var.y < 9", true),
    (T_X_NUMBER_Y_NUMBER, "var.x - var.y > 3", "var.x < var.y", false),
    (T_X_NUMBER_Y_NUMBER, "var.x - var.y > 3", "var.x > var.y", true),
    (T_X_NUMBER_Y_NUMBER, "var.x * var.y == 12", "var.x == 5", false),
    (T_X_NUMBER_Y_NUMBER, "var.x * var.y == 12", "var.x == 4", true),
    (T_X_NUMBER_Y_NUMBER, "var.x + 2 * var.y == 10", "var.x == 2 && var.y == 3", false),
    (T_X_NUMBER_Y_NUMBER, "var.x + 2 * var.y == 10", "var.x == 2 && var.y == 4", true),
    (T_X_NUMBER_Y_NUMBER, "var.x + 2 * var.y == 10", "var.x == 2", true),
    (
        "variable \"x\" { type = number }\nvariable \"y\" { type = number }\nvariable \"z\" { type = number }",
        "var.x + var.y + var.z > 6",
        "var.x <= 2 && var.y <= 2 && var.z <= 2",
        false,
    ),
    (
        "variable \"x\" { type = number }\nvariable \"y\" { type = number }\nvariable \"z\" { type = number }",
        "var.x + var.y + var.z > 6",
        "var.x <= 2 && var.y <= 2 && var.z <= 3",
        true,
    ),
    (
        "variable \"x\" { type = list(string) }\nvariable \"y\" { type = list(string) }",
        "length(var.x) + length(var.y) == 0",
        "length(var.x) > 0",
        false,
    ),
    (
        "variable \"x\" { type = list(string) }\nvariable \"y\" { type = list(string) }",
        "length(var.x) + length(var.y) > 0",
        "length(var.x) == 0",
        true,
    ),
    (
        "variable \"x\" { type = list(string) }\nvariable \"y\" { type = list(string) }",
        "length(var.x) + length(var.y) > 0",
        "length(var.x) == 0 && length(var.y) == 0",
        false,
    ),
    (T_X_NUMBER_Y_NUMBER, "max(var.x + var.y, 3) > 3", "var.x < 1 && var.y < 1", false),
    (T_X_NUMBER_Y_NUMBER, "max(var.x + var.y, 3) > 3", "var.x < 1 && var.y > 5", true),
    (T_X_NUMBER, "floor(var.x / 3) == 1", "var.x < 3", false),
    (T_X_NUMBER, "floor(var.x / 3) == 1", "var.x < 4", true),
    (T_X_NUMBER, "floor(var.x / 3) == 1", "var.x == 5", true),
    (T_X_NUMBER, "floor(var.x / 3) == 1", "var.x >= 6", false),
    (T_X_NUMBER, "ceil(var.x / 7) == 2", "var.x <= 7", false),
    (T_X_NUMBER, "ceil(var.x / 7) == 2", "var.x == 8", true),
    (T_X_NUMBER, "ceil(var.x / 7) == 2", "var.x == 15", false),
    (T_X_NUMBER, "var.x / 3 > 2", "var.x <= 6", false),
    (T_X_NUMBER, "var.x / 3 > 2", "var.x <= 7", true),
    (T_X_NUMBER, "var.x / 3 == 2", "var.x == 7", false),
    (T_X_NUMBER, "var.x / 3 == 2", "var.x == 6", true),
    (T_X_NUMBER, "(var.x + 1) / 3 > 1", "var.x < 3", false),
    (T_X_NUMBER, "(var.x + 1) / 3 > 1", "var.x == 3", true),
    (T_X_NUMBER, "var.x / 6 < 1", "var.x > 5", false),
    (T_X_NUMBER, "var.x / 6 < 1", "var.x > 4", true),
    (T_X_NUMBER, "floor(var.x / 10) * 10 == 20", "var.x == 31", false),
    (T_X_NUMBER, "floor(var.x / 10) * 10 == 20", "var.x == 29", true),
    (T_X_NUMBER, "var.x / 3 - 1 > 0", "var.x < 3", false),
    (T_X_NUMBER, "var.x / 3 - 1 > 0", "var.x == 4", true),
];

const B_X_INT_Y_INT: &str = "param x int\nparam y int";

const BICEP: &[Pair] = &[
    (B_X_INT_Y_INT, "x + y > 3", "x < 1 && y < 1", false),
    (B_X_INT_Y_INT, "x + y > 3", "x < 1 && y < 8", true),
    (B_X_INT_Y_INT, "x - y >= 2", "x == 1 && y == 0", false),
    (B_X_INT_Y_INT, "x - y >= 2", "x == 1", true),
    (B_X_INT_Y_INT, "x - y == 0", "x != y", false),
    (B_X_INT_Y_INT, "x - y == 0", "x == 3", true),
    (B_X_INT_Y_INT, "x * y > 10", "x == 2 && y == 5", false),
    (B_X_INT_Y_INT, "x * y > 10", "x == 2 && y == 6", true),
    (B_X_INT_Y_INT, "x * y > 10", "x == 2", true),
    ("@minValue(1)\n@maxValue(3)\nparam x int\n@minValue(1)\n@maxValue(3)\nparam y int", "x + y > 6", "true", false),
    ("@minValue(1)\n@maxValue(3)\nparam x int\n@minValue(1)\n@maxValue(3)\nparam y int", "x + y == 6", "true", true),
    ("param l array\nparam n int", "length(l) - n > 0", "empty(l) && n == 0", false),
    ("param l array\nparam n int", "length(l) - n > 0", "length(l) == 2", true),
    ("param x int", "x / 3 == 1", "x < 3", false),
    ("param x int", "x / 3 == 1", "x < 4", true),
];

const A_X_INT_Y_INT: &str = r#""x":{"type":"int"},"y":{"type":"int"}"#;

const ARM: &[Pair] = &[
    (
        A_X_INT_Y_INT,
        "greater(add(parameters('x'),parameters('y')),3)",
        "and(less(parameters('x'),1),less(parameters('y'),1))",
        false,
    ),
    (A_X_INT_Y_INT, "greater(add(parameters('x'),parameters('y')),3)", "less(parameters('x'),1)", true),
    (A_X_INT_Y_INT, "equals(sub(parameters('x'),parameters('y')),5)", "less(parameters('x'),parameters('y'))", false),
    (A_X_INT_Y_INT, "equals(sub(parameters('x'),parameters('y')),5)", "less(parameters('x'),9)", true),
    (r#""x":{"type":"int"}"#, "equals(div(parameters('x'),4),2)", "greater(parameters('x'),11)", false),
    (r#""x":{"type":"int"}"#, "equals(div(parameters('x'),4),2)", "greater(parameters('x'),10)", true),
];

#[test]
fn together_of_terraform() {
    check(Language::Terraform, TERRAFORM);
}

#[test]
fn together_of_bicep() {
    check(Language::Bicep, BICEP);
}

#[test]
fn together_of_arm() {
    check_arm(ARM);
}
