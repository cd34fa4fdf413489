//! Bad input: whatever the bytes, reading and evaluating a template ends soon and says what was wrong.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use std::path::Path;
use std::time::{Duration, Instant};

use cmklint_arm::{JsonKind, classify, metadata_ignores, parse, parse_parameters};
use cmklint_graph::DeploymentId;
use cmklint_source::{LoadError, Severity};
use cmklint_template::{Evaluated, Inputs, Library, Limits, Template, evaluate};
use support::file;

struct Nothing;

impl Library for Nothing {
    fn template(&self, _path: &str) -> Result<std::sync::Arc<Template>, String> {
        Err("not here".to_owned())
    }

    fn text(&self, _path: &str) -> Result<String, LoadError> {
        Err(LoadError::NotFound)
    }
}

/// Reads the text in every way, and evaluates what can be; the codes of the diagnostics of both.
fn survives(text: &str) -> Vec<&'static str> {
    let file = file("main.json", text);
    let _ = (classify(text), parse_parameters(&file), metadata_ignores(&file));
    let parsed = parse(&file);
    let mut codes: Vec<&'static str> = parsed.diagnostics.iter().map(|d| d.code).collect();
    assert!(parsed.template.is_some() || parsed.diagnostics.iter().any(|d| d.severity == Severity::Error), "{text}");
    for template in parsed.template.iter().chain(parsed.specs.iter().map(|spec| &spec.template)) {
        codes.extend(deployed(template).diagnostics.iter().map(|d| d.code));
    }
    codes
}

fn deployed(template: &std::sync::Arc<Template>) -> Evaluated {
    evaluate(template, "main.json", &Inputs::default(), DeploymentId(0), &Nothing, &Limits::default())
}

/// Fails where `work` takes longer than a generous bound for a machine under load.
fn within(seconds: u64, work: impl FnOnce()) {
    let start = Instant::now();
    work();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(seconds), "{took:?}");
}

/// The templates among the examples of the rules, the largest last.
fn examples() -> Vec<String> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut folders: Vec<_> = std::fs::read_dir(rules).unwrap().map(|entry| entry.unwrap().path()).collect();
    let mut out = Vec::new();
    folders.sort();
    for side in folders.iter().flat_map(|rule| ["good", "bad"].map(|side| rule.join(side))) {
        let Ok(cases) = std::fs::read_dir(side) else { continue };
        for case in cases {
            if let Ok(text) = std::fs::read_to_string(case.unwrap().path().join("azuredeploy.json")) {
                out.push(text);
            }
        }
    }
    out.sort_by_key(|text| (text.len(), text.clone()));
    out
}

/// A template of the shape that the Bicep compiler writes, of about `kilobytes`.
fn compiled(kilobytes: usize) -> String {
    let one = |i: usize| {
        format!(
            r#""disk{i}": {{
      "copy": {{"name": "disk{i}", "count": "[length(range(0, 2))]"}}, "condition": "[not(empty(parameters('name')))]",
      "type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "[format('{{0}}-ä-{{1}}', parameters('name'), copyIndex())]",
      "location": "[coalesce(tryGet(parameters('tags'), 'region'), resourceGroup().location)]",
      "properties": {{"encryption": {{"diskEncryptionSetId": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'set')]"}},
        "diskSizeGB": "[if(equals({i}, 1), 32, add({i}, mul(2, 16)))]"}},
      "tags": "[union(parameters('tags'), createObject('it''s', 'd{i}'))]", "dependsOn": ["set"]
    }}"#
        )
    };
    let mut resources = Vec::new();
    let mut size = 0;
    while size < kilobytes * 1024 {
        resources.push(one(resources.len()));
        size += 800;
    }
    format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "languageVersion": "2.0",
  "contentVersion": "1.0.0.0", "parameters": {{"name": {{"type": "string"}}, "tags": {{"type": "object", "defaultValue": {{}}}}}},
  "resources": {{ "set": {{"type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2023-10-02", "name": "set"}}, {} }} }}"#,
        resources.join(", ")
    )
}

#[test]
fn every_prefix_of_real_templates_is_read_to_an_end() {
    let examples = examples();
    let largest = examples.iter().rev().take(3);
    let generated = compiled(4);
    within(60, || {
        for text in largest.chain([&generated]) {
            let text = text.trim_end(); // without its last line break an example is still whole
            assert!(!survives(text).contains(&"syntax"));
            for (at, _) in text.char_indices() {
                let cut = text.get(..at).unwrap();
                assert!(survives(cut).contains(&"syntax"), "{cut}");
            }
        }
    });
}

#[test]
fn prefixes_of_a_large_template_are_read_to_an_end() {
    let text = compiled(400);
    within(60, || {
        assert_eq!(survives(&text), [""; 0]);
        for at in (0..text.len()).step_by(20_011).filter(|at| text.is_char_boundary(*at)) {
            assert!(survives(&text[..at]).contains(&"syntax"));
        }
    });
}

#[test]
fn a_byte_that_is_lost_or_changed_anywhere_is_survived() {
    let text = compiled(1);
    within(60, || {
        for (at, c) in text.char_indices() {
            let (before, behind) = (&text[..at], &text[at + c.len_utf8()..]);
            for other in ["", "\0", "\"", "[", "]", "'", "\\", "\u{feff}"] {
                survives(&format!("{before}{other}{behind}"));
            }
        }
    });
}

