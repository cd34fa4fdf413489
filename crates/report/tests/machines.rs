//! The formats for machines: `json` and `github`.

mod common;

use cmklint_report::{DisplayPaths, Format, fingerprint};
use cmklint_rules::{FindingIdentity, Holder, Level, Root, RootKind};
use cmklint_source::{Diagnostic, Severity};
use common::*;
use serde_json::Value;
use std::path::Path;

#[test]
#[allow(clippy::too_many_lines)] // most of them are the expected documents
fn json_has_tflints_shape_and_keys_of_our_own() {
    let sources = sources(&[]);
    let findings = [finding(&sources)];
    let diagnostics = [
        Diagnostic::error("syntax", "a value is missing", span(&sources, "infra/set.tf", "\"set\"")).help("Write one."),
        Diagnostic::new(Severity::Warning, "unreadable", "no such file").about("x.tf"),
        Diagnostic::new(Severity::Note, "remote-module", "not looked into"),
    ];
    let mut report = report(&sources, &findings);
    report.diagnostics = &diagnostics;
    let text = text(Format::Json, &report);
    assert_eq!(text.lines().count(), 1);
    let json: Value = serde_json::from_str(&text).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap(), @r#"
    {
      "issues": [
        {
          "rule": {
            "name": "same_region",
            "severity": "error",
            "link": "https://github.com/OWNER/cmklint/blob/main/rules/CMK020/rule.md"
          },
          "message": "disk azurerm_managed_disk.data is in 'westus', its encryption set in 'eastus'",
          "range": {
            "filename": "infra/main.tf",
            "start": {
              "line": 8,
              "column": 28
            },
            "end": {
              "line": 8,
              "column": 45
            }
          },
          "callers": [],
          "fixable": false,
          "fixed": false,
          "id": "CMK020",
          "level": "error",
          "confidence": "conditional",
          "restriction": "same_place",
          "related": [
            {
              "message": "the encryption set is in 'eastus'",
              "range": {
                "filename": "infra/set.tf",
                "start": {
                  "line": 3,
                  "column": 14
                },
                "end": {
                  "line": 3,
                  "column": 22
                }
              }
            }
          ],
          "trails": [
            {
              "title": "location of azurerm_managed_disk.data: 'westus'",
              "steps": [
                {
                  "message": "default of variable disk_location",
                  "range": {
                    "filename": "infra/main.tf",
                    "start": {
                      "line": 3,
                      "column": 13
                    },
                    "end": {
                      "line": 3,
                      "column": 21
                    }
                  }
                },
                {
                  "message": "location of azurerm_managed_disk.data",
                  "range": {
                    "filename": "infra/main.tf",
                    "start": {
                      "line": 8,
                      "column": 28
                    },
                    "end": {
                      "line": 8,
                      "column": 45
                    }
                  }
                }
              ]
            },
            {
              "title": "location of azurerm_disk_encryption_set.set: 'eastus'",
              "steps": [
                {
                  "message": "written here",
                  "range": {
                    "filename": "infra/set.tf",
                    "start": {
                      "line": 3,
                      "column": 14
                    },
                    "end": {
                      "line": 3,
                      "column": 22
                    }
                  }
                }
              ]
            }
          ],
          "world": "parameter environment is 'prod'",
          "notes": [
            "it rests on the default of variable disk_location"
          ],
          "help": "Put the disk and its encryption set into one region. A set cannot be moved: make one in the disk's region.",
          "fingerprint": "v2:6bd46d311670e225e2e5918a353435f3",
          "resources": [
            "azurerm_managed_disk.data",
            "azurerm_disk_encryption_set.set"
          ],
          "deployment": "infra",
          "also": 0
        }
      ],
      "errors": [
        {
          "summary": "syntax",
          "message": "a value is missing. Write one.",
          "severity": "error",
          "range": {
            "filename": "infra/set.tf",
            "start": {
              "line": 1,
              "column": 40
            },
            "end": {
              "line": 1,
              "column": 45
            }
          }
        },
        {
          "summary": "unreadable",
          "message": "no such file",
          "severity": "warning",
          "filename": "x.tf"
        }
      ]
    }
    "#);
}

