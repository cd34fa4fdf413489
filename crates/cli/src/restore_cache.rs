//! The folder where the Bicep compiler's restore keeps modules of registries.

use std::path::Path;

use anyhow::Context as _;
use cmklint_bicep::RESTORE_CACHE;
use cmklint_source::{DiskLoader, Loader, Mounted};

use crate::args::LintArgs;

/// `loader`, with the restore cache under [`RESTORE_CACHE`]: the folder that the arguments name, seen from `cwd`, else the compiler's own
/// in the home folder, where it is there.
///
/// # Errors
/// Where the folder that the arguments name can't be read.
pub(crate) fn over<L: Loader>(loader: L, args: &LintArgs, cwd: &Path) -> anyhow::Result<Mounted<L>> {
    let cache = match &args.bicep_cache {
        Some(folder) => {
            let opened = DiskLoader::new(cwd.join(folder), args.max_file_size);
            Some(opened.with_context(|| format!("{}: cannot be read", folder.display()))?)
        }
        None => std::env::home_dir().and_then(|home| DiskLoader::new(home.join(".bicep"), args.max_file_size).ok()),
    };
    Ok(Mounted::new(loader, RESTORE_CACHE, cache))
}
