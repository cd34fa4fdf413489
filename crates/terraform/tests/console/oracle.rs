//! What Terraform answers: recorded, and asked anew where its binary is there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The version whose answers are recorded.
pub(crate) const VERSION: &str = "1.11.4";

/// An expression, and the value that Terraform gives it, as JSON; `None` where it refuses the expression.
pub(crate) type Answer = (String, Option<String>);

/// A file that expressions may read.
pub(crate) fn tree() -> Vec<(&'static str, &'static [u8])> {
    vec![
        ("a.txt", b"text of a\n"),
        ("b.txt", b""),
        ("sub/b.tpl", b"hello ${a}\n%{ if a != 1 ~}\n  not one\n%{ endif ~}\n"),
        ("sub/.hidden", b"h"),
        ("sub/deep/a.txt", b"deep"),
        ("sub/deep/c.tpl", b""),
        ("latin1.bin", b"\xe4\xff"),
    ]
}

/// Terraform's binary: what `TERRAFORM` names, else the one on the path. `None` where there is none of the right version.
pub(crate) fn terraform() -> Option<PathBuf> {
    let named = std::env::var_os("TERRAFORM").map(PathBuf::from);
    let binary = named.clone().unwrap_or_else(|| PathBuf::from("terraform"));
    let version = Command::new(&binary).arg("version").env_remove("TF_CLI_CONFIG_FILE").output();
    let right =
        version.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).starts_with(&format!("Terraform v{VERSION}\n")));
    assert!(right || named.is_none(), "TERRAFORM does not name Terraform {VERSION}, but {}", binary.display());
    right.then_some(binary)
}

/// So many expressions are asked for at once.
const BATCH: usize = 1000;

/// Asks `terraform console` for the values of `expressions`, many at a time, beside `more` configuration.
pub(crate) fn ask(binary: &Path, expressions: &[String], more: &[(String, Vec<u8>)]) -> Vec<Answer> {
    let batches: Vec<&[String]> = expressions.chunks(BATCH).collect();
    let next = AtomicUsize::new(0);
    let made: Mutex<BTreeMap<usize, Vec<Answer>>> = Mutex::default();
    let work = || {
        let dir = folder(binary, more);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(batch) = batches.get(at) else { return };
            // A syntax error affects the whole run: it is found by its file, and left out.
            let bad = refused(binary, batch, more);
            let good: Vec<String> =
                batch.iter().enumerate().filter(|(at, _)| !bad.contains(at)).map(|(_, e)| e.clone()).collect();
            let mut good = answers(binary, dir.path(), &good).into_iter();
            let whole = batch.iter().enumerate().map(|(at, expression)| {
                if bad.contains(&at) { (expression.clone(), None) } else { good.next().unwrap() }
            });
            made.lock().unwrap().insert(at, whole.collect());
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    made.into_inner().unwrap().into_values().flatten().collect()
}

/// A folder with the files that expressions may read, and `more`.
fn folder(binary: &Path, more: &[(String, Vec<u8>)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in tree().into_iter().chain(more.iter().map(|(path, text)| (&**path, &**text))) {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    if more.iter().any(|(path, _)| path.contains('/')) {
        terraform_in(binary, dir.path()).arg("get").stdout(Stdio::null()).status().unwrap();
    }
    dir
}

fn terraform_in(binary: &Path, dir: &Path) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(dir).env_remove("TF_CLI_CONFIG_FILE").env("CHECKPOINT_DISABLE", "1").stderr(Stdio::null());
    command
}

/// The places of the expressions that Terraform refuses before it evaluates anything: each stands in a file of its own.
fn refused(binary: &Path, batch: &[String], more: &[(String, Vec<u8>)]) -> BTreeSet<usize> {
    let dir = folder(binary, more);
    for (at, expression) in batch.iter().enumerate() {
        std::fs::write(
            dir.path().join(format!("x{at}.tf")),
            format!(
                r"locals {{
 x{at} = (
{expression}
)
}}
"
            ),
        )
        .unwrap();
    }
    let out = terraform_in(binary, dir.path()).args(["validate", "-json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let file = |diagnostic: &serde_json::Value| -> Option<usize> {
        diagnostic["range"]["filename"].as_str()?.strip_prefix('x')?.strip_suffix(".tf")?.parse().ok()
    };
    json["diagnostics"].as_array().unwrap().iter().filter_map(file).collect()
}

/// The answers for a batch. What can't be asked together is asked by halves.
fn answers(binary: &Path, dir: &Path, batch: &[String]) -> Vec<Answer> {
    if batch.is_empty() {
        return Vec::new();
    }
    if let Some(out) = console(binary, dir, batch) {
        return batch.iter().cloned().zip(out).collect();
    }
    if let [only] = batch {
        return vec![(only.clone(), None)];
    }
    let (left, right) = batch.split_at(batch.len() / 2);
    [answers(binary, dir, left), answers(binary, dir, right)].concat()
}

fn console(binary: &Path, dir: &Path, batch: &[String]) -> Option<Vec<Option<String>>> {
    let mut text = String::from(
        r"locals {
  answers = [
",
    );
    for expression in batch {
        // Null is a value; an expression that fails is null without `v`.
        text.push_str(&format!(
            r"try(nonsensitive(jsonencode({{ v = (
{expression}
) }})), null),
"
        ));
    }
    text.push_str("  ]\n}\n");
    std::fs::write(dir.join("asked.tf"), text).unwrap();
    let mut command = terraform_in(binary, dir);
    let mut child = command.arg("console").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"base64encode(jsonencode(local.answers))\n").unwrap();
    let out = child.wait_with_output().unwrap();
    if !out.status.success() {
        return None;
    }
    // Warnings stand before the answer.
    let text = String::from_utf8(out.stdout).unwrap();
    let json = STANDARD.decode(text.lines().last()?.trim_matches('"')).ok()?;
    let answers: Vec<Option<String>> = serde_json::from_slice(&json).unwrap();
    let value = |answer: String| answer.strip_prefix(r#"{"v":"#).and_then(|a| a.strip_suffix('}')).unwrap().to_owned();
    // The folder's name is another one each time.
    let folder = dir.canonicalize().unwrap().display().to_string();
    Some(answers.into_iter().map(|answer| answer.map(|a| value(a).replace(&folder, "/folder"))).collect())
}

fn record_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/console/answers.jsonl")
}

/// The recorded answers.
pub(crate) fn recorded() -> Vec<Answer> {
    let text = std::fs::read_to_string(record_path()).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Records `answers`.
pub(crate) fn record(answers: &[Answer]) {
    let lines: Vec<String> = answers.iter().map(|answer| serde_json::to_string(answer).unwrap()).collect();
    std::fs::write(record_path(), lines.join("\n") + "\n").unwrap();
}

/// The names of Terraform's functions, as it lists them.
pub(crate) fn functions(binary: &Path) -> BTreeSet<String> {
    let out = Command::new(binary)
        .args(["metadata", "functions", "-json"])
        .env_remove("TF_CLI_CONFIG_FILE")
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let names = json["function_signatures"].as_object().unwrap().keys();
    names.filter(|name| !name.contains("::")).cloned().collect()
}
