//! The versions of a provider that a root may be deployed with: `.terraform.lock.hcl` names one, constraints allow a range.

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::{Diagnostic, Severity, SourceFile, Span, join};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::config::Config;
use crate::eval::{Evaluator, ModuleId};
use crate::syntax;
use crate::syntax::ast::{Expr, ExprKind};
use crate::version::{Constraints, Version, parse};

/// Where Terraform keeps the versions that it selected. <https://developer.hashicorp.com/terraform/language/files/dependency-lock>
const LOCK_FILE: &str = ".terraform.lock.hcl";

impl Evaluator<'_> {
    /// The versions that all modules allow of HashiCorp's provider `name`, or the one in the lock file where it is allowed.
    pub(crate) fn provider_versions(&mut self, name: &str) -> Constraints {
        let mut all = Constraints::default();
        // The instances of a module have one configuration.
        let mut seen = FxHashSet::default();
        for config in self.modules.iter().map(|module| &module.config) {
            if seen.insert(Arc::as_ptr(config)) {
                all.and(&config.shared.made(name, |_| true, || allowed_by(config, name)));
            }
        }
        match self.locked(name, &all) {
            Some(version) => Constraints::exactly(version),
            None => all,
        }
    }

    /// The version in the root's lock file, where the file can be read and the version is allowed.
    fn locked(&mut self, name: &str, allowed: &Constraints) -> Option<Version> {
        let path = join(&self.module(ModuleId(0))?.dir, LOCK_FILE)?;
        if !self.sources.is_file(&path) {
            return None;
        }
        let file = match self.sources.load(&path) {
            Ok(file) => file,
            Err(error) => {
                let message =
                    format!("the lock file can't be read ({error}): provider versions follow from constraints alone");
                self.say(Diagnostic::new(Severity::Warning, "lock-file", message).about(&path));
                return None;
            }
        };
        let locks = self.sources.made_of(file.id(), || Locks::read(&file));
        if let Some(broken) = &locks.broken {
            let message = format!(
                "the lock file is broken ({}): provider versions follow from constraints alone",
                broken.message
            );
            self.say(Diagnostic::warning("lock-file", message, broken.span.unwrap_or_else(|| file.span(0, 0))));
            return None;
        }
        let Lock { text, place } = locks.providers.get(name)?;
        let Some((version, _)) = text.as_ref().and_then(|text| parse(text)) else {
            let message =
                format!("the lock file names no version of {name}: provider versions follow from constraints alone");
            self.say(Diagnostic::warning("lock-file", message, *place));
            return None;
        };
        if allowed.refuses(version) {
            let text = text.as_deref().unwrap_or_default();
            let message = format!(
                "the lock file names version {text} of {name}, which a constraint does not allow: provider versions follow from constraints alone"
            );
            self.say(Diagnostic::warning("lock-file", message, *place).help("Run terraform init -upgrade"));
            return None;
        }
        Some(version)
    }
}

/// What a lock file says, read once for all roots and their inputs.
struct Locks {
    /// The first error in it.
    broken: Option<Diagnostic>,
    /// The providers of HashiCorp by name.
    providers: FxHashMap<String, Lock>,
}

/// The version that a lock file names for a provider, as far as it is text, and its place.
struct Lock {
    text: Option<Arc<str>>,
    place: Span,
}

impl Locks {
    fn read(file: &SourceFile) -> Self {
        let parsed = syntax::parse(file);
        let mut providers = FxHashMap::default();
        for block in parsed.body.blocks_of("provider") {
            let label = block.label(0);
            let Some((_, name)) = label.rsplit_once('/').filter(|(around, _)| around.ends_with("/hashicorp")) else {
                continue;
            };
            let stated = block.body.get("version");
            let text = stated.and_then(|a| a.value.as_text()).cloned();
            let place = stated.map_or(block.header, |a| a.value.span);
            providers.entry(name.to_owned()).or_insert(Lock { text, place });
        }
        Self { broken: parsed.diagnostics.into_iter().next(), providers }
    }
}

/// The versions that `config` alone allows of HashiCorp's provider `name`.
fn allowed_by(config: &Config, name: &str) -> Constraints {
    let mut all = Constraints::default();
    for body in config.settings.iter().map(|settings| &settings.body) {
        let blocks = body.blocks_of("required_providers").flat_map(|block| &block.body.attributes);
        let mut entries: Vec<(String, &Expr)> = blocks.map(|a| (a.name.to_string(), &*a.value)).collect();
        // The form in Terraform's JSON syntax.
        let stated = body.get("required_providers").map(|a| &*a.value);
        let objects = match stated.map(|expr| &expr.kind) {
            Some(ExprKind::Array(items)) => items.iter().collect(),
            _ => Vec::from_iter(stated),
        };
        for object in objects {
            if let ExprKind::Object(members) = &object.kind {
                entries.extend(members.iter().filter_map(|(key, value)| Some((key.as_reference()?, value))));
            }
        }
        for (entry, value) in entries {
            if let Some(constraints) = required(&entry, value, name) {
                all.and(&constraints);
            }
        }
    }
    // The form of configurations for Terraform 0.12 and older.
    for (_, provider) in config.providers.iter().filter(|(key, _)| key.split('.').next() == Some(name)) {
        let version = provider.body.body.get("version").and_then(|a| a.value.as_text());
        if let Some(constraints) = version.and_then(|text| Constraints::parse(text)) {
            all.and(&constraints);
        }
    }
    all
}

/// The constraint that an entry of `required_providers` puts on HashiCorp's provider `name`.
fn required(entry: &str, value: &Expr, name: &str) -> Option<Constraints> {
    let text = |expr: &Expr| expr.as_text().map(|text| text.to_string());
    let (source, version) = match &value.kind {
        // Only the version, as in Terraform 0.12.
        ExprKind::Literal(Literal::String(version)) => (None, Some(version.to_string())),
        ExprKind::Object(members) => {
            let member = |wanted: &str| {
                let found = members.iter().find(|(key, _)| key.as_reference().as_deref() == Some(wanted));
                found.and_then(|(_, value)| text(value))
            };
            (member("source"), member("version"))
        }
        _ => return None,
    };
    let source = source.unwrap_or_else(|| format!("hashicorp/{entry}")).to_ascii_lowercase();
    let wanted = format!("hashicorp/{name}");
    (source == wanted || source.ends_with(&format!("/{wanted}"))).then_some(())?;
    Constraints::parse(&version?)
}
