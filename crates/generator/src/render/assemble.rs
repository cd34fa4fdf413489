//! Cells as roots: files with inputs, locals and declarations, modules, parameter files.

use serde_json::{Map, Value, json};

use super::Written;
use super::expr::{Expr, bicep, hcl, in_bicep, inside, json as in_json, terraform, text};
use super::scope::{Block, Input, Scope};
use crate::style::{Habit, Language, Style};

const SCHEMA: &str = "https://schema.management.azure.com/schemas";

/// A root for one cell.
pub(super) fn alone(scope: &Scope<'_>, style: &Style, out: &mut Written) {
    let dir = format!("app{}", scope.cell);
    let module = style.has(Habit::Modules);
    match scope.language {
        Language::Terraform if module => terraform_root(&[scope], style, &dir, false, out),
        Language::Terraform => {
            let provider = provider(subscription(scope), None);
            terraform_files(scope, style, &dir, &[provider, inputs_of_root(&scope.inputs, style)].concat(), out);
            variable_values(&scope.inputs, style, &dir, out);
        }
        Language::Bicep => {
            let text =
                if module { bicep_root(&[scope], style, &dir, false, out) } else { bicep_text(scope, style, true) };
            place(scope, &format!("{dir}/main.bicep"), out);
            put(out, format!("{dir}/main.bicep"), text, style);
            bicep_values(&scope.inputs, style, &dir, out);
        }
        Language::Arm | Language::Symbolic => {
            let template = if module { arm_root(&[scope], style, false) } else { arm_template(scope, style, true) };
            place(scope, &format!("{dir}/azuredeploy.json"), out);
            put_json(out, format!("{dir}/azuredeploy.json"), &template, style);
            arm_values(&scope.inputs, style, &format!("{dir}/azuredeploy.parameters.json"), out);
        }
    }
}

/// One root for all cells.
pub(super) fn joined(scopes: &[Scope<'_>], style: &Style, out: &mut Written) {
    let Some(first) = scopes.first() else { return };
    let all: Vec<&Scope<'_>> = scopes.iter().collect();
    let inputs: Vec<Input> = scopes.iter().flat_map(|s| s.inputs.iter().cloned()).collect();
    let dir = "live";
    match first.language {
        Language::Terraform => terraform_root(&all, style, dir, true, out),
        Language::Bicep => {
            let text = bicep_root(&all, style, dir, true, out);
            put(out, format!("{dir}/main.bicep"), text, style);
            bicep_values(&inputs, style, dir, out);
        }
        Language::Arm | Language::Symbolic => {
            put_json(out, format!("{dir}/azuredeploy.json"), &arm_root(&all, style, true), style);
            arm_values(&inputs, style, &format!("{dir}/azuredeploy.parameters.json"), out);
        }
    }
}

fn subscription<'e>(scope: &Scope<'e>) -> &'e str {
    scope.estate.cells.get(scope.cell).map_or("", |c| c.subscription)
}

fn group<'e>(scope: &Scope<'e>) -> &'e str {
    scope.estate.cells.get(scope.cell).map_or("", |c| &c.group)
}

fn place(scope: &Scope<'_>, path: &str, out: &mut Written) {
    out.placed.insert(path.to_owned(), (subscription(scope).to_owned(), group(scope).to_owned()));
}

/// Adds a text as a file, with whitespace and comments where the style has them.
fn put(out: &mut Written, path: String, text: String, style: &Style) {
    let mut rng = style.rng(&format!("noise {path}"));
    let text = match (style.has(Habit::Noise), rng.u8(..3)) {
        (true, 0) => text.replace('\n', "\r\n"),
        (true, 1) => text.replace("}\n", "}\n\n\n").replace("  ", "\t"),
        _ => text,
    };
    out.files.insert(path, text);
}

fn put_json(out: &mut Written, path: String, value: &Value, style: &Style) {
    let text = if style.has(Habit::Noise) { value.to_string() } else { format!("{value:#}") };
    out.files.insert(path, text);
}

/// A value of the input's type that is not the right one.
fn other(value: &Expr) -> Expr {
    match value {
        Expr::Number(n) => Expr::Number(n + 1),
        Expr::Bool(b) => Expr::Bool(!b),
        _ => text("elsewhere"),
    }
}

/// The default of a root's input, if it has one.
fn default(input: &Input, style: &Style) -> Option<Expr> {
    if !style.has(Habit::Files) {
        return Some(input.value.clone());
    }
    style.rng(&format!("default {}", input.name)).bool().then(|| other(&input.value))
}

fn type_of(value: &Expr) -> (&'static str, &'static str) {
    match value {
        Expr::Number(_) => ("number", "int"),
        Expr::Bool(_) => ("bool", "bool"),
        _ => ("string", "string"),
    }
}

/// The declarations, in the style's order.
fn blocks(scope: &Scope<'_>, style: &Style) -> Vec<Block> {
    let mut blocks = scope.blocks.clone();
    if style.has(Habit::Shuffled) {
        style.rng(&format!("order {}", scope.cell)).shuffle(&mut blocks);
    }
    blocks
}

