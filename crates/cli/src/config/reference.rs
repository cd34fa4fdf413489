//! What a configuration may hold: the one list that its reader takes the names from, and that the reference in `docs/use/configuration.md` and the JSON
//! schema `docs/schema/configuration-1.json` are made of.

use std::fmt::Write as _;

use cmklint_report::Format;
use cmklint_rules::{Edition, Level, RULES};
use serde_json::{Map, Value, json};

use crate::limits::MAX_FACTOR;
use crate::module_type::MODULE_TYPES;

/// The argument of `limits` for steps.
pub(super) const WORK: &str = "work";
/// The argument of `limits` for bytes.
pub(super) const MEMORY: &str = "memory";

/// A block of the configuration.
#[derive(Debug)]
pub struct BlockKind {
    /// Its name.
    pub name: &'static str,
    /// What its label is; `None` where it has none.
    pub label: Option<&'static str>,
    /// What it is for, as one sentence.
    pub about: &'static str,
    /// What may stand in it.
    pub settings: &'static [Setting],
}

/// An argument of a block.
#[derive(Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What it does, in Markdown; links are seen from `docs/use`.
    pub about: &'static str,
}

/// What an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A string.
    Text,
    /// `true` or `false`.
    Boolean,
    /// A number of times.
    Factor,
    /// A list of strings.
    Texts,
    /// An object of strings.
    TextsByName,
    /// An object from a source of modules to `true`.
    Modules,
    /// An edition of the restrictions.
    Edition,
    /// A format of reports.
    Format,
    /// A level of findings.
    Level,
    /// Which module calls are followed.
    ModuleType,
}

const fn setting(name: &'static str, takes: Takes, about: &'static str) -> Setting {
    Setting { name, takes, about }
}

/// All blocks. The arguments of `config` may also stand outside of a block.
pub const BLOCKS: &[BlockKind] = &[
    BlockKind {
        name: "config",
        label: None,
        about: "What holds for the whole run.",
        settings: &[
            setting(
                "edition",
                Takes::Edition,
                "the [edition](../editions.md) of the restrictions; without one all are checked, and what was lifted since is a warning",
            ),
            setting("format", Takes::Format, "the report's [format](findings.md)"),
            setting(
                "disabled_by_default",
                Takes::Boolean,
                "whether rules are off unless a `rule` block switches them on (`false`)",
            ),
            setting(
                "explore",
                Takes::Boolean,
                "whether booleans and enumerated inputs are also evaluated with other values than their defaults (`false`)",
            ),
            setting(
                "call_module_type",
                Takes::ModuleType,
                "which module calls of Terraform are followed (`all`, installed ones too)",
            ),
            setting("ignore_module", Takes::Modules, "sources of modules that are not followed"),
            setting(
                "varfile",
                Takes::Texts,
                "files of variables of the Terraform roots, relative to the configuration",
            ),
            setting("variables", Takes::Texts, "variables of the Terraform roots, each as `\"name=value\"`"),
            setting("exclude", Takes::Texts, "globs of files that are left out, relative to the configuration"),
            setting(
                "minimum_failure_severity",
                Takes::Level,
                "the lowest level of a finding that makes the exit code 2 (`notice`)",
            ),
            setting("baseline", Takes::Text, "the file of [known findings](baseline.md)"),
            setting(
                "custom_rules",
                Takes::Texts,
                "folders with [rules of your own](../custom-rules.md), besides `cmklint-rules`",
            ),
        ],
    },
    BlockKind {
        name: "rule",
        label: Some("the rule's id or name"),
        about: "What holds for one rule. Further arguments are numbers that are the rule's own (`cmklint explain` has them).",
        settings: RULE,
    },
    BlockKind {
        name: "root",
        label: Some("the root's path"),
        about: "Where a template is deployed, which its own text doesn't say.",
        settings: &[
            setting("subscription", Takes::Text, "the subscription's id"),
            setting("resource_group", Takes::Text, "the resource group's name"),
            setting("location", Takes::Text, "the region of the resource group or of the deployment"),
        ],
    },
    BlockKind {
        name: "link",
        label: Some("the path of the root that receives them"),
        about: "Which outputs of another root a root is deployed with.",
        settings: &[
            setting("from", Takes::Text, "the path of the root that has the outputs; needed"),
            setting("inputs", Takes::TextsByName, "from the name of an input to the name of the output; needed"),
        ],
    },
    BlockKind {
        name: "limits",
        label: None,
        about: "How much [work](limits.md) may be done. A configuration that `--config` doesn't name may ask for 4 times the usual at most.",
        settings: &[
            setting(WORK, Takes::Factor, "how many times as many steps as usual (`1`)"),
            setting(MEMORY, Takes::Factor, "how many times as much memory as usual (`1`)"),
        ],
    },
];

/// The arguments of each rule.
const RULE: &[Setting] = &[
    setting("enabled", Takes::Boolean, "whether the rule is on"),
    setting("level", Takes::Level, "the level of its findings"),
    setting("exclude", Takes::Texts, "globs of files whose findings are left out, relative to the configuration"),
];

/// The names of all blocks.
#[must_use]
pub fn blocks() -> Vec<&'static str> {
    BLOCKS.iter().map(|block| block.name).collect()
}

/// The names of what may stand in the block `name`.
#[must_use]
pub fn settings(name: &str) -> Vec<&'static str> {
    let block = BLOCKS.iter().find(|block| block.name == name);
    block.into_iter().flat_map(|block| block.settings).map(|setting| setting.name).collect()
}

