//! Conditions as people write them: pairs that can't hold together, and pairs that can.

use super::conditions::Language;
use super::{arm_template, template, worlds};

/// What is declared, the two conditions, and whether both hold for some values.
pub(super) type Pair = (&'static str, &'static str, &'static str, bool);

mod terraform {
    use super::Pair;

    const TEXT: &str = r#"variable "env" { type = string }"#;
    const NUMBER: &str = r#"variable "n" { type = number }"#;
    const LIST: &str = r#"variable "l" { type = list(string) }"#;
    const FLAG: &str = r#"variable "f" { type = bool }"#;
    const TWO: &str = "variable \"a\" { type = string }\nvariable \"b\" { type = string }";
    const MAP: &str = r#"variable "m" { type = map(string) }"#;

    const ANY: &str = r#"variable "x" { type = any }"#;

    pub(super) const PAIRS: &[Pair] = &[
        (ANY, "try(var.x.on, false)", "var.x == null", false),
        (ANY, "try(var.x.on, false)", "var.x != null", true),
        (ANY, "!try(var.x.on, true)", "var.x == null", false),
        (ANY, "!try(var.x.on, false)", "var.x == null", true),
        (ANY, "try(var.x.a, null) != null", "var.x == null", false),
        (ANY, "try(var.x.a, null) == null", "var.x == null", true),
        (ANY, "can(var.x.on)", "var.x == null", false),
        (ANY, "can(var.x.on)", "var.x != null", true),
        (ANY, "!can(var.x.on)", "var.x != null", true),
        (ANY, "!can(var.x.on)", "var.x == null", true),
        (ANY, "!can(var.x.on)", "true", true),
        (ANY, "!can(var.x.on)", "try(var.x.on, false)", false),
        (ANY, "!can(var.x.on)", "!try(var.x.on, false)", true),
        (ANY, "try(var.x.disk.on, false)", "var.x == null", false),
        (ANY, "try(var.x.disk.on, false)", "try(var.x.disk, null) == null", false),
        (ANY, "try(var.x.disk.on, false)", "try(var.x.disk, null) != null", true),
        (ANY, "try(var.x.a.b.c, \"\") != \"\"", "var.x == null", false),
        (ANY, "try(var.x.mode, \"ade\") == \"cmk\"", "var.x == null", false),
        (ANY, "try(var.x.mode, \"ade\") == \"ade\"", "var.x == null", true),
        (ANY, "try(var.x.mode, \"ade\") == \"ade\"", "try(var.x.mode, \"cmk\") == \"cmk\"", true),
        (ANY, "coalesce(try(var.x.on, null), false)", "var.x == null", false),
        (ANY, "coalesce(try(var.x.on, null), false)", "var.x != null", true),
        (LIST, "try(var.l[0], \"\") == \"a\"", "length(var.l) == 0", false),
        (LIST, "try(var.l[0], \"\") == \"\"", "length(var.l) == 0", true),
        (LIST, "try(var.l[0], \"\") == \"a\"", "length(var.l) > 0", true),
        (MAP, "lookup(var.m, \"a\", \"b\") == \"c\"", "length(var.m) == 0", false),
        (MAP, "lookup(var.m, \"a\", \"b\") == \"b\"", "length(var.m) == 0", true),
        (MAP, "lookup(var.m, \"a\", \"b\") == \"c\"", "var.m == null", false),
        (MAP, "lookup(var.m, \"a\", \"b\") == \"c\"", "length(var.m) == 1", true),
        (TEXT, r#"lower(var.env) == "prod""#, r#"var.env == "dev""#, false),
        (TEXT, r#"lower(var.env) == "prod""#, r#"var.env == "Prod""#, true),
        (TEXT, r#"upper(var.env) == "PROD""#, r#"lower(var.env) != "prod""#, false),
        (NUMBER, "var.n > 2", "var.n <= 2", false),
        (NUMBER, "var.n >= 2", "var.n <= 2", true),
        (NUMBER, "var.n > 2", "!(var.n > 2)", false),
        (LIST, "length(var.l) > 0", "length(var.l) == 0", false),
        (LIST, "length(var.l) > 0", "var.l == []", false),
        (LIST, "length(var.l) > 1", "length(var.l) == 1", false),
        (LIST, "length(var.l) > 0", "length(var.l) == 2", true),
        (TEXT, r#"startswith(var.env, "prod")"#, r#"var.env == "dev""#, false),
        (TEXT, r#"startswith(var.env, "prod")"#, r#"startswith(var.env, "dev")"#, false),
        (TEXT, r#"endswith(var.env, "-prod")"#, r#"var.env == "x-dev""#, false),
        (TEXT, r#"startswith(var.env, "a")"#, r#"endswith(var.env, "b")"#, true),
        (TEXT, r#"split("-", var.env)[1] == "prod""#, r#"split("-", var.env)[1] == "dev""#, false),
        (TEXT, r#"split("-", var.env)[1] == "prod""#, r#"var.env == "x-dev""#, false),
        (TEXT, r#"split("-", var.env)[0] == "prod""#, r#"var.env == "prod-x""#, true),
        (FLAG, r#"tostring(var.f) == "true""#, "!var.f", false),
        (FLAG, r#"tostring(var.f) == "true""#, "var.f", true),
        (FLAG, r#"format("%s", var.f) == "true""#, "var.f == false", false),
        (FLAG, r#""${var.f}x" == "truex""#, "!var.f", false),
        (TEXT, r#"can(regex("^prod", var.env))"#, r#"var.env == "dev""#, false),
        (TEXT, r#"can(regex("^prod", var.env))"#, r#"!startswith(var.env, "prod")"#, false),
        (TEXT, r#"can(regex("^prod", var.env))"#, r#"var.env == "prod1""#, true),
        (TEXT, r#"can(regex("^(prod|stg)$", var.env))"#, r#"!contains(["prod","stg"], var.env)"#, false),
        (TEXT, r#"length(regexall("prod", var.env)) > 0"#, r#"var.env == "dev""#, false),
        (TEXT, r#"can(regex("^[a-z]+$", var.env))"#, r#"var.env == "1""#, false),
        (TEXT, r#"can(regex("^[a-z]+$", var.env))"#, r#"var.env == "a""#, true),
        (TEXT, r#"contains(["prod","stg"], var.env)"#, r#"var.env == "dev""#, false),
        (TEXT, r#"contains(["prod","stg"], var.env)"#, r#"!contains(["prod","stg"], var.env)"#, false),
        (TEXT, r#"contains(["prod","stg"], lower(var.env))"#, r#"var.env == "dev""#, false),
        (LIST, r#"contains(var.l, "cmk")"#, r#"!contains(var.l, "cmk")"#, false),
        (LIST, r#"contains(var.l, "cmk")"#, "length(var.l) == 0", false),
        (LIST, r#"contains(var.l, "cmk")"#, r#"contains(var.l, "ade")"#, true),
        (TEXT, "lookup({prod = true}, var.env, false)", r#"var.env == "dev""#, false),
        (TEXT, "lookup({prod = true}, var.env, false)", r#"var.env == "prod""#, true),
        (
            TEXT,
            r#"lookup({prod = "cmk", dev = "ade"}, var.env, "none") == "cmk""#,
            r#"lookup({prod = "cmk", dev = "ade"}, var.env, "none") == "ade""#,
            false,
        ),
        (
            TEXT,
            r#"{prod = "cmk", dev = "ade"}[var.env] == "cmk""#,
            r#"{prod = "cmk", dev = "ade"}[var.env] == "ade""#,
            false,
        ),
        (TEXT, r#"{prod = "cmk", dev = "ade"}[var.env] == "cmk""#, r#"var.env != "prod""#, false),
        (
            TEXT,
            r#"{prod = "cmk", dev = "ade"}[var.env] == "cmk""#,
            r#"{dev = "ade", prod = "cmk"}[var.env] == "ade""#,
            false,
        ),
        (
            TEXT,
            r#"{prod = "cmk", dev = "ade"}[var.env] == "cmk""#,
            r#"{dev = "ade", stg = "no"}[var.env] == "ade""#,
            false,
        ),
        (
            TEXT,
            r#"{prod = "cmk", dev = "ade"}[var.env] == "cmk""#,
            r#"{dev = "cmk", prod = "ade"}[var.env] == "ade""#,
            true,
        ),
        (
            TEXT,
            r#"{prod = "cmk", dev = "ade"}[var.env] == "ade""#,
            r#"{stg = "cmk", dev = "ade"}[var.env] == "ade""#,
            true,
        ),
        (
            TEXT,
            r#"{prod = "cmk", dev = "ade"}[var.env] == "cmk""#,
            r#"lookup({dev = "cmk"}, var.env, "ade") == "ade""#,
            true,
        ),
        (
            TEXT,
            r#"try({prod = "cmk", dev = "ade"}[var.env], "none") == "none""#,
            r#"{prod = "cmk", stg = "ade"}[var.env] == "ade""#,
            true,
        ),
        (
            TEXT,
            r#"{prod = "cmk", dev = "ade"}[var.env] != "cmk""#,
            r#"{stg = "cmk", prod = "ade"}[var.env] == "ade""#,
            false,
        ),
        (
            TEXT,
            r#"{prod = {eu = "cmk", us = "no"}, dev = {eu = "no", us = "no"}}[split("-", var.env)[0]][split("-", var.env)[1]] == "cmk""#,
            r#"{us = "ade", eu = "no"}[split("-", var.env)[1]] == "ade""#,
            false,
        ),
        (TEXT, "try({prod = true}[var.env], false)", r#"var.env == "dev""#, false),
        (TEXT, "try({prod = true}[var.env], false)", r#"var.env == "prod""#, true),
        (MAP, r#"try(var.m["mode"], "none") == "cmk""#, r#"try(var.m["mode"], "none") == "ade""#, false),
        (MAP, r#"lookup(var.m, "mode", "none") == "cmk""#, r#"lookup(var.m, "mode", "none") == "ade""#, false),
        (TEXT, r#"coalesce(var.env, "dev") == "prod""#, r#"var.env == "dev""#, false),
        (TEXT, r#"coalesce(var.env, "dev") == "prod""#, r#"var.env == "prod""#, true),
        (TEXT, r#"coalesce(var.env, "dev") == "dev""#, "var.env == null", true),
        (TEXT, r#"substr(var.env, 0, 4) == "prod""#, r#"var.env == "dev1""#, false),
        (TEXT, r#"substr(var.env, 0, 4) == "prod""#, r#"!startswith(var.env, "prod")"#, false),
        (TEXT, r#"substr(var.env, 0, 1) == "p""#, r#"var.env == "prod""#, true),
        (TEXT, r#"substr(var.env, 2, 2) == "eu""#, r#"startswith(var.env, "p")"#, true),
        (TEXT, r#"format("vm-%s", var.env) == "vm-prod""#, r#"var.env == "dev""#, false),
        (TEXT, r#""vm-${var.env}" == "vm-prod""#, r#"var.env == "dev""#, false),
        (TEXT, r#""vm-${var.env}" == "vm-prod""#, r#"var.env == "prod""#, true),
        (TEXT, r#"join("-", ["a", var.env]) == "a-prod""#, r#"var.env == "dev""#, false),
        (TEXT, r#"trimspace(var.env) == "prod""#, r#"var.env == "dev""#, false),
        (TEXT, r#"title(var.env) == "Prod""#, r#"var.env == "dev""#, false),
        (TEXT, r#"replace(var.env, "-", "") == "proda""#, r#"var.env == "dev""#, false),
        (TEXT, r#"strcontains(var.env, "prod")"#, r#"var.env == "dev""#, false),
        (TEXT, r#"var.env == "prod" || var.env == "stg""#, r#"!(var.env == "prod" || var.env == "stg")"#, false),
        (TEXT, r#"var.env == """#, "length(var.env) > 0", false),
        (TEXT, r#"var.env != null && var.env != """#, r#"var.env == """#, false),
        (TEXT, "try(length(var.env), 0) > 0", r#"var.env == """#, false),
        (TWO, r#""${var.a}-${var.b}" == "prod-eu""#, r#"var.a == "dev""#, false),
        (TWO, r#""${var.a}-${var.b}" == "prod-eu""#, r#"var.b == "us""#, false),
        (TWO, r#""${var.a}-${var.b}" == "prod-eu""#, r#"var.a == "prod" && var.b == "eu""#, true),
        (TWO, r#""${var.a}-${var.b}" == "prod-eu""#, r#"var.a != "prod""#, false),
        (TWO, r#""${var.a}-${var.b}" == "prod-west-eu""#, r#"var.a == "prod""#, true),
        (TWO, r#""${var.a}-${var.b}" == "prod-west-eu""#, r#"var.a == "prod-west""#, true),
        (TWO, r#""${var.a}-${var.b}" == "prod-west-eu""#, r#"var.a == "prod" && var.b == "eu""#, false),
        (TWO, r#""${var.a}${var.b}" == "abc""#, r#"var.a == "ab""#, true),
        (TWO, r#""${var.a}${var.b}" == "abc""#, r#"var.a == "b""#, false),
        (TWO, r#"lower("${var.a}-${var.b}") == "prod-eu""#, r#"var.a == "dev""#, false),
        (TWO, r#"lower("${var.a}-${var.b}") == "prod-eu""#, r#"var.a == "PROD""#, true),
        (TWO, r#"format("%s-%s", var.a, var.b) == "prod-eu""#, r#"format("%s-%s", var.a, var.b) == "dev-eu""#, false),
        (TWO, r#"join("-", [var.a, var.b]) == "prod-eu""#, r#"var.a == "dev""#, false),
        (TWO, r#""${var.a}-${var.b}" != "prod-eu""#, r#"var.a == "prod""#, true),
        (TWO, r#""${var.a}-${var.b}" != "prod-eu""#, r#"var.a == "prod" && var.b == "eu""#, false),
        (LIST, "length(var.l) > 0", "toset(var.l) == toset([])", false),
        (LIST, "length(var.l) == 0", "toset(var.l) == toset([])", true),
        (LIST, r#"length(var.l) == 2"#, r#"toset(var.l) == toset(["a"])"#, true),
        (LIST, r#"length(var.l) == 0"#, r#"toset(var.l) == toset(["a"])"#, false),
        (LIST, "length(toset(var.l)) == 0", "length(var.l) > 0", false),
        (LIST, "length(toset(var.l)) == 1", "length(var.l) > 1", true),
        (LIST, "length(distinct(var.l)) == 0", "length(var.l) > 0", false),
        (LIST, "length(compact(var.l)) == 0", "length(var.l) > 0", true),
        (LIST, "length(compact(var.l)) > 0", "length(var.l) == 0", false),
        (LIST, "length(reverse(var.l)) > 0", "length(var.l) == 0", false),
        (LIST, "length(sort(var.l)) == 1", "length(var.l) == 2", false),
        (LIST, r#"contains(var.l, "cmk")"#, "length(var.l) == 3", true),
        (LIST, r#"contains(toset(var.l), "cmk")"#, r#"!contains(var.l, "cmk")"#, false),
        (LIST, r#"length([for x in var.l : x if x == "cmk"]) > 0"#, "length(var.l) == 0", false),
        (LIST, r#"length([for x in var.l : x if x == "cmk"]) == 0"#, "length(var.l) == 2", true),
        (LIST, "length([for x in var.l : upper(x)]) == 1", "length(var.l) == 2", false),
        (LIST, r#"contains(var.l, "a") && length(distinct(var.l)) == 3"#, "length(var.l) == 5", true),
        (LIST, "length(compact(var.l)) == 1", "length(var.l) == 3", true),
        (LIST, r#"try(var.l, [])[0] == "a""#, "length(var.l) == 2", true),
        (LIST, r#"try(var.l, [])[1] == "a""#, "length(var.l) > 1", true),
        (LIST, r#"reverse(var.l)[0] == "a""#, "length(var.l) == 2", true),
        (LIST, r#"reverse(var.l) == tolist(["a", "b"])"#, "length(var.l) == 2", true),
        (LIST, r#"sort(var.l) == tolist(["a", "b"])"#, "length(var.l) == 2", true),
        (TEXT, r#"reverse(split("-", var.env))[0] == "prod""#, r#"reverse(split("-", var.env))[0] == "dev""#, false),
        (TEXT, r#"reverse(split("-", var.env))[0] == "prod""#, r#"var.env == "x-dev""#, false),
        (TEXT, r#"reverse(split("-", var.env))[0] == "prod""#, r#"var.env == "x-prod""#, true),
        (TEXT, r#"element(split("-", var.env), 0) == "prod""#, r#"var.env == "dev-x""#, false),
        (TEXT, r#"index(["dev", "prod"], var.env) == 1"#, r#"var.env == "dev""#, false),
        (TEXT, r#"index(["dev", "prod"], var.env) == 1"#, r#"var.env == "prod""#, true),
        (TEXT, r#"index(["dev", "prod"], var.env) == 1"#, r#"index(["dev", "prod"], var.env) == 0"#, false),
        (TEXT, r#"index(["dev", "prod"], var.env) > 0"#, r#"var.env != "prod""#, false),
        (NUMBER, r#"tostring(var.n) == "2""#, "var.n == 3", false),
        (NUMBER, "var.n % 2 == 0", "var.n == 3", false),
        (NUMBER, "max(var.n, 2) == 2", "var.n == 3", false),
        (NUMBER, "var.n + 1 > 3", "var.n == 2", false),
        (
            r#"variable "env" {
 type = string
 validation {
 condition = contains(["dev","prod"], var.env)
 error_message = "x"
 }
}"#,
            r#"var.env == "dev""#,
            r#"var.env == "prod""#,
            false,
        ),
        (
            r#"variable "env" {
 type = string
 validation {
 condition = contains(["dev","prod"], var.env)
 error_message = "x"
 }
}"#,
            r#"var.env != "dev""#,
            r#"var.env != "prod""#,
            false,
        ),
        (
            r#"variable "env" {
 type = string
 validation {
 condition = var.env == "dev" || var.env == "prod"
 error_message = "x"
 }
}"#,
            r#"var.env != "dev""#,
            r#"var.env != "prod""#,
            false,
        ),
        (
            r#"variable "env" {
 type = string
 validation {
 condition = can(regex("^(dev|prod)$", var.env))
 error_message = "x"
 }
}"#,
            r#"var.env != "dev""#,
            r#"var.env != "prod""#,
            false,
        ),
        (
            r#"variable "env" {
 type = string
 validation {
 condition = contains(["dev","prod"], lower(var.env))
 error_message = "x"
 }
}"#,
            r#"lower(var.env) != "dev""#,
            r#"lower(var.env) != "prod""#,
            false,
        ),
        (
            r#"variable "env" {
 type = string
 validation {
 condition = contains(["dev","prod"], lower(var.env))
 error_message = "x"
 }
}"#,
            r#"var.env != "dev""#,
            r#"var.env != "prod""#,
            true,
        ),
        (
            r#"variable "env" {
 type = string
 validation {
 condition = length(var.env) > 0
 error_message = "x"
 }
}"#,
            r#"var.env == """#,
            r#"var.env != "x""#,
            false,
        ),
        (
            r#"variable "n" {
 type = number
 validation {
 condition = var.n >= 1 && var.n <= 3
 error_message = "x"
 }
}"#,
            "var.n > 1",
            "var.n == 0 || var.n == 1",
            false,
        ),
        (
            r#"variable "n" {
 type = number
 validation {
 condition = var.n >= 1
 error_message = "x"
 }
 validation {
 condition = var.n <= 2
 error_message = "x"
 }
}"#,
            "var.n != 1",
            "var.n != 2",
            false,
        ),
        (
            r#"variable "n" {
 type = number
 validation {
 condition = var.n > 2
 error_message = "x"
 }
}"#,
            "var.n > 1",
            "var.n == 1",
            false,
        ),
        (
            r#"variable "l" {
 type = list(string)
 validation {
 condition = length(var.l) > 0
 error_message = "x"
 }
}"#,
            "length(var.l) == 0",
            "true",
            false,
        ),
        (
            r#"variable "l" {
 type = list(string)
 validation {
 condition = length(var.l) > 0
 error_message = "x"
 }
}"#,
            "length(var.l) == 1",
            "true",
            true,
        ),
        (
            r#"variable "env" {
 type = string
 validation {
 condition = anytrue([for e in ["dev","prod"] : e == var.env])
 error_message = "x"
 }
}"#,
            r#"var.env != "dev""#,
            r#"var.env != "prod""#,
            false,
        ),
        (
            r#"variable "env" {
 type = string
 validation {
 condition = var.env == null ? true : contains(["dev","prod"], var.env)
 error_message = "x"
 }
}"#,
            r#"var.env == "x""#,
            "true",
            false,
        ),
        (
            r#"variable "o" {
 type = object({ mode = optional(string, "none") })
}"#,
            r#"var.o.mode == "cmk""#,
            r#"var.o.mode == "ade""#,
            false,
        ),
        (
            r#"variable "o" {
 type = object({ cmk = bool, ade = bool })
}"#,
            "var.o.cmk",
            "var.o.ade",
            true,
        ),
        (
            r#"variable "f" {
 type = bool
 nullable = false
}"#,
            "var.f == null",
            "true",
            false,
        ),
        (
            r#"variable "f" {
 type = bool
}"#,
            "var.f == true",
            "var.f == false",
            false,
        ),
        (
            r#"variable "f" {
 type = bool
}"#,
            "var.f == true",
            "var.f == null",
            false,
        ),
        (
            r#"variable "id" {
 type = string
 default = null
}
variable "x" {
 type = string
}"#,
            "var.x != null",
            "var.x == null",
            false,
        ),
        (
            r#"variable "env" { type = string }
locals {
 cmk = { prod = true, dev = false }
}"#,
            "local.cmk[var.env]",
            r#"var.env == "dev""#,
            false,
        ),
        (
            r#"variable "env" { type = string }
locals {
 p = var.env == "prod"
}"#,
            "local.p",
            r#"var.env == "dev""#,
            false,
        ),
        (
            r#"variable "env" { type = string }
locals {
 p = lower(var.env)
}"#,
            r#"local.p == "prod""#,
            r#"local.p == "dev""#,
            false,
        ),
        (NUMBER, "var.n - 1 > 3", "var.n - 1 <= 3", false),
        (NUMBER, "var.n - 1 >= 3", "var.n - 1 <= 3", true),
        (NUMBER, "var.n - 1 > 3", "var.n - 2 <= 3", true),
        (NUMBER, "var.n / 2 > 1", "var.n / 2 < 2", true),
        (NUMBER, "var.n > 1", "var.n < 1", false),
        (LIST, "length(var.l) > 10", "length(var.l) > 12", true),
        (TEXT, "!can(parseint(var.env, 10))", "try(parseint(var.env, 10), 0) == 0", true),
        (TEXT, "!can(parseint(var.env, 10))", "try(parseint(var.env, 10), 7) > 5", true),
        (TEXT, "parseint(var.env, 10) > 5", "parseint(var.env, 10) <= 5", false),
        (LIST, "length(var.l) > 10", "length(var.l) < 5", false),
        (LIST, r#"length(setintersection(var.l, ["a"])) > 0"#, r#"length(setintersection(var.l, ["a"])) == 0"#, false),
        (LIST, r#"length(setintersection(var.l, ["a"])) > 0"#, r#"length(setintersection(var.l, ["b"])) == 0"#, true),
        (TEXT, r#"replace(var.env, "a", "b") == "x""#, r#"replace(var.env, "a", "b") == "y""#, false),
        (TEXT, r#"length(replace(var.env, "a", "b")) > 2"#, r#"startswith(replace(var.env, "a", "b"), "x")"#, true),
        (TEXT, r#"length(split("-", var.env)) > 1"#, r#"length(split("-", var.env)) == 1"#, false),
        (TEXT, r#"length(split("-", var.env)) > 1"#, r#"split("-", var.env)[0] == "a""#, true),
        (TEXT, "length(trimspace(var.env)) > 10", "length(trimspace(var.env)) > 9", true),
        (TEXT, r#"one([for e in ["prod"] : e if e == var.env]) == "prod""#, r#"var.env == "dev""#, false),
        (TEXT, r#"element(split("-", var.env), 1) == "prod""#, r#"var.env == "x-dev""#, false),
        (TEXT, r#"terraform.workspace == "prod""#, r#"terraform.workspace == "dev""#, false),
        (TEXT, r#"startswith(terraform.workspace, "prod")"#, r#"terraform.workspace == "dev""#, false),
    ];
}

mod bicep {
    use super::Pair;

    const TEXT: &str = "param env string";
    const NUMBER: &str = "param n int";
    const LIST: &str = "param l array";
    const FLAG: &str = "param f bool";
    const OBJECT: &str = "param o object";

    pub(super) const PAIRS: &[Pair] = &[
        ("param a string\nparam b string", "'${a}-${b}' == 'prod-eu'", "a == 'dev'", false),
        ("param a string\nparam b string", "'${a}-${b}' == 'prod-eu'", "a == 'prod'", true),
        ("param a string\nparam b string", "'${a}-${b}' == 'prod-eu'", "a != 'prod'", false),
        ("param a string\nparam b string", "'${a}-${b}' == 'prod-west-eu'", "a == 'prod-west'", true),
        ("param a string\nparam b string", "toLower('${a}-${b}') == 'prod-eu'", "a == 'dev'", false),
        ("param a string\nparam b string", "toLower('${a}-${b}') == 'prod-eu'", "a == 'PROD'", true),
        ("param a string\nparam b string", "concat(a, '-', b) =~ 'prod-eu'", "a == 'dev'", false),
        ("param a string\nparam b string", "format('{0}-{1}', a, b) == 'prod-eu'", "b == 'us'", false),
        ("param l array", "!empty(filter(l, x => x == 'a'))", "empty(l)", false),
        ("param l array", "!empty(filter(l, x => x == 'a'))", "length(l) == 3", true),
        ("param l array", "empty(filter(l, x => x == 'a'))", "length(l) == 1", true),
        ("param l array", "length(filter(l, x => x == 'a')) > 2", "length(l) == 2", false),
        (
            "param l array
var f = filter(l, x => x == 'a')",
            "length(f) > 0",
            "empty(f)",
            false,
        ),
        ("param l array", "!empty(map(l, x => toLower(x)))", "empty(l)", false),
        ("param l array", "length(map(l, x => toLower(x))) == 1", "length(l) == 2", false),
        ("param l array", "length(map(l, x => toLower(x))) == 2", "length(l) == 2", true),
        ("param l array", "length(sort(l, (x, y) => x < y)) == 1", "length(l) == 2", false),
        ("param l array", "contains(l, 'cmk')", "length(l) == 3", true),
        ("param l array", "contains(map(l, x => toLower(x)), 'cmk')", "empty(l)", false),
        ("param env string", "last(split(env, '-')) == 'prod'", "env == 'x-dev'", false),
        ("param env string", "indexOf(env, 'prod') == 0", "env == 'dev'", false),
        ("param env string", "indexOf(['dev', 'prod'], env) == 1", "env == 'dev'", false),
        ("param env string", "indexOf(['dev', 'prod'], env) == 1", "env == 'prod'", true),
        (TEXT, "toLower(env) == 'prod'", "env == 'dev'", false),
        (TEXT, "toLower(env) == 'prod'", "env == 'Prod'", true),
        (TEXT, "env =~ 'prod'", "env == 'dev'", false),
        (TEXT, "env =~ 'prod'", "env == 'PROD'", true),
        (NUMBER, "n > 2", "n <= 2", false),
        (NUMBER, "n > 2", "n >= 2", true),
        (LIST, "length(l) > 0", "empty(l)", false),
        (LIST, "length(l) > 0", "l == []", false),
        (LIST, "!empty(l)", "length(l) == 2", true),
        (TEXT, "empty(env)", "env == 'x'", false),
        (TEXT, "!empty(env)", "env == ''", false),
        (TEXT, "length(env) > 3", "env == 'dev'", false),
        (TEXT, "startsWith(env, 'prod')", "env == 'dev'", false),
        (TEXT, "startsWith(env, 'prod')", "env == 'prod1'", true),
        (TEXT, "endsWith(env, '-prod')", "env == 'x-dev'", false),
        (TEXT, "split(env, '-')[1] == 'prod'", "split(env, '-')[1] == 'dev'", false),
        (TEXT, "split(env, '-')[1] == 'prod'", "env == 'x-dev'", false),
        (TEXT, "last(split(env, '-')) == 'prod'", "env == 'x-dev'", false),
        (FLAG, "string(f) == 'True'", "!f", false),
        (FLAG, "string(f) == 'True'", "f", true),
        (FLAG, "toLower(string(f)) == 'true'", "!f", false),
        (FLAG, "'${f}' == 'True'", "!f", false),
        (FLAG, "f", "!f", false),
        (FLAG, "f", "f", true),
        (FLAG, "!f", "f", false),
        (FLAG, "f ? false : true", "f", false),
        (TEXT, "contains(['prod','stg'], env)", "env == 'dev'", false),
        (TEXT, "contains(['prod','stg'], toLower(env))", "env == 'dev'", false),
        (TEXT, "contains(env, 'prod')", "env == 'dev'", false),
        (LIST, "contains(l, 'cmk')", "empty(l)", false),
        (LIST, "contains(l, 'cmk')", "contains(l, 'ade')", true),
        (TEXT, "{ prod: true, dev: false }[env]", "env == 'dev'", false),
        (TEXT, "({ prod: true }[?env] ?? false)", "env == 'dev'", false),
        (TEXT, "({ prod: true }[?env] ?? false)", "env == 'prod'", true),
        (TEXT, "contains({ prod: true }, env)", "env == 'dev'", false),
        (OBJECT, "o.?on ?? false", "empty(o)", false),
        (OBJECT, "o.?on ?? false", "!empty(o)", true),
        (OBJECT, "o.?on ?? true", "empty(o)", true),
        (OBJECT, "o.?on ?? false", "o == {}", false),
        (OBJECT, "o.?disk.?on ?? false", "o.?disk == null", false),
        (OBJECT, "o.?disk.?on ?? false", "o.?disk != null", true),
        (LIST, "(l[?0] ?? '') == 'a'", "empty(l)", false),
        (LIST, "(l[?0] ?? '') == ''", "empty(l)", true),
        (LIST, "(l[?0] ?? '') == 'a'", "!empty(l)", true),
        (OBJECT, "contains(o, 'cmk')", "!contains(o, 'cmk')", false),
        (OBJECT, "(o.?mode ?? 'none') == 'cmk'", "(o.?mode ?? 'none') == 'ade'", false),
        (OBJECT, "o.mode == 'cmk'", "o.mode == 'ade'", false),
        ("param env string?", "coalesce(env, 'dev') == 'prod'", "env == 'dev'", false),
        ("param env string?", "(env ?? 'dev') == 'dev'", "env == null", true),
        (TEXT, "substring(env, 0, 4) == 'prod'", "env == 'dev1'", false),
        (TEXT, "substring(env, 0, 4) == 'prod'", "env == 'prod1'", true),
        (TEXT, "take(env, 1) == 'p'", "env == 'dev'", false),
        (TEXT, "format('vm-{0}', env) == 'vm-prod'", "env == 'dev'", false),
        (TEXT, "'vm-${env}' == 'vm-prod'", "env == 'dev'", false),
        (TEXT, "'vm-${env}' == 'vm-prod'", "env == 'prod'", true),
        (TEXT, "concat('vm-', env) == 'vm-prod'", "env == 'dev'", false),
        (TEXT, "indexOf(env, 'prod') >= 0", "env == 'dev'", false),
        (TEXT, "replace(env, '-', '') == 'proda'", "env == 'dev'", false),
        (TEXT, "trim(env) == 'prod'", "env == 'dev'", false),
        (TEXT, "toUpper(env) == 'PROD'", "toLower(env) == 'dev'", false),
        (NUMBER, "n % 2 == 0", "n == 3", false),
        (NUMBER, "n + 1 > 3", "n == 2", false),
        (NUMBER, "max(n, 2) == 2", "n == 3", false),
        (
            "@minValue(1)
@maxValue(3)
param n int",
            "n > 1",
            "n == 0",
            false,
        ),
        (
            "@minValue(1)
@maxValue(2)
param n int",
            "n != 1",
            "n != 2",
            false,
        ),
        (
            "@minValue(3)
param n int",
            "n > 1",
            "n == 2",
            false,
        ),
        (
            "@minLength(1)
param env string",
            "empty(env)",
            "true",
            false,
        ),
        (
            "@minLength(1)
param env string",
            "env == ''",
            "true",
            false,
        ),
        (
            "@minLength(1)
param l array",
            "empty(l)",
            "true",
            false,
        ),
        (
            "@minLength(2)
param l array",
            "length(l) == 1",
            "true",
            false,
        ),
        (
            "@minLength(2)
param l array",
            "length(l) == 3",
            "true",
            true,
        ),
        (
            "@maxLength(3)
param env string",
            "env == 'prod'",
            "true",
            false,
        ),
        (
            "@allowed(['dev','prod'])
param env string",
            "env != 'dev'",
            "env != 'prod'",
            false,
        ),
        (
            "@allowed(['dev','prod'])
param env string",
            "startsWith(env, 'p')",
            "env == 'dev'",
            false,
        ),
        ("param env 'dev' | 'prod'", "env != 'dev'", "env != 'prod'", false),
        (
            "type e = 'dev' | 'prod'
param env e",
            "env != 'dev'",
            "env != 'prod'",
            false,
        ),
        (
            "param env string
var p = env == 'prod'",
            "p",
            "env == 'dev'",
            false,
        ),
        (
            "param env string
var p = toLower(env)",
            "p == 'prod'",
            "p == 'dev'",
            false,
        ),
        (
            "param f bool
param g bool",
            "f && !g",
            "g",
            false,
        ),
        (
            "param f bool
param g bool",
            "f || g",
            "!f && !g",
            false,
        ),
        (
            "param f bool
param g bool",
            "f == g",
            "f != g",
            false,
        ),
        ("param env string?", "env != null", "env == null", false),
        ("param env string?", "!empty(env)", "env == null", false),
        (LIST, "empty(filter(l, x => x.dr))", "!empty(filter(l, y =>  y.dr))", false),
        (LIST, "empty(filter(l, x => x.dr))", "!empty(filter(l, x => x.cmk))", true),
        (LIST, "empty(filter(l, x => x.a == x.b))", "!empty(filter(l, y => y.b == y.a))", true),
        (LIST, "empty(filter(l, x => x == 'a'))", "!empty(filter(l, x => x == 'A'))", true),
        (LIST, "contains(map(l, x => toLower(x)), 'cmk')", "!contains(map(l, x => toLower(x)), 'cmk')", false),
        (LIST, "contains(map(l, x => toLower(x)), 'cmk')", "!contains(map(l, x => toUpper(x)), 'cmk')", true),
        (LIST, "empty(map(l, (x, i) => x == i))", "!empty(map(l, (x, i) => x == i))", false),
        (
            LIST,
            "contains(map(l, (x, i) => '${x}${i}'), 'a0')",
            "!contains(map(concat(['b'], l), (x, i) => '${x}${i}'), 'a0')",
            true,
        ),
        (LIST, "contains(map(l, (x, i) => x), 'a')", "!contains(map(l, (i, x) => x), 'a')", true),
        (LIST, "empty(toObject(l, x => x.k).?a)", "!empty(toObject(l, x => x.k).?a)", false),
        (LIST, "empty(toObject(l, x => x.k, x => x.v).?a)", "!empty(toObject(l, x => x.k, x => x.w).?a)", true),
        (LIST, "reduce(l, 0, (a, x) => a + x) == 3", "reduce(l, 0, (s, y) => s + y) == 4", false),
        (LIST, "reduce(l, 0, (a, x) => a + x) == 3", "reduce(l, 1, (a, x) => a + x) == 4", true),
        (
            "param l array
param k string
param j string
func has(all array, of string) bool => empty(filter(all, x => x.name == of))",
            "has(l, k)",
            "!has(l, j)",
            true,
        ),
        (
            "param l array
param k string
func has(all array, of string) bool => empty(filter(all, x => x.name == of))",
            "has(l, k)",
            "!empty(filter(l, x => x.name == k))",
            false,
        ),
        (
            "param l array
var a = 'a'
var b = 'b'
var c = 'a'",
            "empty(filter(l, x => x == a))",
            "!empty(filter(l, x => x == b))",
            true,
        ),
        (
            "param l array
var a = 'a'
var c = 'a'",
            "empty(filter(l, x => x == a))",
            "!empty(filter(l, x => x == c))",
            false,
        ),
        (
            LIST,
            "empty(filter(l, x => empty(filter(x.m, y => y == x.n))))",
            "!empty(filter(l, y => empty(filter(y.m, x => x == y.n))))",
            false,
        ),
        (
            LIST,
            "empty(filter(l, x => empty(filter(x.m, y => y == x.n))))",
            "!empty(filter(l, x => empty(filter(x.m, y => y == y.n))))",
            true,
        ),
        (TEXT, "int(env) > 5", "int(env) <= 5", false),
        (TEXT, "int(env) >= 5", "int(env) <= 5", true),
        (TEXT, "int(env) > 5", "int(env) == 5", false),
        (TEXT, "int(env) > 5", "env == '4'", false),
        (TEXT, "int(env) > 5", "env == '6'", true),
        (TEXT, "int(env) > 5", "length(env) == 3", true),
        (TEXT, "int(env) > 50", "int(env) > 500", true),
        (NUMBER, "n * 2 > 5", "n * 2 <= 5", false),
        (NUMBER, "n * 2 > 5", "n * 3 <= 9", true),
        (NUMBER, "n % 2 > 0", "n % 2 == 0", false),
        (TEXT, "length(split(env, '-')) > 1", "length(split(env, '-')) <= 1", false),
        (TEXT, "length(split(env, '-')) > 1", "length(split(env, '.')) <= 1", true),
        (TEXT, "length(split(env, '-')) > 1", "split(env, '-')[0] == 'a'", true),
        (TEXT, "length(split(env, '-')) > 12", "length(split(env, '-')) > 10", true),
        (TEXT, "int(split(env, '-')[1]) > 1", "int(split(env, '-')[1]) <= 1", false),
        (TEXT, "int(split(env, '-')[1]) > 1", "int(split(env, '-')[0]) <= 1", true),
        (TEXT, "length(trim(env)) > 0", "empty(trim(env))", false),
        (TEXT, "length(trim(env)) > 0", "length(env) > 3", true),
        (LIST, "length(intersection(l, ['a'])) > 0", "empty(intersection(l, ['a']))", false),
        (LIST, "length(intersection(l, ['a'])) > 0", "empty(intersection(l, ['b']))", true),
        (LIST, "length(filter(l, x => x.a)) > 2", "length(filter(l, x => x.a)) <= 2", false),
        (LIST, "length(filter(l, x => x.a)) > 2", "length(filter(l, x => x.b)) <= 2", true),
        (TEXT, "length(env) > 10", "length(env) > 9", true),
        (TEXT, "length(env) > 10", "length(env) <= 10", false),
        (TEXT, "length(env) > 1000", "length(env) > 999", true),
        (LIST, "length(l) > 1000", "length(l) > 999", true),
        (NUMBER, "n > 1000", "n <= 1000", false),
        (TEXT, "indexOf(env, 'x') >= 0", "indexOf(env, 'x') < 0", false),
        (TEXT, "indexOf(env, 'x') >= 0", "indexOf(env, 'y') < 0", true),
        ("param l array", "indexOf(l, 'x') >= 0", "indexOf(l, 'x') < 0", false),
        ("param l array", "indexOf(l, 'x') >= 0", "indexOf(l, 'y') < 0", true),
    ];
}

pub(super) fn check(language: Language, pairs: &[Pair]) {
    check_as(pairs, |declared, set, ade| template(language, declared, set, ade));
}

/// The same for ARM JSON, in which what is declared is the members of `parameters`.
pub(super) fn check_arm(pairs: &[Pair]) {
    check_as(pairs, arm_template);
}

fn check_as(pairs: &[Pair], write: impl Fn(&str, &str, &str) -> (&'static str, String)) {
    let mut wrong = Vec::new();
    for (declared, set, ade, together) in pairs {
        let (path, text) = write(declared, set, ade);
        if worlds(path, &text).is_empty() == *together {
            wrong.push(format!("{}: {set} and {ade} ({declared})", if *together { "missed" } else { "can't be" }));
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), pairs.len());
}

#[test]
fn conditions_of_terraform_as_they_are_written() {
    check(Language::Terraform, terraform::PAIRS);
}

#[test]
fn conditions_of_bicep_as_they_are_written() {
    check(Language::Bicep, bicep::PAIRS);
}
