//! Resources: names, scopes, loops, conditions, existing ones, and references between them.

mod common;

use cmklint_graph::{Comparison, DeploymentId, Estate, Fold, KeyUrl, NodeId, Presence, StepKind, Target, Value, World};
use cmklint_template::{Evaluated, Expr};
use common::*;

const VAULT: &str = "Microsoft.KeyVault/vaults";
const KEY: &str = "Microsoft.KeyVault/vaults/keys";
const SET: &str = "Microsoft.Compute/diskEncryptionSets";
const DISK: &str = "Microsoft.Compute/disks";

fn names(evaluated: &Evaluated, address: &str) -> Vec<String> {
    resource(evaluated, address).names.iter().map(show).collect()
}

fn node(evaluated: &Evaluated, address: &str) -> NodeId {
    resource(evaluated, address).id
}

fn estate(evaluated: &Evaluated) -> Estate {
    Estate::new(vec![evaluated.deployment.clone()])
}

/// The node that the output `o` names.
fn found(evaluated: &Evaluated) -> Option<NodeId> {
    let targets = estate(evaluated).resolve(&evaluated.outputs["o"], &World::any(), DeploymentId(3));
    match targets.as_slice() {
        [(_, Target::Node(node))] => Some(*node),
        _ => None,
    }
}

#[test]
fn a_resource_has_its_names_scope_location_and_body() {
    let mut disk = decl("disk", DISK, s("d1"));
    disk.location = Some(placed(s("westeurope"), 40));
    disk.body = obj([("sku", obj([("name", s("Premium_LRS"))])), ("properties", obj([("diskSizeGB", n(1))]))]);
    let evaluated = Root::new().resource(disk).evaluate();
    let disk = resource(&evaluated, "disk");
    assert_eq!(names(&evaluated, "disk"), ["'d1'"]);
    assert_eq!(show(&disk.scope.subscription), "<d3:subscription().subscriptionId>");
    assert_eq!(show(&disk.scope.resource_group), "<d3:resourceGroup().name>");
    assert_eq!(show(&disk.location), "'westeurope'");
    assert_eq!(disk.span_at("location"), at(40));
    assert_eq!(show(&disk.body), "{sku: {name: 'Premium_LRS'}, properties: {diskSizeGB: 1}}");
    assert_eq!(show(&disk.condition), "true");
    assert_eq!(disk.presence, Presence::Declared);
    assert!(disk.extends.is_null() && disk.further == 0 && disk.calls.is_empty());
}

#[test]
fn a_resource_without_a_location_has_none() {
    let evaluated = Root::new().resource(decl("k", KEY, s("v/k"))).evaluate();
    assert!(resource(&evaluated, "k").location.is_null());
    assert_eq!(names(&evaluated, "k"), ["'v'", "'k'"]);
}

#[test]
fn a_name_with_symbols_is_split_at_its_slashes() {
    let root = Root::new().param("vault").param("whole");
    let evaluated = root
        .resource(decl("a", KEY, text([p("vault"), s("/k")])))
        .resource(decl("b", KEY, p("whole")))
        .resource(decl("c", KEY, call("if", [p("vault"), s("v/k1"), s("v/k2")])))
        .evaluate();
    assert_eq!(names(&evaluated, "a"), ["<d3:param:vault>", "'k'"]);
    assert!(names(&evaluated, "b").is_empty(), "vault and key can't be distinguished");
    assert_eq!(names(&evaluated, "c"), ["'v'", "(d3:param:vault==true ? 'k1' : 'k2')"]);
}

#[test]
fn a_child_takes_its_parents_names_and_scope() {
    let mut vault = decl("vault", VAULT, p("name"));
    vault.existing = true;
    vault.scope = Some(call("resourceGroup", [s("keys")]));
    let mut key = decl("key", KEY, s("k"));
    key.parent = Some(res("vault"));
    let evaluated = Root::new().param("name").resource(vault).resource(key).evaluate();
    assert_eq!(names(&evaluated, "key"), ["<d3:param:name>", "'k'"]);
    assert_eq!(show(&resource(&evaluated, "key").scope.resource_group), "'keys'");
}

