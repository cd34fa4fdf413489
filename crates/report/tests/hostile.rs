//! Text of the analyzed tree commands nothing and hides nothing, whatever it is and wherever it is shown.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

mod common;

use std::collections::BTreeSet;
use std::io::Write as _;

use cmklint_report::{Format, LogLines, Style};
use cmklint_rules::{DeploymentKey, Finding, Place, Root, TrailStep, ValueTrail};
use cmklint_source::{Diagnostic, MemoryLoader, Severity, Sources, Span};
use common::*;
use proptest::prelude::*;

/// What runners read as commands in a line of a job's log, by the algorithms of `ActionCommand.TryParseV2`, `ActionCommand.TryParse` (actions/runner)
/// and `Command.TryParse` (microsoft/azure-pipelines-agent). They compare text by the rules of a language, so characters that those ignore are left out
/// first. Every name counts as a registered command.
fn commands(line: &str) -> Vec<String> {
    let line: String = line.chars().filter(|c| !ignored_in_comparison(*c)).collect();
    let mut found = Vec::new();
    let trimmed = line.trim_start();
    if let Some((info, data)) = trimmed.strip_prefix("::").and_then(|rest| rest.split_once("::")) {
        found.push(format!("::{info}::{data}"));
    }
    for prefix in ["##[", "##vso["] {
        if let Some((_, rest)) = line.to_ascii_lowercase().split_once(prefix)
            && rest.contains(']')
        {
            found.push(format!("{prefix}{rest}"));
        }
    }
    found
}

fn ignored_in_comparison(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\u{b}' | '\u{c}' | '\u{85}'))
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[test]
fn the_port_of_the_runners_parsers_finds_commands() {
    assert_eq!(commands("  ::error file=a::b"), ["::error file=a::b"]);
    assert_eq!(commands("a ##[error]b"), ["##[error]b"]);
    assert_eq!(commands("a #\u{200b}#[add-mask]b"), ["##[add-mask]b"]);
    assert_eq!(commands("a ##vso[task.setvariable variable=x]y"), ["##vso[task.setvariable variable=x]y"]);
    assert_eq!(commands("\u{1b}::stop-commands::x"), ["::stop-commands::x"]);
    assert!(commands("a ::error::b").is_empty());
    assert!(commands("## Heading [a](b)").is_empty());
}

const PIECES: &[&str] = &[
    "::",
    "::error::",
    "::add-mask::x",
    "::stop-commands::x",
    "##",
    "#",
    "[",
    "##[",
    "##[error]",
    "##[add-mask]x",
    "##vso[",
    "##vso[task.setvariable variable=a]b",
    "]",
    "vso",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "   ",
    "\u{a0}",
    "\u{2003}",
    "\u{85}",
    "\u{2028}",
    "\u{1b}",
    "\u{1b}[31m",
    "\u{1b}]8;;https://evil.example\u{1b}\\",
    "\u{9b}31m",
    "\u{7}",
    "\u{0}",
    "\u{8}",
    "\u{7f}",
    "\u{202e}",
    "\u{2066}",
    "\u{200f}",
    "\u{61c}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{ad}",
    "\u{fe0f}",
    "\u{e0041}",
    "\u{fff9}",
    "\u{ffff}",
    "<img src=x>",
    "<!-- ",
    " -->",
    "</details>",
    "]]>",
    "&lt;",
    "&",
    "\"",
    "'",
    "`",
    "``",
    "|",
    "*",
    "_",
    "**a**",
    "~~",
    "$",
    "$$x$$",
    "[a](https://evil.example)",
    "![a](b)",
    "https://evil.example/a",
    "www.evil.example",
    "@octocat",
    "a@b.example",
    "#12",
    "GH-12",
    "\\",
    "%0A",
    "%",
    ",",
    ":",
    "a",
    "disk",
    "ä",
    "日",
    "😀",
    "x y",
    "long-word-without-any-place-to-fold-it-at-all",
    "/",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..14).prop_map(|pieces| pieces.concat())
}

/// All the texts of a report that come from the tree.
#[derive(Clone, Debug)]
struct Texts {
    path: String,
    source: String,
    at: (prop::sample::Index, prop::sample::Index),
    words: Vec<String>,
    width: usize,
    color: bool,
}

