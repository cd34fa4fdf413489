//! Small sources and findings for the tests of the formats.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses some of these; a fixture that is not there is a failed test"
)]

use cmklint_report::{DisplayPaths, Format, Report, Style};
use cmklint_rules::{
    Confidence, DeploymentKey, Finding, FindingIdentity, Level, Place, Restriction, Root, RuleMeta, Stance, TrailStep,
    ValueTrail,
};
use cmklint_source::{MemoryLoader, Sources, Span};

static SAME_PLACE: Restriction = Restriction {
    id: "same_place",
    statement: "S4",
    says: "All resources related to a customer-managed key must be in one subscription and one region",
    stances: [Stance::InForce; 6],
    source: "",
};

static NAMES_A_SET: Restriction = Restriction {
    id: "names_a_set",
    statement: "policy",
    says: "A managed disk names an encryption set",
    stances: [Stance::InForce; 6],
    source: "",
};

pub(crate) static SAME_REGION: RuleMeta = RuleMeta {
    id: "CMK020",
    name: "same_region",
    level: Level::Error,
    restrictions: &[&SAME_PLACE],
    default_on: true,
    security_severity: None,
    options: &[],
    page: "# CMK020 same_region\n\nTwo resources that one key connects are in different regions.\n\n## Why\nIt fails.\n",
};

pub(crate) static WITHOUT_CMK: RuleMeta = RuleMeta {
    id: "CMK090",
    name: "disk_without_cmk",
    level: Level::Warning,
    restrictions: &[&NAMES_A_SET],
    default_on: false,
    security_severity: Some("5.5"),
    options: &[],
    page: "# CMK090 disk_without_cmk\n\nA disk has no key of its own.\n",
};

pub(crate) static RULES: &[&RuleMeta] = &[&SAME_REGION, &WITHOUT_CMK];

pub(crate) const MAIN: &str = r#"variable "disk_location" {
  type    = string
  default = "westus"
}

resource "azurerm_managed_disk" "data" {
  name                   = "data"
  location               = var.disk_location
  resource_group_name    = "rg"
  disk_encryption_set_id = azurerm_disk_encryption_set.set.id
}
"#;

pub(crate) const SET: &str = r#"resource "azurerm_disk_encryption_set" "set" {
  name     = "set"
  location = "eastus"
}
"#;

/// The sources of [`finding`], and more.
pub(crate) fn sources(more: &[(&str, &str)]) -> Sources {
    let mut files = vec![("infra/main.tf", MAIN), ("infra/set.tf", SET)];
    files.extend_from_slice(more);
    let sources = Sources::new(MemoryLoader::new(files.clone()));
    for (path, _) in files {
        sources.load(path).unwrap();
    }
    sources
}

/// The span of the first `needle` in the file at `path`.
pub(crate) fn span(sources: &Sources, path: &str, needle: &str) -> Span {
    let file = sources.load(path).unwrap();
    let start = file.text().find(needle).unwrap();
    file.span(start, start + needle.len())
}

pub(crate) fn place(sources: &Sources, path: &str, needle: &str, message: &str) -> Place {
    Place::new(span(sources, path, needle), message)
}

pub(crate) fn step(sources: &Sources, path: &str, needle: &str, message: &str) -> TrailStep {
    TrailStep { span: span(sources, path, needle), message: message.to_owned() }
}

/// A finding with all that one can have.
pub(crate) fn finding(sources: &Sources) -> Finding {
    Finding {
        rule: &SAME_REGION,
        restriction: Some(&SAME_PLACE),
        lifted: None,
        level: Level::Error,
        confidence: Confidence::Conditional,
        message: "disk azurerm_managed_disk.data is in 'westus', its encryption set in 'eastus'".to_owned(),
        primary: place(sources, "infra/main.tf", "var.disk_location", "the disk is in 'westus'"),
        related: vec![place(sources, "infra/set.tf", "\"eastus\"", "the encryption set is in 'eastus'")],
        trails: vec![
            ValueTrail {
                title: "location of azurerm_managed_disk.data: 'westus'".to_owned(),
                steps: vec![
                    step(sources, "infra/main.tf", "\"westus\"", "default of variable disk_location"),
                    step(sources, "infra/main.tf", "var.disk_location", "location of azurerm_managed_disk.data"),
                ],
            },
            ValueTrail {
                title: "location of azurerm_disk_encryption_set.set: 'eastus'".to_owned(),
                steps: vec![step(sources, "infra/set.tf", "\"eastus\"", "written here")],
            },
        ],
        world: "parameter environment is 'prod'".to_owned(),
        notes: vec!["it rests on the default of variable disk_location".to_owned()],
        help:
            "Put the disk and its encryption set into one region. A set cannot be moved: make one in the disk's region."
                .to_owned(),
        remedies: Vec::new(),
        resources: vec!["azurerm_managed_disk.data".to_owned(), "azurerm_disk_encryption_set.set".to_owned()],
        declared_at: Vec::new(),
        instances: Vec::new(),
        identity: FindingIdentity {
            against: vec!["azurerm_disk_encryption_set.set".to_owned()],
            ..identity("CMK020", "azurerm_managed_disk.data", "location")
        },
        deployment: DeploymentKey::of(Root::module("infra")),
        also: Vec::new(),
    }
}

/// The identity of a finding of the property `property` of the resource `address`.
pub(crate) fn identity(rule: &'static str, address: &str, property: &str) -> FindingIdentity {
    FindingIdentity {
        rule,
        root: Root::module("infra"),
        address: address.to_owned(),
        property: property.to_owned(),
        against: Vec::new(),
        variant: String::new(),
    }
}

/// A plain finding at `needle`.
pub(crate) fn plain(sources: &Sources, path: &str, needle: &str) -> Finding {
    Finding {
        rule: &WITHOUT_CMK,
        restriction: Some(&NAMES_A_SET),
        lifted: None,
        level: Level::Warning,
        confidence: Confidence::Certain,
        message: format!("disk {path} states no encryption set"),
        primary: place(sources, path, needle, "no encryption set"),
        related: Vec::new(),
        trails: Vec::new(),
        world: String::new(),
        notes: Vec::new(),
        help: "Name an encryption set.".to_owned(),
        remedies: Vec::new(),
        resources: vec![path.to_owned()],
        declared_at: Vec::new(),
        instances: Vec::new(),
        identity: identity("CMK090", path, needle),
        deployment: DeploymentKey::of(Root::module("infra")),
        also: Vec::new(),
    }
}

pub(crate) fn report<'a>(sources: &'a Sources, findings: &'a [Finding]) -> Report<'a> {
    Report {
        findings,
        diagnostics: &[],
        rules: RULES,
        sources,
        suppressed: &[],
        version: "0.1.0",
        style: Style { width: 80, ..Style::default() },
        repository_paths: DisplayPaths::default(),
        minimum_failure: Level::Notice,
        ignored: 0,
        known: 0,
        coverage: None,
        fixes: &[],
        map: None,
    }
}

pub(crate) fn text(format: Format, report: &Report<'_>) -> String {
    let mut out = Vec::new();
    cmklint_report::write(format, report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
