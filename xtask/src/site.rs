//! `site`: the pages of the site, in the repository's own folders, as mdBook reads them. `.ci/site` builds and checks it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::repository::{entries, repository};
use crate::tables;

/// The prefix of links to files of the repository which are not pages.
const REPOSITORY: &str = "https://github.com/OWNER/cmklint/blob/main/";

/// A chapter: its title and its file in the repository.
type Chapter = (&'static str, &'static str);

/// The parts of the book after the title page, each with its chapters; the rules are between the two lists.
const BEFORE_RULES: &[(&str, &[Chapter])] = &[
    ("See it", &[("A tour", "docs/tour.md")]),
    ("Why", &[("The restrictions", "docs/restrictions.md"), ("What \"certain\" means", "docs/trust.md")]),
    (
        "Use",
        &[
            ("By task", "docs/use.md"),
            ("Files", "docs/use/files.md"),
            ("Roots and inputs", "docs/use/inputs.md"),
            ("Modules", "docs/use/modules.md"),
            ("What was looked at", "docs/use/coverage.md"),
            ("Environments", "docs/use/environments.md"),
            ("Plans and states", "docs/use/plans.md"),
            ("Fixes", "docs/use/fixes.md"),
            ("Before and after", "docs/use/before-and-after.md"),
            ("What is deployed already", "docs/use/inventory.md"),
            ("How much work is done", "docs/use/limits.md"),
            ("The end of Azure Disk Encryption", "docs/use/ade.md"),
            ("Findings and reports", "docs/use/findings.md"),
            ("Known findings", "docs/use/baseline.md"),
            ("Which configuration holds", "docs/use/configuration.md"),
            ("Terraform's functions", "docs/use/functions.md"),
            ("Coming from another linter", "docs/use/other-linters.md"),
            ("Recipes", "docs/recipes.md"),
            ("With other tools", "docs/plugins.md"),
            ("Fleets of repositories", "docs/fleet.md"),
            ("Rules of your own", "docs/custom-rules.md"),
        ],
    ),
];
const AFTER_RULES: &[(&str, &[Chapter])] = &[
    (
        "Reference",
        &[
            ("Configuration", CONFIGURATION),
            ("Command line", COMMAND_LINE),
            ("Glossary", "docs/glossary.md"),
            ("Changelog", "CHANGELOG.md"),
        ],
    ),
    (
        "The project",
        &[
            ("Contributing", "CONTRIBUTING.md"),
            ("Adding a rule", "docs/adding-a-rule.md"),
            ("Dependencies", "docs/dependencies.md"),
            ("Measurements", "docs/measurements.md"),
            ("Security", "SECURITY.md"),
        ],
    ),
];

/// The pictures of the pages.
const PICTURES: &str = "docs/tour/";

/// The pages that the binary writes.
const RULES: &str = "rules/README.md";
const CONFIGURATION: &str = "docs/configuration.md";
const COMMAND_LINE: &str = "docs/command-line.md";

const BOOK: &str = r#"# Made by `cargo xtask site`.
[book]
title = "cmklint"
description = "Checks Terraform, ARM JSON and Bicep against the restrictions on customer-managed keys for Azure managed disks"
language = "en"
src = "src"

[output.html]
git-repository-url = "https://github.com/OWNER/cmklint"
additional-css = ["site.css"]
no-section-label = true
"#;

/// Reports are up to 100 columns wide, and tables have long rows.
const STYLE: &str = ":root { --content-max-width: 1000px; }\npre code { font-size: 0.85em; }\ntable { width: 100%; }\n";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where the book's sources are written; existing files are removed
    #[arg(long, default_value = "target/site")]
    folder: PathBuf,
}

/// Writes `book.toml` and all pages.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let root = repository()?;
    let folder = root.join(&args.folder);
    let source = folder.join("src");
    if source.exists() {
        std::fs::remove_dir_all(&source).with_context(|| format!("cannot remove {}", source.display()))?;
    }
    let binary = build(root)?;
    let mut pages: Vec<(String, String)> = vec![
        (RULES.to_owned(), rules_page()),
        (CONFIGURATION.to_owned(), configuration_page(&binary)?),
        (COMMAND_LINE.to_owned(), command_line_page(&binary)?),
    ];
    for rule in cmklint_rules::RULES {
        let id = rule.meta().id;
        pages.push((format!("rules/{id}/rule.md"), said(&binary, &["explain", id], &folder)?));
    }
    let chapters = BEFORE_RULES.iter().chain(AFTER_RULES).flat_map(|(_, chapters)| *chapters);
    for file in chapters.map(|(_, file)| *file).chain(["README.md"]) {
        if !pages.iter().any(|(page, _)| page == file) {
            pages.push((file.to_owned(), read(root, file)?));
        }
    }
    let names: BTreeSet<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    for (name, text) in &pages {
        write(&source.join(name), &with_links(text, name, &names))?;
    }
    for picture in entries(&root.join(PICTURES))? {
        let name = picture.file_name().with_context(|| format!("{} has no name", picture.display()))?;
        let to = source.join(PICTURES).join(name);
        std::fs::create_dir_all(source.join(PICTURES))?;
        std::fs::copy(&picture, &to).with_context(|| format!("cannot write {}", to.display()))?;
    }
    write(&source.join("SUMMARY.md"), &summary())?;
    write(&folder.join("book.toml"), BOOK)?;
    write(&folder.join("site.css"), STYLE)?;
    println!("{} pages in {}", pages.len(), source.display());
    Ok(ExitCode::SUCCESS)
}