fn texts() -> impl Strategy<Value = Texts> {
    let index = any::<prop::sample::Index>;
    let words = prop::collection::vec(text(), 12);
    (text(), text(), (index(), index()), words, prop::sample::select(vec![0, 40, 60, 80, 200]), any::<bool>())
        .prop_map(|(path, source, at, words, width, color)| Texts { path, source, at, words, width, color })
}

fn hostile(texts: &Texts) -> (Sources, Finding, Vec<Diagnostic>) {
    let path = format!("{}x", texts.path);
    let sources = Sources::new(MemoryLoader::new([(path.clone(), texts.source.clone())]));
    let file = sources.add(path, texts.source.clone());
    let length = texts.source.len() + 1;
    let start = texts.at.0.index(length);
    let span: Span = file.span(start, start + texts.at.1.index(length));
    let word = |index: usize| texts.words.get(index).cloned().unwrap_or_default();
    let mut finding = finding(&common::sources(&[]));
    finding.message = word(0);
    finding.primary = Place::new(span, word(1));
    finding.related = vec![Place::new(file.span(0, 3), word(2))];
    finding.trails = vec![ValueTrail {
        title: word(3),
        steps: vec![TrailStep { span, message: word(4) }, TrailStep { span: file.span(1, 2), message: word(5) }],
    }];
    finding.world = word(6);
    finding.notes = vec![word(7)];
    finding.help = word(8);
    finding.resources = vec![word(9)];
    finding.deployment = DeploymentKey::of(Root::module(&word(10)));
    let diagnostics = vec![
        Diagnostic::error("syntax", word(0), span).label(file.span(0, 1), word(1)).help(word(2)),
        Diagnostic::new(Severity::Warning, "unreadable", word(3)).about(word(11)).help(word(4)),
        Diagnostic::new(Severity::Error, "unreadable", word(5)).about(word(6)),
        Diagnostic::new(Severity::Error, "unreadable", word(7)),
    ];
    (sources, finding, diagnostics)
}

/// The lines as a runner takes them apart.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r'])
}

/// What draws the page of the format HTML.
const PAGE_SCRIPT: &str = include_str!("../src/map/page/bundle.js");

/// Without the color codes that reports have: no runner has a command that is named like one (`0m`).
fn without_color(text: &str) -> String {
    regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap().replace_all(text, "").into_owned()
}

