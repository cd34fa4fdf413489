//! `bicepconfig.json`, as far as it is about the locations of modules.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-config-modules>

use std::sync::Arc;

use cmklint_source::{Diagnostic, SourceFile, Sources, join, parent};
use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use rustc_hash::FxHashMap;

/// The alias that the compiler has built in.
const PUBLIC: &str = "public";
/// What it means.
const BUILT_IN: (&str, &str) = ("mcr.microsoft.com", "bicep");

const NAME: &str = "bicepconfig.json";

/// The longest chain of configurations that extend one another.
const MAX_EXTENDED: usize = 8;

/// So many faults of one file are told one by one: each file that it applies to tells them.
const MAX_TOLD: usize = 16;

/// The settings of the configurations that apply to a file, the nearest first: that takes precedence.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    files: Vec<Arc<ConfigFile>>,
}

impl Config {
    /// What the alias `name` of `moduleAliases.br` means: the registry, and a prefix for a module's own path.
    pub(super) fn registry(&self, name: &str) -> Option<(&str, &str)> {
        let of_files = || self.files.iter().filter_map(|file| file.registries.get(name));
        if name != PUBLIC {
            return of_files().map(|(registry, path)| (registry.as_str(), path.as_str())).next();
        }
        // The compiler has this alias built in; a file may redefine it.
        let mut known = BUILT_IN;
        for (registry, path) in of_files() {
            if known.1 == BUILT_IN.1 {
                known = (registry, path);
            }
        }
        Some(known)
    }

    /// The subscription and the resource group that the alias `name` of `moduleAliases.ts` means.
    pub(super) fn specs(&self, name: &str) -> Option<&(String, String)> {
        self.files.iter().find_map(|file| file.specs.get(name))
    }

    /// The folder of the tree that the alias `name` of `moduleAliasesMock.br` means; `None` in it where that is outside.
    pub(super) fn folder(&self, name: &str) -> Option<Option<&str>> {
        self.files.iter().find_map(|file| file.folders.get(name)).map(Option::as_deref)
    }

    /// `cacheRootDirectory`, where it is a folder of the tree.
    pub(super) fn cache(&self) -> Option<&str> {
        self.files.iter().find_map(|file| file.cache.as_deref())
    }
}

/// The nearest configuration from the folder `folder` up to the tree's root with those that it extends, and the errors in them.
pub(super) fn nearest(folder: &str, sources: &Sources) -> (Config, Vec<Diagnostic>) {
    let mut config = Config::default();
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
                let read = sources.made_of(file.id(), || ConfigFile::of(&file));
                diagnostics.extend(read.diagnostics.iter().cloned());
                next.clone_from(&read.extends);
                config.files.push(read);
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

/// One file, read once for all that it applies to.
#[derive(Debug, Default)]
struct ConfigFile {
    extends: Option<String>,
    registries: FxHashMap<String, (String, String)>,
    specs: FxHashMap<String, (String, String)>,
    folders: FxHashMap<String, Option<String>>,
    cache: Option<String>,
    diagnostics: Vec<Diagnostic>,
}

impl ConfigFile {
    fn of(file: &SourceFile) -> Self {
        let mut read = Self::default();
        let options = ParseOptions { allow_comments: true, allow_trailing_commas: true, ..ParseOptions::default() };
        let root = match parse_to_ast(file.text(), &CollectOptions::default(), &options) {
            Ok(parsed) => parsed.value,
            Err(error) => {
                let range = error.range();
                let span = file.span(range.start, range.end.max(range.start).min(file.text().len()));
                let message = "the Bicep configuration is not JSON; module aliases are not known";
                read.diagnostics.push(Diagnostic::warning("bicepconfig", message, span));
                return read;
            }
        };
        let Some(Value::Object(root)) = root else { return read };
        let folder = parent(file.path());
        if let Some(extends) = string(&root, "extends") {
            read.extends = join(folder, extends);
        }
        if let Some(cache) = string(&root, "cacheRootDirectory")
            && !cache.starts_with('~')
        {
            read.cache = join(folder, cache);
        }
        let aliases = root.get_object("moduleAliases");
        for (name, alias) in members(aliases.and_then(|aliases| aliases.get_object("br"))) {
            if let Some(registry) = string(alias, "registry") {
                let path = string(alias, "modulePath").unwrap_or_default();
                read.registries.insert(name.to_owned(), (registry.to_owned(), path.to_owned()));
            }
        }
        for (name, alias) in members(aliases.and_then(|aliases| aliases.get_object("ts"))) {
            if let (Some(subscription), Some(group)) = (string(alias, "subscription"), string(alias, "resourceGroup")) {
                read.specs.insert(name.to_owned(), (subscription.to_owned(), group.to_owned()));
            }
        }
        let mocked = root.get_object("moduleAliasesMock").and_then(|aliases| aliases.get_object("br"));
        let mut outside = Vec::new();
        for (name, alias) in members(mocked) {
            if let Some(path) = string(alias, "mapToFilePath") {
                let folder = join(folder, path);
                if folder.is_none() {
                    let range = alias.range();
                    let message = format!("'{path}' leads out of the tree");
                    outside.push(Diagnostic::warning("outside-tree", message, file.span(range.start, range.end)));
                }
                read.folders.insert(name.to_owned(), folder);
            }
        }
        let further = outside.len().saturating_sub(MAX_TOLD);
        outside.truncate(MAX_TOLD);
        read.diagnostics.extend(outside);
        if further > 0 {
            let message = format!("{further} further aliases lead out of the tree");
            read.diagnostics.push(Diagnostic::warning("outside-tree", message, file.span(0, 0)));
        }
        read
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
