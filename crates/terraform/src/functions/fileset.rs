//! `fileset`: the files below a folder whose paths match a pattern, as <https://github.com/bmatcuk/doublestar> matches them.

use cmklint_graph::Value;

use super::text::text;
use super::{Made, Site, Stop, file, sets};

/// At most so many alternatives of a pattern are looked at.
const MOST_ALTERNATIVES: usize = 16;
/// At most so many folders are looked into, and so many files looked at; beyond them nothing is known.
const MOST_FOLDERS: usize = 500;
const MOST_FILES: usize = 10_000;

/// The steps that a call costs whose pattern may lead into other folders.
const WALK_STEPS: usize = 16 * MOST_FOLDERS;
/// So many letters of a pattern that are looked for at each place of a name, alternatives, or folders cost as much as the look at the name.
const LETTERS_OF_A_LOOK: usize = 4;

/// Folders that tools make, which need not be there where Terraform runs.
const MADE: [&str; 2] = [".terraform", ".git"];

/// A part of a pattern, between two slashes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// `**`: any number of folders.
    Folders,
    /// A name with `*` and `?`.
    Name(Vec<char>),
}

/// The steps that a call with this pattern costs: by the folders and files that may be looked at, and by what a look at each costs.
pub(super) fn steps(pattern: &str) -> usize {
    let walks = pattern.contains("**")
        || pattern.rsplit_once('/').is_some_and(|(folders, _)| folders.contains(['*', '?', '{']));
    let once = if walks { WALK_STEPS } else { super::FILE_STEPS };
    let inner = |part: &str| match (part.find('*'), part.rfind('*')) {
        (Some(first), Some(last)) if part != "**" => last - first,
        _ => 0,
    };
    let letters: usize = pattern.split(['/', ',', '{', '}']).map(inner).sum();
    let others = pattern.matches(['/', ',']).count();
    once.saturating_mul(1 + letters.saturating_add(others) / LETTERS_OF_A_LOOK)
}

pub(super) fn call(args: &[Value], site: &Site<'_>) -> Made {
    let (folder, pattern) = (text(args, 0)?, text(args, 1)?);
    if pattern.contains(['\\', '[']) {
        return Err(Stop::Unknown);
    }
    let patterns: Vec<Vec<Part>> = alternatives(pattern)
        .ok_or(Stop::Unknown)?
        .iter()
        .map(|one| parts(one))
        .collect::<Option<_>>()
        .ok_or(Stop::Unknown)?;
    let folder = file::resolve(folder, site).ok_or(Stop::Unknown)?;
    let mut walk = Walk { site, found: Vec::new(), folders: 0, files: 0 };
    let is_there = walk.folder(&folder, "", patterns.iter().map(|parts| &parts[..]).collect())?;
    // A folder that is not there may be made before Terraform runs.
    if !is_there {
        return Err(Stop::Unknown);
    }
    walk.found.sort();
    walk.found.dedup();
    let found: Vec<Value> = walk.found.into_iter().map(Value::string).collect();
    Ok(sets::make(&found))
}

/// The parts of a pattern; `None` for one that leads upwards, or is empty in a part.
fn parts(pattern: &str) -> Option<Vec<Part>> {
    let mut out: Vec<Part> = Vec::new();
    for part in pattern.split('/') {
        match part {
            "" | "." | ".." => return None,
            "**" if out.last() == Some(&Part::Folders) => {}
            "**" => out.push(Part::Folders),
            name => out.push(Part::Name(name.chars().collect())),
        }
    }
    // At the end it stands for all files below.
    if out.last() == Some(&Part::Folders) {
        out.push(Part::Name(vec!['*']));
    }
    Some(out)
}

struct Walk<'a, 's> {
    site: &'a Site<'s>,
    found: Vec<String>,
    folders: usize,
    files: usize,
}

