//! JSON as it comes: lenient where ARM is, a diagnostic where it is broken, and bounded whatever it is.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use cmklint_arm::{classify, metadata_ignores, parse, parse_parameters};
use cmklint_graph::{Kind, StepKind};
use support::{diagnostics, file, read, show, show_template, template};

#[test]
fn comments_trailing_commas_trailing_text_line_breaks_and_single_quotes_are_taken() {
    let text = "// head\n{ /* } */ \"variables\": {'a': \"x\ny\", \"b\": \"[concat(\r\n  'p',\n 'q')]\",}, // }\n} // tail\nand { more \"text";
    insta::assert_snapshot!(show_template(&template(text)), @r"
    scope ResourceGroup
    var a = 'x
    y'
    var b = concat('p', 'q')
    ");
}

#[test]
fn the_last_of_several_members_of_one_name_wins() {
    let few = template(r#"{"variables": {"a": 1, "b": {"x": 1, "y": 2, "x": 3}, "a": 2}}"#);
    assert_eq!(show(&few.variables["a"].value), "2");
    assert_eq!(show(&few.variables["b"].value), "{y: 2, x: 3}");
    let many: String = (0..40).map(|i| format!("\"m{}\": {i}, ", i % 20)).collect();
    let many = template(&format!("{{\"variables\": {{{many}}}}}"));
    assert_eq!(many.variables.len(), 20);
    assert_eq!(show(&many.variables["m3"].value), "23");
}

#[test]
fn broken_json_is_one_error_at_its_place() {
    for (text, expected) in [
        ("{\"a\": 1 \"b\": 2}", "Error syntax: expected comma at ``"),
        ("{\"a\": }", "Error syntax: unexpected close brace at `}`"),
        ("{\"a\": [1, 2", "Error syntax: unterminated array at `[1, 2`"),
        ("{\"a\": \"x", "Error syntax: unterminated string literal at `\"x`"),
        ("{\"a\": \"\\q\"}", "Error syntax: invalid escape at `\\q`"),
        ("[]", "Error syntax: the file's root is not an object at ``"),
        ("", "Error syntax: the file's root is not an object at ``"),
    ] {
        let (file, parsed) = read(text);
        assert!(parsed.template.is_none());
        assert_eq!(diagnostics(&file, &parsed), [expected], "{text}");
    }
}

#[test]
fn hostile_json_ends_with_a_diagnostic() {
    let deep = |open: &str, close: &str| {
        format!("{{\"variables\": {{\"x\": {}1{}}}}}", open.repeat(200_000), close.repeat(200_000))
    };
    for text in [deep("[", "]"), deep("{\"a\":", "}"), "[".repeat(1_000_000), "{\"a\":".repeat(1_000_000)] {
        let (_, parsed) = read(&text);
        assert_eq!(parsed.diagnostics.len(), 1);
        assert_eq!(parsed.diagnostics[0].message, "maximum nesting depth exceeded");
        let _ = classify(&text);
    }
    // As deep as the parser goes, with an expression as deep as ours goes at the bottom.
    let expression = format!("\"[{}1{}]\"", "f(".repeat(120), ")".repeat(120));
    let fine = format!("{{\"variables\": {{\"x\": {}{expression}{}}}}}", "[".repeat(500), "]".repeat(500));
    assert!(read(&fine).1.diagnostics.is_empty());
}

#[test]
fn templates_and_resources_nested_as_deep_as_the_parser_goes_are_read() {
    let nested = |levels: usize, open: &str, close: &str| {
        let text = format!("{{\"resources\": [{}{}]}}", open.repeat(levels), close.repeat(levels));
        read(&text).1
    };
    let deployment =
        r#"{"type": "Microsoft.Resources/deployments", "name": "d", "properties": {"template": {"resources": ["#;
    assert!(nested(70, deployment, "]}}}").diagnostics.is_empty());
    assert_eq!(nested(80, deployment, "]}}}").diagnostics[0].message, "maximum nesting depth exceeded");
    let child = r#"{"type": "c", "name": "n", "resources": ["#;
    assert_eq!(nested(165, child, "]}").template.unwrap().resources.len(), 165);
    assert_eq!(nested(180, child, "]}").diagnostics[0].message, "maximum nesting depth exceeded");
}

#[test]
fn copies_of_long_names_and_types_into_nested_children_are_bounded() {
    let grandchild = "{\"type\": \"c\", \"name\": \"n\"},".repeat(20_000);
    let long = "x".repeat(100_000);
    for (kind, name) in [("b", format!("[f('{long}')]")), ("b", long.clone()), (long.as_str(), "n".to_owned())] {
        let child = format!("{{\"type\": \"c\", \"name\": \"n\", \"resources\": [{grandchild}]}}");
        let text = format!(
            "{{\"resources\": [{{\"type\": \"A/{kind}\", \"name\": \"{name}\", \"resources\": [{child}]}}, {{\"type\": \"A/z\"}}]}}"
        );
        let (_, parsed) = read(&text);
        assert_eq!(parsed.diagnostics.len(), 1);
        let template = parsed.template.unwrap();
        assert!((50..100).contains(&template.resources.len()), "{}", template.resources.len());
        assert_eq!(template.resources.last().unwrap().kind.as_ref(), "A/z");
    }
}

#[test]
fn any_cut_of_a_template_is_read_to_an_end() {
    let whole = r#"/* ä */ {"parameters": {"p": {"type": "string"}}, "resources": [{"type": "A/b", "copy": [1], "name": "[concat('ä', parameters('p'))[0].x]"}]}"#;
    for (at, _) in whole.char_indices() {
        for text in [
            whole[..at].to_owned(),
            whole[at..].to_owned(),
            format!("{}{}", &whole[..at], &whole[whole.len() / 2..].trim_start_matches(|c: char| !c.is_ascii())),
        ] {
            let file = file("a.json", &text);
            let _ = (classify(&text), parse(&file), parse_parameters(&file), metadata_ignores(&file));
        }
    }
}

#[test]
fn a_parameter_file_gives_values_with_their_places() {
    let text = r#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#", "contentVersion": "1.0.0.0",
        "metadata": {"template": "../main.json"}, "parameters": {
            "size": {"value": 3072}, "text": {"value": "[not an expression]"},
            "list": {"value": [{"a": null}, true]},
            "password": {"reference": {"keyVault": {"id": "/Subscriptions/x"}, "secretName": "S"}},
            "external": {"expression": "[externalInputs('x')]"}, "empty": {}, "wrong": 1
        }}"#;
    let file = file("a/b/main.parameters.json", text);
    let read = parse_parameters(&file);
    assert_eq!(read.template.as_deref(), Some("a/main.json"));
    let names: Vec<&str> = read.values.keys().map(AsRef::as_ref).collect();
    assert_eq!(names, ["size", "text", "list", "password", "external"]);
    let step = read.values["size"].trail.newest().unwrap();
    assert_eq!((file.slice(step.span), step.kind, step.name.as_ref()), ("3072", StepKind::Input, "size"));
    assert_eq!(read.values["text"].as_str(), Some("[not an expression]"));
    let second = read.values["list"].item(1);
    assert_eq!((second.as_bool(), file.slice(second.span().unwrap())), (Some(true), "true"));
    assert!(read.values["list"].get("[0].a").is_null());
    let Kind::Symbol(secret) = &read.values["password"].kind else { panic!() };
    assert_eq!((secret.key(), secret.label()), ("secret:/subscriptions/x:s:", "secret S"));
    assert!(matches!(read.values["external"].kind, Kind::Symbol(_)));
    assert_eq!(read.diagnostics.len(), 1);
    assert_eq!(file.slice(read.diagnostics[0].span.unwrap()), "1");
}

#[test]
fn ignores_in_metadata_are_found_with_their_resource() {
    let text = r#"{"metadata": {"cmklint": {"ignore": "CMK090"}}, "resources": [
        {"type": "A/b", "metadata": {"cmklint": {"ignore": ["CMK001 -- why", "CMK\u0030\u0032"]}}, "resources": [
            {"type": "c", "metadata": {"cmklint": {"other": 1}}}]}]}"#;
    let file = file("a.json", text);
    let found: Vec<(String, &str, String)> = metadata_ignores(&file)
        .into_iter()
        .map(|(whole, text, ignore)| (file.slice(whole).chars().take(16).collect(), file.slice(text), ignore))
        .collect();
    assert_eq!(found.len(), 3);
    assert_eq!(found[0], ("{\"metadata\": {\"c".to_owned(), "CMK090", "CMK090".to_owned()));
    assert_eq!(found[1], ("{\"type\": \"A/b\", ".to_owned(), "CMK001 -- why", "CMK001 -- why".to_owned()));
    assert_eq!(found[2], ("{\"type\": \"A/b\", ".to_owned(), r"CMK\u0030\u0032", "CMK02".to_owned()));
}
