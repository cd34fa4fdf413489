//! What the engine makes of all rules' findings, and CMK050, which looks at all deployments at once.

#![allow(clippy::unwrap_used)]

mod common;

use cmklint_graph::{Deployment, DeploymentKey, Estate, NodeId, Root, RootInputs, Value};
use cmklint_rules::{
    Confidence, Context, Finding, Findings, Level, RULES, Rule, RuleMeta, Settings, by_id_or_name, run, run_with,
};
use common::{Build, OTHER, URL, clean, ids, only};
use proptest::prelude::*;
use serde_json::json;

fn limit(limit: u64) -> Settings {
    let mut settings = Settings::default();
    settings.of_mut(by_id_or_name("CMK050").unwrap()).options.insert("limit", limit);
    settings
}

fn sets(id: u32, root: &str, count: usize, f: impl Fn(&mut Build)) -> Deployment {
    sets_of(Build::new(id, root), count, f)
}

fn sets_of(mut b: Build, count: usize, f: impl Fn(&mut Build)) -> Deployment {
    for i in 0..count {
        b.set(&format!("des{}-{i}", b.id.0), json!(URL));
    }
    f(&mut b);
    b.done()
}

fn found(settings: &Settings, deployments: Vec<Deployment>) -> Vec<Finding> {
    run(&Estate::new(deployments), settings).findings
}

#[test]
fn cmk050_counts_over_all_roots_by_region_and_subscription() {
    let finding = only(found(&limit(3), vec![sets(0, "a", 2, |_| {}), sets(1, "b", 2, |_| {})]), "CMK050");
    assert_eq!(finding.resources, ["des1-1"]);
    assert!(finding.message.contains("holds 3 at most"), "{}", finding.message);
    clean(&found(&limit(4), vec![sets(0, "a", 2, |_| {}), sets(1, "b", 2, |_| {})]));
    clean(&found(&limit(3), vec![sets(0, "a", 4, |b| b.locate("des0-1", json!("westus")))]));
    clean(&found(&limit(3), vec![sets(0, "a", 4, |b| b.locate("des0-1", json!({"$symbol": "location"})))]));
    clean(&found(&limit(3), vec![sets(0, "a", 4, |b| b.get("des0-1").scope.subscription = Value::string(OTHER))]));
}

#[test]
fn cmk050_counts_what_a_loop_makes_beyond_its_bound() {
    let finding = only(found(&Settings::default(), vec![sets(0, "a", 2, |b| b.get("des0-1").further = 999)]), "CMK050");
    assert!(finding.message.contains("1001"), "{}", finding.message);
    clean(&found(&Settings::default(), vec![sets(0, "a", 2, |b| b.get("des0-1").further = 998)]));
}

#[test]
fn cmk050_takes_instantiations_of_one_root_for_one_another() {
    let with = |environment: &str| DeploymentKey {
        root: Root::module("a"),
        inputs: RootInputs::Variables { environment: environment.into(), file: format!("{environment}.tfvars").into() },
    };
    let two = || vec![sets_of(Build::of(0, with("dev")), 2, |_| {}), sets_of(Build::of(1, with("prod")), 3, |_| {})];
    clean(&found(&limit(3), two()));
    only(found(&limit(2), two()), "CMK050");
}

#[test]
fn cmk050_counts_sets_under_conditions_that_can_hold_together() {
    let build = |second: &'static str| {
        vec![sets(0, "a", 3, move |b| {
            b.when("des0-1", "x");
            if second == "not x" {
                let not = b.value(&json!({"$if": "x", "then": false, "else": true}));
                b.get("des0-2").condition = not;
            } else {
                b.when("des0-2", second);
            }
        })]
    };
    assert_eq!(only(found(&limit(2), build("y")), "CMK050").world, "x is true and y is true");
    clean(&found(&limit(2), build("not x")));
}

#[test]
fn the_same_fault_of_many_instances_is_one_finding() {
    let finding = only(
        common::lint(|b| {
            b.set("des", json!(URL));
            b.disk_with("disk[0]", "des");
            b.locate("disk[0]", json!("westus"));
            let first = b.get("disk[0]").clone();
            for i in 1..5 {
                b.disk_with(&format!("disk[{i}]"), "des");
                let other = b.get(&format!("disk[{i}]"));
                (other.location, other.span) = (first.location.clone(), first.span);
            }
        }),
        "CMK020",
    );
    assert_eq!((finding.also.len(), &*finding.resources[0]), (4, "disk[0]"));
}

#[test]
fn a_finding_that_rests_on_a_default_says_so() {
    let finding = only(
        common::lint(|b| {
            b.set("des", json!(URL));
            b.disk_with("disk", "des");
            let span = b.get("disk").span;
            b.get("disk").location =
                Value::string("westus").written_at(span).via(span, cmklint_graph::StepKind::Default, "location");
        }),
        "CMK020",
    );
    assert_eq!(finding.notes, ["this rests on the default of location"]);
}

/// A rule that relates a disk to a vault, without a look at whether that is deployed.
struct RelatesVault {
    disk: NodeId,
    vault: NodeId,
}