impl Walk<'_, '_> {
    /// Looks at the folder at `path`, called `below` from where the search began, for what the rests of patterns in `open` match; whether there is something in all
    /// folders that a pattern names.
    fn folder(&mut self, path: &str, below: &str, mut open: Vec<&[Part]>) -> Result<bool, Stop> {
        self.folders += 1;
        if self.folders > MOST_FOLDERS {
            return Err(Stop::Unknown);
        }
        // Any number of folders may be none.
        let after: Vec<&[Part]> = open.iter().filter_map(|rest| rest.strip_prefix(&[Part::Folders])).collect();
        for rest in after {
            if !open.contains(&rest) {
                open.push(rest);
            }
        }
        let names = self.site.sources.files_in(path);
        let mut is_there = !names.is_empty();
        let last: Vec<&Vec<char>> = open
            .iter()
            .filter_map(|rest| match rest {
                [Part::Name(name)] => Some(name),
                _ => None,
            })
            .collect();
        if !last.is_empty() {
            self.files += names.len();
            if self.files > MOST_FILES {
                return Err(Stop::Unknown);
            }
            for name in names {
                let chars: Vec<char> = name.chars().collect();
                if last.iter().any(|pattern| fits(pattern, &chars)) {
                    self.found.push(joined(below, &name));
                }
            }
        }
        if open.iter().all(|rest| rest.len() < 2) {
            return Ok(is_there);
        }
        let folders = self.site.sources.folders_in(path);
        is_there |= !folders.is_empty();
        let is_named =
            |rest: &&[Part]| matches!(rest, [Part::Name(name), _, ..] if !name.contains(&'*') && !name.contains(&'?'));
        let (mut all_there, only_named) = (true, open.iter().all(is_named));
        let mut seen = false;
        for name in folders.iter().filter(|name| !MADE.contains(&name.as_str())) {
            let chars: Vec<char> = name.chars().collect();
            let next: Vec<&[Part]> = open
                .iter()
                .filter_map(|rest| match rest {
                    [Part::Folders, ..] => Some(*rest),
                    [Part::Name(pattern), rest @ ..] if !rest.is_empty() && fits(pattern, &chars) => Some(rest),
                    _ => None,
                })
                .collect();
            if !next.is_empty() {
                seen = true;
                all_there &= self.folder(&joined(path, name), &joined(below, name), next)?;
            }
        }
        Ok(if only_named { seen && all_there } else { is_there })
    }
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// The patterns that `pattern` stands for: `*.{yaml,yml}` for two.
fn alternatives(pattern: &str) -> Option<Vec<String>> {
    let mut open = vec![pattern.to_owned()];
    let mut out = Vec::new();
    while let Some(one) = open.pop() {
        let Some((before, rest)) = one.split_once('{') else {
            if one.contains('}') {
                return None;
            }
            out.push(one);
            continue;
        };
        let (inner, after) = rest.split_once('}')?;
        if inner.contains('{') || before.contains('}') {
            return None;
        }
        open.extend(inner.split(',').map(|choice| format!("{before}{choice}{after}")));
        if open.len() + out.len() > MOST_ALTERNATIVES {
            return None;
        }
    }
    Some(out)
}

/// Whether a name matches a pattern with `*` and `?`.
fn fits(pattern: &[char], name: &[char]) -> bool {
    // What follows the last star is the end of the name: most names are told by it.
    let end = pattern.iter().rev().take_while(|c| **c != '*');
    if end.zip(name.iter().rev()).any(|(c, letter)| *c != '?' && c != letter) {
        return false;
    }
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || name.get(n) == Some(c) => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_name_fits_a_pattern_of_stars_and_question_marks() {
        let fits = |pattern: &str, name: &str| {
            let letters = |text: &str| text.chars().collect::<Vec<char>>();
            fits(&letters(pattern), &letters(name))
        };
        for (pattern, name) in [
            ("*", ""),
            ("*.tf", "a.tf"),
            ("a*", "a"),
            ("*a*b", "xaab"),
            ("?.t?", "a.tf"),
            ("a", "a"),
            ("a*a", "aa"),
            ("**", "x"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("", "a"),
            ("*.tf", "a.tfx"),
            ("*.tf", "tf"),
            ("a*a", "a"),
            ("?", ""),
            ("?a", "a"),
            ("a", "aa"),
            ("*a*b", "xab2"),
        ] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }
}