impl Takes {
    /// The texts of which one may stand there; none where any may.
    fn choices(self) -> Vec<&'static str> {
        match self {
            Self::Edition => Edition::ALL.map(Edition::as_str).into_iter().chain(["latest"]).collect(),
            Self::Format => Format::ALL.map(Format::as_str).to_vec(),
            Self::Level => [Level::Error, Level::Warning, Level::Notice].map(Level::as_str).to_vec(),
            Self::ModuleType => MODULE_TYPES.iter().map(|(name, _)| *name).collect(),
            Self::Text | Self::Boolean | Self::Factor | Self::Texts | Self::TextsByName | Self::Modules => Vec::new(),
        }
    }

    fn in_words(self) -> String {
        match self {
            Self::Text => "string".to_owned(),
            Self::Boolean => "`true` or `false`".to_owned(),
            Self::Factor => format!("number from 1 to {MAX_FACTOR}"),
            Self::Texts => "list of strings".to_owned(),
            Self::TextsByName => "object of strings".to_owned(),
            Self::Modules => "object from source to `true`".to_owned(),
            Self::Edition | Self::Format | Self::Level | Self::ModuleType => {
                self.choices().iter().map(|choice| format!("`\"{choice}\"`")).collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn schema(self) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Boolean => json!({ "type": "boolean" }),
            Self::Factor => json!({ "type": "integer", "minimum": 1, "maximum": MAX_FACTOR }),
            Self::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Self::TextsByName => {
                json!({ "type": "object", "minProperties": 1, "additionalProperties": { "type": "string" } })
            }
            Self::Modules => json!({ "type": "object", "additionalProperties": { "type": "boolean" } }),
            Self::Edition | Self::Format | Self::Level | Self::ModuleType => json!({ "enum": self.choices() }),
        }
    }
}

/// The table of blocks and arguments, in Markdown.
#[must_use]
pub fn table() -> String {
    let mut out = String::from("| block | argument | takes | is |\n|---|---|---|---|\n");
    for block in BLOCKS {
        let label = block.label.map(|label| format!(" \"{label}\"")).unwrap_or_default();
        let _ = writeln!(out, "| `{}{label}` | | | {} |", block.name, block.about);
        for Setting { name, takes, about } in block.settings {
            let _ = writeln!(out, "| | `{name}` | {} | {about} |", takes.in_words());
        }
    }
    out
}

/// The JSON schema of a configuration in HCL's JSON form: a block with a label is an object by label.
#[must_use]
pub fn schema() -> Value {
    let mut properties: Map<String, Value> = Map::new();
    let mut definitions: Map<String, Value> = Map::new();
    for block in BLOCKS {
        let entries = fields(block.settings);
        if block.name == "config" {
            properties.extend(entries.clone());
        }
        let mut definition = json!({ "description": block.about, "type": "object", "additionalProperties": false, "properties": entries });
        if block.name == "link" {
            definition["required"] = json!(settings(block.name));
        }
        definitions.insert(block.name.to_owned(), definition);
        let one = json!({ "$ref": format!("#/$defs/{}", block.name) });
        let property = match block.label {
            None => one,
            Some(_) if block.name == "rule" => rules(&one, &mut definitions),
            Some(label) => {
                json!({ "description": format!("By {label}."), "type": "object", "additionalProperties": one })
            }
        };
        properties.insert(block.name.to_owned(), property);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://OWNER.github.io/cmklint/schema/configuration-1.json",
        "title": "A configuration of cmklint (.cmklint.hcl), in HCL's JSON form",
        "description": "A block with a label is an object by label: rule \"CMK020\" { level = \"error\" } is {\"rule\": {\"CMK020\": {\"level\": \"error\"}}}. The number in the file's name is raised where a name is taken away or means something else.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "$defs": definitions,
    })
}

/// The schema of all `rule` blocks. A rule with options of its own gets a definition of its own.
fn rules(any: &Value, definitions: &mut Map<String, Value>) -> Value {
    let mut known = Map::new();
    for meta in RULES.iter().map(|rule| rule.meta()) {
        let mut one = any.clone();
        if !meta.options.is_empty() {
            let mut entries = fields(RULE);
            for option in meta.options {
                let number = json!({ "description": option.summary, "type": "integer", "minimum": 0 });
                entries.insert(option.name.to_owned(), number);
            }
            let definition = format!("rule-{}", meta.id);
            one = json!({ "$ref": format!("#/$defs/{definition}") });
            definitions
                .insert(definition, json!({ "type": "object", "additionalProperties": false, "properties": entries }));
        }
        known.insert(meta.id.to_owned(), one.clone());
        known.insert(meta.name.to_owned(), one);
    }
    json!({ "description": "By the rule's id or name; others than these are rules of your own.", "type": "object", "properties": known, "additionalProperties": any })
}

fn fields(settings: &[Setting]) -> Map<String, Value> {
    let mut out = Map::new();
    for Setting { name, takes, about } in settings {
        let mut field = takes.schema();
        field["description"] = json!(without_links(about));
        out.insert((*name).to_owned(), field);
    }
    out
}

/// Markdown with the links' texts alone.
fn without_links(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some((before, link)) = rest.split_once('[') {
        let Some((text, after)) = link.split_once("](").and_then(|(text, more)| Some((text, more.split_once(')')?.1)))
        else {
            break;
        };
        out.push_str(before);
        out.push_str(text);
        rest = after;
    }
    out + rest
}
