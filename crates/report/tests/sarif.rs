//! SARIF: valid against the schema, within GitHub's limits.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

mod common;

use cmklint_report::{DisplayPaths, Format, Report, Suppressed, SuppressionKind};
use cmklint_rules::{Finding, Level};
use cmklint_source::{Diagnostic, Severity};
use common::*;
use serde_json::Value;
use std::path::Path;

fn sarif(report: &Report<'_>) -> Value {
    let text = text(Format::Sarif, report);
    assert!(text.ends_with("}\n"));
    let log: Value = serde_json::from_str(&text).unwrap();
    let schema = include_str!("../../../testdata/schema/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    // The pattern of the two properties `language`, which are not written here, is no regular expression (a `]` too many).
    for owner in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{owner}/properties/language")).unwrap();
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).take(5).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    log
}

fn broken(sources: &cmklint_source::Sources) -> [Diagnostic; 3] {
    [
        Diagnostic::error("syntax", "a value is missing", span(sources, "infra/set.tf", "\"set\"")),
        Diagnostic::new(Severity::Warning, "unreadable", "no such file").about("x y.tf"),
        Diagnostic::new(Severity::Note, "remote-module", "not looked into"),
    ]
}

#[test]
fn an_empty_run_is_valid_and_successful() {
    let sources = sources(&[]);
    let log = sarif(&report(&sources, &[]));
    let run = &log["runs"][0];
    assert_eq!(run["results"], serde_json::json!([]));
    assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 2);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["automationDetails"]["id"], "cmklint/");
    let mut no_rules = report(&sources, &[]);
    no_rules.rules = &[];
    sarif(&no_rules);
}

#[test]
#[allow(clippy::too_many_lines)] // most of them are the expected document
fn a_result_has_all_that_code_scanning_reads() {
    let sources = sources(&[]);
    let findings = [finding(&sources)];
    let log = sarif(&report(&sources, &findings));
    insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["results"]).unwrap(), @r#"
    [
      {
        "ruleId": "CMK020",
        "ruleIndex": 0,
        "level": "error",
        "message": {
          "text": "disk azurerm_managed_disk.data is in 'westus', its encryption set in 'eastus' (when parameter environment is 'prod'). See: [the encryption set is in 'eastus'](1). Note: it rests on the default of variable disk_location. Help: Put the disk and its encryption set into one region. A set cannot be moved: make one in the disk's region."
        },
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "uri": "infra/main.tf"
              },
              "region": {
                "startLine": 8,
                "startColumn": 28,
                "endLine": 8,
                "endColumn": 45
              },
              "contextRegion": {
                "startLine": 8,
                "endLine": 8,
                "snippet": {
                  "text": "  location               = var.disk_location"
                }
              }
            },
            "logicalLocations": [
              {
                "fullyQualifiedName": "azurerm_managed_disk.data",
                "kind": "resource"
              }
            ],
            "message": {
              "text": "the disk is in 'westus'"
            }
          }
        ],
        "relatedLocations": [
          {
            "id": 1,
            "physicalLocation": {
              "artifactLocation": {
                "uri": "infra/set.tf"
              },
              "region": {
                "startLine": 3,
                "startColumn": 14,
                "endLine": 3,
                "endColumn": 22
              }
            },
            "message": {
              "text": "the encryption set is in 'eastus'"
            }
          }
        ],
        "codeFlows": [
          {
            "message": {
              "text": "location of azurerm_managed_disk.data: 'westus'"
            },
            "threadFlows": [
              {
                "locations": [
                  {
                    "location": {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "infra/main.tf"
                        },
                        "region": {
                          "startLine": 3,
                          "startColumn": 13,
                          "endLine": 3,
                          "endColumn": 21
                        }
                      },
                      "message": {
                        "text": "default of variable disk_location"
                      }
                    }
                  },
                  {
                    "location": {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "infra/main.tf"
                        },
                        "region": {
                          "startLine": 8,
                          "startColumn": 28,
                          "endLine": 8,
                          "endColumn": 45
                        }
                      },
                      "message": {
                        "text": "location of azurerm_managed_disk.data"
                      }
                    }
                  }
                ]
              }
            ]
          },
          {
            "message": {
              "text": "location of azurerm_disk_encryption_set.set: 'eastus'"
            },
            "threadFlows": [
              {
                "locations": [
                  {
                    "location": {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "infra/set.tf"
                        },
                        "region": {
                          "startLine": 3,
                          "startColumn": 14,
                          "endLine": 3,
                          "endColumn": 22
                        }
                      },
                      "message": {
                        "text": "written here"
                      }
                    }
                  }
                ]
              }
            ]
          }
        ],
        "partialFingerprints": {
          "primaryLocationLineHash": "5f363d07ec2c908b:1",
          "cmklint/v2": "6bd46d311670e225e2e5918a353435f3"
        },
        "properties": {
          "confidence": "conditional",
          "restriction": "same_place",
          "world": "parameter environment is 'prod'",
          "notes": [
            "it rests on the default of variable disk_location"
          ],
          "help": "Put the disk and its encryption set into one region. A set cannot be moved: make one in the disk's region.",
          "resources": [
            "azurerm_managed_disk.data",
            "azurerm_disk_encryption_set.set"
          ],
          "deployment": "infra"
        }
      }
    ]
    "#);
}