static RELATES_VAULT: RuleMeta = RuleMeta {
    id: "ORG001",
    name: "relates_vault",
    level: Level::Warning,
    restrictions: &[&cmklint_rules::restrictions::KEY_KIND],
    default_on: true,
    security_severity: None,
    options: &[],
    page: "",
};

impl Rule for RelatesVault {
    fn meta(&self) -> &'static RuleMeta {
        &RELATES_VAULT
    }

    fn check(&self, cx: &Context<'_>, out: &mut Findings) {
        cx.finding(self.disk, "").message("a disk").related(self.vault, "", "the vault").push(out);
    }
}

#[test]
fn a_finding_assumes_that_the_resources_of_its_places_are_deployed() {
    let found = |when: Option<&str>| {
        let mut b = Build::new(0, "a");
        b.vault_and_key();
        b.disk("disk", json!({}));
        if let Some(when) = when {
            b.when("kv", when);
        }
        let rule = RelatesVault { disk: b.get("disk").id, vault: b.get("kv").id };
        let estate = Estate::new(vec![b.done()]);
        let checked = run_with(&estate, None, &[&rule], &Settings::default());
        only(checked.findings.into_iter().filter(|finding| finding.rule.id == "ORG001").collect(), "ORG001")
    };
    let (always, sometimes) = (found(None), found(Some("x")));
    assert_eq!((&*always.world, always.confidence), ("", Confidence::Certain));
    assert_eq!((&*sometimes.world, sometimes.confidence), ("vault 'kv' is deployed", Confidence::Conditional));
}

#[test]
fn rules_are_switched_off_and_their_level_is_set() {
    let build = |b: &mut Build| {
        b.vault_and_key();
        b.key("kv", "own", json!({"kty": "EC"}));
        b.set("des", json!({"$ref": ["kv/own", "properties.keyUri"]}));
    };
    assert_eq!(ids(&common::lint(build)), ["CMK001", "CMK072"]);
    let mut settings = Settings::default();
    settings.of_mut(by_id_or_name("key_type").unwrap()).on = Some(false);
    settings.of_mut(by_id_or_name("CMK072").unwrap()).level = Some(cmklint_rules::Level::Notice);
    let finding = only(common::lint_with(&settings, build), "CMK072");
    assert_eq!(finding.level, cmklint_rules::Level::Notice);
}

#[test]
fn findings_are_sorted_by_path_and_place_where_a_reader_wants_them() {
    let sources =
        cmklint_source::Sources::new(cmklint_source::MemoryLoader::new((0..64).map(|i| (format!("f{i}"), ""))));
    for i in 0..64 {
        sources.load(&format!("f{i}")).unwrap();
    }
    let mut findings = found(&limit(9), vec![faulty(2, 0), faulty(10, 1)]);
    cmklint_rules::sort_by_place(&mut findings, &sources);
    let places: Vec<_> = findings.iter().map(|f| (sources.path(f.primary.span.file), f.primary.span.start)).collect();
    assert!(places.len() > 2 && places.is_sorted(), "{places:?}");
    assert_eq!(places[0].0, "f10");
}

#[test]
fn rules_have_ids_in_order_and_names_of_their_own() {
    let ids: Vec<&str> = RULES.iter().map(|r| r.meta().id).collect();
    assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    let names: std::collections::BTreeSet<&str> = RULES.iter().map(|r| r.meta().name).collect();
    assert_eq!(names.len(), ids.len());
    assert!(RULES.iter().all(|r| !r.meta().restriction().is_empty() && !r.meta().editions().is_empty()));
}

/// A root with some faults, some of them in all roots' common vault.
fn faulty(id: u32, seed: u32) -> Deployment {
    let mut b = Build::new(id, &format!("root{seed}"));
    b.vault_and_key();
    b.key(
        "kv",
        "own",
        if seed.is_multiple_of(2) { json!({"kty": "EC"}) } else { json!({"kty": "RSA", "keySize": 1024}) },
    );
    b.set("des", json!({"$ref": ["kv/own", "properties.keyUriWithVersion"]}));
    b.disk_with("disk", "des");
    b.locate(
        "disk",
        if seed.is_multiple_of(3) {
            json!({"$if": "x", "then": "westus", "else": "westeurope"})
        } else {
            json!("westus")
        },
    );
    b.done()
}

fn words(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|f| format!("{} {:?} {} {} {:?}", f.deployment, f.identity, f.message, f.world, f.confidence))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// Neither the order of deployments nor the ids they happen to get count.
    #[test]
    fn the_order_of_deployments_does_not_change_the_findings(order in Just((0..5_u32).collect::<Vec<_>>()).prop_shuffle()) {
        let plain = found(&limit(3), (0..5).map(|seed| faulty(seed, seed)).collect());
        let shuffled = found(&limit(3), order.iter().enumerate().map(|(id, seed)| faulty(id as u32, *seed)).collect());
        prop_assert_eq!(words(&plain), words(&shuffled));
    }
}
