//! The formats for CI systems, read as their consumers read them.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a failed test")]

mod common;

use std::path::Path;

use cmklint_report::{DisplayPaths, Format};
use cmklint_rules::{Finding, Level};
use cmklint_source::{Diagnostic, Severity, Sources};
use common::*;
use roxmltree::{Document, Node};
use serde_json::{Value, json};

fn broken(sources: &Sources) -> [Diagnostic; 3] {
    [
        Diagnostic::error("syntax", "a value is missing", span(sources, "infra/set.tf", "\"set\"")).help("Write one"),
        Diagnostic::new(Severity::Warning, "unreadable", "no such file").about("x y.tf"),
        Diagnostic::new(Severity::Note, "remote-module", "not looked into"),
    ]
}

/// Two findings, one of them in a file whose name is markup.
fn findings(sources: &Sources) -> [Finding; 2] {
    let mut notice = plain(sources, "a<b>&\"c\".tf", "\"v\"");
    notice.level = Level::Notice;
    [finding(sources), notice]
}

fn with_markup() -> Sources {
    sources(&[("a<b>&\"c\".tf", "x = [\n  \"v\",\n]\n")])
}

fn elements<'a>(node: Node<'a, 'a>) -> Vec<Node<'a, 'a>> {
    node.children().filter(Node::is_element).collect()
}

/// Asserts what Jenkins' schema for JUnit's XML (xunit-plugin, `junit-10.xsd`) asks of these elements, and that the counts are right, which it doesn't
/// ask but viewers show.
fn assert_is_junit(xml: &str) {
    let document = Document::parse(xml).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    for suite in elements(root) {
        assert_eq!(suite.tag_name().name(), "testsuite");
        assert!(!suite.attribute("name").unwrap().is_empty());
        let cases = elements(suite);
        let number = |name: &str| suite.attribute(name).unwrap().parse::<usize>().unwrap();
        let with = |name: &str| cases.iter().filter(|c| c.children().any(|n| n.has_tag_name(name))).count();
        assert_eq!(
            (number("tests"), number("failures"), number("errors")),
            (cases.len(), with("failure"), with("error"))
        );
        for case in cases {
            assert_eq!(case.tag_name().name(), "testcase");
            assert!(["name", "classname"].iter().all(|name| !case.attribute(*name).unwrap().is_empty()));
            case.attribute("time").unwrap().parse::<f64>().unwrap();
            for result in elements(case) {
                assert!(matches!(result.tag_name().name(), "failure" | "error"));
                assert!(result.attributes().all(|a| matches!(a.name(), "message" | "type")));
                assert!(elements(result).is_empty() && result.text().is_some());
            }
        }
    }
}

