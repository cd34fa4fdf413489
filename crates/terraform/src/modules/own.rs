//! Modules that are called by the address of a repository or registry, and whose source is in the tree: a repository that calls its own modules as
//! others would. The address alone does not prove that; it is taken as proven where the module's variables are those that the call sets.

use std::sync::Arc;

use cmklint_source::{Sources, file_name, join, parent};

use super::installed::has_configuration;
use super::source::{is_local, registry_module};
use crate::config::{self, ModuleCall};
use crate::syntax::ParseCache;

/// Arguments of a call that do not belong to its module.
const META: [&str; 6] = ["source", "version", "providers", "count", "for_each", "depends_on"];

/// The names of the inputs that `call` gives its module.
pub(crate) fn given(call: &ModuleCall) -> Vec<Arc<str>> {
    let names = call.block.body.attributes.iter().map(|attribute| &attribute.name);
    names.filter(|name| !META.contains(&&***name)).cloned().collect()
}

/// The folder of the tree that `call`, in the folder `dir`, calls by the remote address `source`.
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
    own_folder(source, dir, sources, &|found| takes(dir, call, source, found, sources, cache))
}

/// The folder of the tree that the remote address `source` names, seen from the folder `dir`, and for which `takes` is true: the path inside the
/// repository (`//modules/disk`), as it is or from a folder of the repository that is the tree's root; or the folder of the repository's name, or
/// `terraform-PROVIDER-NAME` of a registry's module; the nearest from `dir` upwards.
pub(crate) fn own_folder(source: &str, dir: &str, sources: &Sources, takes: &dyn Fn(&str) -> bool) -> Option<String> {
    let (address, below) = split(source);
    let registry = registry_module(address).and_then(|module| {
        let mut parts = module.rsplit('/');
        let (provider, name) = (parts.next()?, parts.next()?);
        Some(format!("terraform-{provider}-{name}"))
    });
    let repository = match registry {
        Some(name) => Some(name),
        None => repository_name(address),
    };
    let is_own = |found: &String| has_configuration(found, sources) && takes(found);
    let mut at = dir;
    loop {
        let mut candidates = Vec::new();
        if let Some(name) = &repository {
            let inside = if below.is_empty() { "." } else { below };
            let itself = file_name(at) == name || (at.is_empty() && is_tree(name, sources));
            candidates.extend(join(at, inside).filter(|_| itself));
            candidates.extend(join(at, &format!("{name}/{inside}")));
            candidates.extend(join(at, &format!("modules/{name}/{inside}")));
        }
        if !below.is_empty() && registry_module(address).is_some() {
            candidates.extend(join(at, below));
        } else if !below.is_empty() {
            // The tree may be a folder of the repository.
            let ends = std::iter::successors(Some(below), |path| path.split_once('/').map(|(_, rest)| rest));
            candidates.extend(ends.filter(|end| *end == below || end.contains('/')).filter_map(|end| join(at, end)));
        }
        if let Some(found) = candidates.into_iter().find(is_own) {
            return Some(found);
        }
        if at.is_empty() {
            return None;
        }
        at = parent(at);
    }
}

/// The name of the repository at `address`: of `git@host:org/NAME.git`, `https://host/org/NAME`.
fn repository_name(address: &str) -> Option<String> {
    let (_, name) = address.trim_end_matches('/').rsplit_once(['/', ':'])?;
    let name = name.strip_suffix(".git").unwrap_or(name);
    (!name.is_empty() && !name.starts_with('.')).then(|| name.to_owned())
}

/// Whether the tree is the repository `name`, by one of its git remotes.
fn is_tree(name: &str, sources: &Sources) -> bool {
    let Ok(config) = sources.load(".git/config") else { return false };
    let urls = config.text().lines().filter_map(|line| line.trim().strip_prefix("url"));
    let names = urls.filter_map(|line| repository_name(line.trim_start().strip_prefix('=')?.trim()));
    names.into_iter().any(|known| known == name)
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
    let Ok(config) = sources.load(".git/config") else { return false };
    let urls = config.text().lines().filter_map(|line| line.trim().strip_prefix("url"));
    let mut known = urls.filter_map(|line| canonical(line.trim_start().strip_prefix('=')?.trim()));
    canonical(address).is_some_and(|own| known.any(|other| other == own))
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
