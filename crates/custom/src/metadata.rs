//! The metadata of a file of rules: OPA's annotations (<https://www.openpolicyagent.org/docs/policy-language#annotations>), which are YAML in a comment.

use cmklint_rules::Level;
use saphyr_parser::{Event, Parser};

/// The annotation of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Metadata {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) level: Level,
    pub(crate) help: String,
    pub(crate) is_on: bool,
    /// Where its comment begins in the file, in bytes.
    pub(crate) at: usize,
}

/// What is wrong with an annotation, and where its comment begins in the file, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) message: String,
    pub(crate) at: usize,
}

/// The deepest nesting of an annotation.
const MAX_DEPTH: usize = 16;
/// The longest id or name, in bytes.
const MAX_NAME: usize = 64;
/// The longest title, description or help, in bytes.
const MAX_TEXT: usize = 8 * 1024;

/// A comment that begins with `# METADATA`: where it is, and its YAML.
struct Comment {
    at: usize,
    yaml: String,
}

/// Reads the annotation of a file that has `deny`; `None` where none of its annotations names an id.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read(text: &str) -> Result<Option<Metadata>, Wrong> {
    let mut found: Option<Metadata> = None;
    for comment in comments(text) {
        let wrong = |message: String| Wrong { message, at: comment.at };
        let entries = entries(&comment.yaml).map_err(|why| wrong(format!("the annotation is no YAML: {why}")))?;
        let Some(metadata) = metadata(&entries, comment.at).map_err(wrong)? else { continue };
        if found.is_some() {
            return Err(wrong("a second rule in one file: each rule has a file of its own".to_owned()));
        }
        found = Some(metadata);
    }
    Ok(found)
}

/// Where the file defines `deny`, in bytes.
pub(crate) fn defines_deny(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let code = line.trim_start();
        let rest = code
            .strip_prefix("deny")
            .filter(|rest| rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '[' | '.' | ':' | '=' | '{')));
        if rest.is_some() {
            return Some(at + line.len() - code.len());
        }
        at += line.len();
    }
    None
}

fn comments(text: &str) -> Vec<Comment> {
    let mut out: Vec<Comment> = Vec::new();
    let mut is_open = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(comment) = line.trim().strip_prefix('#') else {
            is_open = false;
            continue;
        };
        match out.last_mut().filter(|_| is_open) {
            Some(open) => {
                open.yaml.push_str(comment.strip_prefix(' ').unwrap_or(comment));
                open.yaml.push('\n');
            }
            None if comment.trim() == "METADATA" => {
                out.push(Comment { at: start, yaml: String::new() });
                is_open = true;
            }
            None => {}
        }
    }
    out
}

/// The scalars of a mapping of mappings, each with the names that lead to it. Lists are skipped.
fn entries(yaml: &str) -> Result<Vec<(Vec<String>, String)>, String> {
    let mut out = Vec::new();
    // The names of the mappings that are open; `None` where the next scalar is a name.
    let mut open: Vec<Option<String>> = Vec::new();
    let mut lists = 0_usize;
    for event in Parser::new_from_str(yaml) {
        match event.map_err(|error| error.to_string())?.0 {
            Event::MappingStart(..) | Event::SequenceStart(..) if open.len() + lists >= MAX_DEPTH => {
                return Err("it is nested too deeply".to_owned());
            }
            Event::SequenceStart(..) => lists += 1,
            Event::SequenceEnd => {
                lists = lists.saturating_sub(1);
                if lists == 0 {
                    end_of_value(&mut open);
                }
            }
            _ if lists > 0 => {}
            Event::MappingStart(..) => open.push(None),
            Event::MappingEnd => {
                open.pop();
                end_of_value(&mut open);
            }
            Event::Scalar(text, ..) => match open.last_mut() {
                Some(name @ None) => *name = Some(text.into_owned()),
                Some(Some(_)) => {
                    out.push((open.iter().flatten().cloned().collect(), text.into_owned()));
                    end_of_value(&mut open);
                }
                None => return Err("it is no mapping (`title: …`)".to_owned()),
            },
            Event::Alias(_) => return Err("it has an alias".to_owned()),
            _ => {}
        }
    }
    Ok(out)
}

/// After a value, a name comes next.
fn end_of_value(open: &mut [Option<String>]) {
    if let Some(name) = open.last_mut() {
        *name = None;
    }
}

