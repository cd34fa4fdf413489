//! Findings that rest on defaults, and the places that trails lead back to.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

mod common;
use common::Tree;
use serde_json::Value;

/// The findings of `rule`.
fn issues(tree: &Tree, rule: &str) -> Vec<Value> {
    let report: Value = serde_json::from_str(&tree.run(&["--format", "json", "--only", rule]).out).unwrap();
    report["issues"].as_array().unwrap().clone()
}

/// A vault in westeurope and a set in `location`, with what is declared before them, in Bicep.
fn bicep(before: &str, location: &str) -> Tree {
    let text = format!(
        r#"{before}
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{
  name: 'kv'
  location: 'westeurope'
  properties: {{ tenantId: '11111111-2222-3333-4444-555555555555', sku: {{ family: 'A', name: 'premium' }}, enablePurgeProtection: true }}
}}
resource des 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {{
  name: 'des'
  location: {location}
  identity: {{ type: 'SystemAssigned' }}
  properties: {{ activeKey: {{ keyUrl: 'https://kv.vault.azure.net/keys/k/9f1c0d6be4a84d2f8c35a7e1b0d24c66', sourceVault: {{ id: kv.id }} }} }}
}}
"#
    );
    Tree::new(&[("main.bicep", text)])
}

/// The same in Terraform.
fn terraform(before: &str, location: &str) -> Tree {
    let text = format!(
        r#"{before}
resource "azurerm_key_vault" "kv" {{
  name                     = "kv"
  location                 = "westeurope"
  resource_group_name      = "rg"
  tenant_id                = "11111111-2222-3333-4444-555555555555"
  sku_name                 = "premium"
  purge_protection_enabled = true
}}
resource "azurerm_disk_encryption_set" "des" {{
  name                = "des"
  location            = {location}
  resource_group_name = "rg"
  key_vault_key_id    = "https://kv.vault.azure.net/keys/k/9f1c0d6be4a84d2f8c35a7e1b0d24c66"
  identity {{ type = "SystemAssigned" }}
}}
"#
    );
    Tree::new(&[("main.tf", text)])
}

/// The same in ARM JSON, with these parameters, variables and members of the set.
fn arm(parameters: &str, variables: &str, location: &str, of_set: &str) -> Tree {
    let text = format!(
        r#"{{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {{ {parameters} }},
  "variables": {{ {variables} }},
  "resources": [
    {{
      "type": "Microsoft.KeyVault/vaults",
      "apiVersion": "2023-07-01",
      "name": "kv",
      "location": "westeurope",
      "properties": {{
        "tenantId": "11111111-2222-3333-4444-555555555555",
        "sku": {{ "family": "A", "name": "premium" }},
        "enablePurgeProtection": true
      }}
    }},
    {{
      "type": "Microsoft.Compute/diskEncryptionSets",
      "apiVersion": "2024-03-02",
      "name": "des",
      {of_set}
      "location": "{location}",
      "identity": {{ "type": "SystemAssigned" }},
      "properties": {{
        "activeKey": {{
          "keyUrl": "https://kv.vault.azure.net/keys/k/9f1c0d6be4a84d2f8c35a7e1b0d24c66",
          "sourceVault": {{ "id": "[resourceId('Microsoft.KeyVault/vaults', 'kv')]" }}
        }}
      }}
    }}
  ]
}}
"#
    );
    Tree::new(&[("azuredeploy.json", text)])
}