#[test]
#[allow(clippy::too_many_lines)] // the expected text is most of it
fn a_rule_has_its_words_and_its_weight() {
    let sources = sources(&[]);
    let log = sarif(&report(&sources, &[]));
    insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["tool"]).unwrap(), @r##"
    {
      "driver": {
        "name": "cmklint",
        "fullName": "cmklint 0.1.0",
        "informationUri": "https://github.com/OWNER/cmklint",
        "version": "0.1.0",
        "semanticVersion": "0.1.0",
        "rules": [
          {
            "id": "CMK020",
            "name": "same_region",
            "shortDescription": {
              "text": "Two resources that one key connects are in different regions."
            },
            "fullDescription": {
              "text": "Two resources that one key connects are in different regions. The restriction (S4): All resources related to a customer-managed key must be in one subscription and one region."
            },
            "helpUri": "https://github.com/OWNER/cmklint/blob/main/rules/CMK020/rule.md",
            "help": {
              "text": "# CMK020 same_region\n\nTwo resources that one key connects are in different regions.\n\n## Why\nIt fails.\n",
              "markdown": "# CMK020 same_region\n\nTwo resources that one key connects are in different regions.\n\n## Why\nIt fails.\n"
            },
            "defaultConfiguration": {
              "enabled": true,
              "level": "error"
            },
            "properties": {
              "tags": [
                "azure",
                "managed-disks",
                "customer-managed-keys",
                "security",
                "S4"
              ],
              "precision": "very-high",
              "problem.severity": "error",
              "security-severity": "5.0"
            }
          },
          {
            "id": "CMK090",
            "name": "disk_without_cmk",
            "shortDescription": {
              "text": "A disk has no key of its own."
            },
            "fullDescription": {
              "text": "A disk has no key of its own. The restriction (policy): A managed disk names an encryption set."
            },
            "helpUri": "https://github.com/OWNER/cmklint/blob/main/rules/CMK090/rule.md",
            "help": {
              "text": "# CMK090 disk_without_cmk\n\nA disk has no key of its own.\n",
              "markdown": "# CMK090 disk_without_cmk\n\nA disk has no key of its own.\n"
            },
            "defaultConfiguration": {
              "enabled": false,
              "level": "warning"
            },
            "properties": {
              "tags": [
                "azure",
                "managed-disks",
                "customer-managed-keys",
                "security",
                "policy",
                "azure-policy/702dd420-7fcc-42c5-afe8-4026edd20fe0",
                "azure-policy/59953f11-df7f-48b1-870f-1780ed07348e",
                "mcsb/DP-5",
                "cis-azure-3.0.0/8.3",
                "nist-800-53/SC-12"
              ],
              "precision": "high",
              "problem.severity": "warning",
              "security-severity": "5.5"
            }
          }
        ]
      }
    }
    "##);
}

#[test]
fn diagnostics_are_notifications_and_an_error_fails_the_invocation() {
    let sources = sources(&[]);
    let diagnostics = broken(&sources);
    let mut report = report(&sources, &[]);
    report.diagnostics = &diagnostics;
    let log = sarif(&report);
    insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["invocations"]).unwrap(), @r#"
    [
      {
        "executionSuccessful": false,
        "toolExecutionNotifications": [
          {
            "descriptor": {
              "id": "syntax"
            },
            "level": "error",
            "message": {
              "text": "a value is missing"
            },
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "infra/set.tf"
                  },
                  "region": {
                    "startLine": 1,
                    "startColumn": 40,
                    "endLine": 1,
                    "endColumn": 45
                  }
                }
              }
            ]
          },
          {
            "descriptor": {
              "id": "unreadable"
            },
            "level": "warning",
            "message": {
              "text": "no such file"
            },
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "x%20y.tf"
                  }
                }
              }
            ]
          }
        ]
      }
    ]
    "#);
}

