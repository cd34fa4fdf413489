//! Finds the configuration of a module call.

use cmklint_source::Diagnostic;

use super::installed::{FOLDER, Installed, has_configuration, is_below};
use crate::config::ModuleCall;
use crate::eval::{Evaluator, ModuleId};
use crate::known::{Known, known};
use crate::options::CallModules;
use crate::version;

/// Where the configuration of a called module is.
#[derive(Debug)]
pub(crate) enum ModuleLocation {
    /// In a folder of the tree.
    Folder(String),
    /// In a folder that `terraform init` made.
    Installed(String),
    /// A stand-in, in the table of modules that are known by their source.
    Known(&'static Known),
}

impl Evaluator<'_> {
    /// The location of the module that `call` calls, where it is to be read and can be.
    pub(super) fn find(&mut self, module: ModuleId, call: &ModuleCall) -> Option<ModuleLocation> {
        let source = match &call.source {
            Some(source) => std::sync::Arc::clone(source),
            None => self.early_source(module, call)?,
        };
        if self.options.call_modules == CallModules::None || self.options.ignored_modules.iter().any(|s| **s == *source)
        {
            return None;
        }
        let found = if is_local(&source) {
            self.local_folder(module, call, &source)
        } else {
            self.remote(module, call, &source)
        };
        if let Some(ModuleLocation::Folder(dir) | ModuleLocation::Installed(dir)) = &found
            && !self.may_enter(module, call, dir, &source)
        {
            return None;
        }
        found
    }

    /// A source that is an expression of variables and locals. <https://opentofu.org/docs/language/modules/sources/>
    fn early_source(&mut self, module: ModuleId, call: &ModuleCall) -> Option<std::sync::Arc<str>> {
        let stated = call.block.body.get("source")?;
        let value = crate::values::prune(&self.eval(&stated.value, &crate::eval::Scope::of(module)));
        value.as_str().map(std::sync::Arc::from)
    }

    fn local_folder(&mut self, module: ModuleId, call: &ModuleCall, source: &str) -> Option<ModuleLocation> {
        let target = cmklint_source::join(&self.module(module)?.dir, source);
        let found = target.filter(|dir| has_configuration(dir, self.sources));
        if found.is_none() {
            let message = format!("the module at '{source}' is not there");
            self.say(Diagnostic::warning("module-not-found", message, call.source_span));
        }
        found.map(ModuleLocation::Folder)
    }

    fn remote(&mut self, module: ModuleId, call: &ModuleCall, source: &str) -> Option<ModuleLocation> {
        let looks = self.options.call_modules == CallModules::All;
        if looks && let Some(found) = self.installed(module, call, source) {
            return Some(found);
        }
        let name = &call.name;
        if let Some(dir) = self.own(module, call, source) {
            let message =
                format!("module '{name}' is read from {dir} of this tree, whatever version the call asks for");
            self.say(Diagnostic::note("module-own", message, call.source_span));
            return Some(ModuleLocation::Folder(dir));
        }
        if let Some(known) = known(source) {
            let message = format!("module '{name}' is not entered: its inputs are read as {} reads them", known.name);
            self.say(Diagnostic::note("module-known", message, call.source_span));
            return Some(ModuleLocation::Known(known));
        }
        let message = format!("module '{name}' is not local: what it makes is not known");
        let help = match looks {
            true => "terraform init installs it, so that it can be looked into",
            false => "--call-module-type all looks into modules that terraform init installed",
        };
        self.say(Diagnostic::note("module-not-local", message, call.source_span).help(help));
        None
    }

    /// The folder of the tree whose module `call` calls by a remote address, unless the call is inside of it.
    fn own(&self, module: ModuleId, call: &ModuleCall, source: &str) -> Option<String> {
        let here = &self.module(module)?.dir;
        let dir = super::own_module(here, call, source, self.sources, &self.options.cache)?;
        let mut at = Some(module);
        while let Some(ancestor) = at.and_then(|id| self.module(id)) {
            if ancestor.dir == dir {
                return None;
            }
            at = ancestor.call.as_ref().map(|(caller, ..)| *caller);
        }
        Some(dir)
    }

    /// The folder in which `terraform init` installed the module, if it did and its manifest is correct.
    fn installed(&mut self, module: ModuleId, call: &ModuleCall, source: &str) -> Option<ModuleLocation> {
        let here = self.module(module)?;
        let names: Vec<&str> = here.calls.iter().map(|(_, name)| &**name).chain([&*call.name]).collect();
        let installed = self.remote.manifest.as_ref()?.get(&names.join("."))?.clone();
        let root = self.module(ModuleId(0))?.dir.clone();
        match self.checked(&root, call, source, installed) {
            Ok(dir) => Some(ModuleLocation::Installed(dir)),
            Err((code, why)) => {
                let message = format!("module '{}' counts as not installed: {why}", call.name);
                self.say(Diagnostic::warning(code, message, call.source_span).help("Run terraform init"));
                None
            }
        }
    }

    /// The folder of `installed`, or why it can't be the module that `call` calls: a code and a message.
    fn checked(
        &self,
        root: &str,
        call: &ModuleCall,
        source: &str,
        installed: Installed,
    ) -> Result<String, (&'static str, String)> {
        const OUTDATED: &str = "module-outdated";
        const LIES: &str = "modules-manifest";
        let Installed { source: from, version: at, written, dir } = installed;
        if !same_source(source, &from) {
            return Err((OUTDATED, format!("it was installed from '{from}'")));
        }
        let asked = call.block.body.get("version").and_then(|a| a.value.as_text());
        if let (Some(asked), Some(at)) = (asked, &at)
            && let (Some(constraints), Some((version, _))) = (version::Constraints::parse(asked), version::parse(at))
            && constraints.refuses(version)
        {
            return Err((OUTDATED, format!("its version {at} was installed, and the call asks for {asked}")));
        }
        let Some(dir) = dir.filter(|dir| is_below(dir, root)) else {
            return Err((LIES, format!("its folder is said to be '{written}', which is not in {FOLDER}")));
        };
        if !has_configuration(&dir, self.sources) {
            return Err((LIES, format!("its folder is said to be '{written}', where no configuration is")));
        }
        Ok(dir)
    }

