//! Terraform's own answers against ours: what we know is what `terraform console` says, what it refuses we do not know, and
//! what we do not know is a symbol.
//!
//! The answers are recorded in `tests/data/console/answers.jsonl`, so that the comparison needs no Terraform; where its binary is on the
//! path (or named by `TERRAFORM`) the record itself is checked. `CMKLINT_RECORD=1` writes it anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // helpers of tests

mod folders;
mod generate;
mod oracle;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cmklint_graph::{DeploymentId, Kind, Value};
use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{Limits, Options, Root, instantiations};
use serde_json::Value as Json;

/// Functions that we never know the value of, whatever their arguments: their result hangs on the clock, on chance, on the machine, or
/// on the bytes that one compressor makes.
const SYMBOLS: &[&str] =
    &["abspath", "base64gzip", "bcrypt", "issensitive", "plantimestamp", "rsadecrypt", "timestamp", "uuid"];

/// Functions that only a console has, or that were taken out.
const NO_FUNCTIONS: &[&str] = &["list", "map", "type"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Known in full, and right.
    Known,
    /// Refused by both.
    Refused,
    /// Known in part, and right as far as that.
    Partly,
    /// Not known, where Terraform has a value.
    Symbol,
    /// Not known, where Terraform refuses.
    SymbolForRefused,
    Wrong,
}

/// So many expressions are lowered as one root, each in a file of its own.
const BATCH: usize = 400;

/// What we make of each of `expressions`, beside `more`; `None` where we say that it fails.
fn ours(expressions: &[&str], more: &[(String, Vec<u8>)]) -> Vec<Option<Value>> {
    let batches: Vec<&[&str]> = expressions.chunks(BATCH).collect();
    let next = AtomicUsize::new(0);
    let made: Mutex<BTreeMap<usize, Vec<Option<Value>>>> = Mutex::default();
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = batches.get(at) else { return };
            let values = ours_together(batch, more);
            made.lock().unwrap().insert(at, values);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    made.into_inner().unwrap().into_values().flatten().collect()
}

fn ours_together(expressions: &[&str], more: &[(String, Vec<u8>)]) -> Vec<Option<Value>> {
    let text = |at: usize, expression: &str| {
        format!(
            r#"resource "azapi_resource" "x{at}" {{
 type = "Microsoft.X/y@1"
 body = {{ v = (
{expression}
) }}
}}
"#
        )
    };
    let files = expressions.iter().enumerate().map(|(at, e)| (format!("x{at}.tf"), text(at, e).into_bytes()));
    let tree = oracle::tree().into_iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
    let files = files.chain(tree).chain(more.iter().cloned());
    let sources = Sources::new(MemoryLoader::new(files));
    let tfvars = instantiations("", &sources).swap_remove(0).tfvars;
    let options = Options::default();
    let limits = {
        let all = cmklint_graph::Budget { steps: u64::MAX, bytes: u64::MAX };
        Limits { budget: all, total: all, ..options.limits }
    };
    let lowered = Root::new("", &sources, &Options { limits, ..options }).with_tfvars(&tfvars).lower(DeploymentId(0));
    let bodies: BTreeMap<String, Value> =
        lowered.deployment.resources.iter().map(|r| (r.address.to_string(), r.body.clone())).collect();
    let value = |(at, expression): (usize, &&str)| {
        let body = bodies.get(&format!("azapi_resource.x{at}"))?;
        match body.as_object().and_then(|o| o.entries.get("v")) {
            Some(entry) => Some(entry.value.clone()),
            None => match &body.kind {
                Kind::Symbol(symbol) if symbol.label().contains("fails") => None,
                Kind::Object(object) if object.rest.as_ref().is_some_and(|r| r.label().contains("fails")) => None,
                other => panic!("{expression}: {other:?}"),
            },
        }
    };
    expressions.iter().enumerate().map(value).collect()
}

/// Marks what was a number: the digits are compared, since a double does not hold them all.
const NUMBER: &str = "number ";

