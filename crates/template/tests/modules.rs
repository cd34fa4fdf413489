//! Modules and nested deployments: arguments, outputs, scopes, links.

mod common;

use cmklint_graph::{Estate, StepKind, Value};
use cmklint_source::Severity;
use cmklint_template::{Expr, ResourceDecl, TargetScope, TemplateRef};
use common::*;

const VAULT: &str = "Microsoft.KeyVault/vaults";
const GROUP: &str = "Microsoft.Resources/resourceGroups";

fn vault(name: Expr) -> ResourceDecl {
    let mut vault = decl("vault", VAULT, name);
    vault.location = Some(get(call("resourceGroup", []), "location"));
    vault
}

/// A template that makes a vault, and tells its id and uri.
fn keys() -> Root {
    Root::new()
        .default("name", s("kv"))
        .resource(vault(p("name")))
        .output("id", get(res("vault"), "id"))
        .output("uri", get(res("vault"), "properties.vaultUri"))
        .output("name", p("name"))
}

fn scoped(scope: Expr) -> ResourceDecl {
    ResourceDecl { scope: Some(scope), ..module("keys", &keys(), obj([])) }
}

#[test]
fn the_resources_of_a_module_are_the_deployments() {
    let evaluated = Root::new().resource(module("keys", &keys(), obj([("name", s("x"))]))).evaluate();
    let vault = resource(&evaluated, "keys.vault");
    assert_eq!(show(&vault.names[0]), "'x'");
    let calls: Vec<_> = vault.calls.iter().map(|(span, name)| (*span, &**name)).collect();
    assert_eq!(calls, [(at(2), "keys")]);
}

#[test]
fn outputs_carry_what_is_inside_and_the_way_it_took() {
    let root = Root::new().default("prefix", s("contoso")).resource(module(
        "keys",
        &keys(),
        obj([("name", placed(text([p("prefix"), s("-kv")]), 60))]),
    ));
    assert_eq!(root.clone().shows(get(res("keys"), "outputs.id")), "@d3.0.id");
    assert_eq!(root.clone().shows(get(res("keys"), "outputs.uri")), "@d3.0.properties.vaultUri");
    let evaluated = root.output("o", get(res("keys"), "outputs.name")).evaluate();
    let value = &evaluated.outputs["o"];
    assert_eq!(show(value), "'contoso-kv'");
    let steps: Vec<_> = value.trail.steps().map(|step| step.kind).collect();
    use StepKind::{Argument, Default, Literal, Output};
    assert_eq!(steps, [Output, Output, Argument, Default, Literal]);
    assert_eq!(value.trail.steps().find(|s| s.kind == Argument).unwrap().span, at(60));
}

#[test]
fn arm_json_reads_outputs_by_reference() {
    let name = || s("keys");
    for target in [
        name(),
        call("resourceId", [s("Microsoft.Resources/deployments"), name()]),
        call(
            "extensionResourceId",
            [get(call("resourceGroup", []), "id"), s("Microsoft.Resources/deployments"), name()],
        ),
    ] {
        let root = Root::new().resource(module("keys", &keys(), obj([])));
        let read = get(call("reference", [target, s("2022-09-01")]), "outputs.id.value");
        assert_eq!(root.shows(read), "@d3.0.id");
    }
}

#[test]
fn the_instances_of_a_module_in_a_loop_have_outputs_of_their_own() {
    let mut many = module("keys", &keys(), obj([("name", local("n"))]));
    many.name = text([s("keys-"), local("n")]);
    many.repeat = Some(over(strs(&["a", "b"]), "n"));
    let root = Root::new().resource(many);
    assert_eq!(root.clone().shows(get(index(res("keys"), n(1)), "outputs.name")), "'b'");
    let named = get(call("reference", [s("keys-b")]), "outputs.name.value");
    assert_eq!(root.clone().shows(named), "'b'");
    let by_index = get(call("reference", [s("keys[1]")]), "outputs.name.value");
    assert_eq!(root.clone().shows(by_index), "'b'");
    let names = call("map", [res("keys"), lambda(["m"], get(local("m"), "outputs.name"))]);
    assert_eq!(root.clone().shows(names), "['a', 'b']");
    let evaluated = root.evaluate();
    assert_eq!(show(&resource(&evaluated, "keys[1].vault").names[0]), "'b'");
}