fn read(root: &Path, file: &str) -> Result<String> {
    std::fs::read_to_string(root.join(file)).with_context(|| format!("cannot read {file}"))
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Builds the binary of this checkout.
fn build(root: &Path) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo).args(["build", "--quiet", "--package", "cmklint"]).current_dir(root).status()?;
    ensure!(built.success(), "cmklint does not build");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("debug").join(format!("cmklint{}", std::env::consts::EXE_SUFFIX)))
}

/// What the binary prints on its standard output.
fn said(binary: &Path, args: &[&str], folder: &Path) -> Result<String> {
    std::fs::create_dir_all(folder)?;
    let output = Command::new(binary).args(args).current_dir(folder).env("COLUMNS", "100").output()?;
    ensure!(output.status.success(), "cmklint {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

fn rules_page() -> String {
    let table = tables::rules().replace("](rules/", "](");
    format!(
        "# Rules\n\nS1 to S8 are the statements of the [restrictions](../docs/restrictions.md). `cmklint explain CMK020` prints a rule's page, and\n\
         `--only`, `--enable-rule`, `--disable-rule` and the [configuration](../docs/configuration.md) choose among them.\n\n{table}"
    )
}

fn configuration_page(binary: &Path) -> Result<String> {
    let folder = tempfile::tempdir()?;
    said(binary, &["init"], folder.path())?;
    let file = std::fs::read_to_string(folder.path().join(".cmklint.hcl"))?;
    Ok(format!(
        "# Configuration\n\nThe nearest `.cmklint.hcl` from each path up to the repository's root. `cmklint init` writes this one, with all that it may hold:\n\n\
         ```hcl\n{file}```\n\nA misspelt name is an error. A flag of the [command line](command-line.md) goes before the configuration.\n"
    ))
}

fn command_line_page(binary: &Path) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let help = said(binary, &["--help"], folder.path())?;
    Ok(format!("# Command line\n\n```text\n{}\n```\n", help.trim_end()))
}

/// mdBook's list of the chapters.
fn summary() -> String {
    let mut out = String::from("# Summary\n\n[cmklint](README.md)\n");
    let part = |out: &mut String, (title, chapters): &(&str, &[Chapter])| {
        let _ = write!(out, "\n# {title}\n\n");
        for (title, file) in *chapters {
            let _ = writeln!(out, "- [{title}]({file})");
        }
    };
    BEFORE_RULES.iter().for_each(|p| part(&mut out, p));
    let _ = write!(out, "\n# Rules\n\n- [All rules]({RULES})\n");
    for rule in cmklint_rules::RULES {
        let meta = rule.meta();
        let _ = writeln!(out, "  - [{} {}](rules/{}/rule.md)", meta.id, meta.name, meta.id);
    }
    AFTER_RULES.iter().for_each(|p| part(&mut out, p));
    out
}

/// The page with links to files that are not pages turned into links to the repository. Code is not changed.
fn with_links(text: &str, page: &str, pages: &BTreeSet<&str>) -> String {
    let folder = Path::new(page).parent().unwrap_or(Path::new(""));
    let mut fenced = false;
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            out.push_str(line);
            continue;
        }
        // On code hosts a plain address is a link, but not in mdBook.
        if let Some(address) = line.trim_end().strip_prefix("- https://") {
            let _ = writeln!(out, "- <https://{address}>");
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find("](") {
            let (before, after) = rest.split_at(at + 2);
            let end = after.find([')', '#']).unwrap_or(after.len());
            let (link, tail) = after.split_at(end);
            out.push_str(before);
            out.push_str(&target(link, folder, pages));
            rest = tail;
        }
        out.push_str(rest);
    }
    out
}

/// The new form of a link of a page in `folder`.
fn target(link: &str, folder: &Path, pages: &BTreeSet<&str>) -> String {
    if link.is_empty() || link.contains(':') {
        return link.to_owned();
    }
    let mut path = PathBuf::new();
    for part in folder.join(link).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    let path = path.to_string_lossy().replace('\\', "/");
    match link.strip_suffix("README.md") {
        // mdBook makes the index of its folder from such a page.
        Some(folder) if pages.contains(path.as_str()) => format!("{folder}index.html"),
        _ if pages.contains(path.as_str()) || path.starts_with(PICTURES) => link.to_owned(),
        _ => format!("{REPOSITORY}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_pages_stay_and_others_lead_to_the_repository() {
        let pages = BTreeSet::from(["README.md", "docs/a.md", "rules/CMK001/rule.md"]);
        let text = "[i](../README.md) [a](a.md#x) [r](../rules/CMK001/rule.md) [l](../LICENSE-MIT) [w](https://e.org) [h](#x)\n```\n[l](../LICENSE-MIT)\n```\n";
        let want = format!(
            "[i](../index.html) [a](a.md#x) [r](../rules/CMK001/rule.md) [l]({REPOSITORY}LICENSE-MIT) [w](https://e.org) [h](#x)\n```\n[l](../LICENSE-MIT)\n```\n"
        );
        assert_eq!(with_links(text, "docs/b.md", &pages), want);
    }

    #[test]
    fn each_page_on_use_is_a_chapter() {
        let summary = summary();
        for page in crate::repository::entries(&repository().unwrap().join("docs/use")).unwrap() {
            let name = page.file_name().unwrap().to_string_lossy().into_owned();
            assert!(summary.contains(&format!("(docs/use/{name})")), "{name} is in no list of chapters");
        }
    }
}
