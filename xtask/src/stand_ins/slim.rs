//! Reduces a compiled template to its kept parts.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::kept::{Kept, kept};

/// Elements of a resource that are always kept.
const ALWAYS: [&str; 7] = ["type", "apiVersion", "name", "scope", "condition", "copy", "existing"];

/// A parameter's elements that are kept.
const OF_PARAMETER: [&str; 4] = ["type", "nullable", "defaultValue", "allowedValues"];

/// `template` without the parts that no rule can reach; `None` where nothing remains.
pub(super) fn template(template: &Value) -> Option<Value> {
    let resources = resources(template.get("resources")?)?;
    let gone = names(template.get("resources")?).difference(&names(&resources)).cloned().collect();
    let outputs = outputs(template, &gone);
    let functions = template.get("functions");
    let mut used = Used::default();
    used.read(&resources);
    used.read(&outputs);
    functions.into_iter().for_each(|functions| used.read(functions));
    let variables = variables(template, &mut used);
    let parameters = parameters(template, &mut used);
    let mut out = Map::new();
    for name in ["$schema", "languageVersion", "contentVersion"] {
        out.extend(template.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    out.insert("parameters".to_owned(), parameters);
    out.insert("variables".to_owned(), variables);
    out.extend(functions.map(|functions| ("functions".to_owned(), functions.clone())));
    out.insert("resources".to_owned(), resources);
    out.insert("outputs".to_owned(), outputs);
    Some(Value::Object(out))
}

fn resources(resources: &Value) -> Option<Value> {
    match resources {
        Value::Array(all) => {
            let some: Vec<Value> = all.iter().filter_map(resource).collect();
            (!some.is_empty()).then_some(Value::Array(some))
        }
        Value::Object(all) => {
            let mut some: Map<_, _> = all.iter().filter_map(|(name, r)| Some((name.clone(), resource(r)?))).collect();
            let kept: BTreeSet<String> = some.keys().cloned().collect();
            for (name, resource) in &mut some {
                wait(resource, all.get(name), &kept);
            }
            (!some.is_empty()).then_some(Value::Object(some))
        }
        _ => None,
    }
}

/// Lets `resource` wait for those of the resources `kept` that its whole declaration waits for.
fn wait(resource: &mut Value, whole: Option<&Value>, kept: &BTreeSet<String>) {
    let all = whole.and_then(|whole| whole.get("dependsOn")).and_then(Value::as_array);
    let some: Vec<&Value> =
        all.into_iter().flatten().filter(|name| name.as_str().is_some_and(|name| kept.contains(name))).collect();
    if let (Some(resource), false) = (resource.as_object_mut(), some.is_empty()) {
        resource.insert("dependsOn".to_owned(), json!(some));
    }
}

fn resource(resource: &Value) -> Option<Value> {
    let kind = resource.get("type")?.as_str()?;
    let object = resource.as_object()?;
    let mut out: Map<String, Value> = object
        .iter()
        .filter(|(name, _)| ALWAYS.contains(&name.as_str()))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    if kind.eq_ignore_ascii_case("Microsoft.Resources/deployments") {
        let properties = resource.get("properties")?;
        let nested = template(properties.get("template")?)?;
        // Existing resources alone are read, not created.
        let made = |r: &Value| r.get("existing") != Some(&json!(true));
        let makes = match nested.get("resources")? {
            Value::Array(all) => all.iter().any(made),
            Value::Object(all) => all.values().any(made),
            _ => false,
        };
        if !makes {
            return None;
        }
        let declared = nested.get("parameters").and_then(Value::as_object).cloned().unwrap_or_default();
        let given = properties.get("parameters").and_then(Value::as_object);
        let arguments: Map<String, Value> = given
            .into_iter()
            .flatten()
            .filter(|(name, _)| declared.contains_key(*name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        for name in ["subscriptionId", "resourceGroup"] {
            out.extend(resource.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        let inner = properties.get("expressionEvaluationOptions").cloned().unwrap_or(Value::Null);
        let mut kept = json!({ "mode": "Incremental", "parameters": arguments, "template": nested });
        if let (Some(kept), false) = (kept.as_object_mut(), inner.is_null()) {
            kept.insert("expressionEvaluationOptions".to_owned(), inner);
        }
        out.insert("properties".to_owned(), kept);
        return Some(Value::Object(out));
    }
    let Kept { paths, .. } = kept(kind)?;
    let body = pick(object, paths);
    out.extend(body);
    Some(Value::Object(out))
}

/// The members of `object` that `paths` name. A `copy` beside members, which makes one by a loop, is kept where that member is.
fn pick(object: &Map<String, Value>, paths: &[&str]) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, value) in object {
        if name == "copy"
            && let Value::Array(loops) = value
        {
            let stays = |l: &&Value| l.get("name").and_then(Value::as_str).is_some_and(|n| paths.contains(&n));
            let loops: Vec<Value> = loops.iter().filter(stays).cloned().collect();
            if !loops.is_empty() {
                out.insert(name.clone(), Value::Array(loops));
            }
            continue;
        }
        if paths.contains(&name.as_str()) {
            out.insert(name.clone(), value.clone());
            continue;
        }
        let below: Vec<&str> =
            paths.iter().filter_map(|path| path.strip_prefix(name.as_str())?.strip_prefix('.')).collect();
        match value {
            _ if below.is_empty() => {}
            Value::Object(inner) => {
                let inner = pick(inner, &below);
                if !inner.is_empty() {
                    out.insert(name.clone(), Value::Object(inner));
                }
            }
            // An expression makes the whole object.
            other => {
                out.insert(name.clone(), other.clone());
            }
        }
    }
    out
}

/// The symbolic names of `resources`.
fn names(resources: &Value) -> BTreeSet<String> {
    resources.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
}

/// The outputs that use none of the removed resources `gone`.
fn outputs(template: &Value, gone: &BTreeSet<String>) -> Value {
    let all = template.get("outputs").and_then(Value::as_object);
    let stays = |output: &&Value| {
        let text = output.to_string();
        !gone.iter().any(|name| text.contains(&format!("'{name}'")) || text.contains(&format!("'{name}[")))
    };
    let mut out = Map::new();
    for (name, output) in all.into_iter().flatten().filter(|(_, output)| stays(output)) {
        let elements = ["type", "value", "copy", "condition"];
        let kept: Map<String, Value> = output
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(name, _)| elements.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        out.insert(name.clone(), Value::Object(kept));
    }
    Value::Object(out)
}

/// The variables that are used, and those that these use.
fn variables(template: &Value, used: &mut Used) -> Value {
    let all = template.get("variables").and_then(Value::as_object).cloned().unwrap_or_default();
    let loops = all.get("copy").and_then(Value::as_array).cloned().unwrap_or_default();
    let looped = |name: &str| loops.iter().find(|l| l.get("name").and_then(Value::as_str) == Some(name));
    let mut done = BTreeSet::new();
    while let Some(name) = used.variables.difference(&done).next().cloned() {
        if let Some(value) = all.get(&name).or_else(|| looped(&name)) {
            used.read(value);
        }
        done.insert(name);
    }
    let mut out = Map::new();
    let kept: Vec<&Value> =
        loops.iter().filter(|l| l.get("name").and_then(Value::as_str).is_some_and(|n| done.contains(n))).collect();
    if !kept.is_empty() {
        out.insert("copy".to_owned(), json!(kept));
    }
    for (name, value) in all.into_iter().filter(|(name, _)| name != "copy" && done.contains(name)) {
        out.insert(name, value);
    }
    Value::Object(out)
}

/// The parameters that are used, and those that their defaults use.
fn parameters(template: &Value, used: &mut Used) -> Value {
    let all = template.get("parameters").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut done = BTreeSet::new();
    while let Some(name) = used.parameters.difference(&done).next().cloned() {
        if let Some(default) = all.get(&name).and_then(|parameter| parameter.get("defaultValue")) {
            used.read(default);
        }
        done.insert(name);
    }
    let kept = all.iter().filter(|(name, _)| done.contains(*name));
    Value::Object(kept.map(|(name, parameter)| (name.clone(), declared(parameter, template))).collect())
}

/// A parameter with the type of its definition instead of the reference to it.
fn declared(parameter: &Value, template: &Value) -> Value {
    let mut out = Map::new();
    let mut at = Some(parameter);
    for _ in 0..8 {
        let Some(here) = at else { break };
        for name in OF_PARAMETER {
            if let (Some(value), false) = (here.get(name), out.contains_key(name)) {
                out.insert(name.to_owned(), value.clone());
            }
        }
        let target = here.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/definitions/"));
        at = target.and_then(|name| template.get("definitions")?.get(name));
    }
    Value::Object(out)
}

/// The names that expressions use.
#[derive(Default)]
struct Used {
    parameters: BTreeSet<String>,
    variables: BTreeSet<String>,
}

impl Used {
    fn read(&mut self, value: &Value) {
        match value {
            Value::String(text) if text.starts_with('[') => {
                self.parameters.extend(named(text, "parameters('"));
                self.variables.extend(named(text, "variables('"));
            }
            Value::Array(items) => items.iter().for_each(|item| self.read(item)),
            // Names that a nested template uses in its own scope are not names of this one.
            Value::Object(members) => {
                members.iter().filter(|(name, _)| *name != "template").for_each(|(_, member)| self.read(member));
            }
            _ => {}
        }
    }
}

fn named<'t>(text: &'t str, call: &'t str) -> impl Iterator<Item = String> + 't {
    text.match_indices(call).filter_map(|(at, _)| Some(text.get(at + call.len()..)?.split_once('\'')?.0.to_owned()))
}
