//! `.cmklint.hcl`: which rules run and how. A misspelt name is an error with a span and a suggestion.

mod attributes;
mod limits;
pub mod reference;

use std::collections::BTreeMap;

use cmklint_rules::{Catalog, Edition, Level, RuleOption};
use cmklint_source::{Diagnostic, SourceFile, Span};
use hcl_edit::Span as _;
use hcl_edit::structure::{Attribute, Block, Body};

use crate::limits::Limits;
use crate::module_type::{MODULE_TYPES, ModuleType};

/// The file's name.
pub const FILE_NAME: &str = ".cmklint.hcl";

/// Text that a configuration or an argument states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// The place; `None` for an argument, and for a file outside of the analyzed tree.
    pub span: Option<Span>,
}

impl AsRef<str> for Written {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

/// A parsed configuration file. What it leaves out is `None` or empty.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The edition of the restrictions.
    pub edition: Option<Edition>,
    /// The report's format.
    pub format: Option<cmklint_report::Format>,
    /// Whether rules are off unless switched on.
    pub disabled_by_default: bool,
    /// How much a run may cost.
    pub limits: Limits,
    /// Whether roots are also evaluated with other values of their booleans and enumerated inputs than the defaults.
    pub explore: bool,
    /// Which module calls to follow.
    pub call_module_type: Option<ModuleType>,
    /// Sources of modules to leave out.
    pub ignore_modules: Vec<Written>,
    /// Files of variables, relative to the configuration file.
    pub var_files: Vec<String>,
    /// Variables as `NAME=VALUE`.
    pub variables: Vec<Written>,
    /// Globs of paths to leave out, relative to the configuration file.
    pub exclude: Vec<Written>,
    /// The lowest level that makes the exit code 2.
    pub minimum_failure_severity: Option<Level>,
    /// The file of known findings, relative to the configuration file.
    pub baseline: Option<String>,
    /// Folders of custom rules, relative to the configuration file.
    pub custom_rules: Vec<Written>,
    /// Settings of single rules, by id.
    pub rules: BTreeMap<&'static str, RuleConfig>,
    /// Settings of rules that are not built in.
    pub other_rules: Vec<OtherRule>,
    /// Settings of single roots, by path relative to the configuration file.
    pub roots: BTreeMap<String, RootConfig>,
    /// Which outputs of one root are inputs of another.
    pub links: Vec<LinkConfig>,
}

/// The settings of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleConfig {
    /// On or off.
    pub enabled: Option<bool>,
    /// The level of its findings.
    pub level: Option<Level>,
    /// The rule's own options, by name.
    pub options: BTreeMap<&'static str, u64>,
    /// Globs of paths whose findings are left out.
    pub exclude: Vec<Written>,
}

/// What is said of a rule that is none of ours: of a team's own, or misspelt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherRule {
    /// Its id or name, as it is written, and where.
    pub label: String,
    /// The span of the label in the file.
    pub span: Span,
    /// What is said.
    pub rule: RuleConfig,
}

/// Where a template root is deployed, which its own text doesn't say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RootConfig {
    /// The subscription's id.
    pub subscription: Option<String>,
    /// The resource group's name.
    pub resource_group: Option<String>,
    /// The resource group's region, or the deployment's.
    pub location: Option<String>,
    /// Where the root's path is written.
    pub span: Option<Span>,
}

/// Outputs of one root that are inputs of another. Paths are relative to the configuration file; spans are present where the file is in the analyzed tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkConfig {
    /// The root that receives them.
    pub root: String,
    /// Where it is named.
    pub root_span: Option<Span>,
    /// The root that provides them.
    pub from: String,
    /// Where it is named.
    pub from_span: Option<Span>,
    /// Which output is which input.
    pub inputs: Vec<LinkedInput>,
}

/// A variable or parameter that is an output of another root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedInput {
    /// The variable's or parameter's name.
    pub name: String,
    /// The span of the input's name in the file.
    pub name_span: Option<Span>,
    /// The output's name.
    pub output: String,
    /// The span of the output's name in the file.
    pub output_span: Option<Span>,
}

impl Config {
    /// The same without its span: a place in a file outside of the analyzed tree can't be shown.
    #[must_use]
    pub(crate) fn without_spans(mut self) -> Self {
        let rules = self.rules.values_mut().chain(self.other_rules.iter_mut().map(|other| &mut other.rule));
        let rules = rules.map(|rule| &mut rule.exclude);
        let lists = [&mut self.ignore_modules, &mut self.variables, &mut self.exclude, &mut self.custom_rules];
        for list in lists.into_iter().chain(rules) {
            list.iter_mut().for_each(|written| written.span = None);
        }
        self.roots.values_mut().for_each(|root| root.span = None);
        self.links = self.links.iter().map(LinkConfig::without_spans).collect();
        self
    }
}

