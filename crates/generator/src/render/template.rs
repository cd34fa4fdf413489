//! A cell in Bicep and in ARM JSON.

use serde_json::{Map, Value};

use super::body::Body;
use super::expr::{Expr, Tree, arm, bicep, in_bicep, json, object, text};
use super::scope::{Block, Scope};
use crate::model::{Id, What};
use crate::style::{Habit, Language};

/// The version of a type's interface. It need not be the newest.
fn version(kind: &str) -> &'static str {
    if kind.starts_with("Microsoft.KeyVault") { "2023-07-01" } else { "2024-03-02" }
}

/// `type@version` as Bicep and azapi write it.
pub(super) fn versioned(kind: &str) -> String {
    format!("{kind}@{}", version(kind))
}

/// A resource id by ARM's function.
fn resource_id(place: &str, kind: &str, names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|n| format!("'{n}'")).collect();
    format!("resourceId({place}'{kind}', {})", names.join(", "))
}

impl Scope<'_> {
    /// The id of a resource, in a template.
    pub(super) fn id_in_template(&mut self, of: &str, id: Id) -> Expr {
        let resource = self.estate.get(id).clone();
        if resource.cell == self.cell {
            return match (self.language, self.looped(id)) {
                (Language::Bicep, Some((_, at))) => Expr::Raw(format!("{}[{at}].id", self.symbol(id))),
                (Language::Bicep, None) => Expr::Raw(format!("{}.id", self.symbol(id))),
                _ => Expr::Raw(resource_id("", resource.arm_type(), &self.estate.segments(id))),
            };
        }
        if !self.looks_up(id) {
            return self.whole_id(of, id);
        }
        let cell = self.estate.cells.get(resource.cell).cloned();
        let (subscription, group) = cell.map_or(("", String::new()), |c| (c.subscription, c.group));
        if self.language == Language::Bicep {
            self.looked_up.insert(id);
            return Expr::Raw(format!("existing{id}.id"));
        }
        let place = format!("'{subscription}', '{group}', ");
        Expr::Raw(resource_id(&place, resource.arm_type(), &self.estate.segments(id)))
    }

    /// The URL of a key, in a template.
    pub(super) fn key_in_template(&mut self, set: Id, key: Id, with_version: bool) -> Expr {
        let own = self.estate.get(key).cell == self.cell;
        let literal = text(self.key_url(key, "keys", with_version));
        // For a key of another cell, only Bicep can read the URL.
        let asked = own || self.language == Language::Bicep && self.looks_up(key);
        if self.language == Language::Terraform || !asked {
            return literal;
        }
        if own && self.style.rng(&format!("literal key {set}")).u8(..3) == 0 {
            return literal;
        }
        let property = if with_version { "keyUriWithVersion" } else { "keyUri" };
        if self.language == Language::Bicep {
            let symbol = if own { self.symbol(key) } else { format!("existing{key}") };
            if !own {
                self.looked_up.insert(key);
            }
            return Expr::Raw(format!("{symbol}.properties.{property}"));
        }
        let kind = self.estate.get(key).arm_type();
        let id = resource_id("", kind, &self.estate.segments(key));
        let place = if self.language == Language::Symbolic && self.style.rng(&format!("by symbol {set}")).bool() {
            format!("'{}'", self.symbol(key))
        } else {
            format!("{id}, '{}'", version(kind))
        };
        Expr::Raw(format!("reference({place}).{property}"))
    }

    /// The property that differs between the members of a loop.
    pub(super) fn of_item(&self, id: Id, property: &str) -> Expr {
        let name = self.loop_name(id);
        Expr::Raw(match self.language {
            Language::Terraform => unreachable_in_terraform(property),
            Language::Bicep => format!("item.{property}"),
            Language::Arm | Language::Symbolic => format!("variables('{name}')[copyIndex()].{property}"),
        })
    }

    pub(super) fn loop_name(&self, id: Id) -> String {
        format!("loop{}", self.looped(id).and_then(|(l, _)| l.first().copied()).unwrap_or(id))
    }

    /// The members of a loop, as a list of names and regions.
    fn members(&mut self, id: Id) -> Tree {
        let members: Vec<Id> = self.looped(id).map(|(l, _)| l.to_vec()).unwrap_or_default();
        let item = |id: &Id| {
            let r = self.estate.get(*id);
            object([("name", text(r.name.clone()).into()), ("region", text(r.region).into())])
        };
        Tree::List(members.iter().map(item).collect())
    }

    /// Writes the cell's resources.
    pub(super) fn write_template(&mut self) {
        for id in self.estate.of_cell(self.cell).collect::<Vec<_>>() {
            if self.looped(id).is_some_and(|(_, at)| at > 0) {
                continue;
            }
            let body = self.body(id);
            let condition = self.conditional(id).then(|| self.condition(id));
            if self.looped(id).is_some() {
                let members = self.members(id);
                let name = self.loop_name(id);
                self.locals.push((name, members));
            }
            let parent = match self.estate.get(id).what {
                What::Key { vault, .. } => Some(self.symbol(vault)),
                What::Version { gallery, .. } => Some(format!("{}images", self.symbol(gallery))),
                _ => None,
            };
            let symbol = self.symbol(id);
            self.resource(
                &symbol,
                &body,
                condition.as_ref(),
                parent.as_deref(),
                self.looped(id).map(|_| self.loop_name(id)),
            );
            if let Some(extension) = self.extension(id) {
                let symbol = format!("{symbol}ade");
                let parent = self.symbol(id);
                self.resource(&symbol, &extension, condition.as_ref(), Some(&parent), None);
            }
            if let What::Gallery { .. } = self.estate.get(id).what {
                self.definition(id);
            }
        }
        if self.style.has(Habit::Unrelated) {
            self.unrelated();
        }
        for id in self.looked_up.clone() {
            self.existing(id);
        }
    }

    /// The image definition of a gallery.
    fn definition(&mut self, gallery: Id) {
        let resource = self.estate.get(gallery).clone();
        let body = Body {
            kind: "Microsoft.Compute/galleries/images",
            names: vec![text(resource.name.clone()), text("ubuntu")],
            location: Some(text(resource.region)),
            rest: vec![(
                "properties".to_owned(),
                object([("osType", text("Linux").into()), ("osState", text("Generalized").into())]),
            )],
        };
        let symbol = self.symbol(gallery);
        self.resource(&format!("{symbol}images"), &body, None, Some(&symbol), None);
    }

    fn unrelated(&mut self) {
        let network = Body {
            kind: "Microsoft.Network/virtualNetworks",
            names: vec![text("vnet")],
            location: Some(text("japaneast")),
            rest: vec![(
                "properties".to_owned(),
                object([("addressSpace", object([("addressPrefixes", Tree::List(vec![text("10.0.0.0/16").into()]))]))]),
            )],
        };
        self.resource("network", &network, None, None, None);
        let disk = Body {
            kind: "Microsoft.Compute/disks",
            names: vec![text("plain")],
            location: Some(text("japaneast")),
            rest: vec![(
                "properties".to_owned(),
                object([("creationData", object([("createOption", text("Empty").into())]))]),
            )],
        };
        self.resource("plain", &disk, None, None, None);
    }

    fn resource(
        &mut self,
        symbol: &str,
        body: &Body,
        condition: Option<&Expr>,
        parent: Option<&str>,
        looped: Option<String>,
    ) {
        let block = if self.language == Language::Bicep {
            Block::Text(in_bicep_words(symbol, body, condition, parent, looped.as_deref()))
        } else {
            Block::Json(symbol.to_owned(), in_json(body, condition, looped.as_deref()))
        };
        self.blocks.push(block);
    }

    /// `existing`, and its parent.
    fn existing(&mut self, id: Id) {
        let resource = self.estate.get(id).clone();
        let Some(cell) = self.estate.cells.get(resource.cell) else { return };
        let segments = self.estate.segments(id);
        let mut out = String::new();
        let words = format!(
            "resource existing{id} '{}' existing = {{\n  name: '{}'\n  scope: resourceGroup('{}', '{}')\n}}\n",
            versioned(resource.arm_type()),
            segments.join("/"),
            cell.subscription,
            cell.group
        );
        match resource.what {
            // The scope is that of the key's parent.
            What::Key { .. } => out.push_str(&format!(
                "resource vault{id} 'Microsoft.KeyVault/vaults@2023-07-01' existing = {{\n  name: '{}'\n  scope: resourceGroup('{}', '{}')\n\n  \
                 resource key 'keys' existing = {{\n    name: '{}'\n  }}\n}}\n",
                segments.first().map_or("", |s| s),
                cell.subscription,
                cell.group,
                resource.name,
            )),
            _ => out.push_str(&words),
        }
        // A reference to the key uses its own symbol.
        let out = if let What::Key { .. } = resource.what {
            for block in &mut self.blocks {
                if let Block::Text(text) = block {
                    *text = text.replace(&format!("existing{id}.properties"), &format!("vault{id}::key.properties"));
                }
            }
            out
        } else {
            out
        };
        self.blocks.push(Block::Text(out));
    }
}