fn rests(tree: &Tree, on: &[&str]) {
    let issues = issues(tree, "CMK020");
    let [issue] = &issues[..] else { panic!("{issues:?}") };
    let notes: Vec<&str> = issue["notes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let want: Vec<String> = on.iter().map(|name| format!("this rests on the default of {name}")).collect();
    assert_eq!(notes, want);
    assert_eq!(issue["confidence"], if on.is_empty() { "certain" } else { "conditional" });
}

#[test]
fn a_default_is_reported_wherever_it_decides_in_bicep() {
    rests(&bicep("", "'westus'"), &[]);
    rests(&bicep("param l string = 'westus'", "toLower(l)"), &["l"]);
    rests(&bicep("param c object = { l: ['westus'] }", "c.l[0]"), &["c"]);
    rests(&bicep("param on bool = true", "on ? 'westus' : 'westeurope'"), &["on"]);
    rests(&bicep("param n int = 1", "['westeurope', 'westus'][n]"), &["n"]);
    rests(&bicep("param n int = 1", "{ eu: 'westeurope', us: 'westus' }[n == 1 ? 'us' : 'eu']"), &["n"]);
    rests(&bicep("param p string = 'west'", "'${p}us'"), &["p"]);
    rests(&bicep("param o object = {}", "contains(o, 'x') ? 'westeurope' : 'westus'"), &["o"]);
    rests(&bicep("param o object = { l: 'westus' }", "union({ l: 'westeurope' }, o).l"), &["o"]);
    rests(&bicep("param ls array = ['westeurope', 'westus']", "last(ls)"), &["ls"]);
    rests(&bicep("param e string = 'prod'\nvar m = { prod: { l: 'westus' } }", "m[e].l"), &["e"]);
    // What is not chosen decides nothing.
    rests(&bicep("param a string = 'x'\nfunc pick(a string, b string) string => b", "pick(a, 'westus')"), &[]);
    rests(&bicep("param a string = 'x'", "[a, 'westus'][1]"), &[]);
    rests(&bicep("param other string = 'westeurope'", "true ? 'westus' : other"), &[]);
}

#[test]
fn a_default_is_reported_wherever_it_decides_in_arm() {
    let of = |parameters: &str, location: &str| arm(parameters, "", location, "");
    let object = |default: &str| format!(r#""o": {{ "type": "object", "defaultValue": {default} }}"#);
    rests(&of("", "westus"), &[]);
    rests(&of(r#""l": { "type": "string", "defaultValue": "WestUS" }"#, "[toLower(parameters('l'))]"), &["l"]);
    // In objects and arrays.
    rests(&of(&object(r#"{ "l": ["westus"] }"#), "[parameters('o').l[0]]"), &["o"]);
    rests(&of(&object(r#"{ "l": "westus" }"#), "[union(createObject('l', 'westeurope'), parameters('o')).l]"), &["o"]);
    let list = r#""ls": { "type": "array", "defaultValue": ["westeurope", "westus"] }"#;
    rests(&of(list, "[last(parameters('ls'))]"), &["ls"]);
    // A condition and an index.
    let on = r#""on": { "type": "bool", "defaultValue": true }"#;
    rests(&of(on, "[if(parameters('on'), 'westus', 'westeurope')]"), &["on"]);
    let at = r#""n": { "type": "int", "defaultValue": 1 }"#;
    rests(&of(at, "[createArray('westeurope', 'westus')[parameters('n')]]"), &["n"]);
    rests(&of(&object("{}"), "[if(contains(parameters('o'), 'x'), 'westeurope', 'westus')]"), &["o"]);
    rests(&of(r#""p": { "type": "string", "defaultValue": "west" }"#, "[concat(parameters('p'), 'us')]"), &["p"]);
    let environment = r#""e": { "type": "string", "defaultValue": "prod" }"#;
    let map = r#""m": { "prod": { "l": "westus" }, "dev": { "l": "westeurope" } }"#;
    rests(&arm(environment, map, "[variables('m')[parameters('e')].l]", ""), &["e"]);
    // What is not chosen decides nothing.
    let other = r#""a": { "type": "string", "defaultValue": "westeurope" }"#;
    rests(&of(other, "[createArray(parameters('a'), 'westus')[1]]"), &[]);
    rests(&of(other, "[if(true(), 'westus', parameters('a'))]"), &[]);
}

#[test]
fn a_default_is_reported_where_it_decides_that_a_resource_is_there_in_arm() {
    let on = r#""on": { "type": "bool", "defaultValue": true }"#;
    rests(&arm(on, "", "westus", r#""condition": "[parameters('on')]","#), &["on"]);
    // A count.
    let count = r#""n": { "type": "int", "defaultValue": 1 }"#;
    rests(&arm(count, "", "westus", r#""copy": { "name": "sets", "count": "[parameters('n')]" },"#), &["n"]);
    // What a loop is over.
    let list = r#""ls": { "type": "array", "defaultValue": ["westus"] }"#;
    let copy = r#""copy": { "name": "sets", "count": "[length(parameters('ls'))]" },"#;
    rests(&arm(list, "", "[parameters('ls')[copyIndex()]]", copy), &["ls"]);
    // A loop of a variable.
    let looped = r#""copy": [ { "name": "made", "count": 1, "input": "[parameters('ls')[copyIndex('made')]]" } ]"#;
    rests(&arm(list, looped, "[variables('made')[0]]", ""), &["ls"]);
}

#[test]
fn a_default_is_reported_wherever_it_decides_in_terraform() {
    rests(&terraform("", "\"westus\""), &[]);
    rests(&terraform("variable \"l\" { default = \"WESTUS\" }", "lower(var.l)"), &["variable l"]);
    rests(&terraform("variable \"c\" { default = { l = [\"westus\"] } }", "var.c.l[0]"), &["variable c"]);
    rests(&terraform("variable \"on\" { default = true }", "var.on ? \"westus\" : \"westeurope\""), &["variable on"]);
    rests(&terraform("variable \"n\" { default = 1 }", "[\"westeurope\", \"westus\"][var.n]"), &["variable n"]);
    rests(&terraform("variable \"p\" { default = \"west\" }", "\"${var.p}us\""), &["variable p"]);
    rests(&terraform("variable \"o\" { default = {} }", "try(var.o.l, \"westus\")"), &["variable o"]);
    rests(&terraform("variable \"o\" { default = {} }", "lookup(var.o, \"l\", \"westus\")"), &["variable o"]);
    rests(
        &terraform("variable \"o\" { default = { l = \"westus\" } }", "merge({ l = \"x\" }, var.o).l"),
        &["variable o"],
    );
    let map = "variable \"e\" { default = \"prod\" }\nlocals {\n  m = { prod = { l = \"westus\" } }\n}\n";
    rests(&terraform(map, "local.m[var.e].l"), &["variable e"]);
    let optional = "variable \"o\" {\n  type = object({ l = optional(string, \"westus\") })\n  default = {}\n}\n";
    rests(&terraform(optional, "var.o.l"), &["variable o", "attribute l"]);
    // What is not chosen decides nothing.
    rests(&terraform("variable \"a\" { default = \"x\" }", "element([var.a, \"westus\"], 1)"), &[]);
    rests(&terraform("variable \"a\" { default = \"x\" }", "[var.a, \"westus\"][1]"), &[]);
    rests(&terraform("variable \"a\" { default = \"x\" }", "coalesce(\"westus\", var.a)"), &[]);
    rests(&terraform("variable \"o\" { default = \"westeurope\" }", "true ? \"westus\" : var.o"), &[]);
}

#[test]
fn a_default_that_decides_a_count_or_that_a_resource_is_there_is_reported() {
    let mut on = terraform("variable \"on\" { default = true }", "\"westus\"");
    let text = std::fs::read_to_string(on.path().join("main.tf")).unwrap();
    on.write(
        "main.tf",
        text.replace("  name                = \"des\"", "  count = var.on ? 1 : 0\n  name = \"des\"").as_bytes(),
    );
    rests(&on, &["variable on"]);
    on = bicep("param on bool = true", "'westus'");
    let text = std::fs::read_to_string(on.path().join("main.bicep")).unwrap();
    on.write(
        "main.bicep",
        text.replace("diskEncryptionSets@2024-03-02' = {", "diskEncryptionSets@2024-03-02' = if (on) {").as_bytes(),
    );
    rests(&on, &["on"]);
    on = bicep("param n int = 1", "'westus'");
    let text = std::fs::read_to_string(on.path().join("main.bicep")).unwrap();
    let text =
        text.replace("diskEncryptionSets@2024-03-02' = {", "diskEncryptionSets@2024-03-02' = [for i in range(0, n): {");
    on.write("main.bicep", format!("{}]\n", text.trim_end()).as_bytes());
    rests(&on, &["n"]);
}

/// Whether the finding of CMK020 names that line of that file, in any of its places.
fn names(tree: &Tree, file: &str, line: u64) {
    let issues = issues(tree, "CMK020");
    let text = serde_json::to_string(&issues).unwrap();
    let mut stack: Vec<&Value> = issues.iter().collect();
    let is = |v: &Value| v["filename"] == file && v["start"]["line"] == line;
    while let Some(value) = stack.pop() {
        if is(value) {
            return;
        }
        match value {
            Value::Array(items) => stack.extend(items),
            Value::Object(members) => stack.extend(members.values()),
            _ => {}
        }
    }
    panic!("{file}:{line} is not named: {text}");
}

#[test]
fn trails_lead_through_functions_conditions_and_files() {
    let tree = terraform("variable \"l\" {}", "lower(trimspace(var.l))");
    tree.write("terraform.tfvars", b"l = \"WESTUS\"\n");
    names(&tree, "terraform.tfvars", 1);
    let tree = terraform("variable \"us\" {}", "var.us ? \"westus\" : \"westeurope\"");
    tree.write("terraform.tfvars", b"us = true\n");
    names(&tree, "terraform.tfvars", 1);
    let tree = bicep("param us bool", "us ? 'westus' : 'westeurope'");
    tree.write("main.bicepparam", b"using 'main.bicep'\nparam us = true\n");
    names(&tree, "main.bicepparam", 2);
    let tree = bicep("var c = loadJsonContent('c.json')", "toLower(c.deep.l)");
    tree.write("c.json", b"{\n  \"deep\": {\n    \"l\": \"WestUS\"\n  }\n}\n");
    names(&tree, "c.json", 3);
    let tree = bicep("var c = loadYamlContent('c.yaml')", "toLower(c.deep.l)");
    tree.write("c.yaml", "# Übersicht\ndeep:\n  l: WestUS\n".as_bytes());
    names(&tree, "c.yaml", 3);
    let tree = terraform("locals {\n  c = jsondecode(file(\"${path.module}/c.json\"))\n}\n", "lower(local.c.deep.l)");
    tree.write("c.json", b"{\n  \"deep\": {\n    \"l\": \"WestUS\"\n  }\n}\n");
    names(&tree, "c.json", 3);
    let tree = terraform("locals {\n  c = yamldecode(file(\"c.yaml\"))\n}\n", "lower(local.c.deep[0].l)");
    tree.write("c.yaml", "# Übersicht\ndeep:\n  - l: WestUS\n".as_bytes());
    names(&tree, "c.yaml", 3);
}

#[test]
fn the_primary_place_is_in_the_parameter_file_where_it_alone_decides() {
    let place = |tree: &Tree| {
        let issues = issues(tree, "CMK020");
        let [issue] = &issues[..] else { panic!("{issues:?}") };
        let range = &issue["range"];
        format!("{}:{}", range["filename"].as_str().unwrap(), range["start"]["line"])
    };
    let tree = bicep("param l string", "l");
    tree.write("main.bicepparam", b"using 'main.bicep'\nparam l = 'westus'\n");
    assert_eq!(place(&tree), "main.bicepparam:2");
    let tree = terraform("variable \"l\" {}", "var.l");
    tree.write("dev.tfvars", b"l = \"westeurope\"\n");
    tree.write("prod.tfvars", b"l = \"westus\"\n");
    assert_eq!(place(&tree), "prod.tfvars:1");
    // Two of them give the same fault: it is one finding, at the line that they share.
    tree.write("dev.tfvars", b"l = \"westus\"\n");
    assert_eq!(place(&tree), "main.tf:12");
    // A default fills in what isn't given.
    let tree = terraform("variable \"o\" {\n  type = object({ l = optional(string, \"westus\") })\n}\n", "var.o.l");
    tree.write("terraform.tfvars", b"o = {}\n");
    assert_eq!(place(&tree), "main.tf:15");
}

#[test]
fn the_primary_place_is_the_callers_argument_not_a_line_of_the_module() {
    let module = std::fs::read_to_string(bicep("param l string", "toLower(l)").path().join("main.bicep")).unwrap();
    let call = r"module m 'm.bicep' = {
  name: 'm'
  params: {
    l: 'WestUS'
  }
}
";
    let tree = Tree::new(&[("main.bicep", call), ("m.bicep", module.as_str())]);
    let issues = issues(&tree, "CMK020");
    assert_eq!(
        (&issues[0]["range"]["filename"], &issues[0]["range"]["start"]["line"]),
        (&"main.bicep".into(), &4.into())
    );
    names(&tree, "m.bicep", 9);
}