impl Config {
    /// Takes what is said of rules that are none of ours for what it is, now that all rules are known. Returns what names none.
    pub fn resolve_rules(&mut self, catalog: &Catalog) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let mut suggestions = Suggestions::default();
        for OtherRule { label, span, rule } in std::mem::take(&mut self.other_rules) {
            let Some(meta) = catalog.by_id_or_name(&label) else {
                let help = suggestions.nearest_listed(&label, catalog.names().into_iter());
                out.push(Diagnostic::error("config", format!("no such rule: {label}"), span).help(help));
                continue;
            };
            if self.rules.insert(meta.id, rule).is_some() {
                out.push(Diagnostic::error("config", format!("rule {} is configured twice", meta.id), span));
            }
        }
        out
    }
}

impl LinkConfig {
    /// The same link without its spans.
    #[must_use]
    pub(crate) fn without_spans(&self) -> Self {
        let inputs = self.inputs.iter();
        let inputs = inputs.map(|i| LinkedInput { name_span: None, output_span: None, ..i.clone() }).collect();
        Self { root_span: None, from_span: None, inputs, ..self.clone() }
    }
}

/// Parses a configuration file. All errors are in the diagnostics; the valid parts are in the result.
#[must_use]
pub fn parse(file: &SourceFile) -> (Config, Vec<Diagnostic>) {
    let (config, diagnostics, suggestions) = (Config::default(), Vec::new(), Suggestions::default());
    let mut reader = ConfigReader { file, config, diagnostics, suggestions };
    if let Some(depth) = too_deep(file.text()) {
        reader.diagnostics.push(Diagnostic::error(
            "syntax",
            "brackets are nested too deeply",
            file.span(depth, depth + 1),
        ));
        return (reader.config, reader.diagnostics);
    }
    if let Some(start) = cmklint_terraform::too_wide(file.text()) {
        reader.diagnostics.push(Diagnostic::error("syntax", cmklint_terraform::TOO_WIDE, file.span(start, start + 1)));
        return (reader.config, reader.diagnostics);
    }
    match hcl_edit::parser::parse_body(file.text()) {
        Ok(body) => reader.body(&body),
        Err(error) => {
            let at = error.location();
            let start = at.offset().min(file.text().len());
            reader.diagnostics.push(Diagnostic::error(
                "syntax",
                format!("not valid HCL: {}", error.message().trim().replace('\n', "; ")),
                file.span(start, start + 1),
            ));
        }
    }
    (reader.config, reader.diagnostics)
}

/// The position where brackets are nested too deeply for the parser.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().enumerate().find_map(|(at, byte)| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth > 100).then_some(at)
    })
}

/// Reads blocks and attributes, and reports errors in them.
struct ConfigReader<'f> {
    file: &'f SourceFile,
    config: Config,
    diagnostics: Vec<Diagnostic>,
    suggestions: Suggestions,
}

