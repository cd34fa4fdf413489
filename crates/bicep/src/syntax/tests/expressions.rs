use super::{value, written};
use crate::syntax::{ArrayItem, ExpressionKind, ObjectItem};

fn binds(text: &str, expected: &str) {
    assert_eq!(written(&value(text)), expected, "{text}");
}

#[test]
fn literals_and_names_are_themselves() {
    binds("null", "null");
    binds("true", "true");
    binds("false", "false");
    binds("18446744073709551615", "18446744073709551615");
    binds("disk", "disk");
}

#[test]
fn operators_bind_from_coalesce_to_multiplication_and_to_the_left() {
    binds("a ?? b || c", "(a Coalesce (b Or c))");
    binds("a || b && c", "(a Or (b And c))");
    binds("a && b == c", "(a And (b Equal c))");
    binds("a == b != c", "((a Equal b) NotEqual c)");
    binds("a =~ b !~ c", "((a EqualIgnoreCase b) NotEqualIgnoreCase c)");
    binds("a == b < c", "(a Equal (b Less c))");
    binds("a <= b + c", "(a LessOrEqual (b Add c))");
    binds("a > b - c * d", "(a Greater (b Subtract (c Multiply d)))");
    binds("a >= b / c % d", "(a GreaterOrEqual ((b Divide c) Modulo d))");
    binds("a - b - c", "((a Subtract b) Subtract c)");
    binds("(a ?? b) ?? c", "((a Coalesce b) Coalesce c)");
    binds("a * (b + c)", "(a Multiply (b Add c))");
}

#[test]
fn a_sign_in_front_binds_less_than_an_access_and_more_than_an_operator() {
    binds("!a.b && c", "((Not a.b) And c)");
    binds("-1 + 2", "((Minus 1) Add 2)");
    binds("a != b", "(a NotEqual b)");
    binds("a! == b", "(a! Equal b)");
}

#[test]
fn a_ternary_goes_to_the_right_and_over_lines() {
    binds("a ? b : c ? d : e", "(a ? b : (c ? d : e))");
    binds("a ?? b ? c : d + e", "((a Coalesce b) ? c : (d Add e))");
    binds("a\n  ? b\n  // a remark\n\n  : c", "(a ? b : c)");
    binds("a\r\n  ? b\r\n  : c", "(a ? b : c)");
    binds("a ? b::c : d", "(a ? b::c : d)");
}

#[test]
fn accesses_and_calls_follow_each_other() {
    binds("a.b.?c[0][?'k'][^1][?^n]!.e::f", "a.b.?c[0][?'k'][^1][?^n]!.e::f");
    binds("sys.concat('a', b(), c)", "sys.concat('a', b(), c)");
    binds("f(\n  a,\n  b // the last\n)", "f(a, b)");
    binds("f(\n)", "f()");
    binds("f(x).y[1].z(2)", "f(x).y[1].z(2)");
}

#[test]
fn lambdas_are_distinguished_from_parentheses() {
    binds("map(xs, x => x.id)", "map(xs, ((x) => x.id))");
    binds("(a, b) => a + b", "((a, b) => (a Add b))");
    binds("(a) => b ? c : d", "((a) => (b ? c : d))");
    binds("() =>\n  a", "(() => a)");
    binds("(\n  a,\n  b\n) => c", "((a, b) => c)");
    binds("a => b => c", "((a) => ((b) => c))");
    binds("(a) == (b)", "(a Equal b)");
    binds("(a /* => */)", "a");
    binds("(\n  a\n)", "a");
}

#[test]
fn every_keyword_is_a_name_where_a_name_can_stand() {
    binds("if(param, var)", "if(param, var)");
    binds("resource.module::existing", "resource.module::existing");
    binds("[type, output, for]", "[…]");
    binds("for", "for");
    binds("existing + with * as", "(existing Add (with Multiply as))");
}

#[test]
fn items_of_arrays_are_parted_by_lines_or_commas() {
    let ExpressionKind::Array(array) = value("[\n\n  1\n\n  // two\n  2, 3\n  ...rest\n]").kind else {
        panic!("an array")
    };
    assert!(!array.broken);
    let items: Vec<_> = array
        .items
        .iter()
        .map(|item| match item {
            ArrayItem::Value(value) => written(value),
            ArrayItem::Spread(value) => format!("...{}", written(value)),
        })
        .collect();
    assert_eq!(items, ["1", "2", "3", "...rest"]);
}

#[test]
fn names_of_properties_are_identifiers_strings_or_strings_with_holes() {
    let text = "{ a: 1, 'b c': 2\n 'd${e}': 3\n if: 4, resource: 5\n ...rest }";
    let ExpressionKind::Object(object) = value(text).kind else { panic!("an object") };
    let plain: Vec<_> = object.properties().map(|(name, property)| (name, written(&property.value))).collect();
    let expected = [("a", "1"), ("b c", "2"), ("if", "4"), ("resource", "5")].map(|(n, v)| (n, v.to_owned()));
    assert_eq!(plain, expected);
    assert_eq!(object.items.len(), 6);
    assert!(matches!(object.items.last(), Some(ObjectItem::Spread(rest)) if written(rest) == "rest"));
}

#[test]
fn ranges_are_those_of_the_text() {
    let text = "{ key: a.b }";
    let offset = "var x = ".len();
    let ExpressionKind::Object(object) = value(text).kind else { panic!("an object") };
    let (_, property) = object.properties().next().unwrap();
    let of = |range: &std::ops::Range<u32>| &text[range.start as usize - offset..range.end as usize - offset];
    assert_eq!(of(&object.range), text);
    assert_eq!(of(&property.range), "key: a.b");
    assert_eq!(of(&property.name.range()), "key");
    assert_eq!(of(&property.value.range), "a.b");
    assert_eq!(value("(a)").range, 9..10);
}

#[test]
fn a_loop_has_an_item_and_may_have_an_index() {
    let ExpressionKind::For(plain) = value("[for x in xs: x.id]").kind else { panic!("a loop") };
    assert_eq!((plain.each.item.text.as_str(), plain.each.index), ("x", None));
    assert_eq!((written(&plain.each.iterable), written(&plain.body)), ("xs".to_owned(), "x.id".to_owned()));
    let ExpressionKind::For(indexed) = value("[\n  for (x, i) in range(0, 2): {\n    i: i\n  }\n]").kind else {
        panic!("a loop")
    };
    assert_eq!(indexed.each.index.unwrap().text, "i");
    assert!(matches!(indexed.body.kind, ExpressionKind::Object(_)));
    assert!(indexed.condition.is_none());
}

#[test]
fn a_loop_may_hold_a_loop() {
    let ExpressionKind::For(outer) = value("[for x in xs: [for y in x: y]]").kind else { panic!("a loop") };
    assert!(matches!(outer.body.kind, ExpressionKind::For(_)));
}