#[test]
fn json_counts_columns_in_characters_and_shows_paths_from_the_working_directory() {
    let sources = sources(&[("a/t.tf", "x\r\né😀 = \"v\"\r\n")]);
    let mut one = plain(&sources, "a/t.tf", "\"v\"");
    one.level = Level::Notice;
    let findings = [one];
    let mut report = report(&sources, &findings);
    report.style.paths = DisplayPaths::new(Path::new("/r"), Path::new("/r/a"));
    let json: Value = serde_json::from_str(&text(Format::Json, &report)).unwrap();
    assert_eq!(
        json["issues"][0]["range"],
        serde_json::json!({"filename": "t.tf", "start": {"line": 2, "column": 6}, "end": {"line": 2, "column": 9}})
    );
    assert_eq!(json["issues"][0]["rule"]["severity"], "info");
    assert_eq!(json["issues"][0]["level"], "notice");
}

#[test]
fn json_of_nothing_has_both_lists() {
    let sources = sources(&[]);
    assert_eq!(text(Format::Json, &report(&sources, &[])), "{\"issues\":[],\"errors\":[]}\n");
}

#[test]
fn a_fingerprint_depends_on_the_identity_alone() {
    let one = common::identity("CMK020", "a", "b");
    let hash = fingerprint(&one);
    assert_eq!(hash.len(), 32);
    // Each part counts, and no part's text is taken for a boundary between two.
    let others = [
        FindingIdentity { rule: "CMK021", ..one.clone() },
        FindingIdentity { root: Root::module("vm with disks"), ..one.clone() },
        FindingIdentity { root: Root::module("vm with sets"), ..one.clone() },
        FindingIdentity { root: Root::new(RootKind::Held(Holder::TemplateSpec, "s".into()), "infra"), ..one.clone() },
        FindingIdentity { address: "a|b".to_owned(), property: String::new(), ..one.clone() },
        FindingIdentity { against: vec!["c".to_owned()], ..one.clone() },
        FindingIdentity { variant: "c".to_owned(), ..one },
    ];
    let hashes: std::collections::BTreeSet<String> = others.iter().map(fingerprint).chain([hash]).collect();
    assert_eq!(hashes.len(), others.len() + 1);
}

#[test]
fn github_commands_are_escaped() {
    let sources = sources(&[("a,b/c:d%.tf", "x = [\n 1,\n]\ny = 2\n")]);
    let mut many = plain(&sources, "a,b/c:d%.tf", "[\n 1,\n]");
    many.message = "100% wrong:\r\nreally, ::error::".to_owned();
    many.level = Level::Notice;
    let findings = [finding(&sources), many, plain(&sources, "a,b/c:d%.tf", "2")];
    let diagnostics = [
        Diagnostic::error("syntax", "a value is missing", span(&sources, "infra/set.tf", "\"set\"")),
        Diagnostic::new(Severity::Warning, "unreadable", "no such file").about("x.tf").help("Name another."),
        Diagnostic::new(Severity::Note, "remote-module", "not looked into"),
    ];
    let mut report = report(&sources, &findings);
    report.diagnostics = &diagnostics;
    report.repository_paths = DisplayPaths::new(Path::new("/repo/sub"), Path::new("/repo"));
    insta::assert_snapshot!(text(Format::Github, &report), @r#"
    ::error file=sub/infra/set.tf,line=1,endLine=1,col=40,endColumn=45,title=cmklint syntax::a value is missing
    ::warning file=sub/x.tf,title=cmklint unreadable::no such file%0AName another.
    ::error file=sub/infra/main.tf,line=8,endLine=8,col=28,endColumn=45,title=CMK020 same_region::disk azurerm_managed_disk.data is in 'westus', its encryption set in 'eastus'%0AWhen: parameter environment is 'prod'%0ANote: it rests on the default of variable disk_location%0AHelp: Put the disk and its encryption set into one region. A set cannot be moved: make one in the disk's region.
    ::notice file=sub/a%2Cb/c%3Ad%25.tf,line=1,endLine=3,title=CMK090 disk_without_cmk::100%25 wrong:  really, ::error::%0AHelp: Name an encryption set.
    ::warning file=sub/a%2Cb/c%3Ad%25.tf,line=4,endLine=4,col=5,endColumn=6,title=CMK090 disk_without_cmk::disk a,b/c:d%25.tf states no encryption set%0AHelp: Name an encryption set.
    "#);
}
