//! Modules that are called by the address of a repository or registry, and whose source is in the tree: a repository that calls its own modules as
//! others would. The address alone does not say so; that the module takes just what the call gives it does.

use cmklint_source::{Sources, file_name, join, parent};

use super::installed::has_configuration;
use super::source::{is_local, registry_module};
use crate::config::{self, ModuleCall};
use crate::syntax::ParseCache;

/// Arguments of a call that are none of its module.
const META: [&str; 6] = ["source", "version", "providers", "count", "for_each", "depends_on"];

/// The folder of the tree that `call`, in the folder `dir`, calls by the remote address `source`: the path that the address names inside its repository
/// (`//modules/disk`), or the folder `terraform-PROVIDER-NAME` of a registry's module, the nearest from `dir` upwards.
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
    let (address, below) = split(source);
    let registry = registry_module(address).and_then(|module| {
        let mut parts = module.rsplit('/');
        let (provider, name) = (parts.next()?, parts.next()?);
        Some(format!("terraform-{provider}-{name}"))
    });
    let mut at = dir;
    loop {
        let found = match (&registry, below) {
            (Some(name), below) => {
                let itself = (file_name(at) == name).then(|| at.to_owned());
                let beside = [format!("{name}/{below}"), format!("modules/{name}/{below}")];
                let beside = beside.iter().filter_map(|path| join(at, path));
                let itself = itself.and_then(|at| join(&at, if below.is_empty() { "." } else { below }));
                itself.into_iter().chain(beside).find(|found| takes(dir, call, found, sources, cache))
            }
            (None, "") => return None,
            (None, below) => join(at, below).filter(|found| takes(dir, call, found, sources, cache)),
        };
        if found.is_some() || at.is_empty() {
            return found;
        }
        at = parent(at);
    }
}

/// The address without what is asked for in it, and the path inside.
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

/// Whether the module in the folder `found` takes what `call` gives it, and needs no more.
fn takes(dir: &str, call: &ModuleCall, found: &str, sources: &Sources, cache: &ParseCache) -> bool {
    if found == dir || !has_configuration(found, sources) {
        return false;
    }
    let config = config::load(found, sources, cache);
    let mut given =
        call.block.body.attributes.iter().map(|a| &a.name).filter(|name| !META.contains(&&***name)).peekable();
    let needed = config.variables.iter().filter(|(_, variable)| variable.default.is_none());
    given.peek().is_some()
        && given.all(|name| config.variables.contains_key(name))
        && needed.into_iter().all(|(name, _)| call.block.body.get(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::split;

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
