//! Where only some resources are looked at, the bodies of others are evaluated where something reads them, or where a resource that is followed may be in
//! them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod support;

use cmklint_graph::Attention;
use cmklint_template::{Evaluated, Inputs};
use support::{at, deploy, sources};

const ATTENTION: Attention = Attention {
    looks_at: |kind| kind.starts_with("microsoft.compute/") || kind.starts_with("microsoft.managedidentity/"),
    follows: |text| text.contains("userassignedidentities"),
};

fn attended(files: &[(&str, &str)]) -> Evaluated {
    let inputs = Inputs { attention: Some(ATTENTION), ..Inputs::default() };
    deploy(&sources(files), "main.bicep", &inputs)
}

/// Whether the body of the resource at `address` was evaluated.
fn has_body(done: &Evaluated, address: &str) -> bool {
    at(done, address).body.as_object().unwrap().entries.contains_key("tags")
}

const SITE: &str = "
resource site 'Microsoft.Web/sites@2023-12-01' = {
  name: 'web-${suffix}'
  location: region
  tags: { made: TAG }
  properties: { tier: 'Premium_LRS' }
}
";

#[test]
fn what_nothing_reads_keeps_its_names_and_region_and_no_body() {
    let text = format!("param suffix string = 'a'\nparam region string = 'westeurope'\n{SITE}").replace("TAG", "'x'");
    let done = attended(&[("main.bicep", &text)]);
    assert!(!has_body(&done, "site"));
    let site = at(&done, "site");
    assert_eq!((site.names[0].describe(), site.location.describe()), ("'web-a'".to_owned(), "'westeurope'".to_owned()));
    let whole = deploy(&sources(&[("main.bicep", &text)]), "main.bicep", &Inputs::default());
    assert!(has_body(&whole, "site"));
}

#[test]
fn what_is_read_is_evaluated_however_it_is_read() {
    for read in [
        "site.properties.tier",
        "site['properties'].tier",
        "string(site)",
        "reference(site.id, '2023-12-01').tier",
        "reference(resourceId('Microsoft.Web/sites', 'web-a'), '2023-12-01', 'full').tags.made",
        "first(map([site], s => s.tags.made))",
        "all.properties.tier",
    ] {
        let disk = format!(
            "var all = site\nresource disk 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: 'd'\n  location: 'x'\n  tags: {{ tier: {read} }}\n}}\n"
        );
        let text = format!("param suffix string = 'a'\nparam region string = 'westeurope'\n{SITE}{disk}")
            .replace("TAG", "'x'");
        assert!(has_body(&attended(&[("main.bicep", &text)]), "site"), "{read}");
    }
    for read in ["site.id", "site.name", "site.location", "site.type"] {
        let disk = format!(
            "resource disk 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: 'd'\n  location: 'x'\n  tags: {{ tier: {read} }}\n}}\n"
        );
        let text = format!("param suffix string = 'a'\nparam region string = 'westeurope'\n{SITE}{disk}")
            .replace("TAG", "'x'");
        let done = attended(&[("main.bicep", &text)]);
        assert!(!has_body(&done, "site"), "{read}");
    }
}

const IDENTITY: &str = "
resource own 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'own'
  location: 'westeurope'
}
";

#[test]
fn a_body_that_may_hold_an_identity_is_evaluated() {
    let module = "param by object\nparam n string = 'n'\noutput principal string = by.principal\noutput n string = n\n";
    for (tag, is_in) in [
        ("own.properties.principalId", true),
        ("held", true),
        ("pass.outputs.principal", true),
        ("pass.outputs.n", false),
        ("resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'other')", true),
        ("'${'a'}-${held}'", true),
        ("other", false),
        ("pass.name", false),
        ("toObject([own], o => o.name)", true),
        ("keeper.tags.made", true),
        ("keeper.id", false),
    ] {
        let rest = "
param suffix string = 'a'
param region string = 'westeurope'
var held = own.properties.principalId
var other = 'x${suffix}'
module pass 'm.bicep' = { name: 'pass', params: { by: { principal: held } } }
resource keeper 'Microsoft.Web/sites@2023-12-01' = {
  name: 'keeper'
  location: region
  tags: { made: own.id }
}
";
        let text = format!("{IDENTITY}{rest}{}", SITE.replace("TAG", tag));
        let done = attended(&[("main.bicep", &text), ("m.bicep", module)]);
        assert_eq!(has_body(&done, "site"), is_in, "{tag}");
    }
}

#[test]
fn an_argument_is_evaluated_where_the_module_asks_for_it() {
    let module = "param region string\nparam suffix string = 's'\n".to_owned()
        + &SITE.replace("TAG", "'x'")
        + "resource disk 'Microsoft.Compute/disks@2024-03-02' = [for i in range(0, 2): { name: 'd${i}', location: region }]\n";
    let main = "module sites 'm.bicep' = [for r in ['a', 'b']: { name: 's${r}', params: { region: 'region-${r}' } }]\n";
    let done = attended(&[("main.bicep", main), ("m.bicep", &module)]);
    assert_eq!(at(&done, "sites[1].disk[0]").location.describe(), "'region-b'");
    assert_eq!(at(&done, "sites[0].site").location.describe(), "'region-a'");
    assert!(!has_body(&done, "sites[0].site"));
}

#[test]
fn what_a_module_that_cannot_be_read_gets_is_handed_out_where_it_may_hold_an_identity() {
    let main = |given: &str| {
        format!(
            "{IDENTITY}var held = own.properties.principalId\nmodule away 'br/public:avm/res/x/y:1.0' = {{ name: 'away', params: {{ p: {given} }} }}\n"
        )
    };
    let handed_out = |given: &str| {
        let sources = sources(&[("main.bicep", &main(given))]);
        let parsed = cmklint_bicep::parse(&sources.load("main.bicep").unwrap(), &sources);
        let inputs = Inputs { attention: Some(ATTENTION), ..Inputs::default() };
        let id = cmklint_graph::DeploymentId(0);
        let limits = cmklint_template::Limits::default();
        let library = support::Files(&sources);
        let done = cmklint_template::evaluate(&parsed.template.unwrap(), "main.bicep", &inputs, id, &library, &limits);
        assert!(done.diagnostics.iter().any(|d| d.code == "opaque-module"), "{:?}", done.diagnostics);
        done.deployment.handed_out.len()
    };
    assert_eq!((handed_out("held"), handed_out("'x'")), (1, 0));
}
