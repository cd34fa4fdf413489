//! Whole configurations against Terraform: variables and their files, locals, overrides, JSON, modules. A folder is a text: lines `> expression`, then
//! its files. The answers are in `tests/data/console/folders.jsonl`.

use std::path::{Path, PathBuf};

use crate::{Verdict, judge, oracle, ours_together};

const FOLDERS: [(&str, &str); 6] = [
    ("expressions", include_str!("../data/console/folders/expressions.txt")),
    ("json", include_str!("../data/console/folders/json.txt")),
    ("modules", include_str!("../data/console/folders/modules.txt")),
    ("overrides", include_str!("../data/console/folders/overrides.txt")),
    ("tfvars", include_str!("../data/console/folders/tfvars.txt")),
    ("variables", include_str!("../data/console/folders/variables.txt")),
];

struct Folder {
    expressions: Vec<String>,
    files: Vec<(String, Vec<u8>)>,
}

fn read(text: &str) -> Folder {
    let mut folder = Folder { expressions: Vec::new(), files: Vec::new() };
    for line in text.lines() {
        if let Some(path) = line.strip_prefix("-- ").and_then(|l| l.strip_suffix(" --")) {
            folder.files.push((path.to_owned(), Vec::new()));
        } else if let Some((_, text)) = folder.files.last_mut() {
            text.extend(line.bytes().chain([b'\n']));
        } else if let Some(expression) = line.strip_prefix("> ") {
            folder.expressions.push(expression.to_owned());
        }
    }
    folder
}

fn record_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/console/folders.jsonl")
}

type Line = (String, String, Option<String>);

fn recorded() -> Vec<Line> {
    let text = std::fs::read_to_string(record_path()).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn configurations_are_evaluated_as_terraform_does() {
    let recorded = recorded();
    let mut wrong = Vec::new();
    let mut counts = std::collections::BTreeMap::new();
    for (name, text) in FOLDERS {
        let folder = read(text);
        let expressions: Vec<&str> = folder.expressions.iter().map(|e| &**e).collect();
        let answers: Vec<&Line> = recorded.iter().filter(|(folder, ..)| folder == name).collect();
        assert!(answers.iter().map(|a| &a.1).eq(&folder.expressions), "{name}: record it anew with CMKLINT_RECORD=1");
        for ((_, expression, answer), ours) in answers.into_iter().zip(ours_together(&expressions, &folder.files)) {
            let verdict = judge(ours.as_ref(), answer.as_ref());
            *counts.entry(verdict).or_insert(0) += 1;
            // Here all is known, so what Terraform knows we are to know.
            if matches!(verdict, Verdict::Wrong | Verdict::Symbol) && !expression.starts_with("terraform.") {
                let ours = ours.map_or_else(|| "an error".to_owned(), |v| cmklint_graph::canonical(&v));
                let theirs = answer.as_deref().unwrap_or("an error");
                wrong.push(format!(
                    r"{name}: {expression}
    ours   {ours}
    theirs {theirs}"
                ));
            }
        }
    }
    println!("{counts:?}");
    assert!(
        wrong.is_empty(),
        r"{} wrong answers:
{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn the_record_holds_the_answers_to_all_folders() {
    let Some(binary) = oracle::terraform() else { return };
    let mut lines: Vec<Line> = Vec::new();
    for (name, text) in FOLDERS {
        let folder = read(text);
        let answers = oracle::ask(&binary, &folder.expressions, &folder.files);
        lines.extend(answers.into_iter().map(|(expression, answer)| (name.to_owned(), expression, answer)));
    }
    if std::env::var_os("CMKLINT_RECORD").is_some() {
        let lines: Vec<String> = lines.iter().map(|line| serde_json::to_string(line).unwrap()).collect();
        std::fs::write(record_path(), lines.join("\n") + "\n").unwrap();
    } else {
        assert_eq!(lines, recorded());
    }
}
