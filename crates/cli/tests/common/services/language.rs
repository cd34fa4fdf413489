//! A root of resources as each language writes it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::rows::Row;
use super::{GROUP, SUBSCRIPTION};

/// A resource of a root. In its body `@NAME.id`, `@NAME.principal`, `@NAME.url` and `@NAME.uri` stand for what the resource called so has.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) name: &'static str,
    /// Its type and the version of its interface.
    pub(crate) kind: String,
    pub(crate) names: Vec<String>,
    pub(crate) location: String,
    /// Whether it has an identity of its own.
    pub(crate) identity: bool,
    /// What it extends.
    pub(crate) on: &'static str,
    /// What it waits for, besides what it names.
    pub(crate) depends: Vec<&'static str>,
    pub(crate) body: Value,
    /// Where it keeps the identity that uses the key.
    pub(crate) principal: &'static str,
}

impl Piece {
    pub(crate) fn new(name: &'static str, kind: &str, names: &[&str], properties: Value) -> Self {
        Self {
            name,
            kind: kind.to_owned(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            location: "westeurope".to_owned(),
            identity: false,
            on: "",
            depends: Vec::new(),
            body: json!({ "properties": properties }),
            principal: "identity.principalId",
        }
    }

    fn type_only(&self) -> &str {
        self.kind.split('@').next().unwrap_or(&self.kind)
    }

    /// The id of the resource above it, or of the group.
    fn parent(&self) -> String {
        let kinds: Vec<&str> = self.type_only().split('/').collect();
        let mut id = GROUP.to_owned();
        for (at, name) in self.names.iter().enumerate().take(self.names.len() - 1) {
            let kind = if at == 0 { format!("providers/{}/{}", kinds[0], kinds[1]) } else { kinds[at + 1].to_owned() };
            let _ = write!(id, "/{kind}/{name}");
        }
        id
    }

    fn is_named_in(&self, body: &Value) -> bool {
        body.to_string().contains(&format!("\"@{}.", self.name))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Arm,
    Bicep,
    Azapi,
    Azurerm,
}

impl Language {
    pub(crate) const ALL: [Self; 4] = [Self::Arm, Self::Bicep, Self::Azapi, Self::Azurerm];

    /// Whether it can write the service.
    pub(crate) fn has(self, row: &Row) -> bool {
        self != Self::Azurerm || !row.arguments().is_empty()
    }

    pub(crate) fn is_template(self) -> bool {
        matches!(self, Self::Arm | Self::Bicep)
    }

    /// The name of the root's file, and its text.
    pub(crate) fn write(self, pieces: &[Piece], row: Option<&Row>) -> (&'static str, String) {
        match self {
            Self::Arm => ("azuredeploy.json", arm(pieces)),
            Self::Bicep => ("main.bicep", pieces.iter().map(|piece| bicep(piece, pieces)).collect()),
            Self::Azapi | Self::Azurerm => {
                let provider = format!(
                    r#"provider "azurerm" {{
  features {{}}
  subscription_id = "{SUBSCRIPTION}"
}}
"#
                );
                let block = |piece: &Piece| match row {
                    Some(row) if self == Self::Azurerm && piece.name == "service" => azurerm(piece, row, pieces),
                    _ => azapi(piece, pieces),
                };
                ("main.tf", provider + &pieces.iter().map(block).collect::<String>())
            }
        }
    }
}

/// The piece and what is asked of it, where `text` is such a reference.
fn reference<'p>(text: &str, pieces: &'p [Piece]) -> Option<(&'p Piece, String)> {
    let (name, what) = text.strip_prefix('@')?.split_once('.')?;
    Some((pieces.iter().find(|piece| piece.name == name)?, what.to_owned()))
}

/// The names of the pieces that `piece` waits for.
fn waits<'p>(piece: &Piece, pieces: &'p [Piece]) -> Vec<&'p Piece> {
    pieces.iter().filter(|other| piece.depends.contains(&other.name) || other.is_named_in(&piece.body)).collect()
}