#[test]
fn an_existing_resource_is_unknown_beyond_its_name() {
    let mut vault = decl("vault", VAULT, s("kv"));
    vault.existing = true;
    let evaluated = Root::new().resource(vault).evaluate();
    let vault = resource(&evaluated, "vault");
    assert_eq!(vault.presence, Presence::Existing);
    assert_eq!(show(&vault.body), "{, …}");
    assert_eq!(show(&vault.location), "<d3.0.location>");
}

#[test]
fn members_of_a_symbolic_name_are_references_and_its_name_is_its_name() {
    let mut vault = decl("vault", VAULT, text([s("kv-"), p("env")]));
    vault.api_version = Some("2023-07-01".into());
    let root = Root::new().param("env").resource(vault);
    assert_eq!(root.clone().shows(get(res("vault"), "id")), "@d3.0.id");
    assert_eq!(root.clone().shows(get(res("vault"), "properties.vaultUri")), "@d3.0.properties.vaultUri");
    assert_eq!(root.clone().shows(get(res("vault"), "location")), "@d3.0.location");
    assert_eq!(root.clone().shows(get(res("vault"), "name")), "`kv-<d3:param:env>`");
    assert_eq!(root.clone().shows(get(res("vault"), "type")), "'Microsoft.KeyVault/vaults'");
    assert_eq!(root.shows(get(res("vault"), "apiVersion")), "'2023-07-01'");
}

#[test]
fn a_reference_may_come_before_what_it_refers_to() {
    let mut disk = decl("disk", DISK, s("d"));
    disk.location = Some(get(res("set"), "location"));
    let mut set = decl("set", SET, s("des"));
    set.location = Some(s("westus"));
    let evaluated = Root::new().resource(disk).resource(set).evaluate();
    let (disk, set) = (node(&evaluated, "disk"), node(&evaluated, "set"));
    let estate = estate(&evaluated);
    assert_eq!(show(&estate.get(disk, "location")), "'westus'");
    assert_eq!(
        estate.compare(&estate.get(disk, "location"), &estate.get(set, "location"), Fold::Region),
        Comparison::Equal
    );
}

#[test]
fn functions_look_at_what_the_code_states_of_a_resource() {
    let mut set = decl("set", SET, s("des"));
    set.location = Some(s("West US"));
    set.body = obj([("properties", obj([("rotationToLatestKeyVersionEnabled", b(true))]))]);
    let root = Root::new().resource(set);
    let rotation = get(res("set"), "properties.rotationToLatestKeyVersionEnabled");
    assert_eq!(root.clone().shows(call("if", [rotation, n(1), n(2)])), "1");
    assert_eq!(root.clone().shows(call("toLower", [get(res("set"), "location")])), "'west us'");
    assert_eq!(root.clone().shows(call("empty", [get(res("set"), "id")])), "false");
    assert_eq!(root.clone().shows(call("last", [call("split", [get(res("set"), "id"), s("/")])])), "'des'");
    assert_eq!(root.shows(call("equals", [get(res("set"), "id"), s("")])), "false");
}

#[test]
fn resources_that_refer_to_each_other_are_no_cycle() {
    let mut a = decl("a", DISK, s("a"));
    a.body = obj([("x", call("toLower", [get(res("b"), "x")]))]);
    let mut b = decl("b", DISK, s("b"));
    b.body = obj([("x", call("toLower", [get(res("a"), "x")]))]);
    let evaluated = Root::new().resource(a).resource(b).evaluate();
    assert!(evaluated.diagnostics.is_empty());
    assert_eq!(evaluated.deployment.resources.len(), 2);
}

