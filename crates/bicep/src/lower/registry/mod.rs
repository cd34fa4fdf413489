//! Modules that are named by a registry or a template spec: their files, where they are available.
//!
//! An alias in `bicepconfig.json` may mean a folder of the tree; else the module is searched where the compiler's restore keeps it.
//! Nothing is fetched.

mod address;
mod config;
mod known;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cmklint_source::{Diagnostic, Sources, ancestors, ends, join, parent};
use rustc_hash::FxHashMap;

use config::Config;
pub(crate) use known::Called;
pub use known::KNOWN_MODULES;

/// Where the restore cache is among the paths of the tree, for a loader that reads it: as a person would write it, and where no
/// file of a tree is.
pub use cmklint_source::RESTORE_CACHE;

/// Folders in which a repository keeps modules, seen from one above those that call them.
const MODULE_FOLDERS: [&str; 8] =
    ["", "modules", "bicep", "bicep/modules", "infra", "infra/modules", "src", "src/modules"];

/// So many folders above a file are looked into.
const MOST_FOLDERS: usize = 8;

/// So many ends of a module's path are tried.
const MOST_ENDS: usize = 5;

/// So many paths are asked for on behalf of a file's modules of private registries: some 50 modules in a tree that has every folder for modules, and thousands
/// in others.
const MOST_ASKED: usize = 30_000;

/// What a module's address leads to.
#[derive(Debug)]
pub(crate) enum Located {
    /// A file, of the tree or of the restore cache.
    File(String),
    /// A module that is not restored, but known by its source.
    Known(Called),
    /// The version of a template spec that is not in the restore cache: its id, by which a template of the tree may contain it; and why it can't be read
    /// otherwise, for people.
    Spec { id: String, reason: String },
    /// A module that is not available; why, for people.
    Away(String),
}

/// Whether the path of a module or an import names a module of a registry or a template spec, and no file.
#[must_use]
pub fn is_remote(path: &str) -> bool {
    ["br:", "br/", "ts:", "ts/"].iter().any(|scheme| path.starts_with(scheme))
}

/// Why the modules at `addresses` are not available; see [`crate::why_away`].
pub(crate) fn why_away<'a>(
    addresses: impl IntoIterator<Item = &'a str>,
    from: &str,
    sources: &Sources,
) -> Option<Vec<String>> {
    let registry = Registry::new(sources);
    let why = |address: &str| match registry.locate(address, from) {
        Located::Away(reason) if registry.own_file(address, from).is_none() => Some(reason),
        _ => None,
    };
    let reasons = addresses.into_iter().map(why).collect::<Option<Vec<String>>>()?;
    registry.take_diagnostics().is_empty().then_some(reasons)
}

/// A folder that may hold modules.
struct ModuleFolder {
    path: String,
    /// Whether it is for modules by its name; else it is one around the file that names a module.
    is_for_modules: bool,
}

/// Finds the files of modules that registries and template specs hold.
pub(crate) struct Registry<'s> {
    sources: &'s Sources,
    /// The configuration for each folder.
    configs: RefCell<FxHashMap<String, Rc<Config>>>,
    diagnostics: RefCell<Vec<Diagnostic>>,
    /// The folders that may hold the modules of files in a folder.
    module_folders: RefCell<FxHashMap<String, Rc<[ModuleFolder]>>>,
    /// How many paths may still be asked for.
    left: Cell<usize>,
}

