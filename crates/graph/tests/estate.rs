//! What ids, references and key URLs point to.
#![allow(clippy::unwrap_used)] // helpers of tests are tests

use cmklint_graph::{
    Atom, Cases, Comparison, Deployment, DeploymentId, DeploymentKey, Estate, Fold, KeyUrl, KeyUrlError, NodeId,
    Object, Presence, Resource, ResourceId, ResourceType, Root, Scope, Symbol, Target, Value, World, concat, work,
};
use cmklint_source::{MemoryLoader, Sources, Span};

fn span() -> Span {
    let sources = Sources::new(MemoryLoader::new([("a.tf", "x")]));
    sources.load("a.tf").unwrap().span(0, 1)
}

fn symbol(key: &str) -> Value {
    Value::symbol(Symbol::new(key, key))
}

struct Make(Vec<Deployment>);

impl Make {
    fn deployment(&mut self) -> u32 {
        let id = u32::try_from(self.0.len()).unwrap();
        self.0.push(Deployment::empty(DeploymentId(id), DeploymentKey::of(Root::module(&format!("root {id}")))));
        id
    }

    fn resource(
        &mut self,
        deployment: u32,
        kind: &str,
        names: Vec<Value>,
        scope: [Value; 2],
        presence: Presence,
    ) -> NodeId {
        let resources = &mut self.0[deployment as usize].resources;
        let id = NodeId { deployment: DeploymentId(deployment), index: u32::try_from(resources.len()).unwrap() };
        let [subscription, resource_group] = scope;
        resources.push(Resource {
            id,
            kind: ResourceType::new(kind),
            address: format!("r{}", id.index).into(),
            names,
            scope: Scope { subscription, resource_group },
            location: Value::string("West Europe"),
            presence,
            condition: Value::bool(true),
            body: Value::object(Object::default()),
            further: 0,
            extends: Value::null(),
            span: span(),
            whole: span(),
            calls: Vec::new(),
            dialect: cmklint_graph::Dialect::Json,
        });
        id
    }
}