#[test]
fn each_way_of_naming_a_resource_reaches_the_same_node() {
    let by_id = || call("resourceId", [s(VAULT), p("name")]);
    let ways: Vec<Expr> = vec![
        get(res("vault"), "id"),
        by_id(),
        call("resourceId", [get(call("resourceGroup", []), "name"), s(VAULT), p("name")]),
        call(
            "resourceId",
            [
                get(call("subscription", []), "subscriptionId"),
                get(call("resourceGroup", []), "name"),
                s(VAULT),
                p("name"),
            ],
        ),
        text([get(call("resourceGroup", []), "id"), s("/providers/microsoft.keyvault/VAULTS/"), p("name")]),
        call("extensionResourceId", [get(call("resourceGroup", []), "id"), s(VAULT), p("name")]),
        get(call("resourceInfo", [s("vault")]), "id"),
        get(call("reference", [by_id(), s("2023-07-01"), s("Full")]), "id"),
    ];
    for way in ways {
        let shown = format!("{way:?}");
        let root = Root::new().param("name").resource(decl("vault", VAULT, p("name"))).output("o", way);
        let evaluated = root.evaluate();
        assert_eq!(found(&evaluated), Some(node(&evaluated, "vault")), "{shown}");
    }
}

#[test]
fn reference_finds_by_symbolic_name_by_name_and_by_id() {
    for target in [s("vault"), p("name"), call("resourceId", [s(VAULT), p("name")]), get(res("vault"), "id")] {
        let root = Root::new().default("name", s("kv")).resource(decl("vault", VAULT, p("name")));
        assert_eq!(root.shows(get(call("reference", [target]), "vaultUri")), "@d3.0.properties.vaultUri");
    }
}

#[test]
fn a_reference_to_what_is_not_declared_makes_one_existing_resource() {
    let id = || s("/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/kv");
    let root = Root::new()
        .output("a", get(call("reference", [id()]), "vaultUri"))
        .output("b", get(call("reference", [id(), s("2019-09-01")]), "vaultUri"));
    let evaluated = root.evaluate();
    assert_eq!(show(&evaluated.outputs["a"]), show(&evaluated.outputs["b"]));
    let [vault] = &evaluated.deployment.resources[..] else { panic!("one node") };
    assert_eq!((vault.presence, show(&vault.names[0])), (Presence::Existing, "'kv'".to_owned()));
    assert_eq!(show(&vault.scope.resource_group), "'g'");
}

#[test]
fn a_reference_that_is_not_known_is_a_symbol_that_equal_ones_share() {
    let root = Root::new().param("id");
    let same = call("equals", [call("reference", [p("id")]), call("reference", [p("id")])]);
    assert_eq!(root.shows(same), "true");
}

#[test]
fn a_key_url_made_of_the_vaults_uri_names_vault_and_key() {
    let url = text([get(res("vault"), "properties.vaultUri"), s("keys/k1/"), p("version")]);
    let root = Root::new().param("version").resource(decl("vault", VAULT, s("kv"))).output("o", url);
    let evaluated = root.evaluate();
    let url = KeyUrl::parse(&evaluated.outputs["o"]).unwrap().unwrap();
    assert_eq!(url.vault, Some(node(&evaluated, "vault")));
    assert_eq!(url.name.as_str(), Some("k1"));
    let suffix = get(call("environment", []), "suffixes.keyvaultDns");
    let url = text([s("https://kv"), suffix, s("/keys/k1")]);
    let by_host = Root::new().output("o", url).evaluate();
    let url = KeyUrl::parse(&by_host.outputs["o"]).unwrap().unwrap();
    assert_eq!(url.vault_name.unwrap().as_str(), Some("kv"));
}

