//! Configuration and flags, resolved into the settings for the engine.

use anyhow::bail;
use cmklint_rules::{RuleMeta, Settings};

use crate::config::Config;
use crate::invocation::RuleOptions;

/// Flags take precedence over the file: `--only`, then `--enable-rule` and `--disable-rule`, then `rule` blocks, then `disabled_by_default`.
///
/// # Errors
/// Where a flag names a rule that doesn't exist.
pub fn resolve(flags: &RuleOptions, config: &Config) -> anyhow::Result<Settings> {
    let mut settings = Settings {
        edition: flags.edition.or(config.edition),
        inventory_findings: flags.inventory_findings,
        ..Settings::default()
    };
    let only: Vec<&RuleMeta> = flags.only.iter().map(|n| named(n)).collect::<anyhow::Result<_>>()?;
    let enabled: Vec<&RuleMeta> = flags.enable_rule.iter().map(|n| named(n)).collect::<anyhow::Result<_>>()?;
    let disabled: Vec<&RuleMeta> = flags.disable_rule.iter().map(|n| named(n)).collect::<anyhow::Result<_>>()?;
    for rule in cmklint_rules::RULES {
        let meta = rule.meta();
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

/// The rule of that id or name.
///
/// # Errors
/// Where there is none; the error names the nearest.
pub fn named(name: &str) -> anyhow::Result<&'static RuleMeta> {
    let Some(meta) = cmklint_rules::by_id_or_name(name) else {
        let all = cmklint_rules::RULES.iter().flat_map(|r| [r.meta().id, r.meta().name]);
        match all.map(|n| (strsim::damerau_levenshtein(n, name), n)).min() {
            Some((distance, near)) if distance <= 3 => bail!("no such rule: {name}; did you mean {near}?"),
            _ => bail!("no such rule: {name}; `cmklint rules` lists them"),
        }
    };
    Ok(meta)
}
