//! `cmklint explain` and `cmklint rules`.

use std::fmt::Write as _;

use cmklint_rules::page::Page;
use cmklint_rules::{Catalog, Edition, RuleMeta, Safety, Settings, controls};

use crate::args::PageFormat;
use crate::invocation::RuleOptions;
use crate::rules_test::plain_examples;
use crate::{run, settings};

include!(concat!(env!("OUT_DIR"), "/examples.rs"));

/// The file of a bad example that contains the expected report.
const REPORT: &str = "expected.txt";

/// The page of the rule that `name` names: one of ours, or of a team's own in the current directory.
///
/// # Errors
/// Where there is none.
pub(crate) fn page(name: &str, format: PageFormat) -> anyhow::Result<String> {
    let (meta, examples) = match cmklint_rules::by_id_or_name(name) {
        Some(meta) => (meta, built_in(meta)),
        None => {
            let here = run::configured(None, &RuleOptions::default())?;
            let meta = settings::named(name, here.own.catalog())?;
            let examples = here.own.of(meta).map(|rule| plain_examples(rule, &here.sources));
            (meta, examples.unwrap_or_default())
        }
    };
    Ok(match format {
        // The words and examples of a custom rule come with the tree.
        PageFormat::Markdown if meta.is_custom() => {
            explain(meta, &examples).lines().map(|line| format!("{}\n", cmklint_report::log_line(line))).collect()
        }
        PageFormat::Markdown => explain(meta, &examples),
        PageFormat::Json => explain_json(meta, &examples),
    })
}

/// The examples of a rule of ours, by path below its folder.
fn built_in(meta: &RuleMeta) -> Vec<(String, String)> {
    let prefix = format!("{}/", meta.id);
    let own = EXAMPLES.iter().filter_map(|(path, text)| Some((path.strip_prefix(&prefix)?, text)));
    own.map(|(path, text)| (path.to_owned(), (*text).to_owned())).collect()
}

/// The rule's page, followed by its bad and good example in each language, and what is reported of the bad ones.
fn explain(meta: &RuleMeta, examples: &[(String, String)]) -> String {
    // The page ends with the report of an example, which is shown below with the example.
    let words = meta.page.split_once("\n## Example\n").map_or(meta.page, |(words, _)| words);
    let mut out = words.trim_end().to_owned();
    let _ =
        write!(out, "\n\n## Level\n\n{}{}\n", meta.level, if meta.default_on { "" } else { ", off unless enabled" });
    let _ = write!(out, "\n## Fix\n\n{}\n", fixes(meta));
    let _ = write!(out, "\n## Restrictions\n\n{}\n{}\n", restrictions(meta), checked(None));
    for (kind, title) in [("bad", "Reported"), ("good", "Not reported")] {
        for (language, name, fence) in
            [("tf", "Terraform", "hcl"), ("arm", "ARM JSON", "jsonc"), ("bicep", "Bicep", "bicep")]
        {
            let prefix = format!("{kind}/{language}/");
            let files: Vec<(&str, &str)> =
                examples.iter().filter_map(|(path, text)| Some((path.strip_prefix(&prefix)?, text.as_str()))).collect();
            for (path, text) in files.iter().filter(|(path, _)| *path != REPORT) {
                let file = match path.split_once('/') {
                    // Files that are the same in both states are shown once.
                    Some(("after", rest)) if files.contains(&(&format!("before/{rest}"), *text)) => continue,
                    Some((state @ ("before" | "after"), rest)) => format!("{rest}, {state}"),
                    _ => (*path).to_owned(),
                };
                let _ = write!(out, "\n## {title}: {name} ({file})\n\n```{fence}\n{}```\n", without_markers(text));
            }
            if let Some((_, report)) = files.iter().find(|(path, _)| *path == REPORT) {
                let _ = write!(out, "\n## The report: {name}\n\n```text\n{}```\n", without_markers(report));
            }
        }
    }
    out
}

/// How safe the rule's fixes are, and what makes them.
fn fixes(meta: &RuleMeta) -> String {
    let one = |safety: &Safety| match safety {
        Safety::Safe => "safe (`--fix`)",
        Safety::Unsafe => "unsafe (`--fix-unsafe`)",
    };
    let all: Vec<&str> = cmklint_rules::fixes_of_rule(meta.id).iter().map(one).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

/// The same for programs: `safe`, `unsafe`, both or nothing.
fn kinds_of_fixes(meta: &RuleMeta) -> Vec<&'static str> {
    cmklint_rules::fixes_of_rule(meta.id).iter().map(|safety| safety.as_str()).collect()
}

