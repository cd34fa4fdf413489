//! `bicepconfig.json`, as far as it is about the locations of modules.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-config-modules>

use std::collections::BTreeMap;

use cmklint_source::{Diagnostic, SourceFile, Sources, join, parent};
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

const NAME: &str = "bicepconfig.json";

/// The longest chain of configurations that extend one another.
const MAX_EXTENDED: usize = 8;

/// The settings of the configuration that applies to a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// `moduleAliases.br`: the registry, and a prefix for a module's own path.
    pub(super) registries: BTreeMap<String, (String, String)>,
    /// `moduleAliases.ts`: subscription and resource group.
    pub(super) specs: BTreeMap<String, (String, String)>,
    /// `moduleAliasesMock.br`: the folder of the tree for an alias; `None` where it is outside.
    pub(super) folders: BTreeMap<String, Option<String>>,
    /// `cacheRootDirectory`, where it is a folder of the tree.
    pub(super) cache: Option<String>,
}

/// The nearest configuration from the folder `folder` up to the tree's root, merged with those that it extends; and the errors in it.
pub(super) fn nearest(folder: &str, sources: &Sources) -> (Config, Vec<Diagnostic>) {
    let mut config = Config::default();
    config.registries.insert("public".to_owned(), ("mcr.microsoft.com".to_owned(), "bicep".to_owned()));
    let mut diagnostics = Vec::new();
    let mut at = folder;
    let path = loop {
        let path = if at.is_empty() { NAME.to_owned() } else { format!("{at}/{NAME}") };
        if sources.is_file(&path) {
            break path;
        }
        if at.is_empty() {
            return (config, diagnostics);
        }
        at = parent(at);
    };
    let mut chain = Vec::new();
    let mut next = Some(path);
    while let Some(path) = next.take() {
        if chain.len() >= MAX_EXTENDED || chain.contains(&path) {
            break;
        }
        match sources.load(&path) {
            Ok(file) => {
                let read = ConfigFile::of(&file, &mut diagnostics);
                next = read.as_ref().and_then(|read| read.extends.clone());
                // The nearer one takes precedence.
                if let Some(read) = read {
                    read.fill(&mut config);
                }
            }
            Err(error) => {
                let message = format!("{path}: {error}");
                diagnostics
                    .push(Diagnostic::new(cmklint_source::Severity::Warning, "bicepconfig", message).about(&path));
            }
        }
        chain.push(path);
    }
    (config, diagnostics)
}

/// One file.
#[derive(Debug, Default)]
struct ConfigFile {
    extends: Option<String>,
    config: Config,
    public: Option<(String, String)>,
}

impl ConfigFile {
    fn of(file: &SourceFile, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let options = ParseOptions { allow_comments: true, allow_trailing_commas: true, ..ParseOptions::default() };
        let root = match parse_to_ast(file.text(), &CollectOptions::default(), &options) {
            Ok(parsed) => parsed.value,
            Err(error) => {
                let range = error.range();
                let span = file.span(range.start, range.end.max(range.start).min(file.text().len()));
                let message = "the Bicep configuration is not JSON; module aliases are not known";
                diagnostics.push(Diagnostic::warning("bicepconfig", message, span));
                return None;
            }
        };
        let Some(Value::Object(root)) = root else { return None };
        let folder = parent(file.path());
        let mut read = Self::default();
        if let Some(extends) = string(&root, "extends") {
            read.extends = join(folder, extends);
        }
        if let Some(cache) = string(&root, "cacheRootDirectory")
            && !cache.starts_with('~')
        {
            read.config.cache = join(folder, cache);
        }
        let aliases = root.get_object("moduleAliases");
        for (name, alias) in members(aliases.and_then(|aliases| aliases.get_object("br"))) {
            if let Some(registry) = string(alias, "registry") {
                let path = string(alias, "modulePath").unwrap_or_default();
                read.config.registries.insert(name.to_owned(), (registry.to_owned(), path.to_owned()));
            }
        }
        read.public = read.config.registries.get("public").cloned();
        for (name, alias) in members(aliases.and_then(|aliases| aliases.get_object("ts"))) {
            if let (Some(subscription), Some(group)) = (string(alias, "subscription"), string(alias, "resourceGroup")) {
                read.config.specs.insert(name.to_owned(), (subscription.to_owned(), group.to_owned()));
            }
        }
        let mocked = root.get_object("moduleAliasesMock").and_then(|aliases| aliases.get_object("br"));
        for (name, alias) in members(mocked) {
            if let Some(path) = string(alias, "mapToFilePath") {
                let folder = join(folder, path);
                if folder.is_none() {
                    let range = alias.range();
                    let message = format!("'{path}' leads out of the tree");
                    diagnostics.push(Diagnostic::warning("outside-tree", message, file.span(range.start, range.end)));
                }
                read.config.folders.insert(name.to_owned(), folder);
            }
        }
        Some(read)
    }

    /// Adds to `config` what that doesn't set itself.
    fn fill(self, config: &mut Config) {
        // The compiler has this alias built in; a file may redefine it.
        let built_in = config.registries.get("public").is_some_and(|(_, path)| path == "bicep");
        if let (true, Some(public)) = (built_in, self.public) {
            config.registries.insert("public".to_owned(), public);
        }
        for (name, alias) in self.config.registries {
            config.registries.entry(name).or_insert(alias);
        }
        for (name, alias) in self.config.specs {
            config.specs.entry(name).or_insert(alias);
        }
        for (name, folder) in self.config.folders {
            config.folders.entry(name).or_insert(folder);
        }
        config.cache = config.cache.take().or(self.config.cache);
    }
}

fn string<'v>(object: &'v Object<'_>, name: &str) -> Option<&'v str> {
    Some(object.get_string(name)?.value.as_ref())
}

fn members<'v, 't>(object: Option<&'v Object<'t>>) -> impl Iterator<Item = (&'v str, &'v Object<'t>)> {
    object
        .into_iter()
        .flat_map(|object| &object.properties)
        .filter_map(|property| Some((property.name.as_str(), property.value.as_object()?)))
}
