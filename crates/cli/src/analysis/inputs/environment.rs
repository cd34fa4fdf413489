//! Variables of Terraform that pipelines and scripts give by the environment: `TF_VAR_name`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_source::{SourceFile, Span};
use cmklint_terraform::{CommandValue, GivenBy};

use super::scripts::{self, member_indent};
use super::values;

/// The beginning of the names of such variables.
pub(super) const PREFIX: &str = "TF_VAR_";

/// No more of them are read in one script.
const MAX_VALUES: usize = 200;

/// What one script gives by the environment.
#[derive(Debug)]
pub(super) struct ScriptEnvironment {
    /// The values that hold in all of the script.
    pub(super) common: Vec<CommandValue>,
    /// The values in its parts, each with the common ones; none where there are only common ones.
    pub(super) parts: Vec<Vec<CommandValue>>,
    /// Whether it gives more than that.
    pub(super) is_cut: bool,
}

impl ScriptEnvironment {
    /// The sets of values that hold together.
    pub(super) fn sets(&self) -> Vec<Vec<CommandValue>> {
        let with_common = |part: &Vec<CommandValue>| {
            let is_own = |value: &&CommandValue| !part.iter().any(|own| own.name == value.name);
            self.common.iter().filter(is_own).chain(part).cloned().collect()
        };
        match self.parts.is_empty() {
            true => vec![self.common.clone()],
            false => self.parts.iter().map(with_common).collect(),
        }
    }
}

/// A value, and which mapping of the YAML it is in.
struct Placed {
    value: CommandValue,
    /// The line that the mapping belongs to, and its indentation.
    parent: Option<(usize, usize)>,
}

/// What `script` gives by the environment; `None` where it gives nothing, or runs no Terraform.
pub(super) fn read(script: &SourceFile) -> Option<ScriptEnvironment> {
    let text = script.text();
    let runs = ["terraform", "tofu", "Terraform"].iter().any(|name| text.contains(name));
    if !runs || !text.contains(PREFIX) {
        return None;
    }
    let path = script.path().to_ascii_lowercase();
    let is_yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut placed: Vec<Placed> = Vec::new();
    let mut start = 0;
    let mut is_cut = false;
    for (number, line) in lines.iter().enumerate() {
        if let Some(value) = given(line, start, script) {
            if placed.len() >= MAX_VALUES {
                is_cut = true;
                break;
            }
            let parent = if is_yaml { parent_of(&lines, number) } else { None };
            placed.push(Placed { value, parent });
        }
        start += line.len();
    }
    (!placed.is_empty()).then(|| arranged(placed, is_cut))
}

/// The values by where they hold.
fn arranged(placed: Vec<Placed>, is_cut: bool) -> ScriptEnvironment {
    let mut common: Vec<CommandValue> = Vec::new();
    let mut parts: BTreeMap<usize, Vec<CommandValue>> = BTreeMap::new();
    for Placed { value, parent } in placed {
        match parent {
            Some((line, indent)) if indent > 0 => add(parts.entry(line).or_default(), value),
            _ => add(&mut common, value),
        }
    }
    let mut seen = BTreeSet::new();
    let key = |part: &Vec<CommandValue>| {
        part.iter().map(|value| (value.name.clone(), value.text.clone())).collect::<BTreeSet<_>>()
    };
    let parts: Vec<Vec<CommandValue>> = parts.into_values().filter(|part| seen.insert(key(part))).collect();
    ScriptEnvironment { common, parts, is_cut }
}

/// Adds a value; two values of one name are none that is known.
fn add(values: &mut Vec<CommandValue>, value: CommandValue) {
    match values.iter_mut().find(|known| known.name == value.name) {
        Some(known) if known.text != value.text => known.text = None,
        Some(_) => {}
        None => values.push(value),
    }
}

/// The value that `line`, which begins at `start` of the script, gives.
fn given(line: &str, start: usize, script: &SourceFile) -> Option<CommandValue> {
    let at = line.find(PREFIX)?;
    let hands_on = line.contains("GITHUB_ENV");
    if !hands_on && scripts::is_remark(line) || line.trim_start().starts_with('#') {
        return None;
    }
    let is_begun = line.get(..at)?.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '{');
    let rest = line.get(at + PREFIX.len()..)?;
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'))?;
    let name = rest.get(..end).filter(|name| is_begun && !name.is_empty())?;
    let after = rest.get(end..)?.trim_start_matches(['"', '\'']);
    let (sign, value) = match after.trim_start() {
        value if value.starts_with(":=") => (2, value),
        value if value.starts_with([':', '=']) => (1, value),
        // `?=` of make: the environment may have another.
        _ => return None,
    };
    let value = value.get(sign..)?;
    let is_mapping = sign == 1 && after.trim_start().starts_with(':');
    let bare = value.trim_start_matches([' ', '\t']);
    let quote = bare.chars().next().filter(|c| matches!(c, '"' | '\''));
    let text = match quote {
        Some(quote) => bare.get(1..)?.split(quote).next()?,
        // A value of YAML ends with its line, one of a shell with the word.
        None if is_mapping => bare.split(" #").next()?.trim_end(),
        None => bare.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '&')).next()?,
    };
    let begins = line.len() - bare.len() + usize::from(quote.is_some());
    let is_no_text = is_mapping && text.starts_with(['|', '>', '&', '*', '!']);
    let is_text = !(text.is_empty() || values::is_open(text) || is_no_text);
    Some(CommandValue {
        name: Arc::from(name),
        text: is_text.then(|| Arc::from(text)),
        span: script.span(start + begins, start + begins + text.len()),
        by: GivenBy::Environment,
    })
}

/// The line that the mapping around the line with this number belongs to, and its indentation.
fn parent_of(lines: &[&str], number: usize) -> Option<(usize, usize)> {
    let own = member_indent(lines.get(number)?);
    let is_outer = |at: &usize| lines.get(*at).is_some_and(|line| !line.trim().is_empty() && member_indent(line) < own);
    let line = (0..number).rev().find(is_outer)?;
    Some((line, lines.get(line).map_or(0, |text| member_indent(text))))
}

/// The place of a set's values.
pub(super) fn place(values: &[CommandValue]) -> Option<Span> {
    values.first().map(|value| value.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cmklint_source::{MemoryLoader, Sources};

    #[test]
    fn more_values_than_are_read_are_told() {
        let read_text = |count: usize| {
            let text: String = (0..count).map(|i| format!("export TF_VAR_x{i}=a\n")).collect();
            let sources = Sources::new(MemoryLoader::new([("a.sh", format!("{text}terraform plan\n").into_bytes())]));
            read(&sources.load("a.sh").unwrap()).unwrap()
        };
        let (whole, cut) = (read_text(MAX_VALUES), read_text(MAX_VALUES + 1));
        assert_eq!((whole.common.len(), whole.is_cut), (MAX_VALUES, false));
        assert_eq!((cut.common.len(), cut.is_cut), (MAX_VALUES, true));
    }
}