#[test]
fn a_module_in_a_long_loop_counts_what_is_left_out() {
    let mut two = decl("disks", "Microsoft.Compute/disks", text([s("d"), call("copyIndex", [])]));
    two.repeat = Some(times(n(300), "c"));
    let mut many = module("m", &Root::new().resource(two), obj([]));
    many.repeat = Some(times(n(4), "c"));
    let mut root = Root::new().resource(many);
    root.limits.instances = 2;
    let evaluated = root.evaluate();
    let total: u64 = evaluated.deployment.resources.iter().map(|r| 1 + r.further).sum();
    assert_eq!((evaluated.deployment.resources.len(), total), (4, 1200));
}

#[test]
fn a_modules_condition_is_that_of_what_is_in_it() {
    let mut inner = keys();
    inner.template.resources[0].condition = Some(p("inner"));
    let inner = inner.param("inner");
    let mut outer = module("keys", &inner, obj([("inner", p("b"))]));
    outer.condition = Some(p("a"));
    let evaluated = Root::new().param("a").param("b").resource(outer).evaluate();
    let condition = show(&resource(&evaluated, "keys.vault").condition);
    assert_eq!(condition, "(d3:param:a==true ? (d3:param:b==true ? true : false) : false)");
}

#[test]
fn a_null_argument_means_the_default() {
    let root = Root::new().param("custom");
    let name = call("if", [p("custom"), s("mine"), null()]);
    let root = root.resource(module("keys", &keys(), obj([("name", name)])));
    assert_eq!(root.shows(get(res("keys"), "outputs.name")), "(d3:param:custom==true ? 'mine' : 'kv')");
}

#[test]
fn a_module_without_a_scope_is_in_the_same_group() {
    let evaluated = Root::new().resource(module("keys", &keys(), obj([]))).evaluate();
    let vault = resource(&evaluated, "keys.vault");
    assert_eq!(show(&vault.scope.resource_group), "<d3:resourceGroup().name>");
    assert_eq!(show(&vault.location), "<d3:resourceGroup().location>");
}

#[test]
fn a_scope_names_group_and_subscription() {
    for (scope, subscription, group) in [
        (call("resourceGroup", [s("g2")]), "<d3:subscription().subscriptionId>", "'g2'"),
        (call("resourceGroup", [s("s2"), s("g2")]), "'s2'", "'g2'"),
        (call("subscription", [s("s2")]), "'s2'", "null"),
        (call("managementGroup", [s("mg")]), "null", "null"),
        (call("tenant", []), "null", "null"),
        (s("/subscriptions/s3/resourceGroups/g3"), "'s3'", "'g3'"),
        (s("Microsoft.Management/managementGroups/mg"), "null", "null"),
    ] {
        let evaluated = Root::new().resource(scoped(scope)).evaluate();
        let vault = resource(&evaluated, "keys.vault");
        assert_eq!(show(&vault.scope.subscription), subscription);
        assert_eq!(show(&vault.scope.resource_group), group);
    }
}

#[test]
fn arm_json_names_group_and_subscription_by_properties() {
    let mut nested = module("keys", &keys(), obj([]));
    let deployment = nested.deployment.as_mut().unwrap();
    deployment.subscription = Some(s("s2"));
    deployment.resource_group = Some(s("g2"));
    let evaluated = Root::new().resource(nested.clone()).evaluate();
    assert_eq!(show(&resource(&evaluated, "keys.vault").scope.subscription), "'s2'");
    nested.deployment.as_mut().unwrap().resource_group = None;
    let evaluated = Root::new().resource(nested).evaluate();
    assert_eq!(show(&resource(&evaluated, "keys.vault").scope.resource_group), "null");
}

#[test]
fn a_scope_under_a_condition_is_one_in_each_world() {
    let scope = call("if", [p("split"), call("resourceGroup", [s("keys")]), call("resourceGroup", [])]);
    let evaluated = Root::new().param("split").resource(scoped(scope)).evaluate();
    let group = show(&resource(&evaluated, "keys.vault").scope.resource_group);
    assert_eq!(group, "(d3:param:split==true ? 'keys' : <d3:resourceGroup().name>)");
}

#[test]
fn the_region_of_a_declared_group_is_known_in_what_is_deployed_to_it() {
    let mut group = decl("rg", GROUP, s("g2"));
    group.location = Some(s("westus"));
    let by_symbol = scoped(res("rg"));
    let by_name = ResourceDecl { symbol: Some("byName".into()), ..scoped(call("resourceGroup", [s("g2")])) };
    let mut by_property = ResourceDecl { symbol: Some("byProperty".into()), ..module("keys", &keys(), obj([])) };
    by_property.deployment.as_mut().unwrap().resource_group = Some(s("G2"));
    let root = Root::new().scope(TargetScope::Subscription);
    let root = root.resource(group).resource(by_symbol).resource(by_name).resource(by_property);
    let evaluated = root.evaluate();
    let estate = Estate::new(vec![evaluated.deployment.clone()]);
    for address in ["keys.vault", "byName.vault", "byProperty.vault"] {
        let vault = resource(&evaluated, address);
        assert_eq!(show(&estate.get(vault.id, "location")), "'westus'", "{address}");
        assert_eq!(show(&vault.scope.subscription), "<d3:subscription().subscriptionId>");
    }
}

