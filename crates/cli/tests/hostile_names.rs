//! Several hundred random names and regions in one tree, in every list and drawing: each is one whole record there and makes no other, whatever it holds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;

use common::{Ran, Tree};
use fastrand::Rng;
use regex::Regex;
use serde_json::{Map, Value, json};

/// How many resources have random names.
const COUNT: usize = 400;

/// Parts of names that mean something to one of those who read a list: a spreadsheet, Graphviz, Mermaid, Markdown, a terminal, a job's log.
const PIECES: &[&str] = &[
    "::error::",
    "::add-mask::x",
    "##[error]",
    "##vso[task.complete]",
    "\n",
    "\r\n",
    "\t",
    " ",
    "   ",
    "\u{1b}[31m",
    "\u{1b}]8;;https://e.example\u{7}",
    "\u{0}",
    "\u{7f}",
    "\u{85}",
    "\u{9b}",
    "\u{2028}",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{e0041}",
    "=1+1",
    "+",
    "-",
    "@SUM(A1)",
    "\"",
    "\"\"",
    "'",
    "`",
    "``",
    ",",
    ";",
    "|",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "<b>",
    "</script>",
    "<!--",
    "-->",
    "]]>",
    "&lt;",
    "&",
    "#",
    "#35;",
    "\\",
    "\\\"",
    "\\n",
    "-->|x|",
    "end",
    "subgraph x",
    "click n0 \"https://e.example\"",
    "%%",
    "label=",
    "\"]; n0 -> n1 [",
    "}}",
    "*",
    "_",
    "~~",
    "![a](b)",
    "https://e.example",
    "a",
    "disk",
    "ä",
    "日",
    "😀",
    "very-long-word-without-any-place-to-fold-it-at-all",
];

fn text(rng: &mut Rng) -> String {
    (0..rng.usize(0..10)).map(|_| PIECES[rng.usize(..PIECES.len())]).collect()
}

/// Terraform in JSON, so that each text can be written: machines with Azure Disk Encryption, and disks that name a set.
fn configuration(rng: &mut Rng) -> String {
    let (mut machines, mut extensions, mut disks) = (Map::new(), Map::new(), Map::new());
    for at in 0..COUNT {
        let machine = json!({
            "name": format!("{at} {}", text(rng)), "location": text(rng), "resource_group_name": text(rng),
            "os_disk": { "caching": "None", "storage_account_type": "Premium_LRS" }
        });
        machines.insert(format!("m{at}"), machine);
        extensions.insert(
            format!("e{at}"),
            json!({
                "name": text(rng),
                "virtual_machine_id": format!("${{azurerm_linux_virtual_machine.m{at}.id}}"),
                "publisher": "Microsoft.Azure.Security", "type": "AzureDiskEncryptionForLinux",
                "settings": r#"{"EncryptionOperation": "EnableEncryption", "VolumeType": "All"}"#
            }),
        );
        let set = if at % 2 == 0 {
            "${azurerm_disk_encryption_set.s.id}".to_owned()
        } else {
            format!("/subscriptions/{}/x", text(rng))
        };
        disks.insert(
            format!("d{at}"),
            json!({ "name": text(rng), "location": text(rng), "resource_group_name": text(rng), "disk_encryption_set_id": set }),
        );
    }
    let set = json!({ "s": { "name": text(rng), "location": "westeurope", "key_vault_key_id": "https://v.vault.azure.net/keys/k/1" } });
    json!({ "resource": {
        "azurerm_linux_virtual_machine": machines, "azurerm_virtual_machine_extension": extensions,
        "azurerm_managed_disk": disks, "azurerm_disk_encryption_set": set
    } })
    .to_string()
}

/// Whether a terminal or a runner would obey any of `text`, or hide a part of it.
fn assert_harmless(ran: &Ran, of: &str) {
    for stream in [&ran.out, &ran.err] {
        for line in stream.split(['\n', '\r']) {
            assert!(!line.trim_start().starts_with("::"), "{of}: {line:?}");
            assert!(!line.contains("##[") && !line.contains("##vso["), "{of}: {line:?}");
        }
        let obeyed = |c: char| {
            c.is_control() && c != '\n'
                || matches!(c, '\u{2028}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
        };
        let found = stream.replace("\r\n", "\n").chars().find(|c| obeyed(*c));
        assert_eq!(found, None, "{of}");
    }
}

/// The records of a table by RFC 4180.
fn records(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'));
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            '\n' if !quoted => panic!("a line end within a record: {field:?}"),
            c => field.push(c),
        }
    }
    assert!(!quoted && field.is_empty() && row.is_empty(), "the table ends within a record");
    rows
}