fn arm(pieces: &[Piece]) -> String {
    let id = |piece: &Piece| {
        let names: String = piece.names.iter().map(|name| format!(", '{name}'")).collect();
        format!("resourceId('{}'{names})", piece.type_only())
    };
    let spell = |text: &str| match reference(text, pieces) {
        Some((piece, what)) => match &*what {
            "id" => format!("[{}]", id(piece)),
            "principal" => format!("[reference({}, '2024-05-01', 'full').{}]", id(piece), piece.principal),
            "url" => format!("[reference({}).keyUriWithVersion]", id(piece)),
            _ => format!("[reference({}).vaultUri]", id(piece)),
        },
        None => text.to_owned(),
    };
    let resource = |piece: &Piece| {
        let mut resource = spelled(&piece.body, &spell);
        let (kind, version) = piece.kind.split_once('@').unwrap();
        resource["type"] = json!(kind);
        resource["apiVersion"] = json!(version);
        resource["name"] = json!(piece.names.join("/"));
        if !piece.location.is_empty() {
            resource["location"] = json!(piece.location);
        }
        if piece.identity {
            resource["identity"] = json!({ "type": "SystemAssigned" });
        }
        if let Some(on) = pieces.iter().find(|other| other.name == piece.on) {
            resource["scope"] = json!(format!("[{}]", id(on)));
        }
        let waits = waits(piece, pieces).into_iter().map(|other| match other.on {
            "" => format!("[{}]", id(other)),
            _ => other.names.join("/"),
        });
        resource["dependsOn"] = waits.collect();
        resource
    };
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
        "resources": pieces.iter().map(resource).collect::<Vec<Value>>()
    });
    format!("{template:#}")
}

/// `value` with each text as `spell` has it.
fn spelled(value: &Value, spell: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(spell(text)),
        Value::Array(items) => items.iter().map(|item| spelled(item, spell)).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), spelled(value, spell))).collect(),
        other => other.clone(),
    }
}

/// `value` as an object of Bicep or of Terraform: `name: value` or `name = value`, texts as `spell` has them.
fn object(value: &Value, assign: &str, spell: &dyn Fn(&str) -> String) -> String {
    match value {
        Value::String(text) => spell(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| object(item, assign, spell)).collect();
            let between = if assign == ":" { "\n" } else { ", " };
            format!("[{}]", items.join(between))
        }
        Value::Object(members) => {
            let members =
                members.iter().map(|(name, value)| format!("{name}{assign} {}\n", object(value, assign, spell)));
            format!("{{\n{}}}", members.collect::<String>())
        }
        other => other.to_string(),
    }
}

fn bicep(piece: &Piece, pieces: &[Piece]) -> String {
    let spell = |text: &str| match reference(text, pieces) {
        Some((piece, what)) => match &*what {
            "id" => format!("{}.id", piece.name),
            "principal" => format!("{}.{}", piece.name, piece.principal),
            "url" => format!("{}.properties.keyUriWithVersion", piece.name),
            _ => format!("{}.properties.vaultUri", piece.name),
        },
        None => format!("'{text}'"),
    };
    let mut text = format!("resource {} '{}' = {{\n  name: '{}'\n", piece.name, piece.kind, piece.names.join("/"));
    if !piece.location.is_empty() {
        let _ = writeln!(text, "  location: '{}'", piece.location);
    }
    if piece.identity {
        text.push_str("  identity: { type: 'SystemAssigned' }\n");
    }
    if !piece.on.is_empty() {
        let _ = writeln!(text, "  scope: {}", piece.on);
    }
    let _ = writeln!(text, "  properties: {}", object(&piece.body["properties"], ":", &spell));
    let depends = piece.depends.iter().filter(|name| pieces.iter().any(|other| other.name == **name));
    let _ = writeln!(text, "  dependsOn: [\n{}]\n}}", depends.map(|name| format!("{name}\n")).collect::<String>());
    text
}