#[test]
fn ids_are_built_for_each_scope() {
    let group = "/subscriptions/<d3:subscription().subscriptionId>/resourceGroups/<d3:resourceGroup().name>";
    let sub = "11111111-1111-1111-1111-111111111111";
    for (expr, id) in [
        (call("resourceId", [s(KEY), s("v"), s("k")]), format!("`{group}/providers/Microsoft.KeyVault/vaults/v/keys/k`")),
        (
            call("resourceId", [s("g2"), s(VAULT), s("v")]),
            "`/subscriptions/<d3:subscription().subscriptionId>/resourceGroups/g2/providers/Microsoft.KeyVault/vaults/v`".to_owned(),
        ),
        (
            call("resourceId", [s(sub), s("g2"), s(VAULT), s("v")]),
            format!("'/subscriptions/{sub}/resourceGroups/g2/providers/Microsoft.KeyVault/vaults/v'"),
        ),
        (
            call("resourceId", [s(sub), s("Microsoft.Resources/resourceGroups"), s("g")]),
            format!("'/subscriptions/{sub}/providers/Microsoft.Resources/resourceGroups/g'"),
        ),
        (
            call("subscriptionResourceId", [s("Microsoft.Authorization/roleDefinitions"), s("r")]),
            "`/subscriptions/<d3:subscription().subscriptionId>/providers/Microsoft.Authorization/roleDefinitions/r`".to_owned(),
        ),
        (
            call("tenantResourceId", [s("Microsoft.Authorization/roleDefinitions"), s("r")]),
            "'/providers/Microsoft.Authorization/roleDefinitions/r'".to_owned(),
        ),
        (
            call("managementGroupResourceId", [s("mg"), s("Microsoft.Authorization/policyDefinitions"), s("x")]),
            "'/providers/Microsoft.Management/managementGroups/mg/providers/Microsoft.Authorization/policyDefinitions/x'".to_owned(),
        ),
        (
            call("extensionResourceId", [s("/subscriptions/s"), s("Microsoft.Authorization/locks"), s("l")]),
            "'/subscriptions/s/providers/Microsoft.Authorization/locks/l'".to_owned(),
        ),
    ] {
        assert_eq!(eval(expr), id);
    }
    assert!(eval(call("resourceId", [s(KEY), s("v")])).starts_with('<'), "too few names");
}

#[test]
fn what_is_given_of_the_place_is_used() {
    let mut root = Root::new().resource(decl("d", DISK, s("d")));
    root.inputs.subscription = Some(Value::string("sub"));
    root.inputs.resource_group = Some(Value::string("rg"));
    root.inputs.location = Some(Value::string("northeurope"));
    let here = |path: &str| get(call("resourceGroup", []), path);
    assert_eq!(root.clone().shows(here("location")), "'northeurope'");
    assert_eq!(root.clone().shows(here("id")), "'/subscriptions/sub/resourceGroups/rg'");
    assert_eq!(root.clone().shows(get(call("subscription", []), "subscriptionId")), "'sub'");
    let tags = root.clone().shows(here("tags"));
    assert!(tags.starts_with('<'), "{tags}");
    assert_eq!(show(&resource(&root.evaluate(), "d").scope.resource_group), "'rg'");
}

#[test]
fn an_extension_resource_has_what_it_extends_and_its_scope() {
    let mut vault = decl("vault", VAULT, s("kv"));
    vault.existing = true;
    vault.scope = Some(call("resourceGroup", [s("s2"), s("g2")]));
    let mut role = decl("role", "Microsoft.Authorization/roleAssignments", s("r"));
    role.scope = Some(res("vault"));
    let mut by_text = decl("byText", "Microsoft.Authorization/roleAssignments", s("r2"));
    by_text.scope = Some(s("Microsoft.KeyVault/vaults/kv"));
    let evaluated = Root::new().resource(vault).resource(role).resource(by_text).evaluate();
    assert_eq!(show(&resource(&evaluated, "role").extends), "@d3.0.id");
    assert_eq!(show(&resource(&evaluated, "role").scope.subscription), "'s2'");
    let text = show(&resource(&evaluated, "byText").extends);
    assert!(text.ends_with("/providers/Microsoft.KeyVault/vaults/kv`"), "{text}");
}

