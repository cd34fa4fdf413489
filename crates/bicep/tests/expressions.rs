//! Expressions, by the value of a variable.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use support::{diagnostics, show, template, value};

#[test]
fn scalars_are_literals() {
    for (text, literal) in [
        ("null", "null"),
        ("true", "true"),
        ("42", "42"),
        ("-7", "-7"),
        ("-9223372036854775808", "-9223372036854775808"),
        (r"'it\'s \u{1F600}'", "'it's 😀'"),
        ("'''\nlines\n${no hole}'''", "'lines\n${no hole}'"),
    ] {
        assert_eq!(value(&format!("var x = {text}")), literal);
    }
}

#[test]
fn a_number_beyond_64_bits_is_unknown() {
    assert_eq!(value("var x = 9223372036854775808"), "?(a number that 64 bits cannot hold)");
}

#[test]
fn operators_are_calls() {
    for (text, call) in [
        ("1 + 2", "add(1, 2)"),
        ("1 - 2", "sub(1, 2)"),
        ("3 * 2", "mul(3, 2)"),
        ("3 / 2", "div(3, 2)"),
        ("3 % 2", "mod(3, 2)"),
        ("1 < 2", "less(1, 2)"),
        ("1 <= 2", "lessOrEquals(1, 2)"),
        ("1 > 2", "greater(1, 2)"),
        ("1 >= 2", "greaterOrEquals(1, 2)"),
        ("1 == 2", "equals(1, 2)"),
        ("1 != 2", "not(equals(1, 2))"),
        ("'a' =~ 'A'", "equals(toLower('a'), toLower('A'))"),
        ("'a' !~ 'A'", "not(equals(toLower('a'), toLower('A')))"),
        ("true && false", "and(true, false)"),
        ("true || false", "or(true, false)"),
        ("null ?? 'a'", "coalesce(null, 'a')"),
        ("true ? 1 : 2", "if(true, 1, 2)"),
        ("!true", "not(true)"),
        ("-(1 + 2)", "sub(0, add(1, 2))"),
        ("(1 + 2) * 3", "mul(add(1, 2), 3)"),
    ] {
        assert_eq!(value(&format!("var x = {text}")), call);
    }
}

#[test]
fn an_interpolation_keeps_its_parts_and_their_places() {
    let text = "param p string\nvar x = 'a${p}b${1 + 1}'";
    assert_eq!(value(text), "\"{'a'}{param:p}{'b'}{add(1, 1)}\"");
    assert_eq!(value("param p string\nvar x = $'''\n${p}!'''"), "\"{param:p}{'!'}\"");
}

#[test]
fn members_and_indexes_say_whether_they_are_safe_and_where_they_count_from() {
    let text = |of: &str| format!("param o object\nvar x = {of}");
    assert_eq!(value(&text("o.a.?b")), "param:o.a.?b");
    assert_eq!(value(&text("o['a'][0]")), "param:o['a'][0]");
    assert_eq!(value(&text("o[?'a']![^1]")), "param:o[?'a'][^1]");
    assert_eq!(value(&text("o!.a!")), "param:o.a");
}

#[test]
fn arrays_and_objects_keep_spreads_and_computed_names() {
    let text = "param o object\nparam l array\nvar x = { a: [1, ...l], ...o, 'b c': 2, '${o.k}': 3 }";
    assert_eq!(value(text), "{a: [1, ...param:l], ...param:o, b c: 2, \"{param:o.k}\": 3}");
}

#[test]
fn loops_bind_the_item_and_the_index() {
    assert_eq!(
        value("param l array\nvar x = [for (item, at) in l: { n: item.n, at: at }]"),
        "for item, at in param:l: {n: local:item.n, at: local:at}"
    );
    assert_eq!(
        value("param l array\nvar x = [for l in l: l]"),
        "for l in param:l: local:l",
        "what a loop runs over does not see its variables"
    );
}

#[test]
fn lambdas_bind_their_parameters() {
    assert_eq!(
        value("param l array\nvar x = map(filter(l, i => i.on), (i, n) => '${n}-${i.name}')"),
        "map(filter(param:l, (i) => local:i.on), (i, n) => \"{local:n}{'-'}{local:i.name}\")"
    );
}

