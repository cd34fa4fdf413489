//! Ignore comments: `# cmklint-ignore: CMK020, key_size until 2027-01-31 # why`, on the line before or at the line's end, and
//! `cmklint-ignore-file:` at the top of a file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cmklint_rules::{Catalog, Finding, RuleMeta};
use cmklint_source::{Diagnostic, FileId, SourceFile, Sources, Span};
use cmklint_terraform::{JsonComment, json_comments};
use jiff::civil::Date;

use crate::config::Suggestions;

/// An ignore comment.
#[derive(Clone, Debug)]
pub struct Ignore {
    span: Span,
    /// The rules' ids; empty for all.
    rules: Vec<&'static str>,
    reason: String,
    until: Option<Date>,
    reach: IgnoreReach,
}

#[derive(Clone, Debug)]
enum IgnoreReach {
    File,
    /// Things that begin on one of these lines (from 1): the next one with code and, after the decorators, the one with the declaration.
    Lines(u32, u32),
    /// Things inside this span.
    Span(Span),
}

/// The result of applying ignore comments.
#[derive(Debug, Default)]
pub struct Applied {
    /// The findings that are not ignored.
    pub kept: Vec<Finding>,
    /// The ignored ones, each with its reason.
    pub ignored: Vec<(Finding, String)>,
    /// Comments that name no rule, match nothing or have expired.
    pub diagnostics: Vec<Diagnostic>,
}

const WORD: &str = "cmklint-ignore";
/// A longer word is not a misspelt rule name.
const MAX_NAME: usize = 64;

/// The ignore comments of a file. A rule that doesn't exist is a diagnostic.
#[must_use]
fn read(file: &SourceFile, catalog: &Catalog, suggestions: &mut Suggestions) -> (Vec<Ignore>, Vec<Diagnostic>) {
    let text = file.text();
    let mut ignores = Vec::new();
    let mut diagnostics = Vec::new();
    let code = CodeLines::of(file);
    let mut matches = text.match_indices(WORD).map(|(at, _)| at).peekable();
    while let Some(at) = matches.next() {
        let line = file.lines().line(u32::try_from(at).unwrap_or(u32::MAX));
        let line_start = file.lines().line_start(line).unwrap_or(0) as usize;
        let before = text.get(line_start..at).unwrap_or("").trim_end();
        let marker = ["//", "/*", "#"].into_iter().find(|m| before.ends_with(m));
        let Some(marker) = marker else { continue };
        let after = text.get(at + WORD.len()..).unwrap_or("");
        let (whole_file, body) = match after.strip_prefix("-file:") {
            Some(body) => (true, body),
            None => match after.strip_prefix(':') {
                Some(body) => (false, body),
                None => continue,
            },
        };
        // The comment ends with its line, and with the next comment: each byte belongs to one comment.
        let start = text.len() - body.len();
        let next = matches.peek().map_or(text.len(), |next| (*next).max(start));
        let line_end = file.lines().next_start(line).map_or(text.len(), |end| end as usize);
        let body = text.get(start..next.min(line_end)).unwrap_or("");
        let body = body.split(['\n', '\r']).next().unwrap_or("");
        let body = if marker == "/*" { body.split("*/").next().unwrap_or(body) } else { body };
        let span =
            file.span(at, at + WORD.len() + (after.len() - after.trim_start_matches("-file").len()) + 1 + body.len());
        let alone = before.trim_end_matches(marker).trim().is_empty();
        let reach = if whole_file {
            if line > code.first {
                diagnostics.push(only_at_the_top(span));
                continue;
            }
            IgnoreReach::File
        } else if alone {
            IgnoreReach::Lines(code.after(line), code.declaration_after(line))
        } else {
            IgnoreReach::Lines(line, line)
        };
        if let Some(ignore) = understand(body, span, reach, catalog, (&mut diagnostics, suggestions)) {
            ignores.push(ignore);
        }
    }
    diagnostics.extend(misspelt(file));
    for (whole, span, body) in metadata(file) {
        ignores.extend(understand(&body, span, IgnoreReach::Span(whole), catalog, (&mut diagnostics, suggestions)));
    }
    for (comment, body) in json_directives(file) {
        let (reach, body) = match body.strip_prefix("-file:") {
            Some(_) if !comment.of_file => {
                diagnostics.push(only_at_the_top(comment.span));
                continue;
            }
            Some(body) => (IgnoreReach::File, body),
            None => (IgnoreReach::Span(comment.whole), body.trim_start_matches(':')),
        };
        ignores.extend(understand(body, comment.span, reach, catalog, (&mut diagnostics, suggestions)));
    }
    (ignores, diagnostics)
}