/// The rule's restrictions, and the editions that contain each.
fn restrictions(meta: &RuleMeta) -> String {
    let mut out = String::new();
    for restriction in meta.restrictions {
        let held: Vec<Edition> = Edition::ALL.into_iter().filter(|edition| restriction.in_force(*edition)).collect();
        let lift = held.last().and_then(|last| restriction.lifted_after(*last));
        let lift = lift.map_or_else(String::new, |lift| format!("; {}", lift.describe()));
        let _ = writeln!(out, "- {} (editions: {}{lift})", restriction.says, Edition::in_words(&held));
    }
    out
}

/// What is checked with `edition`, and what that means, in one sentence.
fn checked(edition: Option<Edition>) -> String {
    match edition {
        Some(edition) => format!("What the edition of {edition} holds is checked, and nothing else."),
        None => format!(
            "Without an edition all are checked: what the latest, {}, holds is reported at its level, what a later edition lifted as a warning.",
            Edition::LATEST
        ),
    }
}

/// The example without the comments that say what its test expects, which would give the result away.
fn without_markers(text: &str) -> String {
    text.lines()
        .map(|line| {
            let line = match line.find("expect: ") {
                Some(at) => {
                    let before = line.get(..at).unwrap_or("").trim_end();
                    let (code, marker) = before
                        .strip_suffix('#')
                        .map_or_else(|| (before.strip_suffix("//").unwrap_or(before), "//"), |c| (c, "#"));
                    format!("{}{marker} <- here", code)
                }
                None => line.to_owned(),
            };
            line + "\n"
        })
        .collect()
}

/// The table of all rules.
#[must_use]
pub fn table(settings: &Settings, catalog: &Catalog) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{:<7} {:<28} {:<8} {:<13} {:<3}  restriction", "id", "name", "level", "editions", "on");
    for meta in catalog.all() {
        let editions = Edition::in_words(&meta.editions());
        let on = if settings.is_on(meta) { "yes" } else { "no" };
        let _ = writeln!(
            out,
            "{:<7} {:<28} {:<8} {:<13} {:<3}  {}",
            meta.id,
            meta.name,
            settings.level(meta).as_str(),
            editions,
            on,
            meta.statement()
        );
    }
    let _ = writeln!(out, "\n{}", checked(settings.edition));
    out
}

/// The same as JSON.
#[must_use]
pub fn json(settings: &Settings, catalog: &Catalog) -> String {
    let rules: Vec<serde_json::Value> = catalog
        .all()
        .map(|meta| {
            serde_json::json!({
                "id": meta.id,
                "name": meta.name,
                "level": settings.level(meta).as_str(),
                "editions": meta.editions().iter().map(|e| e.as_str()).collect::<Vec<_>>(),
                "on": settings.is_on(meta),
                "statement": meta.statement(),
                "restriction": meta.restriction(),
                "securitySeverity": meta.severity(),
                "fix": kinds_of_fixes(meta),
                "compliance": controls(meta.id).map(|control| control.tag()).collect::<Vec<_>>(),
            })
        })
        .collect();
    serde_json::to_string_pretty(&rules).unwrap_or_default() + "\n"
}

/// The same as a table in Markdown.
#[must_use]
pub fn markdown(settings: &Settings, catalog: &Catalog) -> String {
    let mut out =
        "| rule | name | level | editions | on | from | reports | compliance |\n|---|---|---|---|---|---|---|---|\n"
            .to_owned();
    for meta in catalog.all() {
        let editions = Edition::in_words(&meta.editions());
        let (level, on) = (settings.level(meta), if settings.is_on(meta) { "yes" } else { "no" });
        let summary = Page::parse(meta.page).summary;
        let _ = writeln!(
            out,
            "| {} | `{}` | {level} | {editions} | {on} | {} | {summary} | {} |",
            meta.id,
            meta.name,
            meta.statement(),
            controls(meta.id).map(|control| control.tag()).collect::<Vec<_>>().join(", ")
        );
    }
    let _ = writeln!(out, "\n{}", checked(settings.edition));
    out
}

/// A rule's page and its examples as JSON.
fn explain_json(meta: &RuleMeta, examples: &[(String, String)]) -> String {
    let page = Page::parse(meta.page);
    let examples: Vec<serde_json::Value> = examples
        .iter()
        .filter_map(|(path, text)| {
            let (kind, path) = path.split_once('/')?;
            Some(serde_json::json!({"kind": kind, "path": path, "text": without_markers(text)}))
        })
        .collect();
    let sections: serde_json::Map<String, serde_json::Value> =
        page.sections.iter().map(|section| (section.title.to_owned(), section.body.into())).collect();
    let rule = serde_json::json!({
        "id": meta.id,
        "name": meta.name,
        "level": meta.level.as_str(),
        "editions": meta.editions().iter().map(|e| e.as_str()).collect::<Vec<_>>(),
        "on": meta.default_on,
        "statement": meta.statement(),
        "restriction": meta.restriction(),
        "fix": kinds_of_fixes(meta),
        "summary": page.summary,
        "sections": sections,
        "examples": examples,
    });
    serde_json::to_string_pretty(&rule).unwrap_or_default() + "\n"
}
