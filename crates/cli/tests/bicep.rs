//! What Bicep brings with it from other files, through the binary: restored modules, aliases, files that are loaded, parameter files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use assert_cmd::Command;
use common::Tree;

/// A template with a fault, and the line that it is on.
fn faulty() -> (String, usize) {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/CMK001/bad/arm/azuredeploy.json")).unwrap();
    let line = text.lines().position(|line| line.contains("expect: CMK001")).unwrap() + 1;
    (text, line)
}

/// Runs the binary in `folder` of the tree, whose folder `home` is the home folder. Exit code, findings, diagnostics.
fn run(tree: &Tree, folder: &str, args: &[&str]) -> (i32, Vec<String>, String) {
    let mut command = Command::cargo_bin("cmklint").unwrap();
    let home = tree.path().join("home");
    command.current_dir(tree.path().join(folder)).args(["--format", "compact"]).args(args);
    let output = command.env("HOME", &home).env("USERPROFILE", &home).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let found = text(&output.stdout).lines().filter(|line| line.contains("CMK")).map(str::to_owned).collect();
    (output.status.code().unwrap_or(-1), found, text(&output.stderr))
}

/// What is written to standard output.
fn shown(tree: &Tree, args: &[&str]) -> String {
    let mut command = Command::cargo_bin("cmklint").unwrap();
    let home = tree.path().join("home");
    command.current_dir(tree.path().join("work")).args(args).env("HOME", &home).env("USERPROFILE", &home);
    String::from_utf8_lossy(&command.env("NO_COLOR", "1").env("COLUMNS", "200").output().unwrap().stdout).into_owned()
}

const CALL: &str = r"module disks 'br/public:avm/res/compute/disks:1.0.0' = {
  name: 'disks'
}
";
const CACHED: &str = "br/mcr.microsoft.com/bicep$avm$res$compute$disks/1.0.0$/main.json";

#[test]
fn a_restored_module_is_looked_into() {
    let (module, line) = faulty();
    let tree = Tree::new(&[("work/main.bicep", CALL), (&format!("home/.bicep/{CACHED}"), &module)]);
    let (code, found, err) = run(&tree, "work", &["."]);
    assert_eq!(code, 2, "{found:?} {err}");
    assert_eq!(found.len(), 1, "{found:?}");
    // At the call: what is in the cache nobody can change. Where in the module is reported with it.
    assert!(found[0].starts_with("main.bicep:1:1:"), "{found:?}");
    let full = shown(&tree, &["--format", "default", "."]);
    assert!(full.contains(&format!("~/.bicep/{CACHED}:{line}:")), "{full}");
    // An ignore comment there works.
    let ignored = format!("// cmklint-ignore: CMK001 -- theirs\n{CALL}");
    tree.write("work/main.bicep", ignored.as_bytes());
    assert_eq!(run(&tree, "work", &["."]).0, 0);
    // From another folder that is named.
    let elsewhere = Tree::new(&[("work/main.bicep", CALL), (&format!("cache/{CACHED}"), &module)]);
    let (code, again, err) = run(&elsewhere, "work", &["--bicep-cache", "../cache", "."]);
    assert_eq!((code, &again), (2, &found), "{err}");
    let (code, _, err) = run(&elsewhere, "work", &["--bicep-cache", "../gone", "."]);
    assert_eq!(code, 1);
    assert!(err.contains("../gone: cannot be read"), "{err}");
}

#[test]
fn a_module_that_is_not_at_hand_is_noted_and_no_finding() {
    let (sets, _) = faulty();
    let tree = Tree::new(&[
        ("work/main.bicep", format!("{CALL}// Microsoft.Compute/disks\n").as_str()),
        ("other/x.json", &sets),
    ]);
    let (code, found, err) = run(&tree, "work", &["--verbose", "."]);
    assert_eq!((code, found.len()), (0, 0), "{err}");
    assert!(err.contains("a module of a registry that is not in the local restore cache"), "{err}");
    let (_, _, quiet) = run(&tree, "work", &["."]);
    assert!(!quiet.contains("restore cache"), "{quiet}");
}

#[test]
fn an_alias_of_the_nearest_configuration_may_stand_for_a_folder() {
    let module =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/CMK001/bad/bicep/main.bicep")).unwrap();
    let tree = Tree::new(&[
        ("work/app/main.bicep", "module keys 'br/ours:keys/disks:1.0' = { name: 'keys' }\n"),
        (
            "work/bicepconfig.json",
            "{ \"moduleAliasesMock\": { \"br\": { \"ours\": { \"mapToFilePath\": \"lib\" } } } } // ours",
        ),
        ("work/lib/keys/disks.bicep", &module),
    ]);
    // The module alone would be a root; named on its own, only its caller is checked.
    let (code, found, err) = run(&tree, "work", &["app/main.bicep"]);
    assert_eq!(code, 2, "{err}");
    assert!(found.len() == 1 && found[0].starts_with("lib/keys/disks.bicep:"), "{found:?}");
}

