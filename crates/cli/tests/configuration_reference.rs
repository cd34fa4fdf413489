//! The reference of the configuration and its JSON schema are those of the code, and hold of configurations. `CMKLINT_BLESS=1` writes both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::path::{Path, PathBuf};

use cmklint_cli::config::{self, reference};
use cmklint_source::{MemoryLoader, Sources};
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::Body;
use serde_json::{Map, Value, json};

const SCHEMA: &str = "docs/schema/configuration-1.json";
const PAGE: &str = "docs/use/configuration.md";
const MARK: &str = "<!-- configuration -->\n";

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(at(path)).unwrap_or_default().replace("\r\n", "\n")
}

/// Fails where the file at `path` has another text, or writes it there where that is asked for.
fn is_current(path: &str, text: &str) {
    if read(path) == text {
        return;
    }
    if std::env::var_os("CMKLINT_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(at(path), text).unwrap();
        return;
    }
    panic!("{path} is not what the code says: CMKLINT_BLESS=1 writes it");
}

/// A body in HCL's JSON form.
fn json_of(body: &Body) -> Value {
    let mut out = Map::new();
    for attribute in body.attributes() {
        out.insert(attribute.key.as_str().to_owned(), value_of(&attribute.value));
    }
    for block in body.blocks() {
        let inner = json_of(&block.body);
        let name = block.ident.as_str().to_owned();
        match block.labels.first() {
            None => drop(out.insert(name, inner)),
            Some(label) => {
                let all = out.entry(name).or_insert_with(|| json!({}));
                all[label.as_str()] = inner;
            }
        }
    }
    Value::Object(out)
}

fn value_of(expression: &Expression) -> Value {
    match expression {
        Expression::Array(items) => Value::Array(items.iter().map(value_of).collect()),
        Expression::Object(entries) => {
            let entry = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| {
                let key = match key {
                    ObjectKey::Ident(name) => name.as_str().to_owned(),
                    ObjectKey::Expression(key) => key.as_str().unwrap().to_owned(),
                };
                (key, value_of(value.expr()))
            };
            Value::Object(entries.iter().map(entry).collect())
        }
        Expression::String(text) => json!(text.as_str()),
        Expression::Bool(value) => json!(**value),
        Expression::Number(number) => serde_json::from_str(&number.to_string()).unwrap(),
        other => panic!("not in a configuration: {other:?}"),
    }
}

/// What our reader finds wrong in a configuration, and whether the schema holds of it.
fn judged(text: &str) -> (Vec<String>, bool) {
    let file = Sources::new(MemoryLoader::new([(config::FILE_NAME, text)])).load(config::FILE_NAME).unwrap();
    let (mut parsed, mut diagnostics) = config::parse(&file);
    diagnostics.extend(parsed.resolve_rules(&cmklint_rules::Catalog::default()));
    let schema = reference::schema();
    let is_valid = jsonschema::validator_for(&schema).unwrap().is_valid(&json_of(&text.parse::<Body>().unwrap()));
    (diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect(), is_valid)
}

#[test]
fn the_schema_is_that_of_the_code() {
    is_current(SCHEMA, &(serde_json::to_string_pretty(&reference::schema()).unwrap() + "\n"));
}

#[test]
fn the_page_has_the_table_of_the_code() {
    let page = read(PAGE);
    let (before, rest) = page.split_once(MARK).expect(MARK);
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    is_current(PAGE, &format!("{before}{MARK}{}\n{}", reference::table(), after.trim_start_matches('\n')));
}

#[test]
fn what_init_writes_holds_with_every_comment_taken_away() {
    let written = read("crates/cli/src/config/commented.hcl");
    assert_eq!(judged(&written), (vec![], true));
    let is_code = |text: &str| text.contains(" = ") || text.ends_with('{') || text == "}";
    let uncommented: String = written
        .lines()
        .map(|line| match line.split_once("# ") {
            Some((indent, code)) if indent.trim().is_empty() && is_code(code) => format!("{indent}{code}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let (wrong, is_valid) = judged(&uncommented);
    assert!(wrong.is_empty() && is_valid, "{wrong:?} {is_valid}\n{uncommented}");
    for block in reference::BLOCKS.iter().filter(|block| block.name != "limits") {
        for setting in block.settings.iter().filter(|setting| setting.name != "ignore_module") {
            assert!(uncommented.contains(&format!("{} ", setting.name)), "{}: {}", block.name, setting.name);
        }
    }
}

#[test]
fn the_schema_and_the_reader_refuse_the_same() {
    for text in [
        "edition = \"2025-02\"",
        "config {\n  ignore_module = { \"Azure/x\" = true }\n}",
        "rule \"CMK050\" {\n  limit = 20\n}",
        "rule \"encryption_set_limit\" {\n  limit = 20\n  level = \"notice\"\n}",
        "limits {\n  work = 64\n}",
        "link \"a\" {\n  from = \"b\"\n  inputs = { x = \"y\" }\n}",
    ] {
        assert_eq!(judged(text), (vec![], true), "{text}");
    }
    for text in [
        "editions = \"2025-02\"",
        "edition = \"2025-03\"",
        "config {\n  format = \"sarfi\"\n}",
        "config {\n  explore = \"yes\"\n}",
        "config {\n  exclude = \"x\"\n}",
        "config {\n  call_module_type = \"some\"\n}",
        "rules \"CMK020\" {\n}",
        "rule \"CMK020\" {\n  limit = 20\n}",
        "rule \"CMK050\" {\n  limit = \"many\"\n}",
        "rule \"CMK020\" {\n  level = \"fatal\"\n}",
        "root \"a\" {\n  region = \"westeurope\"\n}",
        "limits {\n  work = 65\n}",
        "limits {\n  disk = 1\n}",
        "link \"a\" {\n  from = \"b\"\n}",
        "link \"a\" {\n  from = \"b\"\n  inputs = { x = 1 }\n}",
    ] {
        let (wrong, is_valid) = judged(text);
        assert!(!wrong.is_empty() && !is_valid, "{text}: {wrong:?}, {is_valid}");
    }
}