#[test]
fn a_loop_makes_an_instance_of_each_item() {
    let mut disk = decl("disks", DISK, get(local("d"), "name"));
    disk.repeat = Some(over(arr([obj([("name", s("a"))]), obj([("name", s("b"))])]), "d"));
    disk.body = obj([("tags", obj([("no", local("i"))]))]);
    let root = Root::new().resource(disk).output("o", get(index(res("disks"), n(1)), "id"));
    let evaluated = root.evaluate();
    assert_eq!(names(&evaluated, "disks[0]"), ["'a'"]);
    assert_eq!(show(&resource(&evaluated, "disks[1]").body), "{tags: {no: 1}}");
    assert_eq!(show(&evaluated.outputs["o"]), "@d3.1.id");
    let all = call("map", [res("disks"), lambda(["d"], get(local("d"), "id"))]);
    assert_eq!(root.shows(all), "[@d3.0.id, @d3.1.id]");
}

#[test]
fn copy_index_counts_from_its_offset() {
    let mut disk = decl("disks", DISK, text([s("d"), call("copyIndex", [n(1)])]));
    disk.repeat = Some(times(n(2), "diskCopy"));
    disk.body = obj([(
        "inner",
        for_each(times(n(2), "inner"), None, text([call("copyIndex", []), call("copyIndex", [s("inner")])])),
    )]);
    let evaluated = Root::new().resource(disk).evaluate();
    assert_eq!(names(&evaluated, "disks[1]"), ["'d2'"]);
    let body = show(&resource(&evaluated, "disks[1]").body);
    assert_eq!(body, "{inner: ['10', '11']}", "without a name the resource's loop is meant");
}

#[test]
fn a_loop_beyond_the_bound_is_counted() {
    let mut disk = decl("disks", DISK, text([s("d"), call("copyIndex", [])]));
    disk.repeat = Some(times(n(1_000_000), "c"));
    let evaluated = Root::new().resource(disk).evaluate();
    assert_eq!(evaluated.deployment.resources.len(), 800);
    assert_eq!(resource(&evaluated, "disks[799]").further, 1_000_000 - 800);
    assert_eq!(resource(&evaluated, "disks[254]").further, 0);
}

#[test]
fn a_loop_over_what_is_not_known_has_one_stand_in() {
    let mut disk = decl("disks", DISK, get(local("d"), "name"));
    disk.repeat = Some(over(p("disks"), "d"));
    disk.location = Some(get(local("d"), "location"));
    let mut snapshot = decl("snapshots", "Microsoft.Compute/snapshots", get(local("d"), "name"));
    snapshot.repeat = Some(over(p("disks"), "d"));
    snapshot.body = obj([("source", get(index(res("disks"), local("i")), "id"))]);
    let evaluated = Root::new().param("disks").resource(disk).resource(snapshot).evaluate();
    assert_eq!(evaluated.deployment.resources.len(), 2);
    let disk = resource(&evaluated, "disks[*]");
    assert_eq!(show(&disk.condition), "(any(<d3:param:disks>)==true ? true : false)");
    assert_eq!(show(&disk.names[0]), "<member:name(<each(<d3:param:disks>)>)>");
    let snapshot = resource(&evaluated, "snapshots[*]");
    assert_eq!(show(&snapshot.body), "{source: @d3.0.id}", "the same index of the same list");
    assert_eq!(show(&snapshot.condition), show(&disk.condition));
}

#[test]
fn a_loop_over_one_of_two_lists_has_each_instance_in_its_worlds() {
    let mut disk = decl("disks", DISK, local("d"));
    disk.repeat = Some(over(call("if", [p("many"), strs(&["a", "b"]), strs(&["c"])]), "d"));
    let evaluated = Root::new().param("many").resource(disk).evaluate();
    assert_eq!(names(&evaluated, "disks[0]"), ["(d3:param:many==true ? 'a' : 'c')"]);
    assert_eq!(show(&resource(&evaluated, "disks[0]").condition), "true");
    assert_eq!(show(&resource(&evaluated, "disks[1]").condition), "(d3:param:many==true ? true : false)");
}