#[test]
fn junit_has_a_failed_case_for_each_finding_and_a_case_in_error_for_what_is_not_read() {
    let sources = with_markup();
    let (findings, diagnostics) = (findings(&sources), broken(&sources));
    let mut report = report(&sources, &findings);
    report.diagnostics = &diagnostics;
    let xml = text(Format::Junit, &report);
    assert_is_junit(&xml);
    insta::assert_snapshot!(xml, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites>
      <testsuite name="cmklint" tests="3" failures="2" errors="1" time="0">
        <testcase classname="infra/main.tf" name="CMK020 infra/main.tf:8,28-45" time="0">
          <failure message="disk azurerm_managed_disk.data is in &apos;westus&apos;, its encryption set in &apos;eastus&apos;" type="Error">Error: disk azurerm_managed_disk.data is in &apos;westus&apos;, its encryption set in &apos;eastus&apos;
    When: parameter environment is &apos;prod&apos;
    Note: it rests on the default of variable disk_location
    Help: Put the disk and its encryption set into one region. A set cannot be moved: make one in the disk&apos;s region.
    Rule: CMK020 same_region
    Range: infra/main.tf:8,28-45</failure>
        </testcase>
        <testcase classname="a&lt;b&gt;&amp;&quot;c&quot;.tf" name="CMK090 a&lt;b&gt;&amp;&quot;c&quot;.tf:2,3-6" time="0">
          <failure message="disk a&lt;b&gt;&amp;&quot;c&quot;.tf states no encryption set" type="Notice">Notice: disk a&lt;b&gt;&amp;&quot;c&quot;.tf states no encryption set
    Help: Name an encryption set.
    Rule: CMK090 disk_without_cmk
    Range: a&lt;b&gt;&amp;&quot;c&quot;.tf:2,3-6</failure>
        </testcase>
        <testcase classname="infra/set.tf" name="syntax infra/set.tf:1:40" time="0">
          <error message="a value is missing" type="syntax">Error: a value is missing
    Help: Write one</error>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn junit_of_nothing_has_a_case_that_passed() {
    let sources = sources(&[]);
    let xml = text(Format::Junit, &report(&sources, &[]));
    assert_is_junit(&xml);
    assert!(xml.contains(r#"<testcase classname="cmklint" name="no findings" time="0"/>"#), "{xml}");
}

#[test]
fn checkstyle_has_an_element_for_each_file_and_one_for_each_finding_in_it() {
    let sources = with_markup();
    let (findings, diagnostics) = (findings(&sources), broken(&sources));
    let mut report = report(&sources, &findings);
    report.diagnostics = &diagnostics;
    let xml = text(Format::Checkstyle, &report);
    let document = Document::parse(&xml).unwrap();
    for file in elements(document.root_element()) {
        assert!(file.has_tag_name("file") && !file.attribute("name").unwrap().is_empty());
        for error in elements(file) {
            assert!(error.has_tag_name("error"));
            assert!(matches!(error.attribute("severity"), Some("error" | "warning" | "info")));
            assert!(["line", "column"].iter().all(|name| error.attribute(*name).unwrap().parse::<u32>().unwrap() > 0));
        }
    }
    insta::assert_snapshot!(xml, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <checkstyle version="0.1.0">
      <file name="infra/main.tf">
        <error source="CMK020" line="8" column="28" severity="error" message="disk azurerm_managed_disk.data is in &apos;westus&apos;, its encryption set in &apos;eastus&apos; (when parameter environment is &apos;prod&apos;; it rests on the default of variable disk_location)" link="https://github.com/OWNER/cmklint/blob/main/rules/CMK020/rule.md" rule="same_region"/>
      </file>
      <file name="a&lt;b&gt;&amp;&quot;c&quot;.tf">
        <error source="CMK090" line="2" column="3" severity="info" message="disk a&lt;b&gt;&amp;&quot;c&quot;.tf states no encryption set" link="https://github.com/OWNER/cmklint/blob/main/rules/CMK090/rule.md" rule="disk_without_cmk"/>
      </file>
      <file name="infra/set.tf">
        <error source="syntax" line="1" column="40" severity="error" message="a value is missing" rule="syntax"/>
      </file>
      <file name="x y.tf">
        <error source="unreadable" line="1" column="1" severity="warning" message="no such file" rule="unreadable"/>
      </file>
    </checkstyle>
    "#);
}

/// What GitLab asks of a Code Quality report ("Code Quality report format" in its documentation, and `codeclimate.json` among its schemas).
fn gitlab_schema() -> Value {
    json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "not": {"pattern": "^(\\./|/)"}},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                        },
                    },
                },
            },
        },
    })
}

