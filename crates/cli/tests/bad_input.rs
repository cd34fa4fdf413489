//! Whatever the input: a clear word, the other files still checked, an end in bounded time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::{EC_KEY, Tree};

/// The run says `words`, exits with 1, and still finds what is wrong in the good file beside the bad one.
fn says_and_goes_on(files: &[(&str, &[u8])], words: &[&str]) {
    let mut all: Vec<(&str, &[u8])> = vec![("good/main.tf", EC_KEY.as_bytes())];
    all.extend(files);
    let tree = Tree::new(&all);
    let ran = tree.run(&["--format", "compact"]);
    assert_eq!(ran.code, 1, "{}\n{}", ran.out, ran.err);
    for word in words {
        assert!(ran.err.contains(word), "no «{word}» in: {}", ran.err);
    }
    assert!(ran.out.contains("good/main.tf:18:"), "{}", ran.out);
}

#[test]
fn a_broken_file_in_each_language_is_named_with_its_line() {
    says_and_goes_on(&[("bad/main.tf", b"resource \"a\" \"b\" {\n  x = [1,\n")], &["bad/main.tf:"]);
    says_and_goes_on(&[("bad/main.tf.json", b"{\"resource\": {\n  \"a\": [1,,]}}")], &["bad/main.tf.json:2:"]);
    says_and_goes_on(&[("bad/main.bicep", b"param x string\nresource y = {\n")], &["bad/main.bicep:2:"]);
    let template = br#"{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
 "contentVersion": "1.0.0.0", "resources": [ { "type": ] }"#;
    says_and_goes_on(&[("bad/azuredeploy.json", template)], &["bad/azuredeploy.json:2:"]);
    says_and_goes_on(
        &[("bad/main.bicepparam", b"using\nparam = 3\n"), ("bad/main.bicep", b"param x int\n")],
        &["bad/main.bicepparam:"],
    );
}

#[test]
fn a_file_that_is_not_utf8_is_named() {
    for path in ["bad/main.tf", "bad/main.bicep", "bad/prod.tfvars"] {
        says_and_goes_on(&[(path, b"x = \"\xff\xfe\"\n")], &[path, "not UTF-8"]);
    }
}

#[test]
fn other_json_may_be_as_broken_as_it_likes() {
    let tree = Tree::new(&[
        ("a.json", &b"{\"x\": "[..]),
        ("b.json", b"\xff\xfe"),
        ("c.json", b""),
        ("d.json", b"[1, 2"),
        ("e.json", b"null"),
    ]);
    let ran = tree.run(&["."]);
    assert_eq!((ran.code, ran.out.contains("no findings")), (0, true), "{}{}", ran.out, ran.err);
}

#[test]
fn empty_files_are_no_findings() {
    let tree = Tree::new(&[
        ("main.tf", ""),
        ("a/main.bicep", ""),
        ("b/x.json", ""),
        ("c/main.bicepparam", ""),
        ("d/main.tf.json", "{}"),
    ]);
    let ran = tree.run(&["."]);
    assert!(ran.code == 0 || ran.err.contains("main.bicepparam"), "{}{}", ran.out, ran.err);
    assert!(!ran.err.contains("fault in cmklint"), "{}", ran.err);
}

#[test]
fn a_directory_without_such_files_gets_a_word_and_exit_code_0() {
    let tree = Tree::new(&[("notes.txt", "hello")]);
    let ran = tree.run(&["."]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("no Terraform, ARM JSON or Bicep files"), "{}", ran.err);
}

#[test]
fn a_path_that_is_not_there_is_an_error() {
    let tree = Tree::new(&[("main.tf", EC_KEY)]);
    let ran = tree.run(&["nowhere"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("nowhere: no such file or directory"), "{}", ran.err);
}

#[test]
fn a_cycle_of_modules_or_locals_is_named() {
    let call = |name: &str, source: &str| {
        format!(
            r#"module "{name}" {{
  source = "{source}"
}}
"#
        )
    };
    let (a, b) = (call("b", "../b"), call("a", "../a"));
    let relevant = r#"resource "azurerm_disk_encryption_set" "d" {
  location = "westeurope"
}
"#;
    says_and_goes_on_or_warns(&[("a/main.tf", &format!("{a}{relevant}")), ("b/main.tf", &b)], "cycle");
    says_and_goes_on_or_warns(
        &[(
            "l/main.tf",
            &format!(
                r"locals {{
  x = local.y
  y = local.x
}}
{relevant}"
            ),
        )],
        "",
    );
    says_and_goes_on_or_warns(&[("own/main.tf", &format!("{}{relevant}", call("self", "./")))], "cycle");
}

/// The run ends, says `word`, and still finds what is wrong in the good file beside.
fn says_and_goes_on_or_warns(files: &[(&str, &str)], word: &str) {
    let mut all = vec![("good/main.tf", EC_KEY)];
    all.extend(files);
    let tree = Tree::new(&all);
    let ran = tree.run(&["--format", "compact", "--verbose"]);
    assert!(ran.code == 1 || ran.code == 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains(word), "no «{word}» in: {}", ran.err);
    assert!(ran.out.contains("good/main.tf:18:"), "{}", ran.out);
}

