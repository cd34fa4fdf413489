//! Modules that are called by the address of a repository or registry, and whose source is in the tree: a repository that calls its own modules as
//! others would. The address alone does not prove that; it is taken as proven where the module's variables are those that the call sets.

use std::cell::Cell;
use std::sync::Arc;

use cmklint_source::{Sources, ancestors, ends, file_name, join};
use rustc_hash::FxHashSet;

use super::installed::has_configuration;
use super::source::{is_local, registry_module};
use crate::config::{self, ModuleCall};
use crate::syntax::{OwnFolders, ParseCache};

/// Arguments of a call that do not belong to its module.
const META: [&str; 6] = ["source", "version", "providers", "count", "for_each", "depends_on"];

/// The names of the inputs that `call` gives its module.
pub(crate) fn given(call: &ModuleCall) -> Vec<Arc<str>> {
    let names = call.block.body.attributes.iter().map(|attribute| &attribute.name);
    names.filter(|name| !META.contains(&&***name)).cloned().collect()
}

/// So many ends of the path inside a repository are tried.
const MOST_ENDS: usize = 8;

/// So many folders are looked into, from that of the call upwards.
const MOST_FOLDERS: usize = 12;

/// So much may be looked for on behalf of the calls of one folder: a path counts as one, and each hundred bytes of a long one as one more. Some hundreds of
/// calls, deep in a tree, take that much; further ones count as calls of what is not in the tree.
const MOST_ASKED: usize = 30_000;

/// What may still be looked for.
pub(crate) struct Asking(Cell<usize>);

impl Default for Asking {
    fn default() -> Self {
        Self(Cell::new(MOST_ASKED))
    }
}

impl Asking {
    fn is_spent(&self) -> bool {
        self.0.get() == 0
    }

