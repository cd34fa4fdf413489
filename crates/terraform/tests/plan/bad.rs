//! What is no plan, or a broken one.

use cmklint_terraform::plan::Document;
use serde_json::json;

use crate::support::tree;

#[test]
fn the_formats_of_terraform_0_12_to_1_0_are_read() {
    for version in ["0.1", "0.2"] {
        let document =
            json!({"format_version": version, "terraform_version": "0.13.5", "planned_values": {}}).to_string();
        assert_eq!(tree(&document, &[]).errors().len(), 0, "{version}");
    }
    let document = json!({"format_version": "0.3", "planned_values": {}}).to_string();
    assert_eq!(tree(&document, &[]).errors()[0].0, "plan-version");
}

#[test]
fn a_format_version_that_is_not_known_is_an_error_at_the_version() {
    let document = json!({"format_version": "2.0", "terraform_version": "3.0.0", "planned_values": {}}).to_string();
    let errors = tree(&document, &[]).errors();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].0, "plan-version");
    assert_eq!(errors[0].2, "plan.json: \"2.0\"");
    let document = json!({"version": 3, "terraform_version": "0.11.0", "serial": 1}).to_string();
    assert_eq!(tree(&document, &[]).errors()[0].2, "plan.json: 3");
}

#[test]
fn a_plan_that_is_cut_off_is_a_syntax_error_at_its_end() {
    let whole = json!({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [{"address": "a"}]})
        .to_string();
    for end in [1, 20, whole.len() / 2, whole.len() - 1] {
        let tree = tree(&whole[..end], &[]);
        let errors = tree.errors();
        assert_eq!(errors[0].0, "syntax", "{end}: {errors:?}");
    }
    assert_eq!(tree("", &[]).errors()[0].0, "syntax");
}

#[test]
fn other_json_is_neither_plan_nor_state() {
    for text in ["{}", "{\"a\": 1}", "{\"format_version\": \"1.0\"}"] {
        assert_eq!(tree(text, &[]).errors()[0].0, "plan-format", "{text}");
    }
    for text in ["[]", "3", "null", "\"x\""] {
        assert!(Document::read(&tree(text, &[]).file).is_err(), "{text}");
    }
}

#[test]
fn a_resource_of_wrong_types_is_reported_and_the_others_count() {
    let good = |name: &str| {
        json!({"mode": "managed", "type": "azurerm_managed_disk", "name": name,
               "instances": [{"attributes": {"name": name, "location": "westeurope", "resource_group_name": 3}}]})
    };
    let document = json!({
        "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l",
        "resources": [good("a"), {"mode": 3}, "x", {"mode": "managed", "type": "t", "name": "n", "instances": {}},
                      {"mode": "managed", "type": "t", "name": "n", "instances": [{"index_key": [], "attributes": {}}]},
                      {"mode": "managed", "type": "t", "name": "n", "module": "nonsense", "instances": []}, good("b")]
    });
    let tree = tree(&document.to_string(), &[]);
    let read = Document::read(&tree.file).unwrap();
    let state = read.state(&tree.sources, &cmklint_terraform::Options::default(), cmklint_graph::DeploymentId(0));
    assert_eq!(state.deployment.resources.len(), 2);
    let codes: Vec<_> = state.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["plan-format"; 5], "{:?}", tree.messages(&state.diagnostics));
    assert!(state.diagnostics.iter().all(|d| d.span.is_some()));
}

#[test]
fn lists_of_wrong_types_at_the_top_are_reported() {
    for name in ["resource_changes", "planned_values", "prior_state", "configuration"] {
        let mut document = json!({"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {}});
        document[name] = json!(7);
        let tree = tree(&document.to_string(), &[]);
        let plan = tree.plan(None);
        assert!(!plan.diagnostics.is_empty(), "{name}");
        assert!(plan.diagnostics.iter().all(|d| d.code == "plan-format"), "{:?}", plan.diagnostics);
    }
}

#[test]
fn modules_that_lie_too_deep_are_left_out_with_a_warning() {
    let mut module = json!({"address": (0..500).map(|_| "module.m").collect::<Vec<_>>().join("."), "resources": []});
    for depth in (0..500).rev() {
        let address = (0..depth).map(|_| "module.m").collect::<Vec<_>>().join(".");
        module = json!({"address": address, "child_modules": [module]});
    }
    let document = format!(
        "{{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"planned_values\":{{\"root_module\":{module}}}}}"
    );
    let tree = tree(&document, &[]);
    let plan = tree.plan(None);
    assert_eq!(plan.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["too-deep"]);
}

#[test]
fn deep_values_and_configurations_end() {
    let deep = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    let value = deep("{\"a\":[", "]}", 10_000);
    let calls = deep("{\"module_calls\":{\"m\":{\"source\":\"./m\",\"module\":", "}}}", 3_000).replace(":}", ":{}}");
    let document = format!(
        "{{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"resource_changes\":[{{\"address\":\"azurerm_managed_disk.d\",\
         \"mode\":\"managed\",\"type\":\"azurerm_managed_disk\",\"name\":\"d\",\"change\":{{\"actions\":[\"create\"],\
         \"after\":{{\"os_type\":{value}}},\"after_unknown\":{value}}}}}],\"configuration\":{{\"root_module\":{calls}}}}}"
    );
    let tree = tree(&document, &[]);
    let plan = tree.plan(None);
    assert_eq!(plan.after.resources.len(), 1, "{:?}", tree.messages(&plan.diagnostics));
}

#[test]
fn no_change_of_a_plan_makes_reading_it_fail() {
    let resource = json!({"address": "module.m[\"k\"].azurerm_managed_disk.d[0]", "module_address": "module.m[\"k\"]", "mode": "managed",
        "type": "azurerm_managed_disk", "name": "d", "index": 0, "previous_address": "azurerm_managed_disk.old", "change": {
        "actions": ["delete", "create"], "before": {"name": "d", "location": "x"}, "after": {"name": "d", "encryption_settings": [{"enabled": true}]},
        "after_unknown": {"id": true, "encryption_settings": [{"enabled": true}]}, "after_sensitive": {"name": true}}});
    let whole = json!({"format_version": "1.2", "terraform_version": "1.11.4", "variables": {"v": {"value": [1, {"a": null}]}},
        "planned_values": {"root_module": {"child_modules": [{"address": "module.m[\"k\"]", "resources": []}]}},
        "resource_changes": [resource], "configuration": {"provider_config": {"azurerm": {"name": "azurerm", "expressions": {}}},
        "root_module": {"module_calls": {"m": {"source": "./m", "for_each_expression": {"references": ["var.v"]}, "module": {"resources": [
        {"address": "azurerm_managed_disk.d", "mode": "managed", "type": "azurerm_managed_disk", "name": "d",
         "expressions": {"name": {"references": ["each.key", "var.v[0].x", "${"]}, "encryption_settings": [{"enabled": {}}]}}]}}}}}})
    .to_string();
    let mut read = 0;
    for at in (0..whole.len()).step_by(3) {
        for with in ["", "\"", "}", "null", "[", "7"] {
            let changed = format!("{}{with}{}", &whole[..at], &whole[at + 1..]);
            let tree = tree(&changed, &[]);
            if Document::read(&tree.file).is_ok() {
                read += 1;
                let plan = tree.plan(Some(""));
                assert!(plan.after.resources.len() < 3);
            }
        }
    }
    assert!(read > 100, "{read} of the changed plans are still JSON");
}
