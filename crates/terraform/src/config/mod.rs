//! What the files of one module folder declare, files and overrides merged.

mod allowed;
mod moved;
mod read;
mod shared;
pub(crate) mod types;

use std::sync::{Arc, PoisonError, RwLock};

use cmklint_graph::Move;
use cmklint_source::{Diagnostic, Sources, Span};
use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::syntax::ast::{Attribute, Block, Body, Expr};
use crate::syntax::{ParseCache, ParsedFile};
pub(crate) use allowed::{allowed_values, values_to_try};
use shared::Shared;
use types::Type;

/// A module's configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    pub(crate) variables: IndexMap<Arc<str>, Variable>,
    pub(crate) locals: IndexMap<Arc<str>, Attribute>,
    pub(crate) outputs: IndexMap<Arc<str>, Output>,
    pub(crate) resources: IndexMap<Address, ResourceBlock>,
    pub(crate) calls: IndexMap<Arc<str>, ModuleCall>,
    /// The `terraform` blocks.
    pub(crate) settings: Vec<Arc<Block>>,
    /// By name and alias (`azurerm`, `azurerm.west`).
    pub(crate) providers: IndexMap<String, Provider>,
    /// The places of the addresses that `import` blocks name.
    pub(crate) imports: Vec<Span>,
    /// The `moved` blocks: older and newer address, relative to the module.
    pub(crate) moves: Vec<Move>,
    /// Errors in the files, or conflicts between them.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The number of files read.
    pub(crate) files: usize,
    /// The bytes of these files.
    pub(crate) size: usize,
    /// What others make of it, once for all instances of the module.
    pub(crate) shared: Shared,
}

impl Config {
    /// The same configuration, in which no variable has a default.
    pub(crate) fn without_defaults(&self) -> Self {
        let open = |variable: &Variable| Variable { default: None, conditions: Vec::new(), ..variable.clone() };
        let variables = self.variables.iter().map(|(name, variable)| (Arc::clone(name), open(variable))).collect();
        Self { variables, ..self.clone() }
    }
}

/// A resource's or data source's address in its module, without instance keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Address {
    pub(crate) data: bool,
    pub(crate) kind: Arc<str>,
    pub(crate) name: Arc<str>,
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}.{}", if self.data { "data." } else { "" }, self.kind, self.name)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) header: Span,
    pub(crate) default: Option<Arc<Expr>>,
    pub(crate) ty: Type,
    pub(crate) nullable: bool,
    /// The conditions of its validations.
    pub(crate) conditions: Vec<Arc<Expr>>,
    /// The conditions of its validations that are about nothing else than itself.
    pub(crate) validations: Vec<Arc<Expr>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) value: Option<Arc<Expr>>,
    /// Its `depends_on`.
    pub(crate) depends_on: Option<Arc<Expr>>,
}

/// A block that makes one, several or no instances.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeated {
    pub(crate) count: Option<Arc<Expr>>,
    pub(crate) for_each: Option<Arc<Expr>>,
    /// OpenTofu's `enabled`: whether the one instance exists at all.
    pub(crate) enabled: Option<Arc<Expr>>,
}

#[derive(Clone, Debug)]
pub(crate) struct ResourceBlock {
    pub(crate) address: Address,
    pub(crate) repeated: Repeated,
    /// The provider configuration that it names.
    pub(crate) provider: Option<String>,
    pub(crate) block: Arc<Block>,
}

#[derive(Clone, Debug)]
pub(crate) struct ModuleCall {
    pub(crate) name: Arc<str>,
    /// The source as written; `None` where it isn't plain text.
    pub(crate) source: Option<Arc<str>>,
    pub(crate) source_span: Span,
    pub(crate) repeated: Repeated,
    /// Provider configurations passed to the module: the name in the called module, and the name here.
    pub(crate) providers: Vec<(String, String)>,
    pub(crate) block: Arc<Block>,
}

#[derive(Clone, Debug)]
pub(crate) struct Provider {
    pub(crate) body: Arc<Block>,
}

/// Attributes of a `resource`, `data` or `module` block that say how it is deployed, not what is deployed.
pub(crate) const META: [&str; 12] = [
    "count",
    "for_each",
    "provider",
    "providers",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
    "source",
    "version",
    "precondition",
    "postcondition",
];

/// Whether Terraform reads a file of this name as configuration.
pub(crate) fn is_configuration(file_name: &str) -> bool {
    let hidden = file_name.starts_with('.') || file_name.ends_with('~') || file_name.starts_with('#');
    !hidden && ENDINGS.iter().any(|ending| file_name.ends_with(ending))
}

/// Configuration files: Terraform's, and OpenTofu's own. <https://opentofu.org/docs/language/files/>
const ENDINGS: [&str; 4] = [".tf", ".tf.json", ".tofu", ".tofu.json"];

/// The name of OpenTofu's own file that is read instead of `file_name` where both are in one folder.
pub(crate) fn preferred(file_name: &str) -> Option<String> {
    let stem = |ending: &str| file_name.strip_suffix(ending);
    stem(".tf").map(|s| format!("{s}.tofu")).or_else(|| stem(".tf.json").map(|s| format!("{s}.tofu.json")))
}