    /// Whether the folder at `path` may be looked for too.
    fn may(&self, path: &str) -> bool {
        let left = self.0.get().checked_sub(1 + path.len() / 100);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// The folder of the tree that `call`, in the folder `dir`, calls by the remote address `source`. What the folder's own files call is looked for once.
pub(crate) fn own_module(
    dir: &str,
    call: &ModuleCall,
    source: &str,
    sources: &Sources,
    cache: &ParseCache,
) -> Option<String> {
    if is_local(source) {
        return None;
    }
    let found = cache.own_folders(dir, sources, || own_folders(dir, sources, cache));
    // Not of the folder's own files is a call in a file that a tool would write; and a source may be an expression.
    match found.get(&call.name).filter(|(block, _)| Arc::ptr_eq(block, &call.block)) {
        Some((_, found)) => found.clone(),
        None => own_folder(source, dir, sources, &Asking::default(), &|found| {
            takes(dir, call, source, found, sources, cache)
        }),
    }
}

/// For each call of the configuration in `dir` by a remote address, as it is written, the folder of the tree that it calls.
fn own_folders(dir: &str, sources: &Sources, cache: &ParseCache) -> OwnFolders {
    let (config, asking) = (config::load(dir, sources, cache), Asking::default());
    let remote = config.calls.values().filter_map(|call| {
        let source = call.source.as_ref().filter(|source| !is_local(source))?;
        let takes = |found: &str| takes(dir, call, source, found, sources, cache);
        let found = own_folder(source, dir, sources, &asking, &takes);
        Some((Arc::clone(&call.name), (Arc::clone(&call.block), found)))
    });
    remote.collect()
}

/// The folder of the tree that the remote address `source` names, seen from the folder `dir`, and for which `takes` is true: the path inside the
/// repository (`//modules/disk`), as it is or from a folder of the repository that is the tree's root; or the folder of the repository's name, or
/// `terraform-PROVIDER-NAME` of a registry's module; the nearest from `dir` upwards.
pub(crate) fn own_folder(
    source: &str,
    dir: &str,
    sources: &Sources,
    asking: &Asking,
    takes: &dyn Fn(&str) -> bool,
) -> Option<String> {
    if asking.is_spent() {
        return None;
    }
    let (address, below) = split(source);
    let registry = registry_module(address).and_then(|module| {
        let mut parts = module.rsplit('/');
        let (provider, name) = (parts.next()?, parts.next()?);
        Some(format!("terraform-{provider}-{name}"))
    });
    let is_of_registry = registry.is_some();
    let repository = match registry {
        Some(name) => Some(name),
        None => repository_name(address),
    };
    let is_own = |found: &String| asking.may(found) && has_configuration(found, sources) && takes(found);
    ancestors(dir).take(MOST_FOLDERS).find_map(|at| {
        let mut candidates = Vec::new();
        if let Some(name) = &repository {
            let inside = if below.is_empty() { "." } else { below };
            let itself = file_name(at) == name || (at.is_empty() && is_tree(name, sources));
            candidates.extend(join(at, inside).filter(|_| itself));
            candidates.extend(join(at, &format!("{name}/{inside}")));
            candidates.extend(join(at, &format!("modules/{name}/{inside}")));
        }
        if !below.is_empty() && is_of_registry {
            candidates.extend(join(at, below));
        } else if !below.is_empty() {
            // The tree may be a folder of the repository.
            let ends = ends(below).filter(|end| *end == below || end.contains('/')).take(MOST_ENDS);
            candidates.extend(ends.filter_map(|end| join(at, end)));
        }
        candidates.into_iter().find(is_own)
    })
}

/// The name of the repository at `address`: of `git@host:org/NAME.git`, `https://host/org/NAME`.
fn repository_name(address: &str) -> Option<String> {
    let (_, name) = address.trim_end_matches('/').rsplit_once(['/', ':'])?;
    let name = name.strip_suffix(".git").unwrap_or(name);
    (!name.is_empty() && !name.starts_with('.')).then(|| name.to_owned())
}

/// The git remotes of the tree.
#[derive(Default)]
struct Remotes {
    names: FxHashSet<String>,
    /// The whole addresses, in one form.
    addresses: FxHashSet<String>,
}

impl Remotes {
    /// Those that the tree's `.git/config` names, which is read once.
    fn of_tree(sources: &Sources) -> Arc<Self> {
        let Ok(config) = sources.load(".git/config") else { return Arc::default() };
        sources.made_of(config.id(), || {
            let urls = config.text().lines().filter_map(|line| line.trim().strip_prefix("url"));
            let urls: Vec<&str> = urls.filter_map(|line| Some(line.trim_start().strip_prefix('=')?.trim())).collect();
            Self {
                names: urls.iter().filter_map(|url| repository_name(url)).collect(),
                addresses: urls.iter().filter_map(|url| canonical(url)).collect(),
            }
        })
    }
}

/// Whether the tree is the repository `name`, by one of its git remotes.
fn is_tree(name: &str, sources: &Sources) -> bool {
    Remotes::of_tree(sources).names.contains(name)
}

/// The address without its query, and the path inside the repository.
fn split(source: &str) -> (&str, &str) {
    let source = source.split('?').next().unwrap_or(source);
    let start = source.find("://").map_or(0, |at| at + 3);
    match source.get(start..).and_then(|rest| rest.find("//")) {
        Some(at) => (
            source.get(..start + at).unwrap_or_default(),
            source.get(start + at + 2..).unwrap_or_default().trim_matches('/'),
        ),
        None => (source, ""),
    }
}

/// Whether the tree is the repository at `address`, by the whole address of one of its git remotes.
fn is_address_of_tree(address: &str, sources: &Sources) -> bool {
    canonical(address).is_some_and(|address| Remotes::of_tree(sources).addresses.contains(&address))
}

/// Host, organization and name of the repository at `address`: `github.com/org/name` of `git@github.com:org/name.git`.
fn canonical(address: &str) -> Option<String> {
    let address = address.strip_prefix("git::").unwrap_or(address);
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let bare = bare.split_once('@').map_or(bare, |(_, rest)| rest);
    let bare = bare.trim_end_matches('/');
    let bare = bare.strip_suffix(".git").unwrap_or(bare).replacen(':', "/", 1);
    (bare.matches('/').count() >= 2 && bare.split('/').next()?.contains('.')).then(|| bare.to_lowercase())
}

/// Whether the module in the folder `found` declares all arguments of `call`, and needs no others. A call without arguments proves nothing: the whole address must be the
/// tree's then.
fn takes(dir: &str, call: &ModuleCall, source: &str, found: &str, sources: &Sources, cache: &ParseCache) -> bool {
    if found == dir {
        return false;
    }
    let config = config::load(found, sources, cache);
    let given = given(call);
    let needed = config.variables.iter().filter(|(_, variable)| variable.default.is_none());
    (!given.is_empty() || is_address_of_tree(split(source).0, sources))
        && given.iter().all(|name| config.variables.contains_key(name))
        && needed.into_iter().all(|(name, _)| call.block.body.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::{canonical, split};

    #[test]
    fn one_repository_has_one_address_however_it_is_written() {
        for address in [
            "git::https://github.com/Org/infra.git",
            "git@github.com:org/infra.git",
            "git::ssh://git@github.com/org/infra.git",
            "github.com/org/infra",
            "https://github.com/org/infra/",
        ] {
            assert_eq!(canonical(address).as_deref(), Some("github.com/org/infra"), "{address}");
        }
        for address in ["infra", "org/infra/azurerm", "./infra", "git@github.com"] {
            assert_eq!(canonical(address), None, "{address}");
        }
    }

    #[test]
    fn the_path_inside_a_repository_comes_after_two_slashes() {
        for (source, address, below) in [
            ("git::ssh://git@h/o/r.git//modules/disk?ref=v1", "git::ssh://git@h/o/r.git", "modules/disk"),
            ("git@h:o/r.git//m", "git@h:o/r.git", "m"),
            ("github.com/o/r//m/", "github.com/o/r", "m"),
            ("Azure/a/azurerm//modules/key", "Azure/a/azurerm", "modules/key"),
            ("git::https://h/o/r.git?ref=v1", "git::https://h/o/r.git", ""),
            ("//", "", ""),
            ("git::ä://", "git::ä://", ""),
        ] {
            assert_eq!(split(source), (address, below), "{source}");
        }
    }
}
