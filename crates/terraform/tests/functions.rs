//! Functions and operators, by the results of `terraform console`.

mod common;

use common::{eval, eval_with};

#[test]
fn functions_of_known_values_are_terraforms() {
    for (expr, expected) in [
        (r#"lower("AbC")"#, r#""abc""#),
        (r#"title("hello wORLD x_y")"#, r#""Hello WORLD X_y""#),
        (r#"format("%s-%03d%%", "a", 7)"#, r#""a-007%""#),
        (r#"format("%v %d", true, 3)"#, r#""true 3""#),
        (r#"join("-", ["a", 1, true])"#, r#""a-1-true""#),
        (r#"split(",", "a,b,,c")"#, r#"["a","b","","c"]"#),
        (r#"replace("a.b.c", ".", "-")"#, r#""a-b-c""#),
        (r#"substr("hello", 1, 3)"#, r#""ell""#),
        (r#"substr("hello", -3, -1)"#, r#""llo""#),
        (r#"trimprefix("rg-x", "rg-")"#, r#""x""#),
        (r#"trim("  x ", " ")"#, r#""x""#),
        (r#"concat(["a"], ["b", "c"])"#, r#"["a","b","c"]"#),
        (r#"merge({ a = 1, b = 2 }, { b = 3 }).b"#, "3"),
        (r#"merge({ a = 1, b = 2 }, { b = 3 }, null, { c = 4, a = 5 })"#, r#"{"a":5,"b":3,"c":4,}"#),
        (r#"lookup({ a = 1 }, "b", 5)"#, "5"),
        (r#"element(["a", "b"], 3)"#, r#""b""#),
        (r#"length("häß")"#, "3"),
        (r#"length([1, 2])"#, "2"),
        (r#"contains(["a"], "a")"#, "true"),
        (r#"keys({ b = 1, a = 2 })"#, r#"["a","b"]"#),
        (r#"values({ b = 1, a = 2 })"#, "[2,1]"),
        (r#"flatten([["a"], [], ["b", ["c"]]])"#, r#"["a","b","c"]"#),
        (r#"compact(["a", "", null])"#, r#"["a"]"#),
        (r#"distinct(["a", "b", "a"])"#, r#"["a","b"]"#),
        (r#"toset(["b", "a", "b"])"#, r#"["a","b"]"#),
        (r#"coalesce(null, "", "x")"#, r#""x""#),
        (r#"coalescelist([], ["x"])"#, r#"["x"]"#),
        (r#"one([])"#, "null"),
        (r#"range(3)"#, "[0,1,2]"),
        (r#"range(1, 8, 3)"#, "[1,4,7]"),
        (r#"zipmap(["a", "b"], [1, 2]).b"#, "2"),
        (r#"jsonencode({ b = [1, null], a = "x" })"#, r#""{\"a\":\"x\",\"b\":[1,null]}""#),
        (r#"jsondecode("{\"a\": [1, true]}").a[1]"#, "true"),
        (r#"min(3, 1, 2)"#, "1"),
        (r#"max(3, 1.5)"#, "3"),
        (r#"floor(1.9)"#, "1"),
        (r#"parseint("ff", 16)"#, "255"),
        (r#"tonumber("12")"#, "12"),
        (r#"tostring(1.5)"#, r#""1.5""#),
        (r#"tobool("true")"#, "true"),
        (r#"setsubtract(["a", "b"], ["a"])"#, r#"["b"]"#),
        (r#"slice(["a", "b", "c"], 1, 2)"#, r#"["b"]"#),
        (r#"reverse([1, 2])"#, "[2,1]"),
        (r#"sort(["b", "a"])"#, r#"["a","b"]"#),
        (r#"alltrue([true, false])"#, "false"),
        (r#"startswith("abc", "ab")"#, "true"),
        (r#"basename("/a/b.txt")"#, r#""b.txt""#),
        (r#"strrev("abc")"#, r#""cba""#),
        ("7 / 2", "3.5"),
        ("6 / 2", "3"),
        ("-7 % 3", "-1"),
        ("1 + 2 * 3", "7"),
        ("!(1 < 2) || 2 >= 2", "true"),
        (r#""1" == 1"#, "false"),
        (r#""a${1}b${true}""#, r#""a1btrue""#),
        (r#""%{ if true }y%{ else }n%{ endif }""#, r#""y""#),
        (r#""%{ for x in ["a", "b"] }${x};%{ endfor }""#, r#""a;b;""#),
        (r#"[for i, x in ["a", "b"] : "${i}${x}" if x != "a"]"#, r#"["1b"]"#),
        (r#"{ for k, v in { a = 1, b = 2 } : upper(k) => v + 1 }.B"#, "3"),
        (r#"{ for x in ["aa", "ab", "b"] : substr(x, 0, 1) => x... }.a"#, r#"["aa","ab"]"#),
        (r#"[{ a = 1 }, { a = 2 }][*].a"#, "[1,2]"),
        (r#"try({ a = 1 }.b, "none")"#, r#""none""#),
        (r#"can(tonumber("x"))"#, "false"),
        (r#"true ? "a" : tonumber("x")"#, r#""a""#),
        ("max([1, 5, 2]...)", "5"),
    ] {
        assert_eq!(eval(expr), expected, "{expr}");
    }
}

#[test]
fn a_heredoc_is_its_lines() {
    assert_eq!(
        eval(
            r"<<-EOT
    a ${1}
      b
    EOT
"
        ),
        r#""a 1\n  b\n""#
    );
}

#[test]
fn what_is_not_known_stays_a_symbol_and_never_becomes_a_value() {
    let variable = r#"variable "x" {}
variable "l" { type = list(string) }"#;
    assert_eq!(eval_with(variable, "lower(var.x)"), "<lower(<d0:var.x>)>");
    assert_eq!(eval_with(variable, "cidrsubnet(var.x, 8, 1)"), "<cidrsubnet(<d0:var.x>,8,1)>");
    assert_eq!(eval_with(variable, "replace(var.x, \"/b/\", \"x\")"), r#"<replace(<d0:var.x>,"/b/","x")>"#);
    assert_eq!(eval_with(variable, "length(var.l)"), "<length(<d0:var.l>)>");
    assert_eq!(eval_with(variable, "\"a-${var.x}\""), r#"`"a-"+<d0:var.x>+`"#);
    assert_eq!(eval_with(variable, "format(\"%s-%s\", var.x, \"b\")"), r#"`<d0:var.x>+"-b"+`"#);
    assert_eq!(eval_with(variable, "join(\"/\", [\"a\", var.x])"), r#"`"a/"+<d0:var.x>+`"#);
}

#[test]
fn values_that_differ_at_each_call_are_named_by_their_place() {
    let first = eval("[uuid(), uuid()]");
    let parts: Vec<&str> = first.trim_matches(['[', ']']).split(',').collect();
    assert_eq!(parts.len(), 2);
    assert_ne!(parts[0], parts[1]);
}

#[test]
fn conditions_on_a_symbol_are_choices_on_one_atom() {
    let variable = r#"variable "x" {}
variable "on" { type = bool }"#;
    assert_eq!(eval_with(variable, "var.on ? 1 : 2"), "(d0:var.on==true ? 1 : 2)");
    assert_eq!(eval_with(variable, "var.on == false ? 1 : 2"), "(d0:var.on==true ? 2 : 1)");
    assert_eq!(eval_with(variable, "!var.on ? 1 : 2"), "(d0:var.on==true ? 2 : 1)");
    assert_eq!(eval_with(variable, "var.x == \"a\" ? 1 : 2"), "(d0:var.x=='a' ? 1 : 2)");
    assert_eq!(eval_with(variable, "var.on ? (var.on ? 1 : 2) : 3"), "(d0:var.on==true ? 1 : 3)");
    assert_eq!(
        eval_with(variable, "var.on && var.x == \"a\" ? 1 : 2"),
        "(d0:var.on==true ? (d0:var.x=='a' ? 1 : 2) : 2)"
    );
    assert_eq!(
        eval_with(variable, "lookup({ dev = 1, prod = 2 }, var.x, 3)"),
        "(d0:var.x=='dev' ? 1 : (d0:var.x=='prod' ? 2 : 3))"
    );
    assert_eq!(eval_with(variable, "coalesce(var.x, \"d\") == \"d\" ? 1 : 2").matches("var.x=='d'").count(), 1);
    assert_eq!(
        eval_with(variable, "contains([\"a\", \"b\"], var.x)"),
        "(d0:var.x=='a' ? true : (d0:var.x=='b' ? true : false))"
    );
}

#[test]
fn a_set_has_its_members_for_keys_and_a_list_their_indexes() {
    assert_eq!(eval("[for k, v in toset([\"b\", \"a\"]) : k]"), r#"["a","b"]"#);
    assert_eq!(eval("[for k, v in [\"b\", \"a\"] : k]"), "[0,1]");
    let local = "locals { s = toset([\"a\"]) }";
    assert_eq!(eval_with(local, "[for k, v in local.s : k]"), r#"["a"]"#);
}