/// Those files of one folder that are read as configuration.
fn read_of(names: &[String]) -> Vec<String> {
    let all: FxHashSet<&String> = names.iter().collect();
    let read = |name: &&String| is_configuration(name) && preferred(name).is_none_or(|other| !all.contains(&other));
    names.iter().filter(read).cloned().collect()
}

fn is_override(file_name: &str) -> bool {
    let stem = ENDINGS.iter().rev().find_map(|ending| file_name.strip_suffix(ending)).unwrap_or(file_name);
    stem == "override" || stem.ends_with("_override")
}

/// The configuration of the folder `dir`, read once for each `cache`.
pub(crate) fn load(dir: &str, sources: &Sources, cache: &ParseCache) -> Arc<Config> {
    load_files(dir, || sources.files_in(dir), sources, cache)
}

/// As [`load`], of the files `names`, as far as they are configuration.
pub(crate) fn load_files(
    dir: &str,
    names: impl FnOnce() -> Vec<String>,
    sources: &Sources,
    cache: &ParseCache,
) -> Arc<Config> {
    cache.module(dir, sources, || Arc::new(read_files(dir, &names(), sources, cache)))
}

fn read_files(dir: &str, names: &[String], sources: &Sources, cache: &ParseCache) -> Config {
    let mut names = read_of(names);
    names.sort_by(|a, b| (is_override(a), a).cmp(&(is_override(b), b)));
    let mut reader = read::ConfigReader::default();
    for name in names {
        let path = if dir.is_empty() { name.clone() } else { format!("{dir}/{name}") };
        let parsed = cache.parse(&path, sources);
        reader.file(&parsed, is_override(&name));
    }
    reader.finish()
}

/// A configuration file that a tool writes into a module's folder before Terraform runs.
#[derive(Clone, Debug)]
pub(crate) struct GeneratedFile {
    pub(crate) name: Arc<str>,
    pub(crate) parsed: Arc<ParsedFile>,
}

impl GeneratedFile {
    /// Whether both are one file: of one text, which is parsed once.
    fn is(&self, other: &Self) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.parsed, &other.parsed)
    }
}

/// The configurations of a folder with generated files, as far as they are kept.
type WithGenerated = RwLock<Vec<(Vec<GeneratedFile>, Arc<Config>)>>;

/// So many configurations of one folder with different generated files are kept: most units generate the same ones.
const MOST_KEPT: usize = 8;

/// The configuration of the folder `dir` with files that a tool would write there: they replace files of the same name.
pub(crate) fn load_generated(
    dir: &str,
    sources: &Sources,
    cache: &ParseCache,
    generated: &[GeneratedFile],
) -> Arc<Config> {
    let plain = load(dir, sources, cache);
    if generated.is_empty() {
        return plain;
    }
    let kept = plain.shared.made::<WithGenerated>("generated", |_| true, RwLock::default);
    let is_same = |(files, _): &&(Vec<GeneratedFile>, Arc<Config>)| {
        files.len() == generated.len() && files.iter().zip(generated).all(|(a, b)| a.is(b))
    };
    let known = kept.read().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, config)) = known.iter().find(is_same) {
        return Arc::clone(config);
    }
    drop(known);
    let config = Arc::new(read_generated(dir, sources, cache, generated));
    let mut known = kept.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() < MOST_KEPT {
        known.push((generated.to_vec(), Arc::clone(&config)));
    }
    config
}

fn read_generated(dir: &str, sources: &Sources, cache: &ParseCache, generated: &[GeneratedFile]) -> Config {
    let mut by_name: FxHashMap<&str, &GeneratedFile> = FxHashMap::default();
    for file in generated {
        by_name.entry(&file.name).or_insert(file);
    }
    let written = generated.iter().map(|g| g.name.to_string());
    let mut names: Vec<String> = sources.files_in(dir).into_iter().chain(written).collect();
    names.sort();
    names.dedup();
    let mut names = read_of(&names);
    names.sort_by(|a, b| (is_override(a), a).cmp(&(is_override(b), b)));
    let mut reader = read::ConfigReader::default();
    for name in names {
        match by_name.get(name.as_str()) {
            Some(made) => reader.file(&made.parsed, is_override(&name)),
            None => {
                let path = if dir.is_empty() { name.clone() } else { format!("{dir}/{name}") };
                reader.file(&cache.parse(&path, sources), is_override(&name));
            }
        }
    }
    reader.finish()
}

/// `base` overridden by `over`, as by an override file: attributes replace those of the same name, blocks replace all of their kind.
pub(crate) fn merge_body(base: &Body, over: &Body) -> Body {
    let mut out = Body { json: base.json || over.json, ..Body::default() };
    for attribute in &base.attributes {
        if over.get(&attribute.name).is_none() && over.blocks_of(&attribute.name).next().is_none() {
            out.attributes.push(attribute.clone());
        }
    }
    out.attributes.extend(over.attributes.iter().cloned());
    for block in &base.blocks {
        if over.blocks_of(&block.kind).next().is_none() && over.get(&block.kind).is_none() {
            out.blocks.push(Arc::clone(block));
        }
    }
    out.blocks.extend(over.blocks.iter().cloned());
    out
}