fn metadata(entries: &[(Vec<String>, String)], at: usize) -> Result<Option<Metadata>, String> {
    let get = |path: &[&str]| {
        entries
            .iter()
            .find(|(names, _)| names.iter().map(String::as_str).eq(path.iter().copied()))
            .map(|(_, text)| text)
    };
    let custom = entries.iter().filter_map(|(names, _)| match &names[..] {
        [first, second] if first == "custom" => Some(second.as_str()),
        _ => None,
    });
    let known = ["id", "name", "level", "help", "enabled"];
    let Some(id) = get(&["custom", "id"]) else { return Ok(None) };
    for name in custom {
        if !known.contains(&name) {
            return Err(format!("no such custom annotation: {name} ({})", known.join(", ")));
        }
    }
    let is_name = |text: &str| {
        text.len() <= MAX_NAME
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    if !is_name(id) {
        return Err(format!("not a rule's id: {id:?} (letters, digits, _ and -, such as ORG001)"));
    }
    let name = get(&["custom", "name"]);
    if let Some(name) = name.filter(|name| !is_name(name)) {
        return Err(format!("not a rule's name: {name:?} (letters, digits, _ and -)"));
    }
    let line = |text: &String| visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let title = get(&["title"]).map(line).filter(|title| !title.is_empty());
    let Some(title) = title else {
        return Err(format!("the rule {id} has no title: `title:` says in one sentence what it reports"));
    };
    let level = match get(&["custom", "level"]) {
        Some(level) => level.parse()?,
        None => Level::Warning,
    };
    let is_on = match get(&["custom", "enabled"]).map(String::as_str) {
        None | Some("true") => true,
        Some("false") => false,
        Some(other) => return Err(format!("enabled is true or false, not {other:?}")),
    };
    let description = get(&["description"]).map(|text| visible(text.trim())).unwrap_or_default();
    let help = get(&["custom", "help"]).map(line).unwrap_or_default();
    if let Some(long) = [&title, &description, &help].into_iter().find(|text| text.len() > MAX_TEXT) {
        return Err(format!("a text of {} bytes; {MAX_TEXT} are the limit", long.len()));
    }
    Ok(Some(Metadata {
        id: id.clone(),
        name: name.map(|name| name.replace('-', "_")),
        title: title.trim_end_matches('.').to_owned(),
        description,
        level,
        help,
        is_on,
        at,
    }))
}

/// `text` without invisible characters, except for line breaks: it comes from the analyzed tree and is shown like the program's own texts.
fn visible(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
    };
    text.chars().map(|c| if is_hidden(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"
# METADATA
# title: Only sets of the list are allowed
# description: |
#   Each team has a set.
#   No other may be used.
# authors:
#   - A Person <a@example.com>
# custom:
#   id: ORG001
#   level: error
#   help: Use a set of the list.
package org.sets

deny contains finding if { false }
"#;

    #[test]
    fn an_annotation_says_what_a_rule_is() {
        let metadata = read(RULE).unwrap().unwrap();
        assert_eq!(metadata.id, "ORG001");
        assert_eq!(metadata.title, "Only sets of the list are allowed");
        assert_eq!(metadata.description, "Each team has a set.\nNo other may be used.");
        assert_eq!(metadata.level, Level::Error);
        assert_eq!(metadata.help, "Use a set of the list.");
        assert_eq!(defines_deny(RULE), RULE.find("deny contains"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let of = |yaml: &str| {
            let lines: String = yaml.lines().map(|line| format!("# {line}\n")).collect();
            read(&format!("# METADATA\n{lines}package p\n")).map_err(|wrong| wrong.message)
        };
        assert_eq!(of("title: no id"), Ok(None));
        assert_eq!(
            of("custom: {id: 1x}").unwrap_err(),
            "not a rule's id: \"1x\" (letters, digits, _ and -, such as ORG001)"
        );
        assert!(of("custom: {id: X1}").unwrap_err().contains("has no title"));
        assert_eq!(
            of("title: t\ncustom: {id: X1, level: fatal}").unwrap_err(),
            "no such level: fatal (error, warning or notice)"
        );
        assert!(
            of("title: t\ncustom: {id: X1, severity: high}")
                .unwrap_err()
                .starts_with("no such custom annotation: severity")
        );
        assert!(of("title: [").unwrap_err().starts_with("the annotation is no YAML"));
        assert!(of(&"a: {".repeat(40)).is_err());
    }

    #[test]
    fn words_hold_nothing_that_is_not_seen() {
        let yaml = "title: \"a\\e[31mb\\n::error::c\\u202ed\"\ncustom: {id: X1, help: \"e\\rf\"}";
        let lines: String = yaml.lines().map(|line| format!("# {line}\n")).collect();
        let metadata = read(&format!("# METADATA\n{lines}package p\n")).unwrap().unwrap();
        assert_eq!(metadata.title, "a\u{fffd}[31mb ::error::c\u{fffd}d");
        assert_eq!(metadata.help, "e\u{fffd}f");
    }

    #[test]
    fn a_file_has_one_rule() {
        let twice = format!("{RULE}\n# METADATA\n# title: t\n# custom:\n#   id: ORG002\nother := 1\n");
        let wrong = read(&twice).unwrap_err();
        assert!(wrong.message.starts_with("a second rule in one file"));
        assert_eq!(wrong.at, twice.rfind("# METADATA").unwrap());
    }
}