fn literal_id(subscription: &str, group: &str, kind: &str, name: &str) -> Value {
    Value::string(format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{name}"))
}

fn names(found: &Cases<Target>) -> Vec<String> {
    found
        .iter()
        .map(|(_, target)| match target {
            Target::Node(node) => node.to_string(),
            Target::Id(id) => format!("id {}", id.kind),
            Target::Nothing => "nothing".to_owned(),
            Target::Unknown => "unknown".to_owned(),
        })
        .collect()
}

const SETS: &str = "Microsoft.Compute/diskEncryptionSets";

#[test]
fn a_reference_a_computed_id_and_a_literal_id_reach_the_same_node() {
    let mut make = Make(Vec::new());
    let d = make.deployment();
    let scope = || [Value::string("s1"), Value::string("rg")];
    let set = make.resource(d, SETS, vec![Value::string("Des")], scope(), Presence::Declared);
    let estate = Estate::new(make.0);
    let computed = concat(&[
        Value::string("/subscriptions/"),
        symbol("d0:subscription"),
        Value::string("/resourceGroups/"),
        symbol("d0:group"),
        Value::string("/providers/microsoft.compute/diskencryptionsets/DES"),
    ]);
    for value in [Value::reference(set, "id"), computed, literal_id("S1", "RG", SETS, "des")] {
        assert_eq!(names(&estate.resolve(&value, &World::any(), DeploymentId(d))), [set.to_string()]);
    }
    let other = literal_id("s2", "rg", SETS, "des");
    assert_eq!(names(&estate.resolve(&other, &World::any(), DeploymentId(d))), [format!("id {SETS}")]);
}

#[test]
fn another_deployment_is_reached_only_by_an_id_that_is_wholly_known_and_declared_once() {
    let mut make = Make(Vec::new());
    let (a, b) = (make.deployment(), make.deployment());
    let set = make.resource(
        a,
        SETS,
        vec![Value::string("des")],
        [Value::string("s1"), Value::string("rg")],
        Presence::Declared,
    );
    let open =
        make.resource(a, SETS, vec![Value::string("open")], [symbol("d0:sub"), symbol("d0:rg")], Presence::Declared);
    let estate = Estate::new(make.0.clone());
    let id = literal_id("s1", "rg", SETS, "des");
    assert_eq!(names(&estate.resolve(&id, &World::any(), DeploymentId(b))), [set.to_string()]);
    let loose = literal_id("s1", "rg", SETS, "open");
    assert_eq!(names(&estate.resolve(&loose, &World::any(), DeploymentId(b))), [format!("id {SETS}")]);
    assert_eq!(names(&estate.resolve(&loose, &World::any(), DeploymentId(a))), [open.to_string()]);
    // A second environment declares the same id: which one is meant is not known.
    let c = make.deployment();
    make.resource(c, SETS, vec![Value::string("des")], [Value::string("s1"), Value::string("rg")], Presence::Declared);
    let estate = Estate::new(make.0);
    assert_eq!(names(&estate.resolve(&id, &World::any(), DeploymentId(b))), [format!("id {SETS}")]);
}

#[test]
fn an_existing_resource_stands_for_the_declared_one_it_names() {
    let mut make = Make(Vec::new());
    let d = make.deployment();
    let scope = || [symbol("d0:sub"), symbol("d0:rg")];
    let declared = make.resource(d, SETS, vec![Value::string("des")], scope(), Presence::Declared);
    let existing = make.resource(d, SETS, vec![Value::string("DES")], scope(), Presence::Existing);
    let elsewhere = make.resource(
        d,
        SETS,
        vec![Value::string("DES")],
        [symbol("d0:sub"), Value::string("other")],
        Presence::Existing,
    );
    let estate = Estate::new(make.0);
    assert_eq!(estate.canonical(existing), declared);
    assert_eq!(estate.canonical(elsewhere), elsewhere, "in a group that may be another");
    assert_eq!(
        estate.compare(&Value::reference(existing, "id"), &Value::reference(declared, "id"), Fold::Case),
        Comparison::Equal
    );
}

#[test]
fn one_existing_resource_that_is_named_twice_is_one() {
    let mut make = Make(Vec::new());
    let d = make.deployment();
    let scope = || [symbol("s"), Value::string("rg")];
    let first = make.resource(d, SETS, vec![Value::string("des")], scope(), Presence::Existing);
    let again = make.resource(d, SETS, vec![Value::string("DES")], scope(), Presence::Existing);
    let elsewhere = [symbol("s"), Value::string("other")];
    let other = make.resource(d, SETS, vec![Value::string("des")], elsewhere, Presence::Existing);
    let estate = Estate::new(make.0);
    assert_eq!(estate.canonical(again), first);
    assert_eq!(estate.canonical(other), other);
    let id = literal_id("x", "rg", SETS, "des");
    assert_eq!(names(&estate.resolve(&id, &World::any(), DeploymentId(d))), [first.to_string()]);
}

#[test]
fn an_existing_resource_above_groups_stands_for_the_declared_one() {
    const GROUP: &str = "Microsoft.Resources/resourceGroups";
    let mut make = Make(Vec::new());
    let d = make.deployment();
    let scope = || [symbol("s"), Value::null()];
    let declared = make.resource(d, GROUP, vec![Value::string("rg")], scope(), Presence::Declared);
    let existing = make.resource(d, GROUP, vec![Value::string("RG")], scope(), Presence::Existing);
    let estate = Estate::new(make.0);
    assert_eq!(estate.canonical(existing), declared);
    assert_eq!(estate.deref(&Value::reference(existing, "location")).as_str(), Some("West Europe"));
}

#[test]
fn a_resource_under_a_condition_is_named_in_the_worlds_where_it_is_deployed() {
    let mut make = Make(Vec::new());
    let d = make.deployment();
    let scope = || [symbol("d0:sub"), symbol("d0:rg")];
    let set = make.resource(d, SETS, vec![Value::string("des")], scope(), Presence::Declared);
    let atom = Atom::truth(Symbol::new("d0:param:deploy", "parameter deploy"));
    make.0[0].resources[0].condition = Value::choice(atom.clone(), Value::bool(true), Value::bool(false));
    let estate = Estate::new(make.0);
    let found = estate.resolve(&Value::reference(set, "id"), &World::any(), DeploymentId(d));
    assert_eq!(found.len(), 1);
    assert_eq!(found.as_slice()[0].0.decides(&atom), Some(true));
    let never = World::any().assume(&atom, false).unwrap();
    assert!(estate.resolve(&Value::reference(set, "id"), &never, DeploymentId(d)).is_empty());
}

#[test]
fn two_resources_that_may_both_be_meant_are_none() {
    let mut make = Make(Vec::new());
    let d = make.deployment();
    for group in ["a", "b"] {
        make.resource(
            d,
            SETS,
            vec![Value::string("des")],
            [symbol("d0:sub"), Value::string(group)],
            Presence::Declared,
        );
    }
    let estate = Estate::new(make.0);
    let id = concat(&[
        Value::string("/subscriptions/"),
        symbol("d0:sub"),
        Value::string("/resourceGroups/"),
        symbol("d0:param:group"),
        Value::string(format!("/providers/{SETS}/des")),
    ]);
    assert_eq!(names(&estate.resolve(&id, &World::any(), DeploymentId(d))), ["unknown"]);
    let exact = literal_id("any", "b", SETS, "des");
    assert_eq!(names(&estate.resolve(&exact, &World::any(), DeploymentId(d))), ["d0.1"]);
}

#[test]
fn a_reference_reads_what_the_code_states_and_a_cycle_of_them_ends() {
    let mut make = Make(Vec::new());
    let d = make.deployment();
    let scope = || [symbol("d0:sub"), symbol("d0:rg")];
    let a = make.resource(d, SETS, vec![Value::string("a")], scope(), Presence::Declared);
    let b = make.resource(d, SETS, vec![Value::string("b")], scope(), Presence::Declared);
    make.0[0].resources[0].location = Value::reference(b, "location");
    let estate = Estate::new(make.0.clone());
    assert_eq!(
        estate.compare(&estate.get(a, "location"), &Value::string("westeurope"), Fold::Region),
        Comparison::Equal
    );
    make.0[0].resources[1].location = Value::reference(a, "location");
    let estate = Estate::new(make.0);
    assert_eq!(
        estate.compare(&estate.get(a, "location"), &Value::string("westeurope"), Fold::Region),
        Comparison::Unknown
    );
}

#[test]
fn key_urls_are_taken_apart_and_what_is_certainly_none_is_said() {
    let url = KeyUrl::parse(&Value::string("https://My-Vault.vault.azure.net/keys/disk/0123abcd")).unwrap().unwrap();
    assert_eq!(url.vault_name.unwrap().as_str(), Some("my-vault"));
    assert_eq!((url.name.as_str(), url.version.unwrap().as_str()), (Some("disk"), Some("0123abcd")));
    let hsm = KeyUrl::parse(&Value::string("https://h.managedhsm.azure.net/keys/disk")).unwrap().unwrap();
    assert_eq!((hsm.managed_hsm, hsm.version.is_none()), (Some(true), true));
    let vault_id = Value::string("/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v");
    assert_eq!(
        KeyUrl::parse(&vault_id).unwrap_err(),
        KeyUrlError::ResourceId(Some("Microsoft.KeyVault/vaults".to_owned()))
    );
    assert_eq!(KeyUrl::parse(&Value::string("v.vault.azure.net/keys/k")).unwrap_err(), KeyUrlError::NotHttps);
    for address in
        ["http://v.vault.azure.net/keys/k", "subscriptions/s/resourceGroups/rg", "keys/k", "www.example.com/k"]
    {
        assert_eq!(KeyUrl::parse(&Value::string(address)).unwrap_err(), KeyUrlError::NotHttps, "{address}");
    }
    for words in ["N/A", "n/a", "none", "n.a./none", "to be done / TBD", "TBD/TODO"] {
        assert!(KeyUrl::parse(&Value::string(words)).unwrap().is_none(), "{words}");
    }
    assert_eq!(KeyUrl::parse(&Value::string("https://v.vault.azure.net/")).unwrap_err(), KeyUrlError::Path);
    let open = concat(&[symbol("uri"), Value::string("keys/k")]);
    assert!(KeyUrl::parse(&open).unwrap().is_none());
    let node = NodeId { deployment: DeploymentId(0), index: 3 };
    let of_vault = concat(&[Value::reference(node, "properties.vaultUri"), Value::string("keys/k/v1")]);
    assert_eq!(KeyUrl::parse(&of_vault).unwrap().unwrap().vault, Some(node));
}

#[test]
fn ids_are_taken_apart_with_their_symbolic_names() {
    let id = ResourceId::parse(&concat(&[
        Value::string("/subscriptions/s/resourceGroups/"),
        symbol("g"),
        Value::string("/providers/Microsoft.KeyVault/vaults/"),
        symbol("v"),
        Value::string("/keys/k"),
    ]))
    .unwrap();
    assert_eq!(&*id.kind, "Microsoft.KeyVault/vaults/keys");
    assert_eq!(id.names.len(), 2);
    let extension = Value::string(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d/providers/Microsoft.Authorization/roleAssignments/r",
    );
    assert_eq!(&*ResourceId::parse(&extension).unwrap().kind, "Microsoft.Authorization/roleAssignments");
    assert!(ResourceId::parse(&Value::string("Microsoft.Compute/disks/d")).is_none());
    assert!(
        ResourceId::parse(&Value::string("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks"))
            .is_none()
    );
}

/// The steps that it takes to join `count` deployments, each of which names a disk in `named` and declares one of the same name in the group that `declared` gives.
fn steps_to_join(count: u32, named: &str, declared: impl Fn(u32) -> String) -> u64 {
    const GIVEN: u64 = 100_000_000;
    let mut make = Make(Vec::new());
    for at in 0..count {
        let d = make.deployment();
        let scope = |of: &str, group: &str| [symbol(&format!("d{d}:{of}")), Value::string(group)];
        let name = || vec![Value::string("same")];
        make.resource(d, "Microsoft.Compute/disks", name(), scope("another", named), Presence::Existing);
        make.resource(d, "Microsoft.Compute/disks", name(), scope("own", &declared(at)), Presence::Declared);
    }
    let (estate, metered) = work::metered(GIVEN, || Estate::new(make.0));
    assert!(estate.resources().count() == 2 * count as usize && !metered.is_spent);
    GIVEN - metered.left
}

#[test]
fn resources_of_one_name_are_compared_only_where_their_groups_may_be_one_and_that_is_paid() {
    let apart = |count| steps_to_join(count, "g", |at| format!("g{at}"));
    assert!(apart(80) <= apart(40) * 2 + 10, "{} {}", apart(40), apart(80));
    let together = |count| steps_to_join(count, "g", |_| "G".to_owned());
    assert!(together(80) >= apart(80) + 80 * 79, "{}", together(80));
}

#[test]
fn many_resources_of_one_name_in_a_deployment_are_paid_for() {
    let left = |count: u32| {
        let mut make = Make(Vec::new());
        let d = make.deployment();
        for at in 0..count {
            let scope = [Value::string("s1"), Value::string(format!("g{at}"))];
            make.resource(d, SETS, vec![Value::string("same")], scope, Presence::Declared);
        }
        let estate = Estate::new(make.0);
        let id = literal_id("s1", "g1", SETS, "same");
        let find = || names(&estate.resolve(&id, &World::any(), DeploymentId(d)));
        let (found, metered) = work::metered(100_000, find);
        assert_eq!(found, ["d0.1"]);
        assert_ne!(work::metered(100, find).0, ["d0.2"]);
        100_000 - metered.left
    };
    assert!(left(1_000) >= left(10) + 1_000, "{} {}", left(10), left(1_000));
}