impl ConfigReader<'_> {
    fn body(&mut self, body: &Body) {
        for attribute in body.attributes() {
            let name = attribute.key.as_str();
            // `edition = "2025-02"` alone is a valid configuration: settings of the block `config` may be written outside of it.
            if reference::settings("config").contains(&name) {
                self.setting(attribute);
            } else {
                self.unknown("attribute", name, attribute.key.span(), &reference::blocks());
            }
        }
        for block in body.blocks() {
            match block.ident.as_str() {
                "config" => self.general(block),
                "rule" => self.rule(block),
                "root" => self.root(block),
                "link" => self.link(block),
                "limits" => self.limits(block),
                other => self.unknown("block", other, block.ident.span(), &reference::blocks()),
            }
        }
    }

    fn general(&mut self, block: &Block) {
        self.no_blocks(block);
        for attribute in block.body.attributes() {
            self.setting(attribute);
        }
    }

    /// An attribute of the block `config`.
    fn setting(&mut self, attribute: &Attribute) {
        match attribute.key.as_str() {
            "baseline" => self.config.baseline = self.text(attribute),
            "custom_rules" => self.config.custom_rules = self.written(attribute),
            "edition" => self.config.edition = self.parsed(attribute),
            "format" => self.config.format = self.parsed(attribute),
            "minimum_failure_severity" => self.config.minimum_failure_severity = self.parsed(attribute),
            "disabled_by_default" => self.config.disabled_by_default = self.boolean(attribute).unwrap_or(false),
            "explore" => self.config.explore = self.boolean(attribute).unwrap_or(false),
            "call_module_type" => {
                self.config.call_module_type = self.text(attribute).and_then(|text| {
                    let found = MODULE_TYPES.into_iter().find(|(name, _)| *name == text);
                    if found.is_none() {
                        self.wrong(attribute, &format!("no such type of module calls: {text} (all, local or none)"));
                    }
                    Some(found?.1)
                });
            }
            "ignore_module" => self.config.ignore_modules = self.ignored_modules(attribute),
            "varfile" => self.config.var_files = self.strings(attribute),
            "variables" => self.config.variables = self.written(attribute),
            "exclude" => self.config.exclude = self.globs(attribute),
            other => self.unknown("attribute", other, attribute.key.span(), &reference::settings("config")),
        }
    }

    fn rule(&mut self, block: &Block) {
        self.no_blocks(block);
        let Some(label) = self.label(block, "the rule's id or name") else { return };
        let Some(meta) = cmklint_rules::by_id_or_name(&label) else { return self.other_rule(block, label) };
        let rule = self.rule_config(block, meta.options);
        if self.config.rules.insert(meta.id, rule).is_some() {
            let span = self.span(block.ident.span());
            self.diagnostics.push(Diagnostic::error("config", format!("rule {} is configured twice", meta.id), span));
        }
    }

    /// A rule that may be one of a team's own, which are not known yet.
    fn other_rule(&mut self, block: &Block, label: String) {
        let rule = self.rule_config(block, &[]);
        let span = self.span(block.labels.first().and_then(hcl_edit::Span::span));
        self.config.other_rules.push(OtherRule { label, span, rule });
    }

    /// What the block of a rule with these `options` says.
    fn rule_config(&mut self, block: &Block, options: &[RuleOption]) -> RuleConfig {
        let mut rule = RuleConfig::default();
        for attribute in block.body.attributes() {
            match attribute.key.as_str() {
                "enabled" => rule.enabled = self.boolean(attribute),
                "level" => rule.level = self.parsed(attribute),
                "exclude" => rule.exclude = self.globs(attribute),
                other => match options.iter().find(|option| option.name == other) {
                    Some(option) => {
                        rule.options.extend(self.number(attribute).map(|number| (option.name, number)));
                    }
                    None => {
                        let options = options.iter().map(|option| option.name);
                        let known: Vec<&str> =
                            ["enabled", "level"].into_iter().chain(options).chain(["exclude"]).collect();
                        self.unknown("attribute", other, attribute.key.span(), &known);
                    }
                },
            }
        }
        rule
    }

    fn root(&mut self, block: &Block) {
        self.no_blocks(block);
        let Some(label) = self.label(block, "the root's path") else { return };
        let mut root =
            RootConfig { span: block.labels.first().map(|label| self.span(label.span())), ..RootConfig::default() };
        for attribute in block.body.attributes() {
            match attribute.key.as_str() {
                "subscription" => root.subscription = self.subscription(attribute),
                "resource_group" => root.resource_group = self.text(attribute),
                "location" => root.location = self.region(attribute),
                other => self.unknown("attribute", other, attribute.key.span(), &reference::settings("root")),
            }
        }
        self.config.roots.insert(label, root);
    }

    /// The subscription id in `attribute`.
    fn subscription(&mut self, attribute: &Attribute) -> Option<String> {
        let id = self.text(attribute)?;
        if !is_guid(&id) && !cmklint_graph::is_placeholder(&id) {
            let message = format!("not a subscription's id: '{id}' (00000000-0000-0000-0000-000000000001, say)");
            self.wrong(attribute, &message);
        }
        Some(id)
    }

    /// The region in `attribute`; a misspelt one is an error.
    fn region(&mut self, attribute: &Attribute) -> Option<String> {
        let name = self.text(attribute)?;
        if let Some(meant) = cmklint_graph::meant_region(&name) {
            let message = format!("no region of Azure is named '{name}': '{meant}' may be meant");
            self.diagnostics.push(Diagnostic::error("config", message, self.span(attribute.value.span())));
        }
        Some(name)
    }

    fn link(&mut self, block: &Block) {
        self.no_blocks(block);
        let Some(label) = self.label(block, "the root's path") else { return };
        let mut link = LinkConfig { root: path(&label), ..LinkConfig::default() };
        link.root_span = block.labels.first().map(|label| self.span(label.span()));
        for attribute in block.body.attributes() {
            match attribute.key.as_str() {
                "from" => {
                    link.from = self.text(attribute).map(|text| path(&text)).unwrap_or_default();
                    link.from_span = Some(self.span(attribute.value.span()));
                }
                "inputs" => link.inputs = self.linked_inputs(attribute),
                other => self.unknown("attribute", other, attribute.key.span(), &reference::settings("link")),
            }
        }
        if link.from_span.is_none() || link.inputs.is_empty() {
            let message =
                "a link block says from which root (from) which outputs come (inputs = { input = \"output\" })";
            let span = self.span(block.ident.span());
            self.diagnostics.push(Diagnostic::error("config", message, span));
        } else {
            self.config.links.push(link);
        }
    }

    /// An object from an input's name to an output's.
    fn linked_inputs(&mut self, attribute: &Attribute) -> Vec<LinkedInput> {
        let mut out = Vec::new();
        let members = attribute.value.as_object();
        for (key, value) in members.into_iter().flat_map(hcl_edit::expr::Object::iter) {
            let name = match key {
                hcl_edit::expr::ObjectKey::Ident(ident) => Some(ident.as_str()),
                hcl_edit::expr::ObjectKey::Expression(expression) => expression.as_str(),
            };
            match (name, value.expr().as_str()) {
                (Some(name), Some(output)) => out.push(LinkedInput {
                    name: name.to_owned(),
                    name_span: Some(self.span(key.span())),
                    output: output.to_owned(),
                    output_span: Some(self.span(value.expr().span())),
                }),
                _ => self.wrong(attribute, "inputs must be an object from an input's name to the name of an output"),
            }
        }
        if members.is_none() {
            self.wrong(attribute, "inputs must be an object from an input's name to the name of an output");
        }
        out
    }
}