/// Whether `text` has nothing that can't be seen beside line ends.
fn all_visible(text: &str) -> bool {
    text.chars()
        .all(|c| c == '\n' || !(c.is_control() || ignored_in_comparison(c) || matches!(c, '\u{2028}' | '\u{2029}')))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_line_of_any_format_is_a_command_but_those_of_github(texts in texts()) {
        let (sources, finding, diagnostics) = hostile(&texts);
        let mut second = finding.clone();
        second.deployment = DeploymentKey::of(Root::module("other"));
        let findings = [finding, second];
        let mut report = report(&sources, &findings);
        report.diagnostics = &diagnostics;
        report.style = Style { width: texts.width, color: texts.color, ..Style::default() };
        for format in Format::ALL {
            // The page's own script has nothing of the tree.
            let text = without_color(&common::text(format, &report)).replace(PAGE_SCRIPT, "");
            for line in lines(&text) {
                let found = commands(line);
                if format == Format::Github && !line.is_empty() {
                    prop_assert_eq!(found.len(), 1, "{:?}", line);
                    let names: Vec<&str> = found[0].split([' ', ':']).filter(|part| !part.is_empty()).collect();
                    prop_assert!(matches!(names[0], "error" | "warning"), "{:?}", line);
                } else {
                    prop_assert!(found.is_empty(), "{}: {:?} in {:?}", format, found, line);
                }
            }
            // The sign of a warning in Markdown is one of our own.
            let own = if format == Format::Markdown { text.replace("⚠️", "").replace("ℹ️", "") } else { text.clone() };
            prop_assert!(all_visible(&own), "{}: {:?}", format, text);
        }
    }

    #[test]
    fn no_line_of_a_diagnostic_is_a_command(texts in texts()) {
        let (sources, _, diagnostics) = hostile(&texts);
        let style = Style { width: texts.width, color: texts.color, ..Style::default() };
        let mut out = Vec::new();
        cmklint_report::write_diagnostics(&diagnostics, &sources, &style, 0, &mut out).unwrap();
        let text = without_color(&String::from_utf8(out).unwrap());
        prop_assert!(lines(&text).all(|line| commands(line).is_empty()), "{:?}", text);
        prop_assert!(all_visible(&text), "{:?}", text);
    }

    /// What tflint and the language server are given.
    #[test]
    fn no_line_of_a_finding_in_plain_words_is_a_command(texts in texts()) {
        let (_, finding, _) = hostile(&texts);
        let mut out = Vec::new();
        writeln!(LogLines::new(&mut out), "{}", cmklint_report::one_line(&finding)).unwrap();
        let line = String::from_utf8(out).unwrap();
        prop_assert!(line.lines().count() == 1 && commands(&line).is_empty() && all_visible(&line), "{:?}", line);
        let paragraphs = cmklint_report::paragraphs(&finding);
        prop_assert!(all_visible(&paragraphs), "{:?}", paragraphs);
        // The sentence, the condition, the note and the help.
        prop_assert!(paragraphs.lines().count() <= 4, "{:?}", paragraphs);
    }

    #[test]
    fn no_other_line_for_standard_error_is_a_command(text in text()) {
        let mut out = Vec::new();
        let mut lines_of = LogLines::new(&mut out);
        writeln!(lines_of, "{}", cmklint_report::log_line(&text)).unwrap();
        // What is written as it is, is still no command.
        writeln!(lines_of, "{text}").unwrap();
        lines_of.flush().unwrap();
        drop(lines_of);
        let out = String::from_utf8(out).unwrap();
        let (clean, raw) = out.split_once('\n').unwrap();
        prop_assert!(all_visible(clean) && commands(clean).is_empty(), "{:?}", clean);
        prop_assert!(raw.split('\n').all(|line| commands(line).is_empty()), "{:?}", raw);
    }

    #[test]
    fn xml_is_well_formed_and_gives_the_words_back(texts in texts()) {
        let (sources, finding, diagnostics) = hostile(&texts);
        let findings = [finding];
        let mut report = report(&sources, &findings);
        report.diagnostics = &diagnostics;
        for format in [Format::Junit, Format::Checkstyle] {
            let xml = common::text(format, &report);
            let tree = roxmltree::Document::parse(&xml);
            prop_assert!(tree.is_ok(), "{}: {:?} {}", format, tree, xml);
            let messages: BTreeSet<&str> =
                tree.as_ref().unwrap().descendants().filter_map(|node| node.attribute("message")).collect();
            prop_assert!(messages.len() <= 5 && !messages.is_empty());
            let plain: String = findings[0].message.chars().filter(|c| c.is_ascii_alphabetic()).collect();
            let same = |m: &&str| m.chars().filter(|c| c.is_ascii_alphabetic()).collect::<String>().starts_with(&plain);
            prop_assert!(messages.iter().any(same), "{:?}", messages);
        }
    }

    #[test]
    fn markdown_has_no_markup_of_the_tree(texts in texts()) {
        use pulldown_cmark::{Event, Options, Parser, Tag};
        let (sources, finding, diagnostics) = hostile(&texts);
        let findings = [finding];
        let mut report = report(&sources, &findings);
        report.diagnostics = &diagnostics;
        let markdown = common::text(Format::Markdown, &report);
        for event in Parser::new_ext(&markdown, Options::all()) {
            match event {
                Event::Start(Tag::Link { dest_url, .. }) =>
                    prop_assert!(dest_url.ends_with("/rules/CMK020/rule.md"), "{dest_url} in {markdown}"),
                Event::Start(Tag::Image { .. } | Tag::Emphasis | Tag::Strikethrough | Tag::CodeBlock(_) | Tag::FootnoteDefinition(_))
                | Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) =>
                    prop_assert!(false, "{event:?} in {markdown}"),
                Event::InlineHtml(html) => prop_assert!(matches!(&*html, "<!-- -->" | "<code>" | "</code>"), "{html} in {markdown}"),
                Event::Html(html) => prop_assert!(
                    html.starts_with("<!-- cmklint -->") || html.starts_with("<details><summary>CMK020 same_region: <code>") || html.starts_with("</details>"),
                    "{html} in {markdown}"
                ),
                _ => {}
            }
        }
        prop_assert_eq!(markdown.matches("</details>").count(), 1);
    }
}
