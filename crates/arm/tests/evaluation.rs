//! The rules' ARM examples, read, evaluated and joined: the facts that a rule looks at.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use std::path::{Path, PathBuf};

use cmklint_arm::{JsonKind, classify, parse_parameters};
use cmklint_graph::{Comparison, DeploymentId, Estate, Fold, Resource, StepKind, Target, Value, World, compare};
use cmklint_source::{DiskLoader, Severity, Sources};
use cmklint_template::Inputs;
use support::deploy;

const HOME: DeploymentId = DeploymentId(0);

struct Case {
    sources: Sources,
    estate: Estate,
}

fn rules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

/// The template `azuredeploy.json` in the folder, deployed with `azuredeploy.parameters.json` where that is there.
fn case(folder: &str) -> Case {
    let sources = Sources::new(DiskLoader::new(rules().join(folder), 1 << 20).unwrap());
    let mut inputs = Inputs::default();
    if let Ok(file) = sources.load("azuredeploy.parameters.json") {
        inputs.parameters = parse_parameters(&file).values;
    }
    let file = sources.load("azuredeploy.json").unwrap();
    assert_eq!(classify(file.text()), JsonKind::Template);
    let result = deploy(&sources, file.path(), &inputs);
    let wrong: Vec<_> = result.diagnostics.iter().filter(|d| d.severity > Severity::Note).collect();
    assert!(wrong.is_empty(), "{folder}: {wrong:?}");
    Case { estate: Estate::new(vec![result.deployment]), sources }
}

impl Case {
    fn named(&self, kind: &str, name: &str) -> &Resource {
        let mut found = self.estate.of_kind(kind).filter(|r| r.names.last().and_then(Value::as_str) == Some(name));
        match (found.next(), found.next()) {
            (Some(only), None) => only,
            _ => panic!("not one {kind} {name} among {:?}", self.addresses()),
        }
    }

    fn addresses(&self) -> Vec<&str> {
        self.estate.resources().map(|r| r.address.as_ref()).collect()
    }

    /// The last name of the one resource that the property names.
    fn target(&self, resource: &Resource, path: &str) -> String {
        let value = resource.get(path);
        match self.estate.resolve(&value, &World::any(), HOME).as_slice() {
            [(_, Target::Node(node))] => {
                self.estate.resource(*node).unwrap().names.last().unwrap().as_str().unwrap().to_owned()
            }
            other => panic!("{path} of {}: {value:?} is {other:?}", resource.address),
        }
    }

    /// The text where the value was used last, and where it was written.
    fn ends(&self, value: &Value) -> (String, String) {
        let text = |span| self.sources.get(span).unwrap().path().to_owned();
        let (newest, oldest) = (value.trail.newest().unwrap(), value.trail.oldest().unwrap());
        (text(newest.span.file), text(oldest.span.file))
    }
}

#[test]
fn every_example_is_evaluated_without_a_diagnostic() {
    let mut cases = 0;
    for rule in std::fs::read_dir(rules()).unwrap() {
        for side in ["good", "bad"] {
            let folder = rule.as_ref().unwrap().path().join(side);
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for entry in entries.map(Result::unwrap) {
                let path = entry.path();
                if !path.join("azuredeploy.json").is_file() {
                    continue;
                }
                let case = case(path.strip_prefix(rules()).unwrap().to_str().unwrap());
                assert!(case.estate.resources().count() > 0, "{}", path.display());
                for resource in case.estate.resources() {
                    assert_eq!(resource.names.len(), resource.kind.depth(), "{}: {}", path.display(), resource.address);
                }
                cases += 1;
            }
        }
    }
    assert!(cases >= 60, "{cases}");
}