/// The comments of Terraform's JSON syntax (`"//": "cmklint-ignore: CMK020"`) that are ignore comments, each with what follows the word.
fn json_directives(file: &SourceFile) -> Vec<(JsonComment, String)> {
    let path = file.path().to_ascii_lowercase();
    if !(path.ends_with(".tf.json") || path.ends_with(".tofu.json")) || !file.text().contains(WORD) {
        return Vec::new();
    }
    let directive = |comment: JsonComment| {
        let body = comment.text.trim().strip_prefix(WORD)?.to_owned();
        (body.starts_with(':') || body.starts_with("-file:")).then_some((comment, body))
    };
    json_comments(file).into_iter().filter_map(directive).collect()
}

fn only_at_the_top(span: Span) -> Diagnostic {
    Diagnostic::warning("ignore", "cmklint-ignore-file: goes only at the top of a file", span)
}

/// Other tools' words for such comments, and misspellings.
const OTHER_WORDS: [&str; 7] =
    ["disable", "disable-next-line", "suppress", "skip", "noqa", "nolint", "ignore-next-line"];

/// Warnings about comments that are meant to be ignore comments but are not.
fn misspelt(file: &SourceFile) -> Vec<Diagnostic> {
    let text = file.text();
    let mut out = Vec::new();
    for (line_start, line) in lines(text) {
        let Some((before, body)) = ["//", "/*", "#"].into_iter().find_map(|marker| line.split_once(marker)) else {
            continue;
        };
        let comment = body.trim_start_matches(['/', '*', '#', ' ', '\t']);
        let at = line_start + line.len() - comment.len();
        let mut words = comment.split_whitespace();
        let (Some(first), second) = (words.next(), words.next()) else { continue };
        if before.contains('"') || first.starts_with("cmklint-ignore:") || first.starts_with("cmklint-ignore-file:") {
            continue;
        }
        let lower = first.to_ascii_lowercase();
        let Some(rest) = lower.strip_prefix("cmklint") else { continue };
        let (directive, length) = match rest.trim_matches([':', '-', '_']) {
            "" => {
                let Some(second) = second else { continue };
                let end = comment.find(second).unwrap_or(0) + second.len();
                (second.to_ascii_lowercase(), end)
            }
            rest => (rest.to_owned(), first.len()),
        };
        let name = directive.split([':', '=', '(']).next().unwrap_or("").replace('_', "-");
        let is_near = |known: &str| name.len() <= MAX_NAME && strsim::damerau_levenshtein(known, &name) <= 2;
        let meant = match name.as_str() {
            name if name.starts_with("ignore-file") || is_near("ignore-file") => "cmklint-ignore-file:",
            name if OTHER_WORDS.contains(&name) || is_near("ignore") => "cmklint-ignore:",
            _ => continue,
        };
        let written = comment.get(..length).unwrap_or(first);
        let message = format!("{written} is no ignore comment");
        let span = file.span(at, at + length);
        out.push(
            Diagnostic::warning("ignore", message, span)
                .help(format!("did you mean {meant}, with the rules after it?")),
        );
    }
    out
}

/// The lines of `text`, each with the offset where it starts.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

fn metadata(file: &SourceFile) -> Vec<(Span, Span, String)> {
    if file.path().to_ascii_lowercase().ends_with(".json") && file.text().contains("\"cmklint\"") {
        return cmklint_arm::metadata_ignores(file);
    }
    Vec::new()
}

fn understand(
    body: &str,
    span: Span,
    reach: IgnoreReach,
    catalog: &Catalog,
    (diagnostics, suggestions): (&mut Vec<Diagnostic>, &mut Suggestions),
) -> Option<Ignore> {
    let (names, reason) = match (body.split_once(" # "), body.split_once("--")) {
        (Some(parts), _) | (None, Some(parts)) => parts,
        (None, None) => (body, ""),
    };
    let (names, until) = match names.split_once(" until ") {
        Some((names, date)) => (names, Some(date.trim())),
        None => (names, None),
    };
    let until = match until.map(|text| date(text).ok_or(text)).transpose() {
        Ok(until) => until,
        Err(text) => {
            let message = format!("not a date: {text} (until takes YYYY-MM-DD)");
            diagnostics.push(Diagnostic::warning("ignore", message, span));
            return None;
        }
    };
    let mut rules = Vec::new();
    let mut all = false;
    for name in names.split([',', ' ']).map(str::trim).filter(|n| !n.is_empty()) {
        match catalog.by_id_or_name(name) {
            _ if name == "all" => all = true,
            Some(meta) => rules.push(meta.id),
            None => {
                let help = suggestions.nearest_listed(name, catalog.names().into_iter());
                diagnostics.push(Diagnostic::warning("ignore", format!("no such rule: {name}"), span).help(help));
            }
        }
    }
    if rules.is_empty() && !all {
        return None;
    }
    if all {
        rules.clear();
    }
    Some(Ignore { span, rules, reason: reason.trim().to_owned(), until, reach })
}

