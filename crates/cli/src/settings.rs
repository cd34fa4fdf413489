//! Configuration and flags, resolved into the settings for the engine.

use anyhow::bail;
use cmklint_rules::{Catalog, RuleMeta, Settings};

use crate::config::Config;
use crate::invocation::RuleOptions;

/// Flags take precedence over the file: `--only`, then `--enable-rule` and `--disable-rule`, then `rule` blocks, then `disabled_by_default`.
///
/// # Errors
/// Where a flag names a rule that doesn't exist.
pub fn resolve(flags: &RuleOptions, config: &Config, catalog: &Catalog) -> anyhow::Result<Settings> {
    let mut settings = Settings {
        edition: flags.edition.or(config.edition),
        inventory_findings: flags.inventory_findings,
        ..Settings::default()
    };
    let only: Vec<&RuleMeta> = flags.only.iter().map(|n| named(n, catalog)).collect::<anyhow::Result<_>>()?;
    let enabled: Vec<&RuleMeta> = flags.enable_rule.iter().map(|n| named(n, catalog)).collect::<anyhow::Result<_>>()?;
    let disabled: Vec<&RuleMeta> =
        flags.disable_rule.iter().map(|n| named(n, catalog)).collect::<anyhow::Result<_>>()?;
    for meta in catalog.all() {
        let said = config.rules.get(meta.id);
        let of = settings.of_mut(meta);
        let stated = flags.settings.get(meta.id);
        of.level = stated.and_then(|r| r.level).or_else(|| said.and_then(|r| r.level));
        of.options = said.map(|r| r.options.clone()).unwrap_or_default();
        of.options.extend(stated.iter().flat_map(|r| r.options.iter().map(|(name, value)| (*name, *value))));
        let has = |list: &[&RuleMeta]| list.iter().any(|m| m.id == meta.id);
        of.on = if !only.is_empty() {
            Some(has(&only))
        } else if has(&disabled) {
            Some(false)
        } else if has(&enabled) {
            Some(true)
        } else {
            said.and_then(|r| r.enabled).or(config.disabled_by_default.then_some(false))
        };
    }
    Ok(settings)
}

/// The rule of `catalog` with that id or name.
///
/// # Errors
/// Where there is none; the error names the nearest.
pub fn named(name: &str, catalog: &Catalog) -> anyhow::Result<&'static RuleMeta> {
    let Some(meta) = catalog.by_id_or_name(name) else {
        match catalog.names().into_iter().map(|n| (strsim::damerau_levenshtein(n, name), n)).min() {
            Some((distance, near)) if distance <= 3 => bail!("no such rule: {name}; did you mean {near}?"),
            _ => bail!("no such rule: {name}; `cmklint rules` lists them"),
        }
    };
    Ok(meta)
}