/// JSON with numbers as text.
fn parse(text: &str) -> Json {
    let mut out = String::new();
    let mut in_text = false;
    let mut number = false;
    let mut escaped = false;
    for c in text.chars() {
        if !in_text && !number && (c.is_ascii_digit() || c == '-') {
            out.push_str(&format!("\"{NUMBER}"));
            number = true;
        } else if number && !matches!(c, '0'..='9' | '.' | 'e' | 'E' | '+' | '-') {
            out.push('"');
            number = false;
        }
        if c == '"' && !escaped {
            in_text = !in_text;
        }
        escaped = in_text && c == '\\' && !escaped;
        out.push(c);
    }
    if number {
        out.push('"');
    }
    serde_json::from_str(&out).unwrap()
}

/// Whether `ours` is `theirs`, as far as it is known.
fn matches(ours: &Value, theirs: &Json) -> Verdict {
    let exactly = |same: bool| if same { Verdict::Known } else { Verdict::Wrong };
    match (&ours.kind, theirs) {
        (Kind::Symbol(_) | Kind::Ref(_) | Kind::Choice(_), _) => Verdict::Symbol,
        (Kind::Template(_), Json::String(_)) => Verdict::Partly,
        (Kind::Null, theirs) => exactly(theirs.is_null()),
        (Kind::Bool(ours), Json::Bool(theirs)) => exactly(ours == theirs),
        (Kind::Number(ours), Json::String(theirs)) => exactly(format!("{NUMBER}{ours}") == *theirs),
        (Kind::String(ours), Json::String(theirs)) => exactly(**ours == **theirs),
        (Kind::Array(ours), Json::Array(theirs)) => {
            if ours.items.len() > theirs.len() || ours.rest.is_none() && ours.items.len() != theirs.len() {
                return Verdict::Wrong;
            }
            together(ours.items.iter().zip(theirs).map(|(a, b)| matches(a, b)), ours.rest.is_some())
        }
        (Kind::Object(ours), Json::Object(theirs)) => {
            if ours.rest.is_none() && ours.entries.len() != theirs.len() {
                return Verdict::Wrong;
            }
            let members = ours.entries.iter().map(|(name, entry)| match theirs.get(&**name) {
                Some(other) => matches(&entry.value, other),
                None => Verdict::Wrong,
            });
            together(members, ours.rest.is_some())
        }
        _ => Verdict::Wrong,
    }
}

fn together(parts: impl Iterator<Item = Verdict>, open: bool) -> Verdict {
    let parts: Vec<Verdict> = parts.collect();
    if parts.contains(&Verdict::Wrong) {
        Verdict::Wrong
    } else if open || parts.iter().any(|v| *v != Verdict::Known) {
        Verdict::Partly
    } else {
        Verdict::Known
    }
}

fn judge(ours: Option<&Value>, answer: Option<&String>) -> Verdict {
    match (ours, answer) {
        (None, None) => Verdict::Refused,
        (None, Some(_)) => Verdict::Wrong,
        (Some(ours), Some(answer)) => matches(ours, &parse(answer)),
        (Some(ours), None) if ours.is_known() => Verdict::Wrong,
        (Some(_), None) => Verdict::SymbolForRefused,
    }
}

/// The function that the expression calls outermost.
fn function(expression: &str) -> &str {
    let name = expression.split('(').next().unwrap_or_default();
    if name.chars().all(|c| c.is_ascii_alphanumeric()) && expression.ends_with(')') { name } else { "-" }
}

