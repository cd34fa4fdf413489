//! Bicep's graph and findings beside those of the JSON compiled from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{DeploymentId, Estate, Presence, Resource, Target, Value, World};
use cmklint_rules::{RULES, Settings};
use cmklint_source::{LoadError, Sources};
use cmklint_template::{Inputs, Library, Limits, Template, evaluate};

use crate::words::{name, words};

/// The files of a tree.
pub(crate) struct Files(pub(crate) Sources);

impl Library for Files {
    fn template(&self, path: &str) -> Result<Arc<Template>, String> {
        let file = self.0.load(path).map_err(|error| error.to_string())?;
        let template = if path.ends_with(".bicep") {
            cmklint_bicep::parse(&file, &self.0).template
        } else {
            cmklint_arm::parse(&file).template
        };
        template.ok_or_else(|| "not a template".to_owned())
    }

    fn text(&self, path: &str) -> Result<String, LoadError> {
        self.0.load(path).map(|file| file.text().to_owned())
    }
}

/// One resource, each part in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) kind: String,
    pub(crate) names: String,
    pub(crate) scope: String,
    pub(crate) location: String,
    pub(crate) condition: String,
    pub(crate) extends: String,
    pub(crate) further: u64,
    pub(crate) body: String,
    /// The declared resources that its values name.
    pub(crate) edges: Vec<String>,
}

/// What a template comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Side {
    /// Its resources, sorted.
    pub(crate) rows: Vec<Row>,
    /// Its findings by all rules, sorted.
    pub(crate) findings: Vec<String>,
    /// What was reported while it was evaluated.
    pub(crate) messages: Vec<String>,
}

/// Both sides of the pair at `path` (`….bicep`), and how many modules of the Bicep file came from the JSON.
///
/// # Errors
/// Why a side is no template.
pub(crate) fn sides(files: &Files, path: &str) -> Result<(Side, Side, usize), String> {
    let json_path = format!("{}.json", path.strip_suffix(".bicep").unwrap_or(path));
    let bicep = files.template(path)?;
    let json = files.template(&json_path)?;
    let (bicep, modules) = crate::restore::restored(files, &bicep, &json);
    Ok((side(files, path, &bicep), side(files, &json_path, &json), modules))
}

fn side(files: &Files, path: &str, template: &Arc<Template>) -> Side {
    let inputs = Inputs::default();
    let done = evaluate(template, path, &inputs, DeploymentId(0), files, &Limits::default());
    let messages = done.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message)).collect();
    let estate = Estate::new(vec![done.deployment]);
    let all: Vec<Resource> = estate.resources().cloned().collect();
    let declared = all.iter().filter(|r| r.presence == Presence::Declared);
    let mut rows: Vec<Row> = declared
        .filter(|r| !r.kind.is("Microsoft.Resources/deployments"))
        .map(|r| Row {
            kind: r.kind.folded().to_owned(),
            names: r.names.iter().map(|name| words(name, &all)).collect::<Vec<_>>().join("/"),
            scope: format!("{} {}", words(&r.scope.subscription, &all), words(&r.scope.resource_group, &all)),
            location: words(&r.location, &all),
            condition: words(&r.condition, &all),
            extends: words(&r.extends, &all),
            further: r.further,
            body: words(&r.body, &all),
            edges: edges(r, &estate),
        })
        .collect();
    rows.sort();
    Side { rows, findings: findings(&estate, &all), messages }
}

/// The resources that the values of `of` name, in the words of both, sorted.
fn edges(of: &Resource, estate: &Estate) -> Vec<String> {
    let mut out = Vec::new();
    let mut open: Vec<(String, Value)> =
        vec![(String::new(), of.body.clone()), ("scope".to_owned(), of.extends.clone())];
    while let Some((path, value)) = open.pop() {
        if let Some(object) = value.as_object() {
            open.extend(object.entries.iter().map(|(name, entry)| (format!("{path}.{name}"), entry.value.clone())));
        } else if let Some(array) = value.as_array() {
            open.extend(array.items.iter().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item.clone())));
        } else {
            for (_, target) in estate.resolve(&value, &World::any(), DeploymentId(0)) {
                let declared = |to: &&Resource| to.presence == Presence::Declared;
                let to = match target {
                    Target::Node(node) => {
                        estate.resource(node).filter(declared).map(|to| name(to.kind.as_str(), &to.names))
                    }
                    _ => None,
                };
                out.extend(to.map(|to| format!("{path} -> {to}")));
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

/// What all rules, those that are off by default too, say of the estate; addresses replaced by types and names.
fn findings(estate: &Estate, all: &[Resource]) -> Vec<String> {
    let mut settings = Settings::default();
    for rule in RULES {
        settings.of_mut(rule.meta()).on = Some(true);
    }
    let words_of = |address: &str| {
        let found = all.iter().find(|r| *r.address == *address);
        found.map_or_else(|| address.to_owned(), |r| name(r.kind.as_str(), &r.names))
    };
    let mut out: Vec<String> = cmklint_rules::run(estate, &settings)
        .findings
        .into_iter()
        .map(|f| {
            let mut resources: Vec<String> = f.resources.iter().map(|address| words_of(address)).collect();
            resources.sort();
            // Names are shown as each language writes them, with quotes of their own; the resources are compared beside.
            let message = match (f.message.find('\''), f.message.rfind('\'')) {
                (Some(first), Some(last)) => format!("{}…{}", &f.message[..first], &f.message[last + 1..]),
                _ => f.message.clone(),
            };
            format!(
                "{} {:?} {:?} {message} [{}] {resources:?} and {} more",
                f.rule.id,
                f.level,
                f.confidence,
                f.world,
                f.also.len()
            )
        })
        .collect();
    out.sort();
    out
}
/// The first part in which two sides differ, and both in words.
pub(crate) fn difference(bicep: &Side, json: &Side) -> Option<(&'static str, String, String)> {
    let count = |rows: &[Row]| {
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows {
            *kinds.entry(row.kind.clone()).or_default() += 1;
        }
        format!("{kinds:?}")
    };
    let (a, b) = (count(&bicep.rows), count(&json.rows));
    if a != b {
        return Some(("resources", a, b));
    }
    for (a, b) in bicep.rows.iter().zip(&json.rows) {
        let parts = [
            ("names", &a.names, &b.names),
            ("scope", &a.scope, &b.scope),
            ("location", &a.location, &b.location),
            ("condition", &a.condition, &b.condition),
            ("extends", &a.extends, &b.extends),
            ("number", &a.further.to_string(), &b.further.to_string()),
            ("body", &a.body, &b.body),
            ("edges", &a.edges.join("\n"), &b.edges.join("\n")),
        ];
        for (part, x, y) in parts {
            if x != y {
                return Some((part, format!("{} {x}", a.kind), format!("{} {y}", b.kind)));
            }
        }
    }
    let (a, b) = (bicep.findings.join("\n"), json.findings.join("\n"));
    (a != b).then_some(("findings", a, b))
}