#[test]
fn a_parameter_file_decides_the_set_and_the_trail_leads_to_it() {
    let case = case("CMK010/bad/arm-parameters");
    let disk = case.named("Microsoft.Compute/disks", "disk-app");
    assert_eq!(case.target(disk, "properties.encryption.diskEncryptionSetId"), "des-apps");
    assert_eq!(case.target(disk, "properties.creationData.imageReference.id"), "img-golden");
    let image = case.named("Microsoft.Compute/images", "img-golden");
    assert_eq!(case.target(image, "properties.storageProfile.osDisk.diskEncryptionSet.id"), "des-images");
    let value = disk.get("properties.encryption.diskEncryptionSetId");
    assert_eq!(value.trail.newest().unwrap().kind, StepKind::Attribute);
    let (newest, oldest) = case.ends(&value);
    assert_eq!((newest.as_str(), oldest.as_str()), ("azuredeploy.json", "azuredeploy.parameters.json"));
    assert_eq!(compare(&disk.location, &image.location, Fold::Case), Comparison::Equal, "one resource group");
}

#[test]
fn a_nested_deployment_hands_on_ids_of_the_template_around() {
    let case = case("CMK012/bad/arm-nested");
    let snapshot = case.named("Microsoft.Compute/snapshots", "snap-data");
    assert_eq!(case.target(snapshot, "properties.creationData.sourceResourceId"), "disk-data");
    assert_eq!(case.target(snapshot, "properties.encryption.diskEncryptionSetId"), "des-backup");
    assert_eq!(snapshot.calls.len(), 1);
    let disk = case.named("Microsoft.Compute/disks", "disk-data");
    assert_eq!(compare(&disk.location, &snapshot.location, Fold::Case), Comparison::Equal);
}

#[test]
fn nested_deployments_stand_in_their_own_subscription_and_group() {
    let case = case("CMK011/bad/arm");
    let (image, disk) =
        (case.named("Microsoft.Compute/images", "img-golden"), case.named("Microsoft.Compute/disks", "disk-app"));
    assert_eq!(image.scope.subscription.as_str(), Some("11111111-1111-1111-1111-111111111111"));
    assert_eq!(disk.scope.subscription.as_str(), Some("22222222-2222-2222-2222-222222222222"));
    assert_eq!(
        (image.scope.resource_group.as_str(), disk.scope.resource_group.as_str()),
        (Some("rg-images"), Some("rg-apps"))
    );
    assert_eq!(case.target(disk, "properties.creationData.imageReference.id"), "img-golden");
}

#[test]
fn copies_are_unrolled_with_their_items() {
    let case = case("CMK002/bad/arm-copy");
    let sizes: Vec<Option<i64>> = ["web", "app"]
        .map(|name| case.named("Microsoft.KeyVault/vaults/keys", name).get("properties.keySize"))
        .iter()
        .map(|size| size.as_number().and_then(cmklint_graph::Number::as_i64))
        .collect();
    assert_eq!(sizes, [Some(4096), Some(1024)]);
    let sets: Vec<&Resource> = case.estate.of_kind("Microsoft.Compute/diskEncryptionSets").collect();
    assert_eq!(sets.len(), 2);
    assert_eq!(
        case.named("Microsoft.KeyVault/vaults/keys", "web").names.first().and_then(Value::as_str),
        Some("kv-disks-weu")
    );
}

#[test]
fn a_property_copy_gives_an_item_for_each_element() {
    let case = case("CMK060/bad/arm-copy");
    let version = case.named("Microsoft.Compute/galleries/images/versions", "1.0.0");
    let regions = version.get("properties.publishingProfile.targetRegions");
    let names: Vec<Value> = regions.as_array().unwrap().items.iter().map(|item| item.member("name")).collect();
    let names: Vec<Option<&str>> = names.iter().map(Value::as_str).collect();
    assert_eq!(names, [Some("westeurope"), Some("northeurope")]);
    let set = "properties.publishingProfile.targetRegions[1].encryption.osDiskImage.diskEncryptionSetId";
    assert_eq!(case.target(version, set), "des-images-weu");
}
