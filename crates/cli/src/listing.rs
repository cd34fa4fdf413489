//! `cmklint modules` and `cmklint roots`: lists of what a run analyzed, and what it did not.

use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;
use cmklint_report::{DisplayPaths, Format, Unseen, UnseenKind, write_json};
use cmklint_source::Sources;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::analysis::{DeploymentSeen, RootSeen};
use crate::args::LintArgs;
use crate::console::write_lines;
use crate::invocation::Invocation;
use crate::outcome::Outcome;
use crate::run;

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Modules that were not analyzed.
    Modules,
    /// Roots.
    Roots,
}

/// Analyzes the files that `args` name, and writes the list. Errors go to `err`.
///
/// # Errors
/// Where the run can't be done at all, or the format is not one for lists.
pub fn list(
    what: Listed,
    args: &LintArgs,
    today: Date,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let as_json = match args.format.unwrap_or_default() {
        Format::Json => true,
        Format::Default => false,
        other => bail!("no such format of a list: {other} (default or json)"),
    };
    let invocation = Invocation { lists_roots: what == Listed::Roots, ..Invocation::new(args, today)? };
    run::survey(&invocation, err, |codebase, outcome| {
        let list = RootTable {
            sources: &codebase.sources,
            paths: DisplayPaths::new(&codebase.tree.root, &codebase.tree.cwd),
            outcome,
        };
        match (what, as_json) {
            (Listed::Modules, true) => write_json(&list.modules_json(), out)?,
            (Listed::Modules, false) => write_lines(&list.modules(), out)?,
            (Listed::Roots, true) => write_json(&list.roots_json(), out)?,
            (Listed::Roots, false) => write_lines(&list.roots(), out)?,
        }
        Ok(())
    })
}

struct RootTable<'a> {
    sources: &'a Sources,
    paths: DisplayPaths,
    outcome: &'a Outcome,
}

impl RootTable<'_> {
    fn unseen_modules(&self) -> impl Iterator<Item = &Unseen> {
        self.outcome.coverage.unseen.iter().filter(|unseen| unseen.kind == UnseenKind::Module)
    }

    /// `main.tf:12`
    fn place(&self, unseen: &Unseen) -> (String, Option<u32>) {
        let file = unseen.span.and_then(|span| Some((self.sources.get(span.file)?, span)));
        match file {
            Some((file, span)) => (self.paths.show(file.path()), Some(file.lines().line(span.start))),
            None => (unseen.path.as_deref().map(|path| self.paths.show(path)).unwrap_or_default(), None),
        }
    }

    fn modules(&self) -> String {
        let mut text = String::new();
        for unseen in self.unseen_modules() {
            let place = match self.place(unseen) {
                (path, Some(line)) => format!("{path}:{line}"),
                (path, None) => path,
            };
            let _ = writeln!(text, "{}\n  called at  {place}\n  why        {}", unseen.name, unseen.why);
            if !unseen.how.is_empty() {
                let _ = writeln!(text, "  way        {}", unseen.how);
            }
        }
        if text.is_empty() {
            text.push_str("all modules that are called were looked into\n");
        }
        text
    }

    fn modules_json(&self) -> Value {
        let module = |unseen: &Unseen| {
            let (path, line) = self.place(unseen);
            json!({ "source": unseen.name, "filename": path, "line": line, "why": unseen.why, "how": unseen.how })
        };
        json!({ "modules": self.unseen_modules().map(module).collect::<Vec<_>>() })
    }

    fn roots(&self) -> String {
        let mut text = String::new();
        for root in &self.outcome.listed_roots {
            let _ = writeln!(text, "{} ({})", self.paths.show(&root.path), root.language);
            if root.deployments.is_empty() {
                text.push_str("  not evaluated: nothing in it can reach a compute or key vault resource\n");
            }
            for deployment in &root.deployments {
                self.deployment(deployment, &mut text);
            }
        }
        let _ = writeln!(text, "{}", self.outcome.coverage.sentence());
        text
    }

    fn deployment(&self, deployment: &DeploymentSeen, text: &mut String) {
        let inputs: Vec<String> = deployment.inputs.iter().map(|path| self.paths.show(path)).collect();
        let inputs = match (inputs.is_empty(), deployment.holder.as_str()) {
            (false, _) => inputs.join(", "),
            (true, "") => "no input file".to_owned(),
            (true, holder) => format!("the template of the {holder}"),
        };
        let environment = match deployment.environment.as_str() {
            "" => String::new(),
            name => format!("environment {name}, "),
        };
        let resources = deployment.resources;
        let plural = if resources == 1 { "" } else { "s" };
        let _ = writeln!(text, "  {inputs}: {environment}{resources} resource{plural}");
        for other in &deployment.joined {
            let how = match other.how {
                "state" => "reads the state of",
                "link" => "is linked to",
                _ => "names resources of",
            };
            let _ = writeln!(text, "    {how} {}", other.deployment);
        }
    }

    fn roots_json(&self) -> Value {
        let deployment = |seen: &DeploymentSeen| {
            let joined: Vec<Value> =
                seen.joined.iter().map(|to| json!({ "deployment": to.deployment, "how": to.how })).collect();
            let mut out = json!({
                "inputs": seen.inputs.iter().map(|path| self.paths.show(path)).collect::<Vec<_>>(),
                "environment": seen.environment,
                "resources": seen.resources,
                "joined": joined,
            });
            if let Some(members) = out.as_object_mut().filter(|_| !seen.holder.is_empty()) {
                members.insert("holder".to_owned(), json!(seen.holder));
            }
            out
        };
        let root = |root: &RootSeen| {
            json!({
                "path": self.paths.show(&root.path),
                "language": root.language,
                "deployments": root.deployments.iter().map(deployment).collect::<Vec<_>>(),
            })
        };
        json!({ "roots": self.outcome.listed_roots.iter().map(root).collect::<Vec<_>>() })
    }
}

/// Analyzes what `args` name, and writes what rules of a team's own see of it, as JSON. Errors go to `err`.
///
/// # Errors
/// Where the run can't be done at all, or the estate is too large for such rules.
pub(crate) fn own_rules_input(
    args: &LintArgs,
    today: Date,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let invocation = Invocation { lists_own_input: true, ..Invocation::new(args, today)? };
    run::survey(&invocation, err, |_, outcome| match &outcome.own_input {
        Some(input) => Ok(writeln!(out, "{input}")?),
        None => bail!("the estate is too large for rules of a team's own"),
    })
}