#[test]
fn what_leads_out_of_the_tree_is_refused() {
    let text = "param location string = 'westeurope'
var secret = loadTextContent('../secret.txt')
var list = loadJsonContent('/etc/list.json')
var files = loadDirectoryFileInfo('../..')
resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: secret
  location: location
  tags: { list: string(list), files: string(files) }
}
module far '../far.bicep' = { name: 'far' }
";
    let tree = Tree::new(&[("work/main.bicep", text), ("secret.txt", "hidden"), ("far.bicep", "")]);
    let (code, found, err) = run(&tree, "work", &["."]);
    assert_eq!((code, found.len()), (0, 0), "{err}");
    for line in [
        "'../secret.txt' leads out of the tree",
        "'/etc/list.json' leads out",
        "'../..' leads out",
        "the module lies outside",
    ] {
        assert!(err.contains(line), "no «{line}» in {err}");
    }
    assert!(!err.contains("hidden"));
}

/// The key of the Bicep example with its type taken from `value`.
fn key_of(value: &str) -> String {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/CMK001/bad/bicep/main.bicep")).unwrap();
    assert!(text.contains("'EC'"));
    text.replace("'EC'", value)
}

#[test]
fn files_that_are_loaded_are_values() {
    for (value, file, text) in [
        ("loadTextContent('type.txt')", "type.txt", "EC"),
        (
            "loadJsonContent('../shared/keys.json', 'disks[0].kty')",
            "shared/keys.json",
            "{ \"disks\": [{ \"kty\": \"EC\" }] }",
        ),
        ("loadYamlContent('keys.yaml').kty", "keys.yaml", "kty: EC\n"),
        ("base64ToString(loadFileAsBase64('type.bin'))", "type.bin", "EC"),
        ("split(loadDirectoryFileInfo('kinds', '*.txt')[0].baseName, '.')[0]", "kinds/EC.txt", "x"),
    ] {
        let path = match file.strip_prefix("shared/") {
            Some(_) => format!("work/{file}"),
            None => format!("work/app/{file}"),
        };
        let main = key_of(value);
        let tree = Tree::new(&[("work/app/main.bicep", main.as_str()), ("work/shared/x.txt", ""), (&path, text)]);
        let (code, found, err) = run(&tree, "work", &["."]);
        assert_eq!((code, found.len()), (2, 1), "{value}: {found:?} {err}");
        assert!(found[0].contains("CMK001"), "{found:?}");
        let gone = Tree::new(&[("work/app/main.bicep", main.as_str()), ("work/shared/x.txt", "")]);
        let (_, found, err) = run(&gone, "work", &["."]);
        assert!(found.is_empty(), "what is not there is not known: {value}: {found:?} {err}");
    }
}

#[test]
fn a_parameter_file_gives_what_is_known_and_no_more() {
    let main = format!("param kty string\n{}", key_of("kty"));
    let with = |line: &str| {
        let parameters = format!(
            r"using 'main.bicep'
extends 'base.bicepparam'
import {{ kinds }} from 'shared.bicep'
var own = kinds.ec
{line}
"
        );
        let tree = Tree::new(&[
            ("work/main.bicep", main.as_str()),
            ("work/main.bicepparam", &parameters),
            (
                "work/base.bicepparam",
                r"using none
var inner = 'EC'
param kty = inner
",
            ),
            ("work/shared.bicep", "@export()\nvar kinds = { ec: 'EC' }\n"),
            ("work/type.json", "{ \"kty\": \"EC\" }"),
        ]);
        let (code, found, err) = run(&tree, "work", &["--parameters", "main.bicepparam", "main.bicep"]);
        assert!(!err.contains("error"), "{line}: {err}");
        (code, found.len())
    };
    for known in [
        "",
        "param kty = own",
        "param kty = loadJsonContent('type.json').kty",
        "param kty = toUpper('ec')",
        "param kty = readEnvironmentVariable('KTY', 'EC')",
    ] {
        assert_eq!(with(known), (2, 1), "{known}");
    }
    for unknown in [
        "param kty = readEnvironmentVariable('KTY', '')",
        "param kty = readEnvironmentVariable('KTY')",
        "@inline()\nparam kty",
        "param kty = externalInput('x', 'EC')",
        "param kty = az.getSecret('a', 'b', 'c', 'd')",
    ] {
        assert_eq!(with(unknown), (0, 0), "{unknown}");
    }
}

#[test]
fn a_fault_in_a_module_known_by_its_source_is_at_the_argument_of_the_call() {
    let main = "resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: 'westeurope'
}
module disk 'br/public:avm/res/compute/disk:0.6.0' = {
  params: {
    name: 'disk'
    location: 'northeurope'
    sku: 'Premium_LRS'
    availabilityZone: -1
    diskEncryptionSetResourceId: des.id
  }
}
";
    let tree = Tree::new(&[("work/main.bicep", main)]);
    let (code, found, err) = run(&tree, "work", &["--only", "CMK020", "."]);
    assert_eq!(code, 2, "{err}");
    assert!(found.len() == 1 && found[0].starts_with("main.bicep:8:15:"), "{found:?}");
    for format in ["default", "sarif", "json", "compact"] {
        let report = shown(&tree, &["--format", format, "."]);
        assert!(report.contains("northeurope") && !report.contains("<cmklint>"), "{report}");
    }
    // What the module leaves to others, or does otherwise in another version, is no fault.
    tree.write("work/main.bicep", main.replace("location: 'northeurope'\n", "region: 'northeurope'\n").as_bytes());
    assert_eq!(run(&tree, "work", &["--only", "CMK020", "."]).0, 0);
    let ignored = main.replace("module disk", "// cmklint-ignore: CMK020 -- known\nmodule disk");
    tree.write("work/main.bicep", ignored.as_bytes());
    assert_eq!(run(&tree, "work", &["--only", "CMK020", "."]).0, 0);
}