/// Longer names are not compared with the known ones.
const MAX_NAME: usize = 64;

/// How many names may be compared to find suggestions in one part of a run: they are a help, and many wrong names have one cause.
const MAX_COMPARED: usize = 100_000;

/// Suggestions for names that match nothing, as long as there are few names to compare.
#[derive(Debug)]
pub(crate) struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: MAX_COMPARED }
    }
}

impl Suggestions {
    /// The help for `name`, which is none of `known`, the names that `cmklint rules` lists.
    pub(crate) fn nearest_listed<'k>(&mut self, name: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
        match self.nearest(name, known) {
            help if help.is_empty() => "`cmklint rules` lists them".to_owned(),
            help => help,
        }
    }

    /// As [`nearest`]; nothing where too much has been compared.
    pub(crate) fn nearest<'k>(&mut self, name: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
        // As far as is needed to see whether they are too many.
        let number = known.clone().take(self.left.saturating_add(1)).count();
        match self.left.checked_sub(number) {
            Some(left) => {
                self.left = left;
                nearest(name, &known.collect::<Vec<_>>())
            }
            None => {
                self.left = 0;
                String::new()
            }
        }
    }
}

/// A suggestion for `name`, which is none of `known`: the name that it may be a typo of, else all names where they are few.
fn nearest(name: &str, known: &[&str]) -> String {
    // A name that is longer than any known one has no near name, and takes long to compare.
    if known.is_empty() || name.len() > MAX_NAME {
        return String::new();
    }
    let (most, length) = (2.max(name.len() / 3), name.chars().count());
    let near = known.iter().filter(|k| k.chars().count().abs_diff(length) <= most);
    let near = near.map(|k| (strsim::damerau_levenshtein(k, name), *k)).min();
    match near {
        Some((distance, near)) if distance <= most => format!("did you mean {near}?"),
        _ if known.len() <= 10 => format!("known here: {}", known.join(", ")),
        _ => String::new(),
    }
}

/// Whether `text` is a GUID as subscriptions have one.
fn is_guid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(is_hex)
}

/// A root's path in the form in which paths are compared: without a leading `./` and a trailing `/`.
fn path(text: &str) -> String {
    let text = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
    if text.is_empty() { ".".to_owned() } else { text.to_owned() }
}

/// What `cmklint init` writes.
pub(crate) const COMMENTED: &str = include_str!("config/commented.hcl");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_the_nearest_name_or_all_of_few() {
        let many: Vec<String> = (0..20).map(|n| format!("subnet_{n:02}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(nearest("sbnet_07", &many), "did you mean subnet_07?");
        assert_eq!(nearest("something_else", &many), "");
        assert_eq!(nearest("zone", &["location", "name"]), "known here: location, name");
        assert_eq!(nearest("x", &[]), "");
        assert_eq!(nearest(&"x".repeat(MAX_NAME + 1), &["location"]), "");
    }

    #[test]
    fn what_is_compared_for_suggestions_is_limited() {
        let known: Vec<String> = (0..MAX_COMPARED / 4).map(|n| format!("subnet_{n}")).collect();
        let mut suggestions = Suggestions::default();
        let helped = (0..10).filter(|n| {
            let name = format!("sbnet_{n}");
            !suggestions.nearest(&name, known.iter().map(String::as_str)).is_empty()
        });
        assert_eq!(helped.count(), 4);
    }
}
