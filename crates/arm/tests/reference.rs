//! The functions of the ARM and Bicep references: which there are, and what they give by their documented examples.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use cmklint_arm::parse;
use cmklint_graph::{DeploymentId, Kind, TextPart, Value};
use cmklint_source::{LoadError, MemoryLoader, Sources};
use cmklint_template::{Inputs, Library, Limits, Template, evaluate};

const FUNCTIONS: &str = include_str!("reference/functions.txt");
const EXAMPLES: &str = include_str!("reference/examples.txt");

/// What only the platform, or who runs the deployment, answers: their calls are symbols, or objects with symbols for members.
const PLATFORM: [&str; 22] = [
    "deployer",
    "environment",
    "externalInput",
    "fail", // ends the deployment: no value at all
    "getSecret",
    "list*",
    "newGuid",
    "pickZones",
    "providers",
    "readCliArg",
    "readEnvironmentVariable",
    "reference",
    "references",
    "roleDefinitions",
    "tenant",
    "toLogicalZone",
    "toLogicalZones",
    "toPhysicalZone",
    "toPhysicalZones",
    "utcNow",
    "deployment",
    "copyIndex", // known inside of a loop only: tests of their own
];

/// What the front-ends take away before anything is evaluated.
const FRONT_END: [&str; 2] = ["any", "nameof"];

struct Files(Sources);

impl Library for Files {
    fn template(&self, _path: &str) -> Result<Arc<Template>, String> {
        Err("no template".to_owned())
    }

    fn text(&self, path: &str) -> Result<String, LoadError> {
        self.0.load(path).map(|file| file.text().to_owned())
    }

    fn files_in(&self, path: &str) -> Option<Vec<String>> {
        Some(self.0.files_in(path)).filter(|names| !names.is_empty())
    }
}

fn names() -> Vec<&'static str> {
    let lines = FUNCTIONS.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split_once(' ').unwrap().1).collect()
}

/// The calls of the examples with what they give, in the order of the file.
fn examples() -> Vec<(&'static str, &'static str)> {
    let lines = EXAMPLES.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.rsplit_once(" => ").unwrap()).collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The value as JSON, symbols by their words.
fn show(value: &Value, out: &mut String) {
    match &value.kind {
        Kind::Null => out.push_str("null"),
        Kind::Bool(flag) => write!(out, "{flag}").unwrap(),
        Kind::Number(number) => write!(out, "{number}").unwrap(),
        Kind::String(text) => out.push_str(&quoted(text)),
        Kind::Symbol(symbol) => write!(out, "<{}>", symbol.label()).unwrap(),
        Kind::Template(parts) => {
            let part = |part: &TextPart| match part {
                TextPart::Text(text) => text.to_string(),
                TextPart::Value(value) => format!("${{{}}}", value.describe()),
            };
            out.push_str(&quoted(&parts.iter().map(part).collect::<String>()));
        }
        Kind::Array(array) => {
            out.push('[');
            for (at, item) in array.items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                show(item, out);
            }
            out.push_str(if array.rest.is_some() { "…]" } else { "]" });
        }
        Kind::Object(object) => {
            out.push('{');
            for (at, (name, entry)) in object.entries.iter().enumerate() {
                write!(out, "{}{}:", if at > 0 { "," } else { "" }, quoted(name)).unwrap();
                show(&entry.value, out);
            }
            out.push_str(if object.rest.is_some() { "…}" } else { "}" });
        }
        other => write!(out, "{other:?}").unwrap(),
    }
}

/// What each of the calls gives, as an output of one template.
fn evaluated(calls: &[&str]) -> Vec<String> {
    let outputs: Vec<String> = calls
        .iter()
        .enumerate()
        .map(|(at, call)| format!("\"o{at}\": {{\"type\": \"object\", \"value\": {}}}", quoted(&format!("[{call}]"))))
        .collect();
    let template = format!(
        "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",
          \"parameters\": {{\"given\": {{\"type\": \"string\", \"defaultValue\": \"value\"}}}},
          \"variables\": {{\"list\": [1, 2, 3]}}, \"resources\": [], \"outputs\": {{{}}}}}",
        outputs.join(", ")
    );
    let yaml = r#"description: "Allows SSH traffic"
sourcePortRange: '*'
priority: 100
list: &l [1.5, a, ~, true]
again: *l
version: 1.2.3
"#;
    let sources = Sources::new(MemoryLoader::new([
        ("templates/main.json", template.as_str()),
        ("templates/modules/appService.bicep", ""),
        ("templates/modules/app.txt", ""),
        ("templates/text.txt", "hello"),
        ("templates/rules.json", "{\"description\": \"Allows SSH traffic\", \"priority\": 100}"),
        ("templates/rules.yaml", yaml),
    ]));
    let file = sources.load("templates/main.json").unwrap();
    let parsed = parse(&file);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    let result = evaluate(
        &parsed.template.unwrap(),
        file.path(),
        &Inputs::default(),
        DeploymentId(0),
        &Files(sources),
        &Limits::default(),
    );
    assert!(result.diagnostics.is_empty(), "{:?}", result.diagnostics);
    let shown = |value: &Value| {
        let mut out = String::new();
        show(value, &mut out);
        out
    };
    result.outputs.values().map(shown).collect()
}

/// Whether the example calls the function.
fn calls(example: &str, name: &str) -> bool {
    let stem = name.strip_suffix('*').unwrap_or(name);
    example.match_indices(stem).any(|(at, _)| {
        let before = example[..at].chars().next_back();
        let behind = &example[at + stem.len()..];
        !before.is_some_and(char::is_alphanumeric) && (name.ends_with('*') || behind.starts_with('('))
    })
}

#[test]
fn each_example_gives_what_the_reference_says() {
    let examples = examples();
    let given = evaluated(&examples.iter().map(|(call, _)| *call).collect::<Vec<_>>());
    assert_eq!(given.len(), examples.len());
    let wrong: Vec<String> = examples
        .iter()
        .zip(&given)
        .filter(|((_, expected), given)| expected != given)
        .map(|((call, expected), given)| format!("{call}\n  should be {expected}\n  is        {given}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_function_of_the_reference_has_an_example() {
    let examples = examples();
    let without: Vec<&str> = names()
        .into_iter()
        .filter(|name| !FRONT_END.contains(name) && !examples.iter().any(|(example, _)| calls(example, name)))
        .collect();
    assert_eq!(without, [""; 0]);
    let known: BTreeSet<&str> = names().into_iter().collect();
    assert_eq!(known.len(), names().len(), "each is named once");
    assert!(PLATFORM.iter().chain(&FRONT_END).all(|name| known.contains(name)));
}

#[test]
fn the_functions_that_give_symbols_are_those_that_only_the_platform_answers() {
    // A function is evaluated where one of its examples is known whole, or has more than its own call's symbol in it.
    let examples = examples();
    let own = |example: &str, name: &str| {
        let stem = name.strip_suffix('*').unwrap_or(name);
        example.starts_with(stem) && calls(example, name)
    };
    let mut symbols = BTreeSet::new();
    for name in names() {
        let mut mine = examples.iter().filter(|(example, _)| own(example, name)).peekable();
        if mine.peek().is_some() && mine.all(|(_, given)| given.starts_with('<')) {
            symbols.insert(name);
        }
    }
    assert_eq!(symbols, PLATFORM.into_iter().collect());
}