fn check_csv(csv: &str) {
    let rows = records(csv);
    assert!(rows.len() > COUNT, "{}", rows.len());
    for row in &rows {
        assert_eq!(row.len(), rows[0].len(), "{row:?}");
        assert!(row.iter().all(|field| !field.starts_with(['=', '+', '-', '@', '\t'])), "a formula: {row:?}");
    }
}

/// Each line is one of those that the drawing is made of, with any text inside of the quotes only.
fn check_lines(text: &str, shapes: &[&str]) {
    let shapes: Vec<Regex> = shapes.iter().map(|shape| Regex::new(&format!("^ *(?:{shape})$")).unwrap()).collect();
    for line in text.lines() {
        assert!(shapes.iter().any(|shape| shape.is_match(line)), "{line:?}");
    }
    let declared = Regex::new(r#"(?m)^ +n\d+(\[|\(|\{| \[label)"#).unwrap();
    assert!(declared.find_iter(text).count() > 2 * COUNT, "{text}");
}

#[test]
fn each_name_is_one_record_of_each_list_and_drawing() {
    let mut rng = Rng::with_seed(20_261_128);
    let tree = Tree::new(&[("main.tf.json", configuration(&mut rng))]);
    let run = |arguments: &[&str]| {
        let ran = tree.run(arguments);
        assert!(!ran.out.trim().is_empty(), "{arguments:?}: {}", ran.err);
        assert_harmless(&ran, &arguments.join(" "));
        ran.out
    };
    check_csv(&run(&["ade", "--csv"]));
    let markdown = run(&["ade", "--format", "markdown"]);
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let table: Vec<&str> = markdown.lines().filter(|line| cells(line) > 8).collect();
    assert!(table.len() > COUNT && table.iter().all(|line| cells(line) == cells(table[0])), "{markdown}");
    assert!(!Regex::new("<[a-z/!]").unwrap().is_match(&markdown), "{markdown}");
    let quoted = r#""[^"]*""#;
    check_lines(
        &run(&["graph", "--format", "mermaid"]),
        &[
            "flowchart LR",
            &format!(r"subgraph s\d+(r\d+)?\[{quoted}\]"),
            "end",
            &format!(r"n\d+(\[\(|\{{\{{|\(\[|\[){quoted}(\)\]|\}}\}}|\]\)|\])"),
            &format!(r"n\d+ -- {quoted} --> (n\d+|x\d+\[/{quoted}/\])"),
            r"linkStyle [\d,]+ stroke:#c00,stroke-width:3px,color:#c00",
        ],
    );
    let quoted = r#""(?:[^"\\]|\\["\\])*""#;
    let attributes = format!(r"\[label={quoted}(, [a-z]+=[a-z0-9]+)*\];");
    check_lines(
        &run(&["graph", "--format", "dot"]),
        &[
            r"digraph estate \{",
            r#"rankdir=LR;|node \[shape=box, fontname="sans-serif"\];|edge \[fontname="sans-serif"\];"#,
            r"subgraph cluster_s\d+(r\d+)? \{",
            &format!("label={quoted};"),
            &format!(r"[nx]\d+ {attributes}"),
            &format!(r"n\d+ -> [nx]\d+ {attributes}"),
            r"\}",
        ],
    );
    for list in [&["graph", "--format", "json"][..], &["ade", "--format", "json"], &["roots", "--format", "json"]] {
        assert!(serde_json::from_str::<Value>(&run(list)).is_ok(), "{list:?}");
    }
}

#[test]
fn the_reader_of_tables_reads_what_is_quoted() {
    assert_eq!(records("a,\"b,\"\"c\"\"\r\nd\"\r\n"), [["a", "b,\"c\"\r\nd"]]);
}