fn texts(scope: &Scope<'_>, style: &Style) -> Vec<String> {
    let note = if style.has(Habit::Noise) {
        if scope.language == Language::Terraform { "# a note\n" } else { "/* a note */\n" }
    } else {
        ""
    };
    let text = |b: &Block| if let Block::Text(t) = b { Some(format!("{note}{t}\n")) } else { None };
    blocks(scope, style).iter().filter_map(text).collect()
}

// Terraform

fn provider(subscription: &str, alias: Option<usize>) -> String {
    let alias = alias.map_or_else(String::new, |n| format!("  alias = \"s{n}\"\n"));
    format!("provider \"azurerm\" {{\n{alias}  features {{}}\n  subscription_id = \"{subscription}\"\n}}\n\n")
}

fn variable(input: &Input, default: Option<&Expr>) -> String {
    let default = default.map_or_else(String::new, |d| format!("  default = {}\n", terraform(d)));
    format!("variable \"{}\" {{\n  type = {}\n{default}}}\n\n", input.name, type_of(&input.value).0)
}

fn inputs_of_root(inputs: &[Input], style: &Style) -> String {
    inputs.iter().map(|i| variable(i, default(i, style).as_ref())).collect()
}

fn variable_values(inputs: &[Input], style: &Style, dir: &str, out: &mut Written) {
    if style.has(Habit::Files) && !inputs.is_empty() {
        let text: String = inputs.iter().map(|i| format!("{} = {}\n", i.name, terraform(&i.value))).collect();
        put(out, format!("{dir}/terraform.tfvars"), text, style);
    }
}

/// The locals and declarations of a cell as files of `dir`, after `first`.
fn terraform_files(scope: &Scope<'_>, style: &Style, dir: &str, first: &str, out: &mut Written) {
    let locals: String = scope.locals.iter().map(|(name, tree)| format!("  {name} = {}\n", hcl(tree, 1))).collect();
    let locals = if locals.is_empty() { String::new() } else { format!("locals {{\n{locals}}}\n\n") };
    let texts = texts(scope, style);
    if style.has(Habit::Split) {
        put(out, format!("{dir}/variables.tf"), first.to_owned(), style);
        put(out, format!("{dir}/locals.tf"), locals, style);
        for (i, text) in texts.iter().enumerate() {
            let file = out.files.entry(format!("{dir}/part{}.tf", i % 3)).or_default();
            file.push_str(text);
        }
    } else {
        put(out, format!("{dir}/main.tf"), format!("{first}{locals}{}", texts.concat()), style);
    }
}

