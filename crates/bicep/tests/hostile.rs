//! Whatever the text, reading and evaluating it ends, soon, and every reported place is in the text.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cmklint_bicep::{parse, parse_parameters};
use cmklint_graph::DeploymentId;
use cmklint_source::{Diagnostic, LoadError, Sources};
use cmklint_template::{Inputs, Library, Limits, Template, evaluate, evaluate_parameters};
use support::sources;

struct Files<'a>(&'a Sources);

impl Library for Files<'_> {
    fn template(&self, path: &str) -> Result<Arc<Template>, String> {
        let file = self.0.load(path).map_err(|error| error.to_string())?;
        parse(&file, self.0).template.ok_or_else(String::new)
    }

    fn text(&self, path: &str) -> Result<String, LoadError> {
        self.0.load(path).map(|file| file.text().to_owned())
    }
}

/// Reads and evaluates the text as a template and as a parameter file, which must end soon. Gives how many resources there are.
fn survive(text: &str) -> usize {
    let sources = sources(&[("main.bicep", text), ("main.bicepparam", text)]);
    let library = Files(&sources);
    let start = Instant::now();
    let parsed = parse(&sources.load("main.bicep").unwrap(), &sources);
    check(&sources, &parsed.diagnostics);
    let template = parsed.template.unwrap();
    for decl in &template.resources {
        assert!(decl.whole.contains(decl.span));
        assert!(
            sources.get(decl.span.file).unwrap().text().get(decl.span.start as usize..decl.span.end as usize).is_some()
        );
    }
    let mut limits = Limits::default();
    limits.budget.steps = 200_000;
    let done = evaluate(&template, "main.bicep", &Inputs::default(), DeploymentId(0), &library, &limits);
    check(&sources, &done.diagnostics);
    let read = parse_parameters(&sources.load("main.bicepparam").unwrap(), &sources);
    check(&sources, &read.diagnostics);
    let _ = evaluate_parameters(&read.scope, &read.assignments, None, DeploymentId(1), &library, &Limits::default());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?} for {} bytes", start.elapsed(), text.len());
    done.deployment.resources.len()
}

fn check(sources: &Sources, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let Some(span) = diagnostic.span else { continue };
        let file = sources.get(span.file).unwrap();
        assert!(file.text().get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?}");
    }
}

/// Examples of the rules, one after the other in a text of which not all names are unique.
fn examples() -> Vec<String> {
    let mut out = Vec::new();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    for rule in ["CMK001", "CMK012", "CMK050", "CMK063"] {
        for end in ["bad/bicep/main.bicep", "good/bicep/main.bicep"] {
            out.push(std::fs::read_to_string(rules.join(rule).join(end)).unwrap());
        }
    }
    out
}

#[test]
fn a_text_cut_anywhere() {
    for text in examples() {
        for end in (0..text.len()).step_by(23).filter(|end| text.is_char_boundary(*end)) {
            survive(&text[..end]);
            survive(&text[end..]);
        }
    }
}

/// A file with all kinds of strings, comments and brackets.
const MIXED: &str = "/* a 'b */ // c '
@description('''
d ${e}
''')
param f string = 'g${h ? 'i' : j[0]}k\\u{1F600}'
var l = $'''
m ${n} $$ '''
resource o 'P.Q/r@1' = [for (s, t) in u: if (v) {
  name: map(w, (x, y) => { z: x! })
  #disable-next-line BCP001
  ...a.?b
}]
";

#[test]
fn a_text_cut_at_each_byte_is_read_and_keeps_what_is_whole_in_front() {
    use cmklint_bicep::syntax;
    let texts = [MIXED.to_owned(), MIXED.replace('\n', "\r\n"), examples().swap_remove(0)];
    for text in texts {
        let (whole, errors) = syntax::parse(&text);
        assert!(errors.is_empty(), "{errors:?}");
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let (cut, _) = syntax::parse(&text[..end]);
            let ended = |of: &&syntax::Declaration| {
                text[..end].trim_end_matches(['\r', '\n', ' ']).len() > of.range.end as usize
            };
            let in_front = whole.declarations.iter().filter(ended).count();
            assert!(cut.declarations.len() >= in_front, "{end} of {text}");
            assert_eq!(cut.declarations[..in_front], whole.declarations[..in_front], "{end} of {text}");
        }
    }
}

#[test]
fn line_ends_may_be_mixed() {
    use cmklint_bicep::syntax;
    let (plain, _) = syntax::parse(MIXED);
    let ends = ["\n", "\r\n", "\r", "\n\r\n"];
    for first in 0..ends.len() {
        let mut text = String::new();
        for (at, line) in MIXED.lines().enumerate() {
            text += line;
            text += ends[(at + first) % ends.len()];
        }
        let (mixed, errors) = syntax::parse(&text);
        assert!(errors.is_empty(), "{text:?}: {errors:?}");
        let names =
            |file: &syntax::File| file.declarations.iter().map(|d| d.name().cloned().unwrap().text).collect::<Vec<_>>();
        assert_eq!(names(&mixed), names(&plain), "{text:?}");
        survive(&text);
    }
}

