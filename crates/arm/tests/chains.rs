//! Long chains of resources and deployments, each of which needs the one before: an end in bounded time and on a bounded stack.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use std::time::{Duration, Instant};

use cmklint_source::{MemoryLoader, Sources};
use cmklint_template::{Evaluated, Inputs};
use support::deploy;

const LONG: usize = 5_000;

/// The resources `r0`, `r1`, … of `length` declarations, each written by `one` with its number, in that order and in the other: the last first, when what
/// it needs is not there yet.
fn chains(length: usize, one: impl Fn(usize) -> String) -> [Evaluated; 2] {
    [false, true].map(|backwards| chain(length, backwards, &one))
}

fn chain(length: usize, backwards: bool, one: &impl Fn(usize) -> String) -> Evaluated {
    let mut resources: Vec<String> = (0..length).map(|i| format!("\"r{i}\": {{{}}}", one(i))).collect();
    if backwards {
        resources.reverse();
    }
    let text = format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "languageVersion": "2.0",
        "contentVersion": "1.0.0.0", "resources": {{{}}}}}"#,
        resources.join(",\n")
    );
    let start = Instant::now();
    let sources = Sources::new(MemoryLoader::new([("main.json", text.as_str())]));
    let done = deploy(&sources, "main.json", &Inputs::default());
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    done
}

fn lock(scope: &str) -> String {
    format!(r#""type": "Microsoft.Authorization/locks", "apiVersion": "2020-05-01", "name": "l", "scope": "{scope}""#)
}

#[test]
fn resources_that_extend_one_another_end() {
    for done in chains(LONG, |i| {
        let before = i.saturating_sub(1);
        format!(
            "{}, \"properties\": {{\"x\": \"[guid(resourceInfo('r{before}').id)]\"}}",
            lock(&format!("[resourceInfo('r{before}').id]"))
        )
    }) {
        assert_eq!(done.deployment.resources.len(), LONG);
    }
}

#[test]
fn names_made_of_one_another_end() {
    for done in chains(LONG, |i| {
        format!(
            r#""type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "[format('{{0}}x', resourceInfo('r{}').name)]""#,
            i.saturating_sub(1)
        )
    }) {
        assert_eq!(done.deployment.resources.len(), LONG);
    }
}

#[test]
fn deployments_that_hand_on_outputs_end() {
    for done in chains(2_000, |i| {
        format!(
            r#""type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d{i}", "properties": {{"mode": "Incremental",
            "expressionEvaluationOptions": {{"scope": "inner"}}, "parameters": {{"p": {{"value": "[reference('r{}').outputs.o.value]"}}}},
            "template": {{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
              "parameters": {{"p": {{"type": "string"}}}}, "resources": [{{"type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "[parameters('p')]"}}],
              "outputs": {{"o": {{"type": "string", "value": "[concat(parameters('p'), 'x')]"}}}}}}}}"#,
            i.saturating_sub(1)
        )
    }) {
        assert!(!done.diagnostics.is_empty());
    }
}

#[test]
fn bodies_that_refer_to_one_another_end() {
    for done in chains(LONG, |i| {
        format!(
            r#""type": "Microsoft.Compute/disks", "apiVersion": "2023-10-02", "name": "d{i}", "properties": {{"x": "[toUpper(reference('r{}').x)]"}}"#,
            i.saturating_sub(1)
        )
    }) {
        assert_eq!(done.deployment.resources.len(), LONG);
    }
}
