//! The rule set that tflint sees: the rules' names, their settings in `.tflint.hcl`, and a check of one module.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context as _, bail};
use cmklint_cli::analyzer::Analyzer;
use cmklint_cli::invocation::{Invocation, RuleOptions, UnsavedFile};
use cmklint_rules::{Edition, Level, RuleMeta, RuleSettings};

use crate::host::Host;
use crate::issue::Module;
use crate::names::{PREFIX, catalog, name};
use crate::protocol::{AttributeSchema, BodyContent, BodySchema, GlobalConfig, Issue};

/// The attributes of the block `plugin "cmklint"`, besides those that tflint reads itself.
pub(crate) fn plugin_schema() -> BodySchema {
    schema(["config", "edition", "scope"])
}

fn schema<'n>(names: impl IntoIterator<Item = &'n str>) -> BodySchema {
    let attribute = |name: &str| AttributeSchema { name: name.to_owned(), required: false };
    BodySchema { attributes: names.into_iter().map(attribute).collect() }
}

/// Which files are analyzed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scope {
    /// The module's folder and everything below it.
    #[default]
    Folder,
    /// The whole repository, for faults between roots.
    Repository,
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "folder" => Ok(Self::Folder),
            "repository" => Ok(Self::Repository),
            other => Err(format!("no such scope: {other} (folder or repository)")),
        }
    }
}

/// The settings from `.tflint.hcl` and tflint's command line.
#[derive(Clone, Default)]
pub(crate) struct RuleSet {
    /// Which rules run.
    pub(crate) global: GlobalConfig,
    config: Option<PathBuf>,
    edition: Option<Edition>,
    scope: Scope,
}

impl RuleSet {
    /// Stores the settings of the block `plugin "cmklint"`.
    ///
    /// # Errors
    /// Where a value is not valid for its attribute.
    pub(crate) fn apply(&mut self, content: &BodyContent) -> anyhow::Result<()> {
        let text = |name: &str| content.attributes.get(name).map(|_| literal(content, name)).transpose();
        self.config = text("config")?.map(PathBuf::from);
        self.edition = text("edition")?.map(|t| t.parse()).transpose().map_err(anyhow::Error::msg)?;
        self.scope = text("scope")?.map(|t| t.parse()).transpose().map_err(anyhow::Error::msg)?.unwrap_or_default();
        Ok(())
    }

    /// Analyzes the module of `host`, and reports the findings.
    ///
    /// # Errors
    /// Where tflint does not answer, the configuration is broken, or the analysis is not possible.
    pub(crate) async fn check(&self, host: &mut Host) -> anyhow::Result<()> {
        // The analysis follows module calls by itself. tflint would show findings in a called module only at the caller's variables.
        if !host.module_path().await?.is_empty() {
            return Ok(());
        }
        let start = host.original_directory().await?;
        let files = host.files().await?;
        let rules = self.rules(host).await?;
        let rule_set = self.clone();
        let issues = tokio::task::spawn_blocking(move || rule_set.issues(start, rules, files)).await??;
        for issue in issues {
            host.emit(issue).await?;
        }
        Ok(())
    }

    /// The issues of the module in the current directory. `files` are relative to `start`, and so are the places of the issues.
    fn issues(&self, start: PathBuf, rules: RuleOptions, files: Vec<(String, Vec<u8>)>) -> anyhow::Result<Vec<Issue>> {
        let module = std::env::current_dir().context("the current directory cannot be read")?;
        let mut invocation = Invocation::of_folder(start, cmklint_cli::today());
        invocation.files.paths = vec![match self.scope {
            Scope::Folder => module,
            Scope::Repository => repository(module),
        }];
        invocation.config.clone_from(&self.config);
        invocation.rules = rules;
        let module = Module::new(files.iter().map(|(path, _)| path.as_str()));
        // tflint's text differs from the disk's only while it fixes.
        invocation.files.unsaved =
            files.into_iter().map(|(path, text)| UnsavedFile { path: PathBuf::from(path), text }).collect();
        let report = Analyzer::new(None)?.analyze(&invocation)?;
        let severe = report.outcome.diagnostics.iter().filter(|d| d.severity == cmklint_source::Severity::Error);
        for diagnostic in severe {
            log(&diagnostic.message);
        }
        Ok(module.issues(&report))
    }

    /// Which rules run and how, by tflint's settings. `.cmklint.hcl` decides what these leave open.
    async fn rules(&self, host: &mut Host) -> anyhow::Result<RuleOptions> {
        let mut options = RuleOptions { edition: self.edition, ..RuleOptions::default() };
        let only: Vec<&String> = self.global.only.iter().filter(|name| name.starts_with(PREFIX)).collect();
        for meta in catalog().all() {
            let name = name(meta);
            let stated = self.global.rules.get(&name).map(|config| config.enabled);
            let id = meta.id.to_owned();
            let is_on = if self.global.only.is_empty() {
                stated.or(self.global.disabled_by_default.then_some(false))
            } else {
                Some(only.contains(&&name))
            };
            match is_on {
                Some(true) => options.enable_rule.push(id),
                Some(false) => options.disable_rule.push(id),
                None => {}
            }
            if self.global.rules.contains_key(&name) {
                let settings = rule_settings(meta, host).await?;
                options.settings.insert(meta.id, settings);
            }
        }
        Ok(options)
    }
}

/// The settings in the `rule` block of `meta`: its level and its options.
async fn rule_settings(meta: &RuleMeta, host: &mut Host) -> anyhow::Result<RuleSettings> {
    let options = meta.options.iter().map(|option| option.name);
    let content = host.rule_config(&name(meta), schema(options.chain(["level"]))).await?;
    let mut settings = RuleSettings::default();
    for attribute in content.attributes.keys() {
        let value = literal(&content, attribute).with_context(|| format!("rule {}", name(meta)))?;
        if attribute == "level" {
            settings.level = Some(value.parse::<Level>().map_err(anyhow::Error::msg)?);
        } else if let Some(option) = meta.options.iter().find(|option| option.name == attribute) {
            let number = value.parse().with_context(|| format!("rule {}: {attribute} must be a number", name(meta)))?;
            settings.options.insert(option.name, number);
        }
    }
    Ok(settings)
}

/// The value of the attribute `name`: a string's text, or a number as it is written.
fn literal(content: &BodyContent, name: &str) -> anyhow::Result<String> {
    let expression = content.attributes.get(name).and_then(|attribute| attribute.expression.as_ref());
    let source = expression.map(|expression| String::from_utf8_lossy(&expression.bytes)).unwrap_or_default();
    let source = source.trim();
    let text = source.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(source);
    if text.is_empty() || text.contains(['"', '$', '%', '\\', '(']) {
        bail!("{name} must be a literal string or number");
    }
    Ok(text.to_owned())
}

/// Writes `message` to tflint's log.
#[allow(clippy::print_stderr)] // a plugin's standard error is tflint's log
fn log(message: &str) {
    eprintln!("cmklint: {}", cmklint_report::log_line(message));
}

/// The repository that contains `folder`, else `folder`.
fn repository(folder: PathBuf) -> PathBuf {
    folder.ancestors().find(|above| above.join(".git").exists()).map(PathBuf::from).unwrap_or(folder)
}
