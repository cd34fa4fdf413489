//! What the files of a folder call, deploy and declare, without evaluating them as a root.

use std::sync::Arc;

use cmklint_graph::DeploymentId;
use cmklint_source::{Sources, Span};

use crate::config::{self, Config};
use crate::eval::{Evaluator, FilesAlone, ModuleId, Scope};
use crate::modules::{self, Manifest, Module};
use crate::options::Options;
use crate::stack::with_stack;
use crate::syntax::ParseCache;
use crate::syntax::ast::Attribute;
use crate::{lower, values};

/// The folders of the modules that the configuration in `dir` calls by a local path, or by a remote address whose source is in
/// the tree, normalized, each once, sorted. Those that lead out of
/// the tree are left out. Files are parsed into `cache`: that of the [`Options`] given to [`Root`](crate::Root) later, so none is parsed
/// twice.
#[must_use]
pub fn calls(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<String> {
    let config = config::load(dir, sources, cache);
    let written = config.calls.values().filter_map(|call| call.source.as_ref().map(ToString::to_string));
    let remote = config.calls.values().filter_map(|call| {
        let source = call.source.as_ref()?;
        modules::own_module(dir, call, source, sources, cache)
    });
    let mut out: Vec<String> = written
        .chain(computed_sources(dir, &config, sources))
        .filter(|source| modules::is_local(source))
        .filter_map(|source| cmklint_source::join(dir, &source))
        .chain(remote)
        .collect();
    out.sort();
    out.dedup();
    out
}

/// Sources that are expressions (OpenTofu's early evaluation), where the defaults of variables determine them.
fn computed_sources(dir: &str, config: &Arc<Config>, sources: &Sources) -> Vec<String> {
    let stated = config.calls.values().filter(|call| call.source.is_none());
    let stated: Vec<&Attribute> = stated.filter_map(|call| call.block.body.get("source")).collect();
    if stated.is_empty() {
        return Vec::new();
    }
    let work = || {
        let options = Options::default();
        let mut evaluator = Evaluator::new(sources, &options, DeploymentId(0), &FilesAlone);
        evaluator.modules.push(Module::root(dir, Arc::clone(config)));
        let scope = Scope::of(ModuleId(0));
        let value = |source: &&Attribute| values::prune(&evaluator.eval(&source.value, &scope));
        stated.iter().map(value).filter_map(|value| value.as_str().map(str::to_owned)).collect()
    };
    with_stack(work).unwrap_or_default()
}

/// The ARM template files that the configuration in `dir` deploys by a path that is written out.
#[must_use]
pub fn templates(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<String> {
    lower::template_files(dir, &config::load(dir, sources, cache))
}

/// The folders of the modules that `terraform init` installed for the root in `dir`, sorted; empty where it did not run.
#[must_use]
pub fn installed(dir: &str, sources: &Sources) -> Vec<String> {
    Manifest::read(dir, sources, &mut Vec::new()).map_or_else(Vec::new, |manifest| manifest.folders().to_vec())
}

/// The sources of the modules that the configuration in `dir` calls, as they are written.
#[must_use]
pub fn sources_of(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<Arc<str>> {
    let config = config::load(dir, sources, cache);
    config.calls.values().filter_map(|call| call.source.clone()).collect()
}

/// The module calls of the configuration in `dir` by a remote address whose source is not in the tree, each with its place. `terraform init` may have
/// installed them.
#[must_use]
pub fn remote_calls(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<(Arc<str>, Span)> {
    let config = config::load(dir, sources, cache);
    let remote = config.calls.values().filter_map(|call| {
        let source = call.source.as_ref().filter(|source| !modules::is_local(source))?;
        let is_here = modules::own_module(dir, call, source, sources, cache).is_some();
        (!is_here).then(|| (Arc::clone(source), call.source_span))
    });
    remote.collect()
}

/// The names of the outputs that the root in `dir` declares.
#[must_use]
pub fn outputs_of(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<Arc<str>> {
    config::load(dir, sources, cache).outputs.keys().cloned().collect()
}

/// The names of the variables that the variables file at `path` sets.
#[must_use]
pub fn variables_in(path: &str, sources: &Sources, cache: &ParseCache) -> Vec<Arc<str>> {
    cache.parse(path, sources).body.attributes.iter().map(|attribute| Arc::clone(&attribute.name)).collect()
}

/// The variables of the root in `dir` that have no default, each with its place.
#[must_use]
pub fn variables_needed(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<(Arc<str>, Span)> {
    let config = config::load(dir, sources, cache);
    let needed = config.variables.iter().filter(|(_, variable)| variable.default.is_none());
    needed.map(|(name, variable)| (Arc::clone(name), variable.header)).collect()
}

/// The names of the variables that the root in `dir` declares.
#[must_use]
pub fn variables_of(dir: &str, sources: &Sources, cache: &ParseCache) -> Vec<Arc<str>> {
    config::load(dir, sources, cache).variables.keys().cloned().collect()
}