#[test]
fn conditions_are_known_or_choices() {
    let mut off = decl("off", DISK, s("a"));
    off.condition = Some(call("equals", [s("a"), s("b")]));
    let mut maybe = decl("maybe", DISK, s("b"));
    maybe.condition = Some(call("and", [p("deploy"), call("equals", [p("env"), s("prod")])]));
    let evaluated = Root::new().param("deploy").param("env").resource(off).resource(maybe).evaluate();
    assert_eq!(show(&resource(&evaluated, "off").condition), "false");
    let maybe = show(&resource(&evaluated, "maybe").condition);
    assert_eq!(maybe, "(d3:param:deploy==true ? (d3:param:env=='prod' ? true : false) : false)");
}

#[test]
fn a_property_loop_over_what_is_not_known_has_a_stand_in() {
    let mut vm = decl("vm", "Microsoft.Compute/virtualMachines", s("vm"));
    let disk = obj([("managedDisk", obj([("diskEncryptionSet", obj([("id", p("set"))]))]))]);
    vm.body = obj([("dataDisks", for_each(over(p("disks"), "d"), None, disk))]);
    let evaluated = Root::new().param("disks").param("set").resource(vm).evaluate();
    let body = show(&resource(&evaluated, "vm").body);
    let item = "{managedDisk: {diskEncryptionSet: {id: <d3:param:set>}}}";
    assert_eq!(body, format!("{{dataDisks: (any(<d3:param:disks>)==true ? [{item}, …] : [])}}"));
}

#[test]
fn properties_in_both_arms_and_in_spreads_are_steps_of_the_trail() {
    let mut disk = decl("d", DISK, s("d"));
    let encryption = |id: usize| obj([("diskEncryptionSetId", placed(s("/x"), id))]);
    let mut choice = call("if", [p("c"), obj([("encryption", encryption(50))]), obj([])]);
    choice.span.end = 60; // around what stands in it
    disk.body = obj([("properties", choice)]);
    let evaluated = Root::new().param("c").resource(disk).evaluate();
    let disk = resource(&evaluated, "d");
    let value = disk.get("properties.encryption.diskEncryptionSetId");
    let cmklint_graph::Kind::Choice(choice) = &value.kind else { panic!("{}", show(&value)) };
    let newest = choice.then.trail.newest().unwrap();
    assert_eq!((newest.kind, &*newest.name, newest.span), (StepKind::Attribute, "diskEncryptionSetId", at(50)));
}

/// The newest steps of the value at the path, as kind, name and place.
#[allow(clippy::unwrap_used)]
fn newest(value: &cmklint_graph::Value) -> (StepKind, String, cmklint_source::Span) {
    let step = value.trail.newest().unwrap();
    (step.kind, step.name.to_string(), step.span)
}

#[test]
fn what_comes_whole_from_a_variable_lands_in_the_property_that_takes_it() {
    let set = || obj([("encryption", obj([("diskEncryptionSetId", placed(s("/x"), 90))]))]);
    let mut disk = decl("d", DISK, s("d"));
    disk.body = obj([("properties", placed(v("shared"), 40))]);
    let mut vm = decl("vm", "Microsoft.Compute/virtualMachines", s("vm"));
    let mut list = arr([placed(v("shared"), 52)]);
    list.span.end = 60;
    vm.body = obj([("dataDisks", list)]);
    let mut merged = decl("m", DISK, s("m"));
    merged.body = obj([("properties", placed(call("union", [v("shared"), obj([("diskSizeGB", n(1))])]), 70))]);
    let root = Root::new().var("shared", set()).resource(disk).resource(vm).resource(merged);
    let evaluated = root.evaluate();
    let id = "encryption.diskEncryptionSetId";
    let property = |at_: usize| (StepKind::Attribute, "diskEncryptionSetId".to_owned(), at(at_));
    let value = resource(&evaluated, "d").get(&format!("properties.{id}"));
    assert_eq!(newest(&value), property(40));
    assert_eq!(value.trail.oldest().unwrap().span, at(90), "and goes back to where it was written");
    assert_eq!(newest(&resource(&evaluated, "vm").get(&format!("dataDisks[0].{id}"))), property(52));
    assert_eq!(newest(&resource(&evaluated, "m").get(&format!("properties.{id}"))), property(70));
}

