//! `tables`: the tables in the documentation that follow from the code.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail, ensure};
use cmklint_rules::Edition;
use cmklint_rules::page::Page;
use serde_json::Value;

use crate::repository::{entries, repository};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing, and fail where a table would change or a dependency has no row
    #[arg(long)]
    check: bool,
}

/// Writes the table of rules in README.md and those of docs/editions.md, and fills in the facts in docs/dependencies.md.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let root = repository()?;
    let mut stale = Vec::new();
    let readme = root.join("README.md");
    let text = std::fs::read_to_string(&readme)?;
    let new = replaced(&text, "rules", &rules())?;
    if new != text {
        stale.push("README.md: the table of rules");
        write(&readme, &new, args.check)?;
    }
    let page = root.join("docs/editions.md");
    let text = std::fs::read_to_string(&page)?;
    let new = replaced(&text, "restrictions", &cmklint_rules::restrictions_by_edition())?;
    let new = replaced(&new, "editions", &cmklint_rules::sources_of_editions())?;
    if new != text {
        stale.push("docs/editions.md: the tables");
        write(&page, &new, args.check)?;
    }
    let page = root.join("docs/dependencies.md");
    let text = std::fs::read_to_string(&page)?;
    let facts = direct_dependencies(root)?;
    let new = replaced(&text, "dependencies", &dependencies(&text, &facts)?)?;
    if new != text && !args.check {
        // Written, but not checked: an update of Cargo.lock changes it too.
        write(&page, &new, false)?;
    }
    if args.check && !stale.is_empty() {
        bail!("out of date, run `cargo xtask tables`: {}", stale.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, text: &str, check: bool) -> Result<()> {
    if !check {
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{} written", path.display());
    }
    Ok(())
}

/// The text with the table after the comment `<!-- mark -->` replaced; a table ends at the first empty line.
fn replaced(text: &str, mark: &str, table: &str) -> Result<String> {
    let (before, rest) = parts(text, mark)?;
    let after = rest.find("\n\n").map_or("\n", |at| &rest[at + 1..]);
    Ok(format!("{before}{table}{after}"))
}

/// The text up to and with the comment `<!-- mark -->` and its line break, and the rest.
fn parts<'t>(text: &'t str, mark: &str) -> Result<(&'t str, &'t str)> {
    let comment = format!("<!-- {mark} -->\n");
    let at = text.find(&comment).with_context(|| format!("no table is marked <!-- {mark} -->"))?;
    Ok(text.split_at(at + comment.len()))
}

/// The table of rules as README.md shows it.
pub(crate) fn rules() -> String {
    let mut out = String::from("| rule | name | level | from | reports |\n|---|---|---|---|---|\n");
    for rule in cmklint_rules::RULES {
        let meta = rule.meta();
        let level = if meta.default_on { meta.level.to_string() } else { format!("{}, off by default", meta.level) };
        let edition = match meta.editions() {
            all if all == Edition::ALL => String::new(),
            some => format!(", {}", Edition::in_words(&some)),
        };
        let (id, summary) = (meta.id, Page::parse(meta.page).summary);
        let _ = writeln!(
            out,
            "| [{id}](rules/{id}/rule.md) | `{}` | {level} | {}{edition} | {summary} |",
            meta.name,
            meta.statement()
        );
    }
    out
}

/// The version, licence and date of release of each crate that a package of the workspace uses directly.
type Facts = BTreeMap<String, [String; 3]>;

fn direct_dependencies(root: &Path) -> Result<Facts> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let packages = list(&metadata["packages"]);
    let members = list(&metadata["workspace_members"]);
    let mut out = Facts::new();
    for node in list(&metadata["resolve"]["nodes"]).iter().filter(|node| members.contains(&node["id"])) {
        for used in list(&node["deps"]) {
            let Some(package) = packages.iter().find(|p| p["id"] == used["pkg"]) else { continue };
            if !members.contains(&package["id"]) {
                let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
                let released = released(&text("name"), &text("version")).unwrap_or_default();
                out.insert(text("name"), [text("version"), text("license"), released]);
            }
        }
    }
    Ok(out)
}

/// The day on which a version was published, by cargo's copy of the registry's index; `None` where it has no date.
fn released(name: &str, version: &str) -> Option<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")))?;
    let folder = match name.len() {
        1 | 2 => name.len().to_string(),
        3 => format!("3/{}", name.get(..1)?),
        _ => format!("{}/{}", name.get(..2)?, name.get(2..4)?),
    };
    for index in entries(&home.join("registry/index")).ok()? {
        let Ok(bytes) = std::fs::read(index.join(".cache").join(&folder).join(name)) else { continue };
        let found = bytes
            .split(|byte| *byte == 0)
            .filter_map(|part| serde_json::from_slice::<Value>(part).ok())
            .find(|entry| entry["vers"] == version)
            .and_then(|entry| Some(entry["pubtime"].as_str()?.get(..10)?.to_owned()));
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The table of dependencies with the facts filled in and the reasons kept. Fails where a crate has no row, or a row no crate.
fn dependencies(page: &str, facts: &Facts) -> Result<String> {
    let (_, rest) = parts(page, "dependencies")?;
    let mut rows = BTreeMap::new();
    for line in rest.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').splitn(5, '|').map(str::trim).collect();
        let [name, _, _, released, reason] = cells[..] else { bail!("docs/dependencies.md: not a row: {line}") };
        rows.insert(name.trim_matches('`').to_owned(), (released.to_owned(), reason.to_owned()));
    }
    let missing: Vec<&str> = facts.keys().filter(|name| !rows.contains_key(*name)).map(String::as_str).collect();
    ensure!(missing.is_empty(), "docs/dependencies.md has no row for {}", missing.join(", "));
    let unused: Vec<&str> = rows.keys().filter(|name| !facts.contains_key(*name)).map(String::as_str).collect();
    ensure!(unused.is_empty(), "docs/dependencies.md has a row for what no package uses: {}", unused.join(", "));
    let mut out = String::from("| crate | version | licence | released | reason |\n|---|---|---|---|---|\n");
    for (name, (known, reason)) in rows {
        let [version, licence, released] = &facts[&name];
        let released = if released.is_empty() { &known } else { released };
        let _ = writeln!(out, "| `{name}` | {version} | {licence} | {released} | {reason} |");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# D\n\n<!-- dependencies -->\n| crate | version | licence | released | reason |\n|---|---|---|---|---|\n| `a` | | | | why |\n\nmore\n";

    fn facts(names: &[&str]) -> Facts {
        names.iter().map(|n| ((*n).to_owned(), ["1.0.0", "MIT", "2026-01-02"].map(String::from))).collect()
    }

    #[test]
    fn facts_are_filled_in_and_reasons_kept() {
        let table = dependencies(PAGE, &facts(&["a"])).unwrap();
        let page = replaced(PAGE, "dependencies", &table).unwrap();
        assert!(page.contains("\n| `a` | 1.0.0 | MIT | 2026-01-02 | why |\n\nmore\n"), "{page}");
        assert_eq!(replaced(&page, "dependencies", &dependencies(&page, &facts(&["a"])).unwrap()).unwrap(), page);
    }

    #[test]
    fn a_crate_without_row_and_a_row_without_crate_are_errors() {
        assert!(dependencies(PAGE, &facts(&["a", "b"])).unwrap_err().to_string().contains("no row for b"));
        assert!(dependencies(PAGE, &facts(&[])).unwrap_err().to_string().contains("no package uses: a"));
    }

    #[test]
    fn the_tables_here_are_up_to_date() {
        run(&Args { check: true }).unwrap();
    }
}