#[test]
fn a_nul_byte_is_reported_and_the_declarations_around_it_are_read() {
    use cmklint_bicep::syntax;
    for at in (0..MIXED.len()).step_by(3) {
        survive(&format!("{}\0{}", &MIXED[..at], &MIXED[at..]));
    }
    let (file, errors) = syntax::parse("param a string\nvar b = 1 \0 2\n\0\nvar c = 2\n");
    assert!(!errors.is_empty());
    let names: Vec<_> = file.declarations.iter().filter_map(|d| d.name()).map(|name| name.text.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(!file.declarations[0].broken && file.declarations[1].broken && !file.declarations[2].broken);
}

#[test]
fn what_is_10_000_deep_gives_one_diagnostic() {
    use cmklint_bicep::syntax;
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    for value in [nested("(", ")"), nested("[", "]"), nested("{a:", "}"), nested("'${", "}'"), nested("f(", ")")] {
        let start = Instant::now();
        let (file, errors) = syntax::parse(&format!("var x = {value}\nvar y = 2\n"));
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(messages, ["nested more than 128 deep"]);
        assert_eq!(file.declarations.len(), 2);
        assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    }
}

/// `examples/hostile.rs` measures what a megabyte takes; here that all of it is given up, and the declarations around are read.
#[test]
fn what_is_hopeless_is_given_up_and_told() {
    use cmklint_bicep::syntax;
    for (piece, count) in [("{\n", 40_000), ("'a\n", 40_000), ("}\n", 40_000), ("@", 80_000), ("((((", 20_000)] {
        let text = format!("param a string\nvar b = {}\nparam c string\n", piece.repeat(count));
        let start = Instant::now();
        let (file, errors) = syntax::parse(&text);
        assert!(!errors.is_empty(), "{piece:?}");
        let names: Vec<_> = file.declarations.iter().filter_map(|d| d.name()).map(|name| name.text.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"], "{piece:?}");
        assert!(file.declarations[1].broken);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?} for {piece:?}", start.elapsed());
    }
}

#[test]
fn a_text_with_a_piece_replaced() {
    let pieces = [
        "'",
        "'''",
        "${",
        "}",
        "{",
        "[",
        "(",
        "for x in y:",
        "\n",
        "::",
        "=>",
        "...",
        "😀",
        "\0",
        "resource a 'b' = {",
    ];
    for (i, text) in examples().iter().enumerate() {
        for (j, piece) in pieces.iter().enumerate() {
            for at in ((i + j) * 7 % 31..text.len()).step_by(211).filter(|at| text.is_char_boundary(*at)) {
                survive(&format!("{}{piece}{}", &text[..at], &text[at..]));
            }
        }
    }
}

#[test]
fn what_is_nested_too_deep_is_not_followed() {
    let nested = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(5000), close.repeat(5000));
    for value in [
        nested("(", "1", ")"),
        nested("[", "1", "]"),
        nested("{a:", "1", "}"),
        nested("!", "true", ""),
        nested("concat('a', ", "'b'", ")"),
        nested("'${", "1", "}'"),
        nested("true ? ", "1", " : 2"),
        nested("map([1], i => ", "i", ")"),
        format!("1{}", " + 1".repeat(5000)),
        format!("a{}", ".b".repeat(5000)),
    ] {
        survive(&format!("param a object\nvar x = {value}\noutput o object = x"));
    }
    let types = nested("{ a: ", "string", "}");
    survive(&format!("param p {types}"));
    let mut resources = String::new();
    for i in 0..300 {
        write!(resources, "resource r{i} 'A.B/c@1' = if (r) {{\n name: 'n'\n").unwrap();
    }
    survive(&(resources + &"}\n".repeat(300)));
}

#[test]
fn variables_and_functions_that_need_themselves() {
    survive("var a = b\nvar b = [a, a]\noutput o array = b");
    survive("func f(n int) int => f(n) + f(n)\noutput o int = f(1)");
    survive("resource a 'A.B/c@1' = { name: b.name }\nresource b 'A.B/c@1' = { name: a.name, dependsOn: [a, b] }");
    survive("resource a 'A.B/c@1' = { name: 'a', parent: a, scope: a }");
    survive("module m 'main.bicep' = { name: m.outputs.x, params: { x: m.outputs.x } }\noutput x string = m.outputs.x");
    let mut doubled = String::from("var v0 = ['x', 'y']\n");
    for i in 1..60 {
        writeln!(doubled, "var v{i} = [v{0}, v{0}]", i - 1).unwrap();
    }
    survive(&(doubled + "output o array = v59"));
    survive(
        "resource a 'A.B/c@1' = [for i in range(0, 1000000): { name: '${i}' }]\nvar x = [for i in range(0, 1000000): [for j in range(0, 1000): i * j]]\noutput o array = x",
    );
}

#[test]
fn work_grows_as_the_text_does() {
    let many = |n: usize| {
        let mut text = String::new();
        for i in 0..n {
            writeln!(
                text,
                "param p{i} string = 'a'\nvar v{i} = p{i}\nresource r{i} 'Microsoft.Compute/disks@2023-04-02' = {{ name: v{i}, properties: {{ x: unknown{i} }} }}"
            )
            .unwrap();
        }
        text
    };
    assert_eq!(survive(&many(3000)), 3000);
    // The same name, each time.
    survive(&"resource r 'A.B/c@1' = { name: 'x' }\nimport * as a from 'gone.bicep'\n".repeat(3000));
}

#[test]
fn conditions_are_copied_to_a_bound() {
    let long = format!("[{}] == []", "'x', ".repeat(20_000));
    let mut text = format!("resource r 'A.B/c@1' = if ({long}) {{\n name: 'r'\n");
    for i in 0..1000 {
        writeln!(text, " resource c{i} 'd' = {{ name: 'c' }}").unwrap();
    }
    text.push('}');
    let sources = sources(&[("main.bicep", &text)]);
    let parsed = parse(&sources.load("main.bicep").unwrap(), &sources);
    let template = parsed.template.unwrap();
    assert_eq!(template.resources.len(), 1001);
    let copied = template.resources.iter().filter(|decl| decl.condition.is_some()).count();
    assert_eq!(copied, 1001, "none is taken as deployed without a condition");
    assert_eq!(support::maybe(template.resources[1000].condition.as_ref()), "?(a condition)");
}