#[test]
fn nul_bytes_and_mixed_line_ends_are_read_or_refused() {
    assert_eq!(survives("\0"), ["syntax"]);
    assert_eq!(survives(&"\0".repeat(100_000)), ["syntax"]);
    assert_eq!(survives("{\0}"), ["syntax"]);
    assert_eq!(survives("{\"resources\": [] }\0"), [""; 0], "text behind the root");
    let text = compiled(1);
    for end in ["\r\n", "\r", "\n\r", "\u{2028}"] {
        let mut mixed = String::new();
        for (at, line) in text.lines().enumerate() {
            mixed.push_str(line);
            mixed.push_str(if at % 2 == 0 { end } else { "\n" });
        }
        let codes = survives(&mixed);
        assert!(codes.is_empty() || end == "\u{2028}", "{end:?}: {codes:?}");
        assert_eq!(classify(&mixed), JsonKind::Template);
    }
}

#[test]
fn what_needs_itself_is_a_cycle() {
    let template = |parts: &str| format!("{{\"contentVersion\": \"1.0.0.0\", {parts}, \"resources\": []}}");
    let output = r#""outputs": {"o": {"type": "string", "value": "[variables('a')]"}}"#;
    let two = format!(r#""variables": {{"a": "[variables('b')]", "b": "[concat('x', variables('a'))]"}}, {output}"#);
    assert_eq!(survives(&template(&two)), ["cycle"]);
    let chain: Vec<String> = (0..5_000).map(|i| format!(r#""v{i}": "[variables('v{}')]""#, (i + 1) % 5_000)).collect();
    let long = format!(r#""variables": {{"a": "[variables('v0')]", {}}}, {output}"#, chain.join(", "));
    assert_eq!(survives(&template(&long)), ["too-deep"]);
    let parameters = r#""parameters": {"a": {"type": "string", "defaultValue": "[parameters('A')]"}},
        "outputs": {"o": {"type": "string", "value": "[parameters('a')]"}}"#;
    assert_eq!(survives(&template(parameters)), ["cycle"]);
    let functions = r#""functions": [{"namespace": "n", "members": {"f": {"parameters": [], "output": {"type": "int", "value": "[n.f()]"}}}}],
        "outputs": {"o": {"type": "int", "value": "[n.f()]"}}"#;
    assert!(!survives(&template(functions)).is_empty());
}

#[test]
fn loops_of_a_million_within_loops_of_a_million_end() {
    let nested = |depth: usize| {
        let mut input = "\"x\"".to_owned();
        for i in 0..depth {
            input = format!(r#"{{"copy": [{{"name": "c{i}", "count": 1000000, "input": {input}}}]}}"#);
        }
        input
    };
    let disk = |i: usize| {
        format!(
            r#"{{"type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "[concat('d', copyIndex('r{i}'))]",
            "copy": {{"name": "r{i}", "count": 1000000}}, "properties": {}}}"#,
            nested(i)
        )
    };
    let text = |resources: &str| format!("{{\"contentVersion\": \"1.0.0.0\", \"resources\": [{resources}]}}");
    within(120, || {
        for depth in [1, 2, 4] {
            let codes = survives(&text(&disk(depth)));
            assert!(codes.iter().any(|c| ["too-complex", "too-large"].contains(c)), "{depth}: {codes:?}");
        }
        let all = ["map(range(0, 10000), lambda('x', "; 4].concat() + "'x'" + &"))".repeat(4);
        let output = format!(
            r#"{{"contentVersion": "1.0.0.0", "resources": [], "outputs": {{"o": {{"type": "array", "value": "[{all}]"}}}}}}"#
        );
        assert!(!survives(&output).is_empty());
    });
}

#[test]
fn deep_nesting_is_refused_or_bounded() {
    let outputs = |value: &str| {
        format!(
            r#"{{"contentVersion": "1.0.0.0", "resources": [], "outputs": {{"o": {{"type": "object", "value": {value}}}}}}}"#
        )
    };
    within(60, || {
        for depth in [300, 10_000] {
            let calls = format!("\"[{}1{}]\"", "add(1, ".repeat(depth), ")".repeat(depth));
            assert_eq!(survives(&outputs(&calls)), ["expression"]);
            let members = format!("\"[json('null'){}]\"", ".a".repeat(depth));
            assert_eq!(survives(&outputs(&members)), ["expression"]);
        }
        let arrays = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(survives(&outputs(&arrays(10_000))), ["syntax"]);
        survives(&outputs(&arrays(400)));
        let text = format!("{}'x'{}", "json('".repeat(200), "')".repeat(200));
        survives(&outputs(&format!("\"[{text}]\"")));
        let json_text = format!("\"[json('{}')]\"", "[".repeat(100_000));
        assert_eq!(survives(&outputs(&json_text)), [""; 0]);
        let json_text = format!("\"[json('{}')]\"", "{\\\"a\\\":".repeat(100_000));
        assert_eq!(survives(&outputs(&json_text)), [""; 0]);
        let quotes = format!("\"[json('{}')]\"", "{'".repeat(100_000));
        assert_eq!(survives(&outputs(&quotes)), ["expression"]);
    });
}