#[test]
fn regions_count_utf16_units_and_uris_are_relative_to_the_repository_and_encoded() {
    let sources = sources(&[("ä b/t#1.tf", "x\r\né😀 = \"v😀\"\r\n")]);
    let findings = [plain(&sources, "ä b/t#1.tf", "\"v😀\"")];
    let mut report = report(&sources, &findings);
    report.repository_paths = DisplayPaths::new(Path::new("/repo/sub"), Path::new("/repo"));
    report.style.paths = DisplayPaths::new(Path::new("/repo/sub"), Path::new("/repo/sub/elsewhere"));
    let log = sarif(&report);
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "sub/%C3%A4%20b/t%231.tf");
    assert_eq!(place["region"], serde_json::json!({"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 12}));
}

#[test]
fn brackets_make_no_link_that_was_not_meant() {
    let sources = sources(&[]);
    let mut one = finding(&sources);
    one.message = "disk d[0](1) is wrong".to_owned();
    one.world = String::new();
    one.notes = vec!["n[1](2)".to_owned()];
    one.help = "Do [it](3).".to_owned();
    one.related[0].message = "set s[0]".to_owned();
    let findings = [one];
    let log = sarif(&report(&sources, &findings));
    assert_eq!(
        log["runs"][0]["results"][0]["message"]["text"],
        r"disk d[0\](1) is wrong. See: [set s\[0\]](1). Note: n[1\](2). Help: Do [it\](3)."
    );
}

#[test]
fn suppressions_are_on_all_results_or_on_none() {
    let sources = sources(&[]);
    let findings = [finding(&sources)];
    let ignored = plain(&sources, "infra/main.tf", "\"data\"");
    let suppressed = [
        Suppressed {
            finding: &ignored,
            justification: Some("a test disk".to_owned()),
            kind: SuppressionKind::InSource,
        },
        Suppressed { finding: &ignored, justification: None, kind: SuppressionKind::External },
    ];
    let mut report = report(&sources, &findings);
    assert!(sarif(&report)["runs"][0]["results"][0].get("suppressions").is_none());
    report.suppressed = &suppressed;
    let log = sarif(&report);
    let all: Vec<&Value> = log["runs"][0]["results"].as_array().unwrap().iter().map(|r| &r["suppressions"]).collect();
    assert_eq!(
        serde_json::to_value(all).unwrap(),
        serde_json::json!([[], [{"kind": "inSource", "justification": "a test disk"}], [{"kind": "external"}]])
    );
}

fn many(number: usize) -> (cmklint_source::Sources, Vec<Finding>) {
    let sources = sources(&[]);
    let error = finding(&sources);
    let warning = plain(&sources, "infra/main.tf", "\"data\"");
    let findings = (0..number)
        .map(|i| {
            let mut one = if i % 3 == 0 { error.clone() } else { warning.clone() };
            one.identity.variant = i.to_string();
            if i % 3 == 2 {
                one.level = Level::Notice;
            }
            one
        })
        .collect();
    (sources, findings)
}

#[test]
fn too_many_results_are_cut_from_the_least_grave_and_that_is_said() {
    let (sources, findings) = many(30_000);
    let report = report(&sources, &findings);
    let mut out = Vec::new();
    let warnings = cmklint_report::write(Format::Sarif, &report, &mut out).unwrap();
    let said =
        "5000 results of 30000 left out of the SARIF report, the least grave first: GitHub code scanning takes no more";
    assert_eq!(warnings, [said]);
    let log: Value = serde_json::from_slice(&out).unwrap();
    let levels: Vec<&str> =
        log["runs"][0]["results"].as_array().unwrap().iter().map(|r| r["level"].as_str().unwrap()).collect();
    assert_eq!(levels.len(), 25_000);
    let number = |level| levels.iter().filter(|l| **l == level).count();
    assert_eq!((number("error"), number("warning"), number("note")), (10_000, 10_000, 5_000));
    assert_eq!(levels[9_999], "error");
    assert_eq!(levels[24_999], "note");
    let notification = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["message"]["text"], said);
    assert_eq!(notification["level"], "warning");
}

#[test]
fn the_order_is_the_given_one_where_all_are_shown() {
    let (sources, findings) = many(6);
    let log = sarif(&report(&sources, &findings));
    let levels: Vec<&str> =
        log["runs"][0]["results"].as_array().unwrap().iter().map(|r| r["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["error", "warning", "note", "error", "warning", "note"]);
}

#[test]
fn a_result_has_no_more_places_and_steps_than_are_taken() {
    let sources = sources(&[]);
    let mut one = finding(&sources);
    one.related = vec![one.related[0].clone(); 3_000];
    one.trails[0].steps = vec![one.trails[0].steps[0].clone(); 20_000];
    let findings = [one];
    let log = sarif(&report(&sources, &findings));
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 999);
    let flows = result["codeFlows"].as_array().unwrap();
    let steps: usize = flows.iter().map(|f| f["threadFlows"][0]["locations"].as_array().unwrap().len()).sum();
    assert_eq!(steps, 1_000);
    assert!(result["message"]["text"].as_str().unwrap().len() < 1_000);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let (sources, findings) = many(50);
    let report = report(&sources, &findings);
    assert_eq!(text(Format::Sarif, &report), text(Format::Sarif, &report));
}