    /// Whether a call from `module` may enter `dir`: not if that would be a cycle, or too deep.
    fn may_enter(&mut self, module: ModuleId, call: &ModuleCall, dir: &str, source: &str) -> bool {
        let mut at = Some(module);
        while let Some(ancestor) = at.and_then(|id| self.module(id)) {
            if ancestor.dir == dir {
                let message = format!("module '{}' calls itself by way of '{source}'", call.name);
                self.say(Diagnostic::error("module-cycle", message, call.source_span));
                return false;
            }
            at = ancestor.call.as_ref().map(|(caller, ..)| *caller);
        }
        let depth = self.module(module).map_or(0, |m| m.calls.len());
        if depth >= self.options.limits.module_depth {
            let message = "modules call one another too deeply; this one is not looked into";
            self.say(Diagnostic::warning("too-deep", message, call.source_span));
            return false;
        }
        true
    }
}

/// Whether `source` is a local path, by Terraform's rule.
pub(crate) fn is_local(source: &str) -> bool {
    source.starts_with("./")
        || source.starts_with("../")
        || source == "."
        || source == ".."
        || source.starts_with(".\\")
        || source.starts_with("..\\")
}

/// Namespace, name and provider of the module of a registry that `source` names, in lower case; `None` where it names none, or
/// a module inside one. <https://developer.hashicorp.com/terraform/language/modules/sources#terraform-registry>
pub(crate) fn registry_module(source: &str) -> Option<String> {
    let parts: Vec<&str> = source.split('/').collect();
    let parts = match &parts[..] {
        [host, rest @ ..]
            if host.trim_matches('.').contains('.')
                && !host.contains(['@'])
                && !host.contains("::")
                && rest.len() == 3 =>
        {
            rest
        }
        all => all,
    };
    let plain =
        |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    (parts.len() == 3 && parts.iter().all(plain)).then(|| parts.join("/").to_ascii_lowercase())
}

/// Whether the module installed from `installed` (Terraform's long form) is the one that `called` names.
fn same_source(called: &str, installed: &str) -> bool {
    spelled_out(called) == spelled_out(installed)
}

/// Host, path and reference alone, in lower case: Terraform adds `git::` and a protocol to short forms, and the host to a registry's module.
fn spelled_out(source: &str) -> String {
    let (module, below) = match registry_split(source) {
        Some((module, below)) => return format!("registry {module}{below}"),
        None => (source, ""),
    };
    let lower = module.trim().to_ascii_lowercase();
    let rest = lower.rsplit_once("::").map_or(lower.as_str(), |(_, rest)| rest);
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest);
    let rest = match rest.split_once('@') {
        Some((user, rest)) if !user.contains(['/', '?']) => rest,
        _ => rest,
    };
    format!("{}{below}", rest.replacen(':', "/", 1).replace(".git", "")).trim_end_matches('/').to_owned()
}

/// The registry's module in `source`, and the folder in it.
fn registry_split(source: &str) -> Option<(String, String)> {
    let (module, below) = source.split_once("//").map_or((source, ""), |(module, below)| (module, below));
    let below = if below.is_empty() { String::new() } else { format!("//{below}") };
    registry_module(module).map(|module| (module, below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_the_same_however_it_is_spelled() {
        for (called, installed) in [
            ("Azure/avm-res-compute-disk/azurerm", "registry.terraform.io/Azure/avm-res-compute-disk/azurerm"),
            ("Azure/a/azurerm//modules/key", "registry.terraform.io/Azure/a/azurerm//modules/key"),
            ("github.com/org/repo", "git::https://github.com/org/repo.git"),
            ("github.com/org/repo//sub?ref=v1", "git::https://github.com/org/repo.git//sub?ref=v1"),
            ("git@github.com:org/repo.git", "git::ssh://git@github.com/org/repo.git"),
            ("https://example.com/m.zip", "https://example.com/m.zip"),
        ] {
            assert!(
                same_source(called, installed),
                "{called} {installed}: {} {}",
                spelled_out(called),
                spelled_out(installed)
            );
        }
        for (called, installed) in [
            ("Azure/a/azurerm", "registry.terraform.io/Azure/b/azurerm"),
            ("github.com/org/repo?ref=v1", "git::https://github.com/org/repo.git?ref=v2"),
            ("Azure/a/azurerm", "git::https://github.com/Azure/a"),
        ] {
            assert!(!same_source(called, installed), "{called} {installed}");
        }
    }

    #[test]
    fn a_module_of_a_registry_has_three_names() {
        assert_eq!(registry_module("Azure/x/azurerm").as_deref(), Some("azure/x/azurerm"));
        assert_eq!(registry_module("app.example.com/Azure/x/azurerm").as_deref(), Some("azure/x/azurerm"));
        for other in [
            "git::git@ssh.dev.azure.com:v3/org/project/repo",
            "github.com/org/repo",
            "git::https://h/a/b",
            "Azure/x/azurerm//sub",
            "./a/b/c",
            "a/b",
            "",
        ] {
            assert_eq!(registry_module(other), None, "{other}");
        }
    }
}
