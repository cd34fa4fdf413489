//! The folder where the Bicep compiler's restore keeps modules of registries.

use std::path::Path;

use anyhow::Context as _;
use cmklint_bicep::RESTORE_CACHE;
use cmklint_rules::Finding;
use cmklint_source::{DiskLoader, FileId, Loader, Mounted, Sources};

use crate::invocation::FileOptions;

/// `loader`, with the restore cache under [`RESTORE_CACHE`]: the folder that the options name, relative to `cwd`, else the compiler's own
/// in the home folder, where it is there.
///
/// # Errors
/// Where the folder that the options name can't be read.
pub(crate) fn over<L: Loader>(loader: L, options: &FileOptions, cwd: &Path) -> anyhow::Result<Mounted<L>> {
    let cache = match &options.bicep_cache {
        Some(folder) => {
            let opened = DiskLoader::new(cwd.join(folder), options.max_file_size);
            Some(opened.with_context(|| format!("{}: cannot be read", folder.display()))?)
        }
        None => std::env::home_dir().and_then(|home| DiskLoader::new(home.join(".bicep"), options.max_file_size).ok()),
    };
    Ok(Mounted::new(loader, RESTORE_CACHE, cache))
}

/// Moves each finding whose place is in a restored module to the call of the module in the tree: nobody can change files of the cache, and no code host
/// has them. The place itself becomes a related place. An ignore comment at the call works.
pub(crate) fn bring_home(findings: &mut [Finding], sources: &Sources) {
    let cached =
        |file: FileId| sources.path(file).strip_prefix(RESTORE_CACHE).is_some_and(|rest| rest.starts_with('/'));
    for finding in findings {
        if !cached(finding.primary.span.file) {
            continue;
        }
        let of_tree = |place: &&cmklint_rules::Place| place.is_call && !cached(place.span.file);
        let Some(call) = finding.related.iter().rev().find(of_tree).cloned() else { continue };
        finding.lead_with(call);
    }
}