/// How Terraform speaks of what stands in a body.
fn terraform(text: &str, pieces: &[Piece]) -> String {
    match reference(text, pieces) {
        Some((piece, what)) => match &*what {
            "id" => format!("azapi_resource.{}.id", piece.name),
            "principal" if piece.principal == "identity.principalId" => {
                format!("azapi_resource.{}.identity[0].principal_id", piece.name)
            }
            "principal" => format!("azapi_resource.{}.output.{}", piece.name, piece.principal),
            "url" => format!("azapi_resource.{}.output.properties.keyUriWithVersion", piece.name),
            _ => format!("azapi_resource.{}.output.properties.vaultUri", piece.name),
        },
        None => format!("{text:?}"),
    }
}

fn depends_on(piece: &Piece, pieces: &[Piece]) -> String {
    let names = piece.depends.iter().filter(|name| pieces.iter().any(|other| other.name == **name));
    let names: Vec<String> = names.map(|name| format!("azapi_resource.{name}")).collect();
    format!("  depends_on = [{}]\n", names.join(", "))
}

fn azapi(piece: &Piece, pieces: &[Piece]) -> String {
    let parent =
        if piece.on.is_empty() { format!("{:?}", piece.parent()) } else { format!("azapi_resource.{}.id", piece.on) };
    let mut text = format!(
        r#"resource "azapi_resource" "{}" {{
  type = {:?}
  parent_id = {parent}
  name = {:?}
"#,
        piece.name,
        piece.kind,
        piece.names.last().unwrap()
    );
    if !piece.location.is_empty() {
        let _ = writeln!(text, "  location = {:?}", piece.location);
    }
    if piece.identity {
        text.push_str(
            r#"  identity {
    type = "SystemAssigned"
  }
"#,
        );
    }
    let _ = writeln!(text, "  body = {}", object(&piece.body, " =", &|text| terraform(text, pieces)));
    text + &depends_on(piece, pieces) + "}\n"
}

/// The service by azurerm's own resource: its arguments as far as the body states them.
fn azurerm(piece: &Piece, row: &Row, pieces: &[Piece]) -> String {
    let arguments = row.arguments();
    let first = arguments.first().unwrap();
    let mut text = format!(
        r#"resource "{}" "service" {{
  name = {:?}
  location = {:?}
"#,
        first.terraform,
        piece.names.last().unwrap(),
        piece.location
    );
    let mut parents = first.parent.split(' ');
    match parents.next() {
        Some("id") => {
            for argument in parents {
                // The vault is further above than the item's container.
                let _ = writeln!(text, "  {argument} = \"{GROUP}/providers/Microsoft.RecoveryServices/vaults/one\"");
            }
        }
        _ => {
            text.push_str("  resource_group_name = \"rg\"\n");
            for (argument, name) in parents.zip(&piece.names) {
                let _ = writeln!(text, "  {argument} = {name:?}");
            }
        }
    }
    let mut blocks: Vec<(&str, String)> = Vec::new();
    for argument in &arguments {
        let Some(value) = at(&piece.body, &argument.path()) else { continue };
        let line = line(&argument.from, &object(value, " =", &|text| terraform(text, pieces)));
        match blocks.iter_mut().find(|(block, _)| *block == argument.block) {
            Some((_, lines)) => lines.push_str(&line),
            None => blocks.push((&argument.block, line)),
        }
    }
    for (block, lines) in blocks {
        text += &if block.is_empty() { lines } else { format!("  {block} {{\n{lines}  }}\n") };
    }
    text + &depends_on(piece, pieces) + "}\n"
}

/// The argument `name`, inside of the blocks that its path names.
fn line(name: &str, value: &str) -> String {
    match name.split_once('.') {
        Some((block, rest)) => format!("  {block} {{\n{}  }}\n", line(rest, value)),
        None => format!("  {name} = {value}\n"),
    }
}

/// What `body` states at `path`; of a list its only item.
fn at<'b>(body: &'b Value, path: &str) -> Option<&'b Value> {
    path.split('.').try_fold(body, |at, name| match name.strip_suffix("[]") {
        Some(name) => at.get(name)?.get(0),
        None => at.get(name),
    })
}