/// A calendar date as `YYYY-MM-DD`, and in no other notation.
fn date(text: &str) -> Option<Date> {
    Date::strptime("%Y-%m-%d", text).ok().filter(|date| date.to_string() == text)
}

/// Which lines of a file hold code. Lines count from 1.
struct CodeLines {
    /// The first line after which an ignore comment no longer counts as being at the top of the file: it contains more than a comment or an opening brace.
    first: u32,
    /// For each line, the next one that is neither empty nor a comment; and then the next one that is no decorator either.
    next: Vec<(u32, u32)>,
}

impl CodeLines {
    fn of(file: &SourceFile) -> Self {
        let is_comment = |line: &str| ["#", "//", "/*"].iter().any(|marker| line.starts_with(marker));
        let texts: Vec<&str> = lines(file.text()).map(|(_, line)| line.trim()).collect();
        let is_top = |line: &&str| line.is_empty() || *line == "{" || line.starts_with('*') || is_comment(line);
        let first = texts.iter().take_while(|line| is_top(line)).count() + 1;
        let mut next = vec![(0, 0); texts.len() + 1];
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        // `None` where no line of code follows: then the next line is used.
        let mut following: Option<(u32, u32)> = None;
        for (at, text) in texts.iter().enumerate().rev() {
            let line = at + 1;
            if let Some(slot) = next.get_mut(line) {
                *slot = following.unwrap_or((number(line + 1), number(line + 1)));
            }
            if !(text.is_empty() || is_comment(text)) {
                let declaration = match following {
                    Some((_, after)) if text.starts_with('@') => after,
                    None if text.starts_with('@') => number(line + 1),
                    _ => number(line),
                };
                following = Some((number(line), declaration));
            }
        }
        Self { first: number(first), next }
    }

    /// The first line after `line` that is neither empty nor a comment.
    fn after(&self, line: u32) -> u32 {
        self.next.get(line as usize).map_or(line + 1, |(next, _)| *next)
    }

    /// The first line after `line` that is neither empty, nor a comment, nor a decorator of one line.
    fn declaration_after(&self, line: u32) -> u32 {
        self.next.get(line as usize).map_or(line + 1, |(_, declaration)| *declaration)
    }
}

impl Ignore {
    fn expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    fn names(&self, rule: &RuleMeta) -> bool {
        self.rules.is_empty() || self.rules.contains(&rule.id)
    }

    /// Whether it applies to the whole of `finding`, at its primary place.
    fn covers(&self, finding: &Finding, file: &SourceFile) -> bool {
        let primary = finding.primary.span;
        match &self.reach {
            IgnoreReach::File => primary.file == file.id(),
            IgnoreReach::Lines(..) | IgnoreReach::Span(_) => self.is_at(primary, file),
        }
    }

    /// Whether it applies to the one instance with `places`.
    fn covers_instance(&self, places: &[Span], file: &SourceFile) -> bool {
        places.iter().any(|place| self.is_at(*place, file))
    }

    /// Whether `span` is in its reach; for a comment for the whole file, only the primary place counts.
    fn is_at(&self, span: Span, file: &SourceFile) -> bool {
        match &self.reach {
            IgnoreReach::File => false,
            IgnoreReach::Lines(first, last) => {
                let begins = file.lines().line(span.start);
                span.file == file.id() && (begins == *first || begins == *last)
            }
            IgnoreReach::Span(whole) => whole.contains(span),
        }
    }
}

/// An ignore comment, its file, and whether it matched.
struct Candidate {
    file: Arc<SourceFile>,
    ignore: Ignore,
    is_used: bool,
}

/// Ignore comments by what they apply to, so that a finding is compared with those at its places only.
#[derive(Default)]
struct Index {
    of_file: HashMap<FileId, Vec<usize>>,
    of_line: HashMap<(FileId, u32), Vec<usize>>,
    of_span: HashMap<FileId, Vec<usize>>,
}

impl Index {
    fn of(all: &[Candidate]) -> Self {
        let mut index = Self::default();
        for (at, Candidate { file, ignore, .. }) in all.iter().enumerate() {
            match &ignore.reach {
                IgnoreReach::File => index.of_file.entry(file.id()).or_default().push(at),
                IgnoreReach::Span(_) => index.of_span.entry(file.id()).or_default().push(at),
                IgnoreReach::Lines(first, last) => {
                    index.of_line.entry((file.id(), *first)).or_default().push(at);
                    if last != first {
                        index.of_line.entry((file.id(), *last)).or_default().push(at);
                    }
                }
            }
        }
        index
    }