/// Terraform writes loops in another way; a text that no value has would show a mistake here.
fn unreachable_in_terraform(property: &str) -> String {
    format!("not_in_terraform.{property}")
}

fn in_bicep_words(
    symbol: &str,
    body: &Body,
    condition: Option<&Expr>,
    parent: Option<&str>,
    looped: Option<&str>,
) -> String {
    let mut entries = Vec::new();
    let name = match parent {
        Some(parent) => {
            entries.push(("parent".to_owned(), Tree::Value(Expr::Raw(parent.to_owned()))));
            body.names.last().cloned()
        }
        None => body.names.first().cloned(),
    };
    entries.extend(name.map(|n| ("name".to_owned(), n.into())));
    entries.extend(body.location.clone().map(|l| ("location".to_owned(), l.into())));
    entries.extend(body.rest.iter().cloned());
    let inner = in_bicep(&Tree::Object(entries), 0);
    let head = format!("resource {symbol} '{}' =", versioned(body.kind));
    match (condition, looped) {
        (Some(condition), _) => format!("{head} if ({}) {inner}\n", bicep(condition)),
        (None, Some(list)) => format!("{head} [for item in {list}: {inner}]\n"),
        (None, None) => format!("{head} {inner}\n"),
    }
}

fn in_json(body: &Body, condition: Option<&Expr>, looped: Option<&str>) -> Value {
    let mut out = Map::new();
    out.insert("type".to_owned(), body.kind.into());
    out.insert("apiVersion".to_owned(), version(body.kind).into());
    let name = match &body.names[..] {
        [one] => json(&one.clone().into()),
        several if several.iter().all(|n| matches!(n, Expr::Text(_))) => {
            let parts = several.iter().map(|n| if let Expr::Text(t) = n { t.as_str() } else { "" });
            Value::from(parts.collect::<Vec<_>>().join("/"))
        }
        several => {
            let holes: Vec<String> = (0..several.len()).map(|i| format!("{{{i}}}")).collect();
            let names: Vec<String> = several.iter().map(arm).collect();
            Value::from(format!("[format('{}', {})]", holes.join("/"), names.join(", ")))
        }
    };
    out.insert("name".to_owned(), name);
    if let Some(location) = &body.location {
        out.insert("location".to_owned(), json(&location.clone().into()));
    }
    if let Some(condition) = condition {
        out.insert("condition".to_owned(), json(&condition.clone().into()));
    }
    if let Some(list) = looped {
        let copy = [
            ("name".to_owned(), Value::from(list)),
            ("count".to_owned(), format!("[length(variables('{list}'))]").into()),
        ];
        out.insert("copy".to_owned(), Value::Object(copy.into_iter().collect()));
    }
    for (key, tree) in &body.rest {
        out.insert(key.clone(), json(tree));
    }
    Value::Object(out)
}