#[test]
fn the_region_of_a_group_made_in_another_module_is_known_too() {
    let mut group = decl("rg", GROUP, p("name"));
    group.location = Some(s("westus"));
    let make = Root::new().scope(TargetScope::Subscription).param("name").resource(group);
    let first = scoped(call("resourceGroup", [s("g2")]));
    let second = module("make", &make, obj([("name", s("g2"))]));
    let evaluated = Root::new().scope(TargetScope::Subscription).resource(first).resource(second).evaluate();
    let estate = Estate::new(vec![evaluated.deployment.clone()]);
    assert_eq!(show(&estate.get(resource(&evaluated, "keys.vault").id, "location")), "'westus'");
}

#[test]
fn an_undeclared_groups_region_is_one_unknown_for_all_in_it() {
    let one = scoped(call("resourceGroup", [s("g2")]));
    let two = ResourceDecl { symbol: Some("two".into()), ..scoped(call("resourceGroup", [s("g2")])) };
    let three = ResourceDecl { symbol: Some("three".into()), ..scoped(call("resourceGroup", [s("g3")])) };
    let evaluated = Root::new().resource(one).resource(two).resource(three).evaluate();
    let region = |address: &str| show(&resource(&evaluated, address).location);
    assert_eq!(region("keys.vault"), region("two.vault"));
    assert_ne!(region("keys.vault"), region("three.vault"));
}

#[test]
fn functions_of_the_scope_mean_the_inner_one() {
    let inner = Root::new()
        .output("group", get(call("resourceGroup", []), "name"))
        .output("sub", get(call("subscription", []), "subscriptionId"))
        .output("self", get(call("deployment", []), "name"))
        .output("id", call("resourceId", [s(VAULT), s("kv")]));
    let mut nested = module("m", &inner, obj([]));
    nested.scope = Some(call("resourceGroup", [s("s2"), s("g2")]));
    nested.name = s("theName");
    let root = Root::new().resource(nested);
    assert_eq!(root.clone().shows(get(res("m"), "outputs.group")), "'g2'");
    assert_eq!(root.clone().shows(get(res("m"), "outputs.sub")), "'s2'");
    assert_eq!(root.clone().shows(get(res("m"), "outputs.self")), "'theName'");
    let id = "'/subscriptions/s2/resourceGroups/g2/providers/Microsoft.KeyVault/vaults/kv'";
    assert_eq!(root.clone().shows(get(res("m"), "outputs.id")), id);
    assert_eq!(root.shows(get(res("m"), "name")), "'theName'");
}

#[test]
fn an_inline_template_of_the_outer_scope_uses_the_outer_names() {
    let inner = Root::new().resource(vault(text([p("prefix"), v("suffix"), call("copyIndex", [])])));
    let mut nested = module("m", &inner, obj([]));
    nested.repeat = Some(times(n(2), "c"));
    let deployment = nested.deployment.as_mut().unwrap();
    deployment.inner_scope = false;
    deployment.resource_group = Some(s("g2"));
    let root = Root::new().param("prefix").var("suffix", s("-x")).resource(nested);
    let evaluated = root.evaluate();
    let vault = resource(&evaluated, "m[1].vault");
    assert_eq!(show(&vault.names[0]), "`<d3:param:prefix>-x1`");
    assert_eq!(show(&vault.scope.resource_group), "'g2'", "it is deployed to the group that is named");
    assert_eq!(show(&vault.location), "<d3:resourceGroup().location>", "its expressions mean the group around");
}

#[test]
fn parameters_of_a_module_that_nothing_is_given_for_are_its_own_symbols() {
    let inner = Root::new().param("name").output("name", p("name"));
    let root = Root::new()
        .param("name")
        .resource(module("a", &inner, obj([])))
        .resource(module("b", &inner, obj([])))
        .output("o", arr([p("name"), get(res("a"), "outputs.name"), get(res("b"), "outputs.name")]));
    let shown = show(&root.evaluate().outputs["o"]);
    assert_eq!(shown, "[<d3:param:name>, <d3/0.0:param:name>, <d3/1.0:param:name>]");
}

