//! Where in a text a property is inserted, and with which indentation and separators.

use std::ops::Range;

use crate::Edit;
use crate::language::Language;
use crate::node::{Holds, SyntaxNode};
use crate::tree::TextFacts;

/// A text that is edited.
pub(crate) struct EditedText<'t> {
    pub(crate) text: &'t str,
    pub(crate) language: Language,
    pub(crate) facts: &'t TextFacts,
}

impl EditedText<'_> {
    pub(crate) fn at(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or("")
    }

    fn line_end(&self) -> &'static str {
        self.facts.line_end.get_or_init(|| if self.text.contains("\r\n") { "\r\n" } else { "\n" })
    }

    /// Where the line of the byte at `at` begins.
    fn line_start(&self, at: usize) -> usize {
        self.at(0..at).rfind('\n').map_or(0, |end| end + 1)
    }

    /// Where the line of the byte at `at` ends, its line break left out.
    fn line_stop(&self, at: usize) -> usize {
        let end = self.text.get(at..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |end| at + end);
        if self.at(at..end).ends_with('\r') { end - 1 } else { end }
    }

    /// The whitespace at the beginning of the line of the byte at `at`.
    fn indent(&self, at: usize) -> &str {
        let line = self.at(self.line_start(at)..self.line_stop(at));
        line.get(..line.len() - line.trim_start().len()).unwrap_or("")
    }

    /// One more step of indentation.
    fn unit(&self) -> &'static str {
        self.facts.unit.get_or_init(|| match self.text.lines().find(|line| line.starts_with([' ', '\t'])) {
            Some(line) if line.starts_with('\t') => "\t",
            Some(line) if line.starts_with("    ") => "    ",
            _ => "  ",
        })
    }

    /// The edit that inserts the property or item `written` into `holder`, after all others.
    pub(crate) fn put(&self, holder: &SyntaxNode, written: &Nested<'_>) -> Option<Edit> {
        let is_block = holder.is_declaration && self.language == Language::Hcl;
        // Arguments come before blocks.
        let mut arguments = holder.children.iter().filter(|child| !child.is_declaration || !is_block);
        let Some(last) = arguments.next_back() else { return self.put_first(holder, written) };
        let on_own_line = self.at(self.line_start(last.range.start)..last.range.start).trim().is_empty();
        let indent = self.indent(last.range.start);
        let rest = self.at(last.range.end..holder.value.end);
        let comma =
            rest.trim_start().starts_with(',').then(|| last.range.end + rest.len() - rest.trim_start().len() + 1);
        if !on_own_line {
            if is_block {
                return None; // a block on one line has one argument
            }
            let text = format!(", {}", written.text(self, indent));
            let text = if comma.is_some() { text.trim_start_matches(',').to_owned() } else { text };
            let at = comma.unwrap_or(last.range.end);
            // Bicep separates the properties of an object by commas too, where they are on one line.
            return Some(Edit::new(at..at, text));
        }
        let text = format!("{}{indent}{}", self.line_end(), self.aligned(last, written.text(self, indent)));
        if self.language.has_commas() {
            let at = comma.unwrap_or(last.range.end);
            return Some(Edit::new(at..at, if comma.is_some() { text } else { format!(",{text}") }));
        }
        // After a comment on the same line, unless `holder` ends on that line.
        let stop = self.line_stop(last.range.end);
        let at = if stop < holder.value.end { stop } else { last.range.end };
        Some(Edit::new(at..at, text))
    }

    /// The argument `written` with its `=` aligned to that of `last`.
    fn aligned(&self, last: &SyntaxNode, written: String) -> String {
        let Some((name, value)) = written.split_once(" = ").filter(|_| self.language == Language::Hcl) else {
            return written;
        };
        let between = self.at(last.name_range.end..last.value.start);
        let column = between.find('=').map_or(0, |at| last.name_range.end + at - last.name_range.start);
        format!("{name:0$} = {value}", column.saturating_sub(1))
    }

    /// As [`put`](Self::put), into an object or array that is empty or has only blocks.
    fn put_first(&self, holder: &SyntaxNode, written: &Nested<'_>) -> Option<Edit> {
        let outer = self.indent(holder.value.start);
        let indent = format!("{outer}{}", self.unit());
        let open = holder.value.start + 1;
        let inside = self.at(open..holder.value.end.checked_sub(1)?);
        let property = written.text(self, &indent);
        let end = self.line_end();
        if holder.holds == Holds::Array && inside.trim().is_empty() {
            return Some(Edit::new(open..open + inside.len(), property));
        }
        if inside.trim().is_empty() {
            return Some(Edit::new(open..open + inside.len(), format!("{end}{indent}{property}{end}{outer}")));
        }
        let comma = if self.language.has_commas() && !holder.children.is_empty() { "," } else { "" };
        Some(Edit::new(open..open, format!("{end}{indent}{property}{comma}")))
    }

    /// The edit that removes `range`, with its separating comma, and with the whole line where nothing else is on it.
    pub(crate) fn take(&self, range: Range<usize>) -> Edit {
        let Range { mut start, mut end } = range;
        let after = self.text.get(end..).unwrap_or("");
        let blanks = after.len() - after.trim_start().len();
        if after.trim_start().starts_with(',') {
            end += blanks + 1;
        } else if self.language.has_commas() && self.at(0..start).trim_end().ends_with(',') {
            start = self.at(0..start).trim_end().len() - 1;
            return Edit::new(start..end, "");
        }
        let (line_start, line_stop) = (self.line_start(start), self.line_stop(end));
        let is_alone = self.at(line_start..start).trim().is_empty() && self.at(end..line_stop).trim().is_empty();
        if is_alone {
            start = line_start;
            end = self
                .text
                .get(line_stop..)
                .and_then(|rest| rest.find('\n'))
                .map_or(self.text.len(), |n| line_stop + n + 1);
            // The empty line before it is removed too, where nothing follows that it would separate.
            let before = self.at(0..start).strip_suffix('\n').map_or(start, str::len);
            let empty = self.line_start(before);
            let next = self.at(end..self.line_stop(end)).trim();
            let is_last = next.is_empty() || next.starts_with(['}', ']']);
            if before < start && self.at(empty..before).trim().is_empty() && is_last {
                start = empty;
            }
        }
        Edit::new(start..end, "")
    }
}

/// A property with its value, within objects that do not exist yet.
pub(crate) struct Nested<'n> {
    /// The names of the objects, outermost first, and of the property; none for an item of a list.
    pub(crate) names: &'n [&'n str],
    /// The value as it is written.
    pub(crate) value: String,
}

impl Nested<'_> {
    /// Its text, where its first line is indented by `indent`.
    fn text(&self, text: &EditedText<'_>, indent: &str) -> String {
        let (end, unit, language) = (text.line_end(), text.unit(), text.language);
        let Some((last, objects)) = self.names.split_last() else { return self.value.clone() };
        let mut out = String::new();
        let mut indent = indent.to_owned();
        let mut closing = Vec::new();
        for name in objects {
            out.push_str(&format!("{}{{{end}", language.key(name)));
            closing.push(format!("{end}{indent}}}"));
            indent.push_str(unit);
            out.push_str(&indent);
        }
        out.push_str(&language.key(last));
        out.push_str(&self.value);
        closing.iter().rev().for_each(|close| out.push_str(close));
        out
    }
}
