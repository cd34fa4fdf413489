use crate::syntax::{
    ArrayItem, DeclarationKind, Expression, ExpressionKind, File, Keyword, MAX_DEPTH, MAX_ERRORS, Object, parse,
};

/// The names of what is declared, those of broken declarations with `!`.
fn declared(file: &File) -> Vec<String> {
    let mark = |broken| if broken { "!" } else { "" };
    file.declarations
        .iter()
        .map(|d| format!("{}{}", d.name().map_or("", |n| n.text.as_str()), mark(d.broken)))
        .collect()
}

fn variable(file: &File, name: &str) -> Expression {
    let found = file.declarations.iter().find_map(|declaration| match &declaration.kind {
        DeclarationKind::Variable { name: n, value, .. } if n.text == name => Some(value.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("a variable {name}"))
}

fn body(file: &File, name: &str) -> Object {
    let found = file.declarations.iter().find_map(|declaration| match &declaration.kind {
        DeclarationKind::Resource(resource) if resource.name.text == name => Some(resource.body.object.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("a resource {name}"))
}

#[test]
fn a_line_that_is_nothing_is_reported_and_passed() {
    let (file, errors) = parse("param a string\nbad bad\nparam b int\n");
    assert_eq!(declared(&file), ["a", "b"]);
    assert_eq!(errors.len(), 1);
    assert_eq!((errors[0].range.clone(), errors[0].message.as_str()), (15..22, "unexpected `bad bad`"));
}

#[test]
fn a_brace_left_open_costs_one_declaration() {
    let text = "param a string\nresource disk 'x/y@1' = {\n  name: 'd'\n  p: {\n    q: 1\n\n}\n\n@secure()\n\
                param b string\nresource key 'x/z@1' = {\n  name: 'k'\n}\n";
    let (file, errors) = parse(text);
    assert!(!errors.is_empty());
    assert_eq!(declared(&file), ["a", "disk!", "b", "key"]);
    assert_eq!(file.declarations[2].decorators.len(), 1);
    assert!(!body(&file, "key").broken);
}

#[test]
fn a_string_left_open_costs_one_declaration() {
    for open in ["'abc", "'a${b", "'''abc", "$'''a${b", "f(", "[", "a ?", "/* a"] {
        let (file, errors) = parse(&format!("var a = 1\nvar b = {open}\nvar c = 3\nvar d = 4\n"));
        let names = declared(&file);
        assert!(!errors.is_empty(), "{open}");
        if open == "/* a" {
            // Here the rest is a comment, and reported as one that is not closed.
            assert_eq!(names, ["a", "b!"], "{open}");
        } else {
            assert_eq!(names, ["a", "b!", "c", "d"], "{open}");
        }
    }
}

#[test]
fn a_beginning_declares_a_name_of_which_nothing_is_known() {
    let (file, errors) = parse("resource disk\nvar a = 1\n");
    assert_eq!(errors.len(), 1);
    let DeclarationKind::Broken { keyword, name } = &file.declarations[0].kind else { panic!("broken") };
    assert_eq!((*keyword, name.as_ref().unwrap().text.as_str()), (Keyword::Resource, "disk"));
    assert_eq!(file.declarations[0].range, 0..13);
}

#[test]
fn declarations_in_comments_and_strings_of_a_broken_file_declare_nothing() {
    let text = "var a =\n/*\nvar b = 1\n*/\nvar c = '''\nvar d = 1\n''' +\nvar e = 2\n";
    let (file, errors) = parse(text);
    assert!(!errors.is_empty());
    let names = declared(&file);
    assert!(!names.iter().any(|name| name.starts_with('b') || name.starts_with('d')), "{names:?}");
    assert!(names.contains(&"e".to_owned()), "{names:?}");
}

#[test]
fn a_value_with_something_after_it_is_not_known() {
    let (file, errors) = parse("var a = b c\nvar d = 1\n");
    assert_eq!(errors.len(), 1);
    assert_eq!(variable(&file, "a").kind, ExpressionKind::Error);
    assert_eq!(variable(&file, "d").kind, ExpressionKind::Integer(1));
}

#[test]
fn a_parameter_with_something_wrong_may_have_a_default() {
    let (file, _) = parse("param a string 'b'\n");
    let DeclarationKind::Parameter { default, .. } = &file.declarations[0].kind else { panic!("a parameter") };
    assert_eq!(default.as_ref().unwrap().kind, ExpressionKind::Error);
}

#[test]
fn an_object_with_an_error_may_have_more_properties() {
    let (file, errors) = parse("resource r 'a/b@1' = {\n  name: 'r'\n  bad bad\n  x: y z\n  last: 1\n}\n");
    assert!(!errors.is_empty());
    let object = body(&file, "r");
    assert!(object.broken);
    let values: Vec<_> = object.properties().map(|(name, p)| (name, &p.value.kind)).collect();
    assert!(values.contains(&("last", &ExpressionKind::Integer(1))), "{values:?}");
    assert!(!values.iter().any(|(_, kind)| **kind == ExpressionKind::Name("y".to_owned())), "{values:?}");
}

#[test]
fn an_array_with_an_error_may_have_more_items() {
    let (file, errors) = parse("var a = [\n  1\n  b c\n  2\n]\n");
    assert!(!errors.is_empty());
    let ExpressionKind::Array(array) = variable(&file, "a").kind else { panic!("an array") };
    assert!(array.broken);
    let name = ExpressionKind::Name("b".to_owned());
    assert!(!array.items.iter().any(|item| matches!(item, ArrayItem::Value(value) if value.kind == name)));
}

#[test]
fn a_number_too_large_is_reported() {
    let (file, errors) = parse("var a = 18446744073709551616\n");
    assert_eq!(errors.len(), 1);
    assert_eq!(variable(&file, "a").kind, ExpressionKind::Error);
}

#[test]
fn what_is_nested_too_deep_is_an_error_node_and_no_overflow() {
    let nested =
        [("(", ")"), ("[", "]"), ("{a:", "}"), ("'${", "}'"), ("!", ""), ("a => ", ""), ("a ? b : ", ""), ("f(", ")")];
    for (open, close) in nested {
        for depth in [MAX_DEPTH as usize / 4, 20_000] {
            let (file, errors) = parse(&format!("var x = {}1{}\nvar y = 1\n", open.repeat(depth), close.repeat(depth)));
            assert_eq!(errors.len(), usize::from(depth > MAX_DEPTH as usize), "{open} {depth}");
            assert_eq!(declared(&file), ["x", "y"], "{open} {depth}");
        }
    }
    for chain in [" + 1", ".a", "[0]", "!", "::a", ".a()", " ?? 1"] {
        let (_, errors) = parse(&format!("var x = a{}\n", chain.repeat(20_000)));
        assert_eq!(errors.len(), 1, "{chain}");
    }
    for (open, close) in [("(", ")"), ("[", "]"), ("{a:", "}"), ("", "[]"), ("", "?"), ("a<", ">")] {
        let (_, errors) = parse(&format!("type x = {}a{}\n", open.repeat(20_000), close.repeat(20_000)));
        assert_eq!(errors.len(), 1, "{open}{close}");
    }
    let resources = "resource a 'b' = {\n".repeat(5_000) + &"}\n".repeat(5_000);
    assert_eq!(parse(&resources).1.len(), 1);
}

#[test]
fn what_stays_open_thousands_of_times_ends() {
    for piece in
        ["(", "[\n", "{a:", "'${", "$'''${", "''' ", "/*", "resource a 'b' = {\n", "(a,", "@", "var x = \n", "\\", "$"]
    {
        let (_, errors) = parse(&format!("var x = {}", piece.repeat(3_001)));
        assert!(!errors.is_empty() && errors.len() <= MAX_ERRORS, "{piece}");
    }
}

#[test]
fn every_prefix_and_every_gap_of_a_file_is_read_without_panic_and_with_ranges_inside() {
    let text = "@secure()\nparam p { a: string? } = {}\nresource r 'a/b@1' = [for (x, i) in f(p.?a): if (i > 0) {\n  \
                name: 'n${x}é\\u{41}'\n  t: $'''\n${i}'''\n  resource k 'keys' existing = { name: 'k' }\n}]\n\
                func g(a int) int => a ?? 1\nimport { a as b } from 'x'\n";
    let cuts: Vec<usize> = (0..=text.len()).filter(|cut| text.is_char_boundary(*cut)).collect();
    for cut in &cuts {
        for until in [text.len(), (*cut).min(text.len())] {
            for skip in [0, 1, 7] {
                let end = cuts.iter().copied().find(|c| *c >= cut + skip).unwrap_or(text.len());
                let part = format!("{}{}", &text[..*cut], text.get(end..until.max(end)).unwrap_or_default());
                let (file, errors) = parse(&part);
                let inside =
                    |range: &std::ops::Range<u32>| range.start <= range.end && range.end as usize <= part.len();
                assert!(errors.iter().all(|error| inside(&error.range)), "{part}");
                assert!(file.declarations.iter().all(|d| inside(&d.range)), "{part}");
            }
        }
    }
}

#[test]
fn reading_twice_gives_the_same() {
    let text = "var a = [\nparam b string\nvar c = 'x${\nresource d 'e' = { f: }\n";
    assert_eq!(parse(text), parse(text));
}