#[test]
fn what_is_made_anew_in_two_instances_of_a_module_differs() {
    let inner = Root::new().default("id", call("newGuid", [])).output("id", p("id"));
    let root = Root::new().resource(module("a", &inner, obj([]))).resource(module("b", &inner, obj([])));
    let id = |name: &str| get(res(name), "outputs.id");
    assert_eq!(root.clone().shows(call("equals", [id("a"), id("a")])), "true");
    assert!(root.shows(call("equals", [id("a"), id("b")])).starts_with('('));
}

#[test]
fn a_file_comes_from_the_library() {
    let file = TemplateRef::File { path: "modules/keys.bicep".into(), span: at(7) };
    let root = Root::new().file("modules/keys.bicep", &keys()).resource(module_ref("keys", file, obj([])));
    assert_eq!(root.evaluate().deployment.resources.len(), 1);
}

#[test]
fn a_file_that_is_missing_is_a_warning_and_its_outputs_are_unknown() {
    let file = TemplateRef::File { path: "modules/keys.bicep".into(), span: at(7) };
    let root = Root::new().resource(module_ref("keys", file, obj([])));
    let evaluated = root.output("o", get(res("keys"), "outputs.id")).evaluate();
    assert_eq!(codes(&evaluated), ["module"]);
    assert_eq!((evaluated.diagnostics[0].severity, evaluated.diagnostics[0].span), (Severity::Warning, Some(at(7))));
    assert!(show(&evaluated.outputs["o"]).starts_with('<'));
}

#[test]
fn an_opaque_module_is_a_note_and_its_outputs_are_unknown() {
    let opaque = TemplateRef::Opaque { reason: "not restored".into(), span: at(7) };
    let root = Root::new().resource(module_ref("keys", opaque, obj([])));
    let id = || get(res("keys"), "outputs.id");
    let evaluated = root.clone().output("o", id()).evaluate();
    assert_eq!(evaluated.diagnostics[0].severity, Severity::Note);
    assert_eq!(root.shows(call("equals", [id(), id()])), "true", "the same output is the same value");
}

#[test]
fn links_relative_to_the_template_are_files_next_to_it() {
    let here = || get(call("deployment", []), "properties.templateLink.uri");
    let artifacts = || call("uri", [here(), s(".")]);
    for uri in [
        s("nested/keys.json"),
        call("uri", [here(), s("nested/keys.json")]),
        call("uri", [here(), call("concat", [s("nested/keys.json"), p("sas")])]),
    ] {
        let link = TemplateRef::Link { uri, folder: "templates".into(), address: None };
        let root = Root::new().param("sas").file("templates/nested/keys.json", &keys());
        let evaluated = root.resource(module_ref("keys", link, obj([]))).evaluate();
        assert_eq!(evaluated.deployment.resources.len(), 1, "{:?}", evaluated.diagnostics);
    }
    for uri in [s("https://example.com/keys.json"), p("link"), call("concat", [artifacts(), p("sas")])] {
        let link = TemplateRef::Link { uri, folder: String::new(), address: None };
        let evaluated = Root::new().param("link").param("sas").resource(module_ref("keys", link, obj([]))).evaluate();
        assert_eq!(codes(&evaluated), ["opaque-module"]);
        assert_eq!(evaluated.diagnostics[0].severity, Severity::Note);
    }
}

#[test]
fn arguments_may_come_from_another_modules_outputs() {
    let set = Root::new().param("vault").resource(ResourceDecl {
        body: obj([("properties", obj([("activeKey", obj([("sourceVault", obj([("id", p("vault"))]))]))]))]),
        ..decl("set", "Microsoft.Compute/diskEncryptionSets", s("des"))
    });
    let first = module("sets", &set, obj([("vault", get(res("keys"), "outputs.id"))]));
    let root = Root::new().resource(first).resource(module("keys", &keys(), obj([])));
    let evaluated = root.evaluate();
    let vault = resource(&evaluated, "keys.vault").id;
    let read = resource(&evaluated, "sets.set").get("properties.activeKey.sourceVault.id");
    assert_eq!(show(&read), format!("@{vault}.id"));
    assert!(evaluated.diagnostics.is_empty());
}

#[test]
fn modules_that_need_each_other_are_a_cycle() {
    let a = module("a", &keys(), obj([("name", get(res("b"), "outputs.name"))]));
    let b = module("b", &keys(), obj([("name", get(res("a"), "outputs.name"))]));
    assert!(codes(&Root::new().resource(a).resource(b).evaluate()).contains(&"cycle"));
}

#[test]
fn the_input_for_the_location_is_that_of_a_subscription_deployment() {
    let mut root = Root::new().scope(TargetScope::Subscription);
    root.inputs.location = Some(Value::string("westus"));
    assert_eq!(root.shows(get(call("deployment", []), "location")), "'westus'");
}
