use super::{URL, check};

/// A set of Bicep in the resource group of the deployment, with `more` in its properties.
fn bicep_set(name: &str, more: &str) -> String {
    format!(
        r"resource {name} 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {{
  name: '{name}'
  location: 'westeurope'
  identity: {{ type: 'SystemAssigned' }}
  properties: {{
    activeKey: {{
      keyUrl: '{URL}'
{more}    }}
  }}
}}
"
    )
}

#[test]
fn cmk022_a_source_vault_is_of_the_sets_subscription() {
    let (own, other) = ("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222");
    let azapi = |vault: &str, more: &str| {
        format!(
            r#"provider "azapi" {{
  subscription_id = "{own}"
}}
resource "azapi_resource" "set" {{
  type = "Microsoft.Compute/diskEncryptionSets@2024-03-02"
  parent_id = "/subscriptions/{own}/resourceGroups/rg"
  name = "des"
  location = "westeurope"
  identity {{
    type = "SystemAssigned"
  }}
  body = {{
    properties = {{
      activeKey = {{
        keyUrl = "{URL}"
        {vault}
      }}
    }}
  }}
}}
{more}"#
        )
    };
    let vault = |subscription: &str| {
        format!("/subscriptions/{subscription}/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/kv-disks")
    };
    let named = |id: &str| format!("sourceVault = {{ id = {id} }}");
    let literal = |subscription: &str| named(&format!("\"{}\"", vault(subscription)));
    let variable = |default: &str| format!("variable \"vault\" {{\n{default}}}\n");
    check(
        "CMK022",
        "main.tf",
        vec![
            ("another subscription", 1, azapi(&literal(other), "")),
            ("by a default", 1, azapi(&named("var.vault"), &variable(&format!("  default = \"{}\"\n", vault(other))))),
            (
                "by a condition",
                1,
                azapi(
                    &named(&format!("var.shared ? \"{}\" : \"{}\"", vault(other), vault(own))),
                    r#"variable "shared" {
  type = bool
}
"#,
                ),
            ),
            ("its own", 0, azapi(&literal(own), "")),
            ("no source vault", 0, azapi("", "")),
            ("a vault that is not known", 0, azapi(&named("var.vault"), &variable(""))),
            ("an id of no vault", 0, azapi(&named("\"kv-disks\""), "")),
        ],
    );
    let bicep = |id: &str| {
        "param shared string\n".to_owned() + &bicep_set("des", &format!("      sourceVault: {{ id: {id} }}\n"))
    };
    check(
        "CMK022",
        "main.bicep",
        vec![
            ("the deployment's own subscription", 0, bicep("resourceId('Microsoft.KeyVault/vaults', 'kv-disks')")),
            (
                "a subscription that is given",
                0,
                bicep("resourceId(shared, 'rg-keys', 'Microsoft.KeyVault/vaults', 'kv-disks')"),
            ),
        ],
    );
}

#[test]
#[allow(clippy::too_many_lines)] // one table
fn cmk026_one_set_for_all_nodes() {
    let cluster = |main: &str, workers: &str| {
        format!(
            r"param other string
{}{}resource aro 'Microsoft.RedHatOpenShift/openShiftClusters@2023-11-22' = {{
  name: 'aro'
  location: 'westeurope'
  properties: {{
    masterProfile: {{
      vmSize: 'Standard_D8s_v5'
{main}    }}
    workerProfiles: {workers}
  }}
}}
",
            bicep_set("a", ""),
            bicep_set("b", "")
        )
    };
    let main = |set: &str| format!("      diskEncryptionSetId: {set}\n");
    let worker = |set: &str| {
        format!(
            r"[
      {{
        name: 'worker'
        diskEncryptionSetId: {set}
      }}
    ]"
        )
    };
    check(
        "CMK026",
        "main.bicep",
        vec![
            ("two sets", 1, cluster(&main("a.id"), &worker("b.id"))),
            (
                "none for the workers",
                1,
                cluster(
                    &main("a.id"),
                    r"[
      {
        name: 'worker'
      }
    ]",
                ),
            ),
            ("none for the main nodes", 1, cluster("", &worker("b.id"))),
            (
                "two profiles, one of which is wrong",
                1,
                cluster(
                    &main("a.id"),
                    r"[
      {
        name: 'one'
        diskEncryptionSetId: a.id
      }
      {
        name: 'two'
        diskEncryptionSetId: b.id
      }
    ]",
                ),
            ),
            ("one set", 0, cluster(&main("a.id"), &worker("a.id"))),
            (
                "no set at all",
                0,
                cluster(
                    "",
                    r"[
      {
        name: 'worker'
      }
    ]",
                ),
            ),
            ("a set that is given", 0, cluster(&main("a.id"), &worker("other"))),
            ("the same parameter", 0, cluster(&main("other"), &worker("other"))),
        ],
    );
}

#[test]
fn cmk064_sources_of_image_versions() {
    let version = |name: &str, encryption: &str, source: &str| {
        format!(
            r"resource {name} 'Microsoft.Compute/galleries/images/versions@2023-07-03' = {{
  parent: image
  name: '1.0.{}'
  location: 'westeurope'
  properties: {{
    publishingProfile: {{
      targetRegions: [
        {{
          name: 'westeurope'
{encryption}        }}
      ]
    }}
    storageProfile: {{
{source}    }}
  }}
}}
",
            name.len()
        )
    };
    let image = r"param machine string
param encrypted bool
resource gallery 'Microsoft.Compute/galleries@2023-07-03' existing = {
  name: 'gal'
}
resource image 'Microsoft.Compute/galleries/images@2023-07-03' existing = {
  parent: gallery
  name: 'web'
}
";
    let with_set = "          encryption: { osDiskImage: { diskEncryptionSetId: a.id } }\n";
    let maybe = "          encryption: encrypted ? { osDiskImage: { diskEncryptionSetId: a.id } } : null\n";
    let of = |id: &str| format!("      source: {{ id: {id} }}\n");
    let disk_of = |id: &str| format!("      osDiskImage: {{ source: {{ id: {id} }} }}\n");
    let root = |first: &str, source: &str| {
        [image, &bicep_set("a", ""), &version("first", first, &of("machine")), &version("second", "", source)].concat()
    };
    check(
        "CMK064",
        "main.bicep",
        vec![
            ("an encrypted version", 1, root(with_set, &of("first.id"))),
            ("the disk of an encrypted version", 1, root(with_set, &disk_of("first.id"))),
            ("a version that may be encrypted", 1, root(maybe, &of("first.id"))),
            (
                "by its id",
                1,
                root(with_set, &of("resourceId('Microsoft.Compute/galleries/images/versions', 'gal', 'web', '1.0.5')")),
            ),
            ("a version without a set", 0, root("", &of("first.id"))),
            ("a machine", 0, root(with_set, &of("machine"))),
            ("a snapshot", 0, root(with_set, &disk_of("resourceId('Microsoft.Compute/snapshots', 's')"))),
            (
                "another version of the gallery",
                0,
                root(with_set, &of("resourceId('Microsoft.Compute/galleries/images/versions', 'gal', 'web', '0.9.0')")),
            ),
        ],
    );
}