#[test]
fn every_answer_we_know_is_terraforms() {
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut by_function: BTreeMap<String, BTreeMap<Verdict, usize>> = BTreeMap::new();
    let mut wrong = Vec::new();
    let recorded = oracle::recorded();
    let expressions: Vec<&str> = recorded.iter().map(|(expression, _)| &**expression).collect();
    for ((expression, answer), value) in recorded.iter().zip(ours(&expressions, &[])) {
        let verdict = judge(value.as_ref(), answer.as_ref());
        *counts.entry(verdict).or_default() += 1;
        *by_function.entry(function(expression).to_owned()).or_default().entry(verdict).or_default() += 1;
        if verdict == Verdict::Wrong {
            let ours = value.map_or_else(|| "an error".to_owned(), |v| cmklint_graph::canonical(&v));
            wrong.push(format!(
                r"{expression}
    ours   {ours}
    theirs {}",
                answer.as_deref().unwrap_or("an error")
            ));
        }
    }
    println!("{counts:?}");
    if std::env::var_os("CMKLINT_VERBOSE").is_some() {
        for (name, counts) in &by_function {
            println!("{name:<20} {counts:?}");
        }
    }
    assert!(
        wrong.is_empty(),
        r"{} wrong answers:
{}",
        wrong.len(),
        wrong.join("\n")
    );

    let never: BTreeSet<&str> = by_function
        .iter()
        .filter(|(name, counts)| {
            *name != "-" && counts.contains_key(&Verdict::Symbol) && !counts.contains_key(&Verdict::Known)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    let listed: BTreeSet<&str> = SYMBOLS.iter().copied().collect();
    assert!(never.is_subset(&listed), "functions never known: {never:?}");
}

/// An expression with one of its values put into a variable that nobody sets.
fn with_a_hole(expression: &str, at: usize) -> Option<String> {
    let pool = generate::literals();
    let found: Vec<(usize, &str)> = pool
        .iter()
        .flat_map(|literal| expression.match_indices(literal))
        // A value of its own: an argument, an item, a side of an operator.
        .filter(|(at, literal)| {
            let before = expression[..*at].chars().next_back();
            let after = expression[at + literal.len()..].chars().next();
            matches!(before, Some('(' | ' ' | '[')) && matches!(after, Some(')' | ',' | ']') | None)
        })
        .collect();
    let (from, literal) = *found.get(at % found.len().max(1))?;
    let bound = &expression[..from];
    // Inside of text, and of objects' keys, it would be something else.
    if bound.matches('"').count() % 2 == 1 || expression.contains('\n') {
        return None;
    }
    Some(format!("{bound}var.hole{}", &expression[from + literal.len()..]))
}

#[test]
fn what_is_said_of_a_value_that_is_not_known_holds_of_each_value() {
    let recorded = oracle::recorded();
    let mut cases: Vec<(String, &String)> = Vec::new();
    for (at, (expression, answer)) in recorded.iter().enumerate() {
        if let (Some(hole), Some(answer)) = (with_a_hole(expression, at), answer) {
            cases.push((hole, answer));
        }
    }
    let variable = ("hole.tf".to_owned(), b"variable \"hole\" {}\n".to_vec());
    let expressions: Vec<&str> = cases.iter().map(|(e, _)| &**e).collect();
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for ((hole, answer), value) in cases.iter().zip(ours(&expressions, &[variable])) {
        let verdict = judge(value.as_ref(), Some(answer));
        *counts.entry(verdict).or_default() += 1;
        if verdict == Verdict::Wrong {
            let ours = value.map_or_else(|| "an error".to_owned(), |v| cmklint_graph::canonical(&v));
            wrong.push(format!(
                r"{hole}
    ours   {ours}
    theirs {answer}, of some value"
            ));
        }
    }
    println!("{counts:?}");
    assert!(cases.len() > 2000, "{} cases", cases.len());
    assert!(
        wrong.is_empty(),
        r"{} wrong answers:
{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_record_holds_the_answers_to_all_expressions() {
    let expressions = generate::expressions();
    let binary = oracle::terraform();
    if std::env::var_os("CMKLINT_RECORD").is_some() {
        let binary = binary.expect("no Terraform to ask: put it on the path, or name it by TERRAFORM");
        oracle::record(&oracle::ask(&binary, &expressions, &[]));
        return;
    }
    let recorded = oracle::recorded();
    let asked: Vec<&String> = recorded.iter().map(|(expression, _)| expression).collect();
    assert!(
        asked.iter().copied().eq(&expressions),
        "other expressions than those recorded: run again with CMKLINT_RECORD=1 and Terraform {} on the path",
        oracle::VERSION
    );
    let Some(binary) = binary else {
        println!("no Terraform {} on the path or in TERRAFORM: the record is taken as it is", oracle::VERSION);
        return;
    };
    for (recorded, now) in recorded.iter().zip(oracle::ask(&binary, &expressions, &[])) {
        assert_eq!(*recorded, now);
    }
}

#[test]
fn every_function_of_terraform_is_asked_for() {
    let Some(binary) = oracle::terraform() else { return };
    let known: BTreeSet<String> = oracle::functions(&binary);
    let mut asked: BTreeSet<String> = generate::functions().into_iter().map(str::to_owned).collect();
    asked.extend(SYMBOLS.iter().map(|s| (*s).to_owned()));
    asked.retain(|name| !NO_FUNCTIONS.contains(&&**name));
    assert_eq!(asked, known);
}