const HEAD: &str = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0""#;

#[test]
fn a_template_that_calls_itself_is_named() {
    let set = r"resource s 'Microsoft.Compute/diskEncryptionSets@2023-04-02' = {
  name: 's'
  location: 'westeurope'
}
";
    says_and_goes_on_or_warns(
        &[(
            "t/main.bicep",
            &format!(
                r"module me './main.bicep' = {{
  name: 'me'
}}
{set}"
            ),
        )],
        "deploys itself",
    );
    let linked = format!(
        r#"{{{HEAD}, "resources": [{{"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "me",
 "properties": {{"mode": "Incremental", "templateLink": {{"relativePath": "azuredeploy.json"}}}}}},
 {{"type": "Microsoft.Compute/disks", "apiVersion": "2023-04-02", "name": "d", "location": "westeurope", "properties": {{}}}}]}}"#
    );
    says_and_goes_on_or_warns(&[("t/azuredeploy.json", &linked)], "deploys itself");
}

#[test]
fn a_file_over_the_limit_is_refused_and_one_of_100_mb_that_is_no_template_is_skipped() {
    let tree = Tree::new(&[("good/main.tf", EC_KEY)]);
    let mut large = b"{\"data\": \"".to_vec();
    large.resize(100_000_000, b'x');
    tree.write("data/rows.json", &large);
    let ran = tree.run(&["--format", "compact"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    let mut large = format!("{{{HEAD}, \"resources\": [], \"metadata\": {{\"x\": \"").into_bytes();
    large.resize(100_000_000, b'x');
    tree.write("data/azuredeploy.json", &large);
    tree.write("data/main.bicep", &large);
    let ran = tree.run(&["--format", "compact"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("azuredeploy.json") && ran.err.contains("main.bicep") && ran.err.contains("--max-file-size"),
        "{}",
        ran.err
    );
    assert!(ran.out.contains("good/main.tf:18:"));
}

#[test]
fn loops_of_a_million_and_nesting_of_ten_thousand_end() {
    let copy = format!(
        r#"{{{HEAD}, "resources": [{{"type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2023-04-02", "name": "[concat('d', copyIndex())]",
 "location": "westeurope", "copy": {{"name": "c", "count": 1000000}}, "properties": {{}}}}]}}"#
    );
    let nested = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let relevant = r"resource d 'Microsoft.Compute/disks@2023-04-02' = {
  name: 'd'
  location: 'westeurope'
}
";
    let files = [
        ("a/azuredeploy.json", copy),
        ("b/azuredeploy.json", format!("{{{HEAD}, \"resources\": [], \"x\": {}}}", nested("[", "]"))),
        ("c/main.bicep", format!("var x = {}\n{relevant}", nested("(", ")"))),
        ("d/main.bicep", format!("var x = {}\n{relevant}", nested("[", "]"))),
        (
            "e/main.tf",
            format!(
                r"locals {{
  x = {}
}}
",
                nested("(", ")")
            ),
        ),
        (
            "f/main.tf",
            format!(
                r"locals {{
  x = {}
}}
",
                nested("[", "]")
            ),
        ),
        (
            "g/main.tf",
            r#"resource "azurerm_disk_encryption_set" "d" {
  for_each = toset([for i in range(1000000) : tostring(i)])
  name = each.key
}
"#
            .to_owned(),
        ),
        (
            "h/main.tf",
            r#"resource "azurerm_disk_encryption_set" "d" {
  count = 1000000
  name = "d"
}
"#
            .to_owned(),
        ),
        (
            "i/main.bicep",
            r"resource d 'Microsoft.Compute/disks@2023-04-02' = [for i in range(0, 1000000): {
  name: 'd${i}'
  location: 'westeurope'
}]
"
            .to_owned(),
        ),
        ("j/main.tf.json", format!("{{\"locals\": {{\"x\": {}}}}}", nested("[", "]"))),
        (
            "k/azuredeploy.json",
            format!(
                "{{{HEAD}, \"resources\": [{{\"type\": \"Microsoft.Compute/disks\", \"name\": \"[{}]\"}}]}}",
                nested("concat(", ")")
            ),
        ),
    ];
    for (path, text) in files {
        let tree = Tree::new(&[(path, text.as_str()), ("good/main.tf", EC_KEY)]);
        let ran = tree.run(&["--format", "compact"]);
        assert!(ran.code == 1 || ran.code == 2, "{path}: {} {}{}", ran.code, ran.out, ran.err);
        assert!(!ran.err.contains("fault in cmklint"), "{path}: {}", ran.err);
        assert!(ran.out.contains("good/main.tf:18:"), "{path}: {}", ran.out);
    }
}
