//! Conditions that look at one text in different ways: pairs that can't hold together, and pairs that can.

use super::conditions::Language;
use super::written::{Pair, check, check_arm};

const T_X_STRING: &str = r#"variable "x" { type = string }"#;
const T_X_STRING_Y_STRING: &str = "variable \"x\" { type = string }\nvariable \"y\" { type = string }";

const TERRAFORM: &[Pair] = &[
    (T_X_STRING, r#"split("-", var.x)[0] == "prd""#, r#"split("_", var.x)[0] == "dev""#, false),
    (T_X_STRING, r#"split("-", var.x)[0] == "prd""#, r#"split("_", var.x)[0] == "prd-weu""#, true),
    (T_X_STRING, r#"split("-", var.x)[0] == "prd""#, r#"split("_", var.x)[1] == "dev""#, true),
    (T_X_STRING, r#"split("-", var.x)[0] == "prd""#, r#"split(".", var.x)[0] == "prd""#, true),
    (T_X_STRING, r#"split("-", var.x)[0] == "prd""#, r#"split(".", var.x)[0] == "pr""#, false),
    (T_X_STRING, r#"can(regex("^(prd|stg)-", var.x))"#, r#"split("-", var.x)[0] == "dev""#, false),
    (T_X_STRING, r#"can(regex("^(prd|stg)-", var.x))"#, r#"split("-", var.x)[0] == "stg""#, true),
    (T_X_STRING, r#"can(regex("^(prd|stg)-", var.x))"#, r#"split("-", var.x)[1] == "dev""#, true),
    (T_X_STRING, r#"can(regex("^[a-z]{3}-[0-9]{2}$", var.x))"#, "length(var.x) != 6", false),
    (T_X_STRING, r#"can(regex("^[a-z]{3}-[0-9]{2}$", var.x))"#, r#"startswith(var.x, "prd")"#, true),
    (T_X_STRING, r#"can(regex("^[a-z]{3}-[0-9]{2}$", var.x))"#, r#"startswith(var.x, "PRD")"#, false),
    (T_X_STRING, r#"can(regex("^[a-z]{3}-[0-9]{2}$", var.x))"#, r#"split("-", var.x)[1] == "1""#, false),
    (T_X_STRING, r#"can(regex("^[a-z]{3}-[0-9]{2}$", var.x))"#, r#"split("-", var.x)[1] == "01""#, true),
    (T_X_STRING, r#"can(regex("^(?i)prd", var.x))"#, r#"lower(var.x) == "dev""#, false),
    (T_X_STRING, r#"can(regex("^(?i)prd", var.x))"#, r#"var.x == "PRD-1""#, true),
    (T_X_STRING, r#"!can(regex("^[a-z]+$", var.x))"#, r#"startswith(var.x, "prd")"#, true),
    (T_X_STRING, r#"!can(regex("^[a-z]+$", var.x))"#, r#"var.x == "prd""#, false),
    (T_X_STRING, r#"can(regex("^\\d+$", var.x))"#, r#"strcontains(var.x, "a")"#, false),
    (T_X_STRING, r#"can(regex("^\\d+$", var.x))"#, r#"strcontains(var.x, "7")"#, true),
    (
        T_X_STRING,
        r#"length(regexall("prd", var.x)) > 0"#,
        r#"split("-", var.x)[0] == "dev" && length(split("-", var.x)) == 1"#,
        false,
    ),
    (T_X_STRING, r#"length(regexall("prd", var.x)) > 0"#, r#"split("-", var.x)[0] == "dev""#, true),
    (T_X_STRING, r#"endswith(var.x, "-b")"#, r#"split("-", var.x)[1] == "a" && length(split("-", var.x)) == 2"#, false),
    (T_X_STRING, r#"endswith(var.x, "-b")"#, r#"split("-", var.x)[1] == "a" && length(split("-", var.x)) == 3"#, true),
    (T_X_STRING, r#"endswith(var.x, "-b")"#, r#"split("-", var.x)[0] == "prd" && length(var.x) < 5"#, false),
    (T_X_STRING, r#"endswith(var.x, "-b")"#, r#"split("-", var.x)[0] == "prd" && length(var.x) < 6"#, true),
    (
        T_X_STRING,
        r#"split("/", var.x)[8] == "disk1""#,
        r#"endswith(var.x, "/disk2") && length(split("/", var.x)) == 9"#,
        false,
    ),
    (
        T_X_STRING,
        r#"split("/", var.x)[8] == "disk1""#,
        r#"endswith(var.x, "/disk1") && length(split("/", var.x)) == 9"#,
        true,
    ),
    (
        T_X_STRING,
        r#"split("/", var.x)[8] == "disk1""#,
        r#"endswith(var.x, "/disk2") && length(split("/", var.x)) > 9"#,
        true,
    ),
    (T_X_STRING, r#"split("-", "app-${var.x}")[1] == "prd""#, r#"startswith(var.x, "dev")"#, false),
    (T_X_STRING, r#"split("-", "app-${var.x}")[1] == "prd""#, r#"startswith(var.x, "prd")"#, true),
    (T_X_STRING, r#"split("-", "app-${var.x}")[0] == "dev""#, "true", false),
    (T_X_STRING, r#"split("-", "${var.x}-weu")[0] == "prd""#, r#"var.x == "dev""#, false),
    (T_X_STRING, r#"split("-", "${var.x}-weu")[0] == "prd""#, r#"endswith(var.x, "dev")"#, true),
    (T_X_STRING, r#"startswith("rg-${var.x}", "rg-prd")"#, r#"startswith(var.x, "dev")"#, false),
    (T_X_STRING, r#"startswith("rg-${var.x}", "rg-prd")"#, r#"startswith(var.x, "p")"#, true),
    (T_X_STRING, r#"contains(split("-", var.x), "prd")"#, r#"contains(split("-", var.x), "dev")"#, true),
    (T_X_STRING, r#"contains(split("-", var.x), "prd")"#, r#"!strcontains(var.x, "prd")"#, false),
    (
        T_X_STRING,
        r#"contains(split("-", var.x), "prd")"#,
        r#"startswith(var.x, "dev") && length(split("-", var.x)) == 1"#,
        false,
    ),
    (T_X_STRING, r#"contains(split("-", var.x), "prd")"#, "length(var.x) == 2", false),
    (T_X_STRING, r#"element(split("-", var.x), 2) == "prd""#, r#"var.x == "a-b-dev""#, false),
    (T_X_STRING, r#"element(split("-", var.x), -1) == "prd""#, r#"endswith(var.x, "dev")"#, false),
    (
        T_X_STRING,
        r#"reverse(split("-", var.x))[1] == "prd""#,
        r#"endswith(var.x, "-prd") && length(split("-", var.x)) == 2"#,
        true,
    ),
    (T_X_STRING, r#"reverse(split("-", var.x))[1] == "prd""#, r#"startswith(var.x, "prd-")"#, true),
    (T_X_STRING, r#"lower(split("-", var.x)[0]) == "prd""#, r#"startswith(var.x, "DEV")"#, false),
    (T_X_STRING, r#"lower(split("-", var.x)[0]) == "prd""#, r#"startswith(var.x, "PRD-")"#, true),
    (T_X_STRING, r#"split("-", lower(var.x))[0] == "prd""#, r#"startswith(upper(var.x), "DEV")"#, false),
    (T_X_STRING, r#"substr(split("-", var.x)[1], 0, 2) == "we""#, r#"split("-", var.x)[1] == "neu""#, false),
    (T_X_STRING, r#"substr(split("-", var.x)[1], 0, 2) == "we""#, r#"endswith(var.x, "-weu")"#, true),
    (T_X_STRING, r#"substr(var.x, 0, 3) == "prd""#, "length(var.x) < 3", false),
    (
        T_X_STRING,
        r#"substr(var.x, 4, 3) == "weu""#,
        r#"split("-", var.x)[1] == "neu" && split("-", var.x)[0] == "prd""#,
        false,
    ),
    (
        T_X_STRING,
        r#"substr(var.x, 4, 3) == "weu""#,
        r#"split("-", var.x)[1] == "weu" && split("-", var.x)[0] == "prd""#,
        true,
    ),
    (T_X_STRING, r#"replace(var.x, "-", "") == "prdweu""#, r#"split("-", var.x)[0] == "dev""#, false),
    (T_X_STRING, r#"replace(var.x, "-", "") == "prdweu""#, r#"split("-", var.x)[0] == "prd""#, true),
    (T_X_STRING, r#"replace(var.x, "_", "-") == "prd-weu""#, r#"split("_", var.x)[0] == "dev""#, false),
    (T_X_STRING, r#"trimprefix(var.x, "rg-") == "prd""#, r#"split("-", var.x)[0] == "dev""#, false),
    (T_X_STRING, r#"trimprefix(var.x, "rg-") == "prd""#, r#"split("-", var.x)[0] == "rg""#, true),
    (T_X_STRING, r#"trimsuffix(var.x, ".local") == "prd""#, r#"endswith(var.x, ".com")"#, false),
    (T_X_STRING, r#"title(var.x) == "Prd""#, r#"startswith(var.x, "d")"#, false),
    (T_X_STRING, r#"title(var.x) == "Prd""#, r#"var.x == "prd""#, true),
    (T_X_STRING, "length(trimspace(var.x)) > 3", r#"var.x == " abc ""#, false),
    (
        T_X_STRING,
        r#"tonumber(split("-", var.x)[1]) > 5"#,
        r#"endswith(var.x, "-3") && length(split("-", var.x)) == 2"#,
        false,
    ),
    (T_X_STRING, r#"tonumber(split("-", var.x)[1]) > 5"#, r#"startswith(var.x, "prd-")"#, true),
    (T_X_STRING, r#"try(split("-", var.x)[1], "none") == "prd""#, r#"!strcontains(var.x, "-")"#, false),
    (T_X_STRING, r#"try(split("-", var.x)[1], "none") == "none""#, r#"!strcontains(var.x, "-")"#, true),
    (T_X_STRING, r#"try(regex("^(prd|stg)", var.x)[0], "dev") == "prd""#, r#"startswith(var.x, "stg")"#, false),
    (T_X_STRING, r#"try(regex("^(prd|stg)", var.x)[0], "dev") == "prd""#, r#"startswith(var.x, "prd-")"#, true),
    (T_X_STRING, r#"contains(["prd", "stg"], split("-", var.x)[0])"#, r#"startswith(var.x, "dev")"#, false),
    (T_X_STRING, r#"contains(["prd", "stg"], split("-", var.x)[0])"#, r#"startswith(var.x, "stg-")"#, true),
    (T_X_STRING, r#"lookup({ prd = true }, split("-", var.x)[0], false)"#, r#"startswith(var.x, "dev")"#, false),
    (T_X_STRING, r#"lookup({ prd = true }, split("-", var.x)[0], false)"#, r#"endswith(var.x, "-weu")"#, true),
    (T_X_STRING_Y_STRING, r#"split("-", "${var.x}-${var.y}")[0] == "prd""#, r#"startswith(var.x, "dev")"#, false),
    (T_X_STRING_Y_STRING, r#"split("-", "${var.x}-${var.y}")[0] == "prd""#, r#"startswith(var.x, "prd")"#, true),
    (
        T_X_STRING_Y_STRING,
        r#"startswith("${var.x}-${var.y}", "prd-weu")"#,
        r#"startswith(var.y, "neu") && var.x == "prd""#,
        false,
    ),
    (
        T_X_STRING_Y_STRING,
        r#"startswith("${var.x}-${var.y}", "prd-weu")"#,
        r#"startswith(var.y, "weu") && var.x == "prd""#,
        true,
    ),
    (T_X_STRING_Y_STRING, r#"endswith("${var.x}-${var.y}", "-prd")"#, r#"var.y == "dev""#, false),
    (T_X_STRING_Y_STRING, r#"endswith("${var.x}-${var.y}", "-prd")"#, r#"var.x == "dev""#, true),
    (T_X_STRING_Y_STRING, r#"split("-", var.x)[0] == var.y"#, r#"startswith(var.x, "prd-") && var.y == "dev""#, false),
    (T_X_STRING_Y_STRING, r#"split("-", var.x)[0] == var.y"#, r#"startswith(var.x, "prd-") && var.y == "prd""#, true),
];

const B_X_STRING: &str = "param x string";

const BICEP: &[Pair] = &[
    (B_X_STRING, "split(x, '-')[0] == 'prd'", "split(x, '_')[0] == 'dev'", false),
    (B_X_STRING, "split(x, '-')[0] == 'prd'", "split(x, '_')[1] == 'dev'", true),
    (B_X_STRING, "split(x, ['-', '_'])[0] == 'prd'", "startsWith(x, 'dev')", false),
    (B_X_STRING, "split(x, ['-', '_'])[0] == 'prd'", "startsWith(x, 'prd_')", true),
    ("@minLength(3)\n@maxLength(6)\nparam x string", "split(x, '-')[0] == 'prd'", "endsWith(x, '-weu')", false),
    ("@minLength(3)\n@maxLength(7)\nparam x string", "split(x, '-')[0] == 'prd'", "endsWith(x, '-weu')", true),
    ("@maxLength(3)\nparam x string", "startsWith(x, 'prd')", "endsWith(x, 'x')", false),
    ("@maxLength(4)\nparam x string", "startsWith(x, 'prd')", "endsWith(x, 'x')", true),
    ("@minLength(9)\nparam x string", "split(x, '-')[0] == 'prd'", "length(split(x, '-')) == 1", false),
    (B_X_STRING, "split('app-${x}', '-')[1] == 'prd'", "startsWith(x, 'dev')", false),
    (B_X_STRING, "split('app-${x}', '-')[1] == 'prd'", "startsWith(x, 'PRD')", true),
    (B_X_STRING, "split('app-${x}', '-')[1] == 'prd'", "endsWith(x, 'dev')", true),
    (B_X_STRING, "startsWith(x, 'prd')", "startsWith(x, 'PRD-')", true),
    (B_X_STRING, "contains(split(x, '-'), 'prd')", "contains(x, 'dev')", true),
    (B_X_STRING, "contains(split(x, '-'), 'prd')", "!contains(x, 'prd')", false),
    (B_X_STRING, "last(split(x, '-')) == 'prd'", "endsWith(x, '-dev')", false),
    (B_X_STRING, "last(split(x, '-')) == 'prd'", "endsWith(x, 'prd')", true),
    (B_X_STRING, "first(split(x, '-')) == 'prd'", "startsWith(x, 'dev')", false),
    (B_X_STRING, "split(x, '-')[^1] == 'prd'", "endsWith(x, 'dev')", false),
    (B_X_STRING, "split(x, '-')[^1] == 'prd'", "startsWith(x, 'dev')", true),
    (B_X_STRING, "toLower(take(x, 3)) == 'prd'", "startsWith(x, 'dev')", false),
    (B_X_STRING, "toLower(take(x, 3)) == 'prd'", "startsWith(x, 'PRD-x')", true),
    (B_X_STRING, "take(x, 3) == 'prd'", "length(x) == 2", false),
    (B_X_STRING, "skip(x, 3) == '-weu'", "split(x, '-')[0] == 'prd'", true),
    (B_X_STRING, "skip(x, 3) == '-weu'", "split(x, '-')[0] == 'dev1'", false),
    (B_X_STRING, "substring(x, 4, 3) == 'weu'", "length(x) < 7", false),
    (B_X_STRING, "substring(x, 4, 3) == 'weu'", "split(x, '-')[0] == 'prd'", true),
    (B_X_STRING, "indexOf(x, 'prd') == 4", "startsWith(x, 'prd')", false),
    (B_X_STRING, "indexOf(x, 'prd') == 4", "split(x, '-')[1] == 'prd'", true),
    (B_X_STRING, "replace(x, '-', '') == 'prdweu'", "startsWith(x, 'dev')", false),
    (B_X_STRING, "trim(x) == 'prd'", "startsWith(x, 'd')", false),
    (B_X_STRING, "trim(x) == 'prd'", "startsWith(x, ' ')", true),
    (B_X_STRING, "int(split(x, '-')[1]) > 5", "endsWith(x, '-3') && length(split(x, '-')) == 2", false),
    (B_X_STRING, "int(split(x, '-')[1]) > 5", "startsWith(x, 'prd-')", true),
    ("param x string\nparam y string", "startsWith('${x}-${y}', 'prd-')", "x == 'dev'", false),
    ("param x string\nparam y string", "startsWith('${x}-${y}', 'prd-')", "startsWith(x, 'dev')", false),
    ("param x string\nparam y string", "startsWith('${x}-${y}', 'prd-')", "y == 'dev'", true),
];

const A_X_STRING: &str = r#""x":{"type":"string"}"#;

const ARM: &[Pair] = &[
    (A_X_STRING, "equals(split(parameters('x'),'-')[0],'prd')", "equals(split(parameters('x'),'_')[0],'dev')", false),
    (A_X_STRING, "equals(split(parameters('x'),'-')[0],'prd')", "equals(split(parameters('x'),'_')[1],'dev')", true),
    (
        r#""x":{"type":"string","maxLength":6}"#,
        "equals(split(parameters('x'),'-')[0],'prd')",
        "endsWith(parameters('x'),'-weu')",
        false,
    ),
    (
        r#""x":{"type":"string","maxLength":7}"#,
        "equals(split(parameters('x'),'-')[0],'prd')",
        "endsWith(parameters('x'),'-weu')",
        true,
    ),
    (
        A_X_STRING,
        "equals(split(concat('app-',parameters('x')),'-')[1],'prd')",
        "startsWith(parameters('x'),'dev')",
        false,
    ),
    (
        A_X_STRING,
        "equals(split(concat('app-',parameters('x')),'-')[1],'prd')",
        "startsWith(parameters('x'),'prd-')",
        true,
    ),
];

#[test]
fn letters_of_terraform() {
    check(Language::Terraform, TERRAFORM);
}

#[test]
fn letters_of_bicep() {
    check(Language::Bicep, BICEP);
}

#[test]
fn letters_of_arm() {
    check_arm(ARM);
}
