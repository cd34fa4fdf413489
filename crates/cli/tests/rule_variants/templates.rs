use super::{URL, check};

/// A set of Bicep in the resource group of the deployment, with `more` in its properties.
fn bicep_set(name: &str, more: &str) -> String {
    format!(
        "resource {name} 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {{\n  name: '{name}'\n  location: 'westeurope'\n  identity: {{ type: 'SystemAssigned' }}\n  properties: {{\n    activeKey: {{\n      keyUrl: '{URL}'\n{more}    }}\n  }}\n}}\n"
    )
}

#[test]
fn cmk022_a_source_vault_is_of_the_sets_subscription() {
    let (own, other) = ("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222");
    let azapi = |vault: &str, more: &str| {
        format!(
            "provider \"azapi\" {{\n  subscription_id = \"{own}\"\n}}\nresource \"azapi_resource\" \"set\" {{\n  type = \"Microsoft.Compute/diskEncryptionSets@2024-03-02\"\n  parent_id = \"/subscriptions/{own}/resourceGroups/rg\"\n  name = \"des\"\n  location = \"westeurope\"\n  identity {{\n    type = \"SystemAssigned\"\n  }}\n  body = {{\n    properties = {{\n      activeKey = {{\n        keyUrl = \"{URL}\"\n        {vault}\n      }}\n    }}\n  }}\n}}\n{more}"
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
                    "variable \"shared\" {\n  type = bool\n}\n",
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
fn cmk026_one_set_for_all_nodes() {
    let cluster = |main: &str, workers: &str| {
        format!(
            "param other string\n{}{}resource aro 'Microsoft.RedHatOpenShift/openShiftClusters@2023-11-22' = {{\n  name: 'aro'\n  location: 'westeurope'\n  properties: {{\n    masterProfile: {{\n      vmSize: 'Standard_D8s_v5'\n{main}    }}\n    workerProfiles: {workers}\n  }}\n}}\n",
            bicep_set("a", ""),
            bicep_set("b", "")
        )
    };
    let main = |set: &str| format!("      diskEncryptionSetId: {set}\n");
    let worker =
        |set: &str| format!("[\n      {{\n        name: 'worker'\n        diskEncryptionSetId: {set}\n      }}\n    ]");
    check(
        "CMK026",
        "main.bicep",
        vec![
            ("two sets", 1, cluster(&main("a.id"), &worker("b.id"))),
            ("none for the workers", 1, cluster(&main("a.id"), "[\n      {\n        name: 'worker'\n      }\n    ]")),
            ("none for the main nodes", 1, cluster("", &worker("b.id"))),
            (
                "two profiles, one of which is wrong",
                1,
                cluster(
                    &main("a.id"),
                    "[\n      {\n        name: 'one'\n        diskEncryptionSetId: a.id\n      }\n      {\n        name: 'two'\n        diskEncryptionSetId: b.id\n      }\n    ]",
                ),
            ),
            ("one set", 0, cluster(&main("a.id"), &worker("a.id"))),
            ("no set at all", 0, cluster("", "[\n      {\n        name: 'worker'\n      }\n    ]")),
            ("a set that is given", 0, cluster(&main("a.id"), &worker("other"))),
            ("the same parameter", 0, cluster(&main("other"), &worker("other"))),
        ],
    );
}

#[test]
fn cmk064_sources_of_image_versions() {
    let version = |name: &str, encryption: &str, source: &str| {
        format!(
            "resource {name} 'Microsoft.Compute/galleries/images/versions@2023-07-03' = {{\n  parent: image\n  name: '1.0.{}'\n  location: 'westeurope'\n  properties: {{\n    publishingProfile: {{\n      targetRegions: [\n        {{\n          name: 'westeurope'\n{encryption}        }}\n      ]\n    }}\n    storageProfile: {{\n{source}    }}\n  }}\n}}\n",
            name.len()
        )
    };
    let image = "param machine string\nparam encrypted bool\nresource gallery 'Microsoft.Compute/galleries@2023-07-03' existing = {\n  name: 'gal'\n}\nresource image 'Microsoft.Compute/galleries/images@2023-07-03' existing = {\n  parent: gallery\n  name: 'web'\n}\n";
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
