//! Worlds: two random conditions over a few parameters of small domains decide whether a disk has an encryption set and whether it has Azure Disk
//! Encryption. Every assignment is tried by hand; there is a finding where one has both and only there, and the world that it names holds for one of these.
//!
//! A kind is a way of asking about a parameter. `written.rs` has pairs of conditions as they are found in public code.
#![allow(clippy::panic)] // helpers of tests are tests

mod calculated;
mod conditions;
mod letters;
mod members;
mod pieces;
mod together;
mod wholes;
mod words;
mod written;

use std::sync::Arc;

use cmklint_cli::analysis::{Request, analyze};
use cmklint_cli::tree::{Candidate, FileKind};
use cmklint_source::{MemoryLoader, Severity, Sources};
use conditions::{Assignment, KINDS, Language};
use fastrand::Rng;

/// Pairs of conditions of each kind, in each language, with and without stated domains.
const PAIRS: usize = 120;

/// The file with these declarations, in which a disk has an encryption set where `set` holds, and Azure Disk Encryption where `ade` does.
fn template(language: Language, declared: &str, set: &str, ade: &str) -> (&'static str, String) {
    match language {
        Language::Bicep => (
            "main.bicep",
            format!(
                "{declared}
resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {{
  name: 'des'
  location: 'westeurope'
  properties: {{ activeKey: {{ keyUrl: 'https://kv.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66' }} }}
}}
resource disk 'Microsoft.Compute/disks@2024-03-02' = {{
  name: 'disk'
  location: 'westeurope'
  properties: {{
    creationData: {{ createOption: 'Empty' }}
    encryption: ({set}) ? {{ diskEncryptionSetId: des.id }} : null
    encryptionSettingsCollection: {{ enabled: ({ade}) ? true : false }}
  }}
}}
"
            ),
        ),
        Language::Terraform => (
            "main.tf",
            format!(
                "{declared}
resource \"azurerm_disk_encryption_set\" \"des\" {{
  name                = \"des\"
  resource_group_name = \"rg\"
  location            = \"westeurope\"
  key_vault_key_id    = \"https://kv.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66\"
}}
resource \"azurerm_managed_disk\" \"disk\" {{
  name                   = \"disk\"
  resource_group_name    = \"rg\"
  location               = \"westeurope\"
  storage_account_type   = \"Premium_LRS\"
  create_option          = \"Empty\"
  disk_encryption_set_id = ({set}) ? azurerm_disk_encryption_set.des.id : null
  encryption_settings {{
    enabled = ({ade}) ? true : false
  }}
}}
"
            ),
        ),
    }
}

/// The same in ARM JSON, where `declared` is the members of `parameters`.
fn arm_template(declared: &str, set: &str, ade: &str) -> (&'static str, String) {
    let text = format!(
        r#"{{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json",
  "contentVersion": "1.0.0.0",
  "parameters": {{ {declared} }},
  "resources": [
    {{
      "type": "Microsoft.Compute/diskEncryptionSets",
      "apiVersion": "2024-03-02",
      "name": "des",
      "location": "westeurope",
      "properties": {{
        "activeKey": {{ "keyUrl": "https://kv.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66" }}
      }}
    }},
    {{
      "type": "Microsoft.Compute/disks",
      "apiVersion": "2024-03-02",
      "name": "disk",
      "location": "westeurope",
      "properties": {{
        "creationData": {{ "createOption": "Empty" }},
        "encryption": "[if({set}, createObject('diskEncryptionSetId', resourceId('Microsoft.Compute/diskEncryptionSets', 'des')), null())]",
        "encryptionSettingsCollection": {{ "enabled": "[if({ade}, true(), false())]" }}
      }}
    }}
  ]
}}
"#
    );
    ("main.json", text)
}

/// The worlds of the findings of CMK040.
fn worlds(path: &str, text: &str) -> Vec<String> {
    let sources = Arc::new(Sources::new(MemoryLoader::new([(path, text)])));
    let candidates = FileKind::of(path).map(|kind| Candidate { path: path.to_owned(), kind, named: false });
    let analysis = analyze(&Request { candidates: candidates.into_iter().collect(), ..Request::default() }, &sources);
    let errors: Vec<_> = analysis.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    analysis.findings.into_iter().filter(|f| f.rule.id == "CMK040").map(|f| f.world).collect()
}

/// What is wrong with what is said of two conditions.
fn wrong(found: &[String], faulty: &[Assignment], stated: bool) -> Option<String> {
    match (found.is_empty(), faulty.is_empty()) {
        (true, false) => Some(format!("missed: {:?}", faulty.first())),
        (false, true) => Some(format!("a world that can't be: {found:?}")),
        (true, true) => None,
        // Words that this test can't read say nothing against the world.
        (false, false) => {
            let fits = |world: &&String| faulty.iter().any(|a| words::holds(world, a) != Some(false));
            let wrong = found.iter().find(|world| !fits(world))?;
            // Where the domain is open, other values than those tried may be meant.
            stated.then(|| format!("no assignment with the fault is in the world '{wrong}'"))
        }
    }
}

/// Tries pairs of conditions of the kind of that name.
fn try_kind(name: &str) {
    let kind = KINDS.iter().find(|k| k.name == name).unwrap_or_else(|| panic!("no kind {name}"));
    let mut rng = Rng::with_seed(11);
    let (mut tried, mut failures) = (0, Vec::new());
    for language in [Language::Bicep, Language::Terraform] {
        if kind.leaves(language).is_empty() {
            continue;
        }
        for stated in [true, false] {
            if !stated && kind.closed {
                continue;
            }
            for _ in 0..PAIRS {
                let [set, ade] = [0, 1].map(|_| kind.condition(language, &mut rng, 2));
                let faulty: Vec<Assignment> =
                    kind.assignments(stated).into_iter().filter(|a| set.holds(a) && ade.holds(a)).collect();
                let declared = kind.parameters(language, stated);
                let (path, text) = template(language, &declared, &set.write(language), &ade.write(language));
                tried += 1;
                if let Some(what) = wrong(&worlds(path, &text), &faulty, stated) {
                    failures.push(format!("{} and {}: {what}", set.write(language), ade.write(language)));
                }
            }
        }
    }
    // The shortest say best what is wrong.
    failures.sort_by_key(String::len);
    let shown: Vec<&String> = failures.iter().take(6).collect();
    assert!(failures.is_empty(), "{name}: {} of {tried} pairs fail, such as {shown:#?}", failures.len());
}

macro_rules! kinds {
    ($($name:ident;)*) => {
        $(
            #[test]
            fn $name() {
                try_kind(stringify!($name));
            }
        )*

        #[test]
        fn every_kind_is_tried() {
            let mut all: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
            let mut tried = vec![$(stringify!($name)),*];
            all.sort_unstable();
            tried.sort_unstable();
            assert_eq!(all, tried);
        }
    };
}

kinds! {
    plain;
    lower;
    folded;
    compared;
    length;
    starts;
    split;
    text_of_bool;
    regex;
    index;
}