#[test]
fn members_whose_names_are_not_known_are_held_with_their_names() {
    let mut identity = decl("uai", "Microsoft.ManagedIdentity/userAssignedIdentities", s("uai"));
    identity.location = Some(p("region"));
    let by_id = || obj_keyed(text([get(res("uai"), "id")]), obj([]));
    let mut set = decl("set", "Microsoft.Compute/diskEncryptionSets", s("set"));
    set.body = obj([("identity", obj([("type", s("UserAssigned")), ("userAssignedIdentities", by_id())]))]);
    let root = Root::new().param("region").param("p").param("q").resource(identity).resource(set);
    let evaluated = root.clone().evaluate();
    let identities = resource(&evaluated, "set").get("identity.userAssignedIdentities");
    let object = identities.as_object().unwrap();
    assert!(object.entries.is_empty());
    let names: Vec<String> = object.rest.as_ref().unwrap().members().unwrap().iter().map(|(n, _)| show(n)).collect();
    let prefix = "/subscriptions/<d3:subscription().subscriptionId>/resourceGroups/<d3:resourceGroup().name>/providers";
    assert_eq!(names, [format!("`{prefix}/Microsoft.ManagedIdentity/userAssignedIdentities/uai`")]);

    assert_eq!(root.clone().shows(call("empty", [by_id()])), "false");
    let other = || obj_keyed(p("p"), n(1));
    assert_eq!(root.clone().shows(call("objectKeys", [other()])), "[<d3:param:p>]");
    assert_eq!(root.clone().shows(call("empty", [call("union", [obj([]), other()])])), "false");
    let both = call("union", [other(), obj_keyed(p("q"), n(2))]);
    let count =
        |value: &cmklint_graph::Value| value.as_object().unwrap().rest.as_ref().unwrap().members().map(<[_]>::len);
    assert_eq!(count(&root.clone().output("o", both).evaluate().outputs["o"]), Some(2));
    let open = call("union", [other(), p("q")]);
    assert_eq!(
        count(&root.clone().output("o", open).evaluate().outputs["o"]),
        None,
        "an object that is not known may hold more"
    );
    let lambda_made = call("toObject", [arr([p("p")]), lambda(["x"], local("x")), lambda(["x"], obj([]))]);
    assert_eq!(count(&root.clone().output("o", lambda_made).evaluate().outputs["o"]), Some(1));
    let apart = obj_keyed(text([p("p"), s("/x")]), n(1));
    let kept = call("union", [obj([("plain", n(0))]), apart]);
    assert_eq!(root.shows(get(kept, "plain")), "0", "a name that certainly is another stays");
}

#[test]
fn a_name_by_condition_is_a_member_in_each_world() {
    let name = call("if", [p("c"), s("a"), s("b")]);
    let shown = Root::new().param("c").shows(obj_keyed(name, n(1)));
    assert_eq!(shown, "(d3:param:c==true ? {a: 1} : {b: 1})");
}

#[test]
fn a_full_reference_says_what_the_resource_is() {
    let full = || call("reference", [get(res("disk"), "id"), s("2024-03-02"), s("Full")]);
    let root = || Root::new().resource(decl("disk", "Microsoft.Compute/disks", s("os")));
    assert_eq!(root().shows(get(full(), "resourceId")), root().shows(get(res("disk"), "id")));
    let group = root().shows(get(full(), "resourceGroupName"));
    assert_eq!(group, root().shows(get(call("resourceGroup", []), "name")));
}
