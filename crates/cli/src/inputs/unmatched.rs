//! Settings from arguments and configurations that match no file.

use std::path::Path;

use cmklint_source::{Diagnostic, Severity};

use super::Configuration;
use super::configurations::Configurations;
use crate::analysis::{Stated, StatedKind};
use crate::codebase::Codebase;
use crate::config::Written;
use crate::invocation::Invocation;
use crate::paths::near_name;
use crate::tree::{Candidate, globs, is_hidden};

/// Diagnostics for globs that match none of `candidates`, which are all files before configurations exclude any.
///
/// # Errors
/// Where a glob is malformed.
pub(super) fn globs_of_nothing(
    configurations: &Configurations,
    invocation: &Invocation,
    codebase: &Codebase,
    candidates: &[Candidate],
) -> anyhow::Result<Vec<Diagnostic>> {
    let here = codebase.tree.relative(&codebase.tree.cwd).unwrap_or_default();
    let mut lists: Vec<(&str, Vec<Written>, String)> = Vec::new();
    let argument = |texts: &[String]| texts.iter().map(|text| Written { text: text.clone(), span: None }).collect();
    lists.push(("--filter", argument(&invocation.findings.filter), String::new()));
    if codebase.holds(&here) {
        lists.push(("--exclude", argument(&invocation.files.exclude), here));
    }
    for configuration in configurations.all().filter(|c| codebase.holds(&c.folder)) {
        let config = &configuration.config;
        let rules = config.rules.values().map(|rule| &rule.exclude);
        for list in std::iter::once(&config.exclude).chain(rules) {
            lists.push(("exclude", list.clone(), configuration.folder.clone()));
        }
    }
    let mut out = Vec::new();
    let mut left = MAX_MATCHES;
    for (what, list, folder) in lists {
        let below = below(candidates, &folder);
        for written in list {
            // Where very many globs are compared with very many files, the last ones are taken to be right.
            left = left.saturating_sub(below.len());
            if left > 0 && !matches(&written.text, &folder, codebase, below)? {
                out.push(complaint(what, &written, &folder, codebase, out.len() < MAX_SUGGESTIONS));
            }
        }
    }
    Ok(out)
}

/// How many globs are compared with files to tell whether they match none.
const MAX_MATCHES: usize = 2_000_000;
/// How many globs that match nothing get a suggestion, for which folders of the disk are listed.
const MAX_SUGGESTIONS: usize = 20;

/// Those of `candidates`, which are sorted by path, in `folder` and below it.
fn below<'c>(candidates: &'c [Candidate], folder: &str) -> &'c [Candidate] {
    if folder.is_empty() {
        return candidates;
    }
    let (first, last) = (format!("{folder}/"), format!("{folder}0"));
    let start = candidates.partition_point(|c| c.path < first);
    let end = candidates.partition_point(|c| c.path < last);
    candidates.get(start..end).unwrap_or_default()
}

/// Whether the glob `text` matches a checked file, an existing folder, or files that are never read: such a glob does no harm, and is often kept for
/// several repositories.
fn matches(text: &str, folder: &str, codebase: &Codebase, candidates: &[Candidate]) -> anyhow::Result<bool> {
    let fixed = fixed_folder(text);
    let is_there = || {
        let below = codebase.tree.root.join(folder).join(fixed);
        text.ends_with("/**") && !fixed.is_empty() && below.is_dir()
    };
    if text.split('/').any(|name| is_hidden(name, true)) || is_there() {
        return Ok(true);
    }
    // A glob is made ready only where there is something to compare it with.
    if candidates.is_empty() {
        return Ok(false);
    }
    let set = globs(&[text], folder)?;
    Ok(candidates.iter().any(|c| set.is_match(&c.path)))
}

/// The folders of a glob before its first special character.
fn fixed_folder(glob: &str) -> &str {
    let special = glob.find(['*', '?', '[', '{', '\\']).unwrap_or(glob.len());
    glob.get(..special).and_then(|start| start.rsplit_once('/')).map_or("", |(folder, _)| folder)
}

fn complaint(what: &str, written: &Written, folder: &str, codebase: &Codebase, suggests: bool) -> Diagnostic {
    let diagnostic = Diagnostic::new(
        Severity::Warning,
        "matches-nothing",
        format!("{what} '{}' matches no file that is read", written.text),
    );
    let diagnostic = match written.span {
        Some(span) => diagnostic.at(span),
        None => diagnostic,
    };
    let suggestion = || suggestion(&codebase.tree.root.join(folder), &written.text);
    match suggests.then(suggestion).flatten() {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// The glob with its first missing part replaced by the nearest existing name, in words.
fn suggestion(folder: &Path, glob: &str) -> Option<String> {
    let mut at = folder.to_owned();
    let parts: Vec<&str> = glob.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        if part.contains(['*', '?', '[', '{', '\\']) {
            return None;
        }
        if at.join(part).exists() {
            at.push(part);
            continue;
        }
        let near = near_name(&at, part)?;
        let before = parts.get(..index)?.iter().copied();
        let mended: Vec<&str> = before.chain([near.as_str()]).chain(parts.get(index + 1..)?.iter().copied()).collect();
        return Some(format!("did you mean {}?", mended.join("/")));
    }
    None
}

/// The variables and modules that are stated: by arguments for all roots, by a configuration where all of its roots are checked.
pub(super) fn stated(configurations: &Configurations, invocation: &Invocation, codebase: &Codebase) -> Vec<Stated> {
    let mut out = Vec::new();
    let mut add = |kind, list: Vec<Written>, folder: Option<&str>| {
        out.extend(list.into_iter().map(|written| Stated { kind, written, folder: folder.map(str::to_owned) }));
    };
    let argument = |text: &String| Written { text: text.clone(), span: None };
    let options = &invocation.terraform;
    add(StatedKind::Variable, options.variables.iter().map(|(name, _)| argument(name)).collect(), None);
    add(StatedKind::Module, options.ignored_modules.iter().map(argument).collect(), None);
    for Configuration { config, folder, .. } in configurations.all().filter(|c| codebase.holds(&c.folder)) {
        let name = |written: &Written| {
            let name = written.text.split('=').next().unwrap_or_default();
            Written { text: name.to_owned(), span: written.span }
        };
        add(StatedKind::Variable, config.variables.iter().map(name).collect(), Some(folder));
        add(StatedKind::Module, config.ignore_modules.clone(), Some(folder));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_folder_of_a_glob_ends_before_what_is_special() {
        for (glob, folder) in [("a/b/**", "a/b"), ("a/b*/c", "a"), ("**/a", ""), ("a", ""), ("a/{b,c}/d", "a")] {
            assert_eq!(fixed_folder(glob), folder, "{glob}");
        }
    }
}