#[test]
fn the_innermost_name_counts() {
    let text = "param a string\nvar x = [for a in [1]: map([a], a => a)]\nvar y = a";
    let template = template(text);
    assert_eq!(show(&template.variables["x"].value), "for a in [1]: map([local:a], (a) => local:a)");
    assert_eq!(show(&template.variables["y"].value), "param:a");
}

#[test]
fn namespaces_fall_away() {
    assert_eq!(value("var x = sys.concat('a', az.resourceGroup().name)"), "concat('a', resourceGroup().name)");
    assert_eq!(
        value("param sys object\nvar x = sys.concat('a')"),
        "?(concat())",
        "a parameter of that name is no namespace"
    );
}

#[test]
fn any_is_transparent_and_nameof_a_text() {
    assert_eq!(value("var x = any(1)"), "1");
    assert_eq!(value("param p object\nvar x = [nameof(p), nameof(p.a.b), nameof(p['c'])]"), "['p', 'b', 'c']");
}

#[test]
fn functions_of_files_get_the_path_in_the_tree() {
    assert_eq!(value("var x = loadTextContent('../data/a.txt')"), "loadTextContent('data/a.txt')");
    assert_eq!(
        value("var path = './b.json'\nvar x = sys.loadJsonContent(path, '$.a')"),
        "loadJsonContent('app/b.json', '$.a')"
    );
    assert_eq!(value("param p string\nvar x = loadFileAsBase64(p)"), "?(loadFileAsBase64())");
}

#[test]
fn a_file_outside_of_the_tree_is_reported_and_unknown() {
    assert_eq!(
        diagnostics("var x = loadTextContent('../../secret.txt')"),
        ["Warning outside-tree: '../../secret.txt' leads out of the tree at `'../../secret.txt'`"]
    );
}

#[test]
fn functions_of_resources_that_list_get_the_id() {
    let account = "resource a 'Microsoft.Storage/storageAccounts@2023-01-01' existing = { name: 'a' }\n";
    assert_eq!(
        value(&format!("{account}var x = a.listKeys('2023-01-01').keys[0]")),
        "listKeys(res:a.id, '2023-01-01').keys[0]"
    );
    let vault = "resource v 'Microsoft.KeyVault/vaults@2023-07-01' existing = { name: 'v' }\n";
    assert_eq!(value(&format!("{vault}var x = v.getSecret('s')")), "?(getSecret())");
}

#[test]
fn an_unknown_name_is_reported_once_and_its_value_is_unknown() {
    let text = "var x = nobody\nvar y = [nobody, known]\nvar known = 1";
    assert_eq!(diagnostics(text), ["Warning unknown-name: nothing here is called 'nobody' at `nobody`"]);
}

#[test]
fn names_are_reported_apart_by_case() {
    assert_eq!(diagnostics("param Name string\nvar x = name").len(), 1);
}

#[test]
fn what_could_not_be_read_is_unknown_and_the_rest_is_read() {
    let (_, parsed) = support::read_beside("var x = { a: 1, b: , c: 3 }\nvar y = 2\nvar = 5\nvar z = y", &[]);
    let template = parsed.template.unwrap();
    assert!(parsed.diagnostics.iter().all(|d| d.code == "syntax"));
    assert!(!parsed.diagnostics.is_empty());
    assert!(show(&template.variables["x"].value).contains("?("));
    assert_eq!(show(&template.variables["y"].value), "2");
    assert_eq!(show(&template.variables["z"].value), "var:y");
}

#[test]
fn spans_are_those_of_the_bytes() {
    let text = "var a = 'é😀'\nvar x = concat(a, 'b${a}c') // é";
    let (sources, parsed) = support::read_beside(text, &[]);
    let template = parsed.template.unwrap();
    let x = &template.variables["x"];
    assert_eq!(support::slice(&sources, x.span), "x");
    assert_eq!(support::slice(&sources, x.value.span), "concat(a, 'b${a}c')");
}