#[test]
fn codequality_is_what_gitlab_reads_with_paths_from_the_root() {
    let sources = with_markup();
    let diagnostics = broken(&sources);
    let [one, two] = findings(&sources);
    let findings = [one.clone(), one, two];
    let mut report = report(&sources, &findings);
    report.diagnostics = &diagnostics;
    report.repository_paths = DisplayPaths::new(Path::new("/repo/sub"), Path::new("/repo"));
    let violations: Value = serde_json::from_str(&text(Format::Codequality, &report)).unwrap();
    let validator = jsonschema::validator_for(&gitlab_schema()).unwrap();
    assert!(validator.is_valid(&violations), "{:?}", validator.iter_errors(&violations).next());
    insta::assert_snapshot!(serde_json::to_string_pretty(&violations).unwrap(), @r#"
    [
      {
        "description": "disk azurerm_managed_disk.data is in 'westus', its encryption set in 'eastus' (when parameter environment is 'prod'; it rests on the default of variable disk_location)",
        "check_name": "CMK020",
        "fingerprint": "6bd46d311670e225e2e5918a353435f3",
        "severity": "major",
        "location": {
          "path": "sub/infra/main.tf",
          "lines": {
            "begin": 8,
            "end": 8
          }
        }
      },
      {
        "description": "disk azurerm_managed_disk.data is in 'westus', its encryption set in 'eastus' (when parameter environment is 'prod'; it rests on the default of variable disk_location)",
        "check_name": "CMK020",
        "fingerprint": "9d74f8226e5810f1c22cf47657a6343e",
        "severity": "major",
        "location": {
          "path": "sub/infra/main.tf",
          "lines": {
            "begin": 8,
            "end": 8
          }
        }
      },
      {
        "description": "disk a<b>&\"c\".tf states no encryption set",
        "check_name": "CMK090",
        "fingerprint": "c997798a4694e897be062c85533362d2",
        "severity": "info",
        "location": {
          "path": "sub/a<b>&\"c\".tf",
          "lines": {
            "begin": 2,
            "end": 2
          }
        }
      },
      {
        "description": "a value is missing",
        "check_name": "syntax",
        "fingerprint": "e11e679f5dc34078e086d88e1d7b9748",
        "severity": "critical",
        "location": {
          "path": "sub/infra/set.tf",
          "lines": {
            "begin": 1,
            "end": 1
          }
        }
      },
      {
        "description": "no such file",
        "check_name": "unreadable",
        "fingerprint": "18dd1575f6e17b80bdbd4866ccda9dc7",
        "severity": "minor",
        "location": {
          "path": "sub/x y.tf",
          "lines": {
            "begin": 1,
            "end": 1
          }
        }
      }
    ]
    "#);
}

#[test]
fn codequality_gives_no_two_the_same_fingerprint() {
    let sources = sources(&[]);
    let findings = vec![finding(&sources); 3];
    let violations: Value = serde_json::from_str(&text(Format::Codequality, &report(&sources, &findings))).unwrap();
    let prints: std::collections::BTreeSet<&str> =
        violations.as_array().unwrap().iter().map(|v| v["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), 3);
    assert!(prints.contains(cmklint_report::fingerprint(&findings[0].identity).as_str()));
}

#[test]
fn markdown_has_a_table_and_each_findings_details() {
    let sources = with_markup();
    let (findings, diagnostics) = (findings(&sources), broken(&sources));
    let mut report = report(&sources, &findings);
    report.diagnostics = &diagnostics;
    insta::assert_snapshot!(text(Format::Markdown, &report), @r#"
    <!-- cmklint -->
    ### cmklint: 2 findings (1 error, 1 notice)

    1 error while reading, so there may be more:

    - <code>infra/set.tf\:1\:40</code>: a value is missing

    | | rule | finding | place |
    |---|---|---|---|
    | ❌ | [CMK020](https://github.com/OWNER/cmklint/blob/main/rules/CMK020/rule.md) | disk azurerm\_managed\_disk.data is in 'westus', its encryption set in 'eastus' | <code>infra/main.tf\:8\:28</code> |
    | ℹ️ | [CMK090](https://github.com/OWNER/cmklint/blob/main/rules/CMK090/rule.md) | disk a&lt;b&gt;&amp;"c".tf states no encryption set | <code>a&lt;b&gt;&amp;"c".tf\:2\:3</code> |

    <details><summary>CMK020 same_region: <code>infra/main.tf:8:28</code></summary>

    **Error**: disk azurerm\_managed\_disk.data is in 'westus', its encryption set in 'eastus'

    - **When**: parameter environment is 'prod'
    - **Note**: it rests on the default of variable disk\_location
    - **Help**: Put the disk and its encryption set into one region. A set cannot be moved: make one in the disk's region.
    - <code>infra/set.tf\:3\:14</code>: the encryption set is in 'eastus'

    </details>

    <details><summary>CMK090 disk_without_cmk: <code>a&lt;b&gt;&amp;&quot;c&quot;.tf:2:3</code></summary>

    **Notice**: disk a&lt;b&gt;&amp;"c".tf states no encryption set

    - **Help**: Name an encryption set.

    </details>
    "#);
}

#[test]
fn markdown_fits_into_a_comment_and_counts_what_does_not() {
    let sources = sources(&[]);
    let findings = vec![finding(&sources); 500];
    let markdown = text(Format::Markdown, &report(&sources, &findings));
    assert!(markdown.chars().count() < 65_536);
    let shown = markdown.matches("<details>").count();
    assert!(shown > 10 && markdown.contains(&format!("\n{} further findings not shown here.\n", 500 - shown)));
    assert!(text(Format::Markdown, &report(&sources, &[])).contains("### cmklint: no findings\n"));
}