/// A root that calls a module for each cell.
fn terraform_root(scopes: &[&Scope<'_>], style: &Style, dir: &str, aliased: bool, out: &mut Written) {
    let mut root = String::new();
    let mut subscriptions: Vec<&str> = Vec::new();
    let inputs: Vec<Input> = scopes.iter().flat_map(|s| s.inputs.iter().cloned()).collect();
    for scope in scopes {
        let own = subscription(scope);
        if !subscriptions.contains(&own) {
            root.push_str(&provider(own, aliased.then_some(subscriptions.len())));
            subscriptions.push(own);
        }
        let alias = subscriptions.iter().position(|s| *s == own).unwrap_or(0);
        let mapped =
            if aliased { format!("  providers = {{\n    azurerm = azurerm.s{alias}\n  }}\n") } else { String::new() };
        let arguments: String = scope.inputs.iter().map(|i| format!("  {} = var.{}\n", i.name, i.name)).collect();
        root.push_str(&format!(
            "module \"cell{0}\" {{\n  source = \"./modules/cell{0}\"\n{mapped}{arguments}}}\n\n",
            scope.cell
        ));
        let own_inputs: String = scope.inputs.iter().map(|i| variable(i, None)).collect();
        terraform_files(scope, style, &format!("{dir}/modules/cell{}", scope.cell), &own_inputs, out);
    }
    root.push_str(&inputs_of_root(&inputs, style));
    put(out, format!("{dir}/main.tf"), root, style);
    variable_values(&inputs, style, dir, out);
}

// Bicep

fn parameter(input: &Input, default: Option<&Expr>) -> String {
    let default = default.map_or_else(String::new, |d| format!(" = {}", bicep(d)));
    format!("param {} {}{default}\n", input.name, type_of(&input.value).1)
}

fn bicep_text(scope: &Scope<'_>, style: &Style, root: bool) -> String {
    let parameters: String =
        scope.inputs.iter().map(|i| parameter(i, default(i, style).filter(|_| root).as_ref())).collect();
    let locals: String =
        scope.locals.iter().map(|(name, tree)| format!("var {name} = {}\n", in_bicep(tree, 0))).collect();
    format!("{parameters}\n{locals}\n{}", texts(scope, style).concat())
}

fn bicep_root(scopes: &[&Scope<'_>], style: &Style, dir: &str, scoped: bool, out: &mut Written) -> String {
    let mut root = if scoped { "targetScope = 'subscription'\n\n".to_owned() } else { String::new() };
    for input in scopes.iter().flat_map(|s| &s.inputs) {
        root.push_str(&parameter(input, default(input, style).as_ref()));
    }
    for scope in scopes {
        let cell = scope.cell;
        let at = if scoped {
            format!("  scope: resourceGroup('{}', '{}')\n", subscription(scope), group(scope))
        } else {
            String::new()
        };
        let arguments: String = scope.inputs.iter().map(|i| format!("    {0}: {0}\n", i.name)).collect();
        root.push_str(&format!(
            "\nmodule cell{cell} 'modules/cell{cell}.bicep' = {{\n  name: 'cell{cell}'\n{at}  params: {{\n{arguments}  }}\n}}\n"
        ));
        put(out, format!("{dir}/modules/cell{cell}.bicep"), bicep_text(scope, style, false), style);
    }
    root
}

fn bicep_values(inputs: &[Input], style: &Style, dir: &str, out: &mut Written) {
    if !style.has(Habit::Files) || inputs.is_empty() {
        return;
    }
    if style.rng(&format!("values {dir}")).bool() {
        let values: String = inputs.iter().map(|i| format!("param {} = {}\n", i.name, bicep(&i.value))).collect();
        put(out, format!("{dir}/main.bicepparam"), format!("using './main.bicep'\n\n{values}"), style);
    } else {
        arm_values(inputs, style, &format!("{dir}/main.parameters.json"), out);
    }
}

// ARM JSON

fn template(
    schema: &str,
    language: Language,
    parameters: Map<String, Value>,
    variables: Map<String, Value>,
    resources: Value,
) -> Value {
    let mut out = Map::new();
    out.insert("$schema".to_owned(), format!("{SCHEMA}/{schema}#").into());
    if language == Language::Symbolic {
        out.insert("languageVersion".to_owned(), "2.0".into());
    }
    out.insert("contentVersion".to_owned(), "1.0.0.0".into());
    out.insert("parameters".to_owned(), parameters.into());
    out.insert("variables".to_owned(), variables.into());
    out.insert("resources".to_owned(), resources);
    Value::Object(out)
}

fn arm_parameters<'i>(inputs: impl Iterator<Item = &'i Input>, style: &Style, root: bool) -> Map<String, Value> {
    let declare = |input: &Input| {
        let mut declared = json!({ "type": type_of(&input.value).1 });
        if let (Some(default), true) = (default(input, style), root) {
            declared["defaultValue"] = in_json(&default.into());
        }
        (input.name.clone(), declared)
    };
    inputs.map(declare).collect()
}

fn arm_template(scope: &Scope<'_>, style: &Style, root: bool) -> Value {
    let parameters = arm_parameters(scope.inputs.iter(), style, root);
    let variables = scope.locals.iter().map(|(name, tree)| (name.clone(), in_json(tree))).collect();
    let resources =
        blocks(scope, style).into_iter().filter_map(|b| if let Block::Json(s, v) = b { Some((s, v)) } else { None });
    let resources = if scope.language == Language::Symbolic {
        Value::Object(resources.collect())
    } else {
        Value::Array(resources.map(|(_, v)| v).collect())
    };
    template("2019-04-01/deploymentTemplate.json", scope.language, parameters, variables, resources)
}

fn arm_root(scopes: &[&Scope<'_>], style: &Style, scoped: bool) -> Value {
    let language = scopes.first().map_or(Language::Arm, |s| s.language);
    let parameters = arm_parameters(scopes.iter().flat_map(|s| &s.inputs), style, true);
    let deployments = scopes.iter().map(|scope| {
        let given: Map<String, Value> = scope
            .inputs
            .iter()
            .map(|i| {
                (i.name.clone(), json!({ "value": format!("[{}]", inside(language, &Expr::Input(i.name.clone()))) }))
            })
            .collect();
        let name = format!("cell{}", scope.cell);
        let mut deployment = json!({
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2022-09-01",
            "name": name,
            "properties": {
                "mode": "Incremental",
                "expressionEvaluationOptions": { "scope": "inner" },
                "parameters": given,
                "template": arm_template(scope, style, false),
            }
        });
        if scoped {
            deployment["subscriptionId"] = subscription(scope).into();
            deployment["resourceGroup"] = group(scope).into();
        }
        (name, deployment)
    });
    let resources = if language == Language::Symbolic {
        Value::Object(deployments.collect())
    } else {
        Value::Array(deployments.map(|(_, d)| d).collect())
    };
    let schema =
        if scoped { "2018-05-01/subscriptionDeploymentTemplate.json" } else { "2019-04-01/deploymentTemplate.json" };
    template(schema, language, parameters, Map::new(), resources)
}

fn arm_values(inputs: &[Input], style: &Style, path: &str, out: &mut Written) {
    if !style.has(Habit::Files) || inputs.is_empty() {
        return;
    }
    let values: Map<String, Value> =
        inputs.iter().map(|i| (i.name.clone(), json!({ "value": in_json(&i.value.clone().into()) }))).collect();
    let file = json!({
        "$schema": format!("{SCHEMA}/2019-04-01/deploymentParameters.json#"),
        "contentVersion": "1.0.0.0",
        "parameters": values,
    });
    put_json(out, path.to_owned(), &file, style);
}
