//! Puts the rules' pages where the sources find them, and makes code of the editions and the restrictions in `data/editions.psv` and `data/restrictions.psv`, so that a rule that names one which is not there doesn't compile.

use std::fmt::Write as _;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

fn main() -> Result<()> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = package.join("data");
    let editions = read(&data.join("editions.psv"))?;
    let restrictions = read(&data.join("restrictions.psv"))?;
    let out = std::env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    std::fs::write(out.join("editions.rs"), of_editions(&editions)?)?;
    std::fs::write(out.join("restrictions.rs"), of_restrictions(&restrictions, editions.len())?)?;
    copy_pages(package, &out.join("pages"))
}

/// Copies each `rules/ID/rule.md` of the repository, or of the copy that a published package has, to `pages/ID.md`.
fn copy_pages(package: &Path, pages: &Path) -> Result<()> {
    let here = [package.join("../../rules"), package.join("rules")];
    let rules = here.iter().find(|folder| folder.is_dir()).map_or(package, PathBuf::as_path);
    println!("cargo:rerun-if-changed={}", rules.display());
    std::fs::create_dir_all(pages)?;
    for entry in std::fs::read_dir(rules)? {
        let folder = entry?.path();
        let page = folder.join("rule.md");
        if let Some(id) = folder.file_name().filter(|_| page.is_file()) {
            std::fs::copy(&page, pages.join(id).with_extension("md"))?;
        }
    }
    Ok(())
}

/// The fields of each line that is no comment.
fn read(path: &Path) -> Result<Vec<Vec<String>>> {
    println!("cargo:rerun-if-changed={}", path.display());
    let text = std::fs::read_to_string(path)?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(|line| line.split('|').map(|field| field.trim().to_owned()).collect()).collect())
}

fn wrong(row: &[String]) -> Error {
    Error::other(format!("a row of another shape: {}", row.join(" | ")))
}

/// The enumeration of the editions, and what is known of each.
fn of_editions(rows: &[Vec<String>]) -> Result<String> {
    let (mut variants, mut names, mut sources) = (String::new(), String::new(), String::new());
    let mut all: Vec<String> = Vec::new();
    for row in rows {
        let [edition, what, source] = &row[..] else { return Err(wrong(row)) };
        let variant = format!("Y{}", edition.replace('-', "M"));
        let _ = writeln!(variants, "    /// {what}.\n    {variant},");
        let _ = writeln!(names, "            Self::{variant} => {edition:?},");
        let _ = writeln!(sources, "            Self::{variant} => {source:?},");
        all.push(format!("Self::{variant}"));
    }
    let (Some(oldest), Some(latest)) = (all.first(), all.last()) else { return Err(Error::other("no editions")) };
    Ok(format!(
        "/// An edition of the documentation's restrictions: what the page said from its date on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {{
{variants}}}

impl Edition {{
    /// All, the oldest first.
    pub const ALL: [Self; {count}] = [{all}];

    /// The oldest, which has the longest list.
    pub const OLDEST: Self = {oldest};

    /// The newest, which `latest` names.
    pub const LATEST: Self = {latest};

    /// Year and month: `2020-08`.
    #[must_use]
    pub fn as_str(self) -> &'static str {{
        match self {{
{names}        }}
    }}

    /// The date of its text, and where that was read: repository and commit, where one is known.
    #[must_use]
    pub fn source(self) -> &'static str {{
        match self {{
{sources}        }}
    }}
}}
",
        count = all.len(),
        all = all.join(", "),
    ))
}

/// The restrictions, and the list of all.
fn of_restrictions(rows: &[Vec<String>], editions: usize) -> Result<String> {
    let (mut code, mut all) = (String::new(), String::new());
    for row in rows {
        let [statement, id, says, stances @ .., source] = &row[..] else { return Err(wrong(row)) };
        if stances.len() != editions {
            return Err(wrong(row));
        }
        let stances: Option<Vec<String>> = stances.iter().map(|stance| of_stance(stance)).collect();
        let (name, stances) = (id.to_ascii_uppercase(), stances.ok_or_else(|| wrong(row))?.join(", "));
        let _ = writeln!(
            code,
            "/// {says}.\npub static {name}: Restriction = Restriction {{ id: {id:?}, statement: {statement:?}, says: {says:?}, stances: [{stances}], source: {source:?} }};"
        );
        let _ = write!(all, "&{name}, ");
    }
    let _ = writeln!(code, "/// All, by statement.\npub static RESTRICTIONS: &[&Restriction] = &[{all}];");
    Ok(code)
}

/// What an edition says of a restriction, as code.
fn of_stance(text: &str) -> Option<String> {
    Some(match text.split_once(": ") {
        Some(("relaxed", to)) => format!("Relaxed({to:?})"),
        Some(("changed", to)) => format!("Changed({to:?})"),
        Some(_) => return None,
        None => match text {
            "in force" => "InForce",
            "absent" => "Absent",
            "unread" => "Unread",
            "lifted" => "Lifted",
            _ => return None,
        }
        .to_owned(),
    })
}