    /// The comments that may apply to `finding`, in order.
    fn maybe_for(&self, finding: &Finding, files: &HashMap<FileId, &Arc<SourceFile>>) -> Vec<usize> {
        let primary = finding.primary.span;
        let mut out: Vec<usize> = self.of_file.get(&primary.file).into_iter().flatten().copied().collect();
        let mut seen = HashSet::new();
        for place in finding.instances.iter().flatten().chain([&primary]) {
            let Some(file) = files.get(&place.file).filter(|_| seen.insert(*place)) else { continue };
            let line = (place.file, file.lines().line(place.start));
            out.extend(self.of_line.get(&line).into_iter().flatten());
        }
        let in_files: HashSet<FileId> = seen.iter().map(|place| place.file).collect();
        out.extend(in_files.iter().filter_map(|file| self.of_span.get(file)).flatten());
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// The reason to leave `finding` out: a comment applies to all of it, or to each of its instances. `maybe` are the comments that may apply to it.
fn reason_of(finding: &Finding, all: &mut [Candidate], maybe: &[usize], today: Date) -> Option<String> {
    let mut reason = None;
    let mut open: Vec<&Vec<Span>> = finding.instances.iter().collect();
    let mut is_whole = false;
    for at in maybe {
        let Some(Candidate { file, ignore, is_used }) = all.get_mut(*at) else { continue };
        if !ignore.names(finding.rule) {
            continue;
        }
        let covers = ignore.covers(finding, file);
        let of_instance = |places: &Vec<Span>| ignore.covers_instance(places, file);
        if !covers && !finding.instances.iter().any(of_instance) {
            continue;
        }
        *is_used = true;
        if ignore.expired(today) {
            continue;
        }
        is_whole |= covers;
        open.retain(|places| !of_instance(places));
        reason.get_or_insert_with(|| ignore.reason.clone());
    }
    reason.filter(|_| is_whole || open.is_empty())
}

/// Removes the ignored findings. `ran` says whether a rule ran for the file at a path: an ignore of another rule can't match anything there.
#[must_use]
pub fn apply(
    findings: Vec<Finding>,
    files: &[Arc<SourceFile>],
    catalog: &Catalog,
    today: Date,
    ran: &dyn Fn(&str, &str) -> bool,
) -> Applied {
    let mut out = Applied::default();
    let mut all: Vec<Candidate> = Vec::new();
    let mut suggestions = Suggestions::default();
    for file in files.iter().filter(|f| f.text().contains("cmklint")) {
        let (ignores, diagnostics) = read(file, catalog, &mut suggestions);
        out.diagnostics.extend(diagnostics);
        let candidate = |ignore| Candidate { file: Arc::clone(file), ignore, is_used: false };
        all.extend(ignores.into_iter().map(candidate));
    }
    let index = Index::of(&all);
    let by_id: HashMap<FileId, &Arc<SourceFile>> = files.iter().map(|file| (file.id(), file)).collect();
    for finding in findings {
        let maybe = index.maybe_for(&finding, &by_id);
        match reason_of(&finding, &mut all, &maybe, today) {
            Some(reason) => out.ignored.push((finding, reason)),
            None => out.kept.push(finding),
        }
    }
    for Candidate { file, ignore, is_used } in &all {
        if let Some(until) = ignore.until.filter(|_| ignore.expired(today)) {
            out.diagnostics.push(Diagnostic::warning(
                "expired-ignore",
                format!("this ignore comment has expired ({until})"),
                ignore.span,
            ));
        } else if !is_used && (ignore.rules.is_empty() || ignore.rules.iter().any(|id| ran(file.path(), id))) {
            out.diagnostics.push(
                Diagnostic::warning("unused-ignore", "this ignore comment matches no finding", ignore.span)
                    .help("remove it"),
            );
        }
    }
    out
}

/// All files of `paths` that were loaded.
#[must_use]
pub fn loaded(sources: &Sources, paths: &[String]) -> Vec<Arc<SourceFile>> {
    paths.iter().filter_map(|p| sources.loaded(p)).collect()
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn only_a_day_of_the_calendar_is_a_date() {
        assert_eq!(date("2028-02-29").map(|d| d.to_string()).as_deref(), Some("2028-02-29"));
        for text in ["2027-02-29", "2027-13-01", "2027-1-5", "20270105", "2027-01-05 ", "tomorrow", ""] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