impl<'s> Registry<'s> {
    pub(crate) fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            configs: RefCell::default(),
            diagnostics: RefCell::default(),
            module_folders: RefCell::default(),
            left: Cell::new(MOST_ASKED),
        }
    }

    /// Errors in the configurations that were read.
    pub(crate) fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// The location of the module at `address` (`br:`, `br/`, `ts:`, `ts/`), which the file at `from` names.
    pub(crate) fn locate(&self, address: &str, from: &str) -> Located {
        let config = self.config(parent(from));
        let away = |reason: String| Located::Away(reason);
        let Some((scheme, rest)) = address.split_once([':', '/']) else {
            return away(format!("'{address}' is no address"));
        };
        let aliased = address.as_bytes().get(scheme.len()) == Some(&b'/');
        let what = if scheme == "ts" { "a template spec" } else { "a module of a registry" };
        let mut full_name = None;
        let cached = if aliased {
            let Some((alias, name)) = rest.split_once(':') else { return away(format!("'{address}' is no address")) };
            if scheme == "br"
                && let Some(folder) = config.folder(alias)
            {
                return self.in_folder(folder, name, address);
            }
            match scheme {
                "br" => config.registry(alias).map(|(registry, path)| {
                    let path = path.trim_matches('/');
                    let full = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
                    full_name = Some(format!("{registry}/{full}"));
                    address::of_registry(registry, &full)
                }),
                _ => config.specs(alias).map(|(subscription, group)| address::of_spec(subscription, group, name)),
            }
        } else if scheme == "br" {
            full_name = Some(rest.to_owned());
            Some(rest.split_once('/').and_then(|(registry, rest)| address::of_registry(registry, rest)))
        } else {
            let mut parts = rest.splitn(3, '/');
            let parts = (parts.next(), parts.next(), parts.next());
            let (Some(subscription), Some(group), Some(name)) = parts else {
                return away(format!("'{address}' is no address"));
            };
            Some(address::of_spec(subscription, group, name))
        };
        let Some(cached) = cached else {
            return away(format!("no bicepconfig.json says what the alias in '{address}' is"));
        };
        let Some(cached) = cached else { return away(format!("'{address}' is no address")) };
        for cache in config.cache().into_iter().chain([RESTORE_CACHE]) {
            let path = if cache.is_empty() { cached.clone() } else { format!("{cache}/{cached}") };
            if self.sources.is_file(&path) {
                return Located::File(path);
            }
        }
        if scheme == "ts" {
            let reason = format!("{what} that is not in the local restore cache");
            return match rest.rsplit('/').next().map(|name| name.rsplit(':').take(2).collect::<Vec<_>>()).as_deref() {
                Some([version, name]) => Located::Spec { id: address::spec_id(name, version), reason },
                _ => away(reason),
            };
        }
        match full_name.as_deref().and_then(known::find) {
            Some(called) => Located::Known(called),
            None => away(format!("{what} that is not in the local restore cache")),
        }
    }

    /// The one file of the tree that a module of a private registry may have been published from, seen from the file at `from`: `modules/disk.bicep` or `disk/main.bicep` of
    /// `br:own.azurecr.io/bicep/modules/disk:v1`, in a folder above or one for modules there. The address alone does not prove it.
    pub(crate) fn own_file(&self, address: &str, from: &str) -> Option<String> {
        let name = self.name_in_registry(address, from)?;
        let (registry, path) = name.split_once('/')?;
        let path = path.rsplit_once([':', '@']).map_or(path, |(path, _)| path);
        if !registry.to_ascii_lowercase().ends_with(".azurecr.io") {
            return None;
        }
        let ends: Vec<&str> = ends(path).take(MOST_ENDS).collect();
        let mut found = std::collections::BTreeSet::new();
        for folder in self.module_folders(parent(from)).iter() {
            for end in &ends {
                self.left.set(self.left.get().checked_sub(2)?);
                let Some(path) = join(&folder.path, end).filter(|path| self.sources.is_folder(parent(path))) else {
                    continue;
                };
                let main = self.sources.is_folder(&path).then(|| format!("{path}/main.bicep"));
                // A name alone, without a folder for modules, is that of any file.
                let is_told = folder.is_for_modules || end.contains('/');
                let paths = [main, is_told.then(|| format!("{path}.bicep"))].into_iter().flatten();
                found.extend(paths.filter(|path| path != from && self.sources.is_file(path)));
            }
        }
        found.pop_first().filter(|_| found.is_empty())
    }

    /// The folders that are there and may hold modules, seen from a file in the folder at `from`.
    fn module_folders(&self, from: &str) -> Rc<[ModuleFolder]> {
        if let Some(known) = self.module_folders.borrow().get(from) {
            return Rc::clone(known);
        }
        let below = |at| {
            let folder =
                move |name: &&str| Some(ModuleFolder { path: join(at, name)?, is_for_modules: !name.is_empty() });
            MODULE_FOLDERS.iter().filter_map(folder)
        };
        let folders = ancestors(from).take(MOST_FOLDERS).flat_map(below);
        let folders: Rc<[ModuleFolder]> = folders.filter(|folder| self.sources.is_folder(&folder.path)).collect();
        self.module_folders.borrow_mut().insert(from.to_owned(), Rc::clone(&folders));
        folders
    }

    /// The registry, path and tag of a module: those that an alias stands for, too.
    fn name_in_registry(&self, address: &str, from: &str) -> Option<String> {
        if let Some(name) = address.strip_prefix("br:") {
            return Some(name.to_owned());
        }
        let (alias, name) = address.strip_prefix("br/")?.split_once(':')?;
        let config = self.config(parent(from));
        let (registry, path) = config.registry(alias)?;
        Some(format!("{registry}/{}", format!("{}/{name}", path.trim_matches('/')).trim_matches('/')))
    }

    /// A module of an alias for a folder of the tree: `PATH.bicep` in it, whatever the version.
    fn in_folder(&self, folder: Option<&str>, name: &str, address: &str) -> Located {
        let outside = || Located::Away(format!("the alias in '{address}' is for a folder outside of the tree"));
        let Some(folder) = folder else { return outside() };
        let path = match name.split_once('@') {
            Some((path, _)) => path,
            None => name.rsplit_once(':').map_or(name, |(path, _)| path),
        };
        match join(folder, &format!("{path}.bicep")) {
            Some(path) if self.sources.is_file(&path) => Located::File(path),
            Some(path) => Located::Away(format!("{path}, the folder of the alias in '{address}', does not exist")),
            None => outside(),
        }
    }

    fn config(&self, folder: &str) -> Rc<Config> {
        if let Some(known) = self.configs.borrow().get(folder) {
            return Rc::clone(known);
        }
        let (config, diagnostics) = config::nearest(folder, self.sources);
        self.diagnostics.borrow_mut().extend(diagnostics);
        let config = Rc::new(config);
        self.configs.borrow_mut().insert(folder.to_owned(), Rc::clone(&config));
        config
    }
}
