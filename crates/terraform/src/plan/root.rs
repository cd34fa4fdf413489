//! Finds the folder whose configuration a plan or state belongs to, and its inputs.

use std::collections::BTreeSet;

use cmklint_source::{Sources, parent};

use super::address::InstanceKey;
use super::format::{Configuration, ConfiguredModule, ConfiguredResource};
use super::json::{self, DocumentReader};
use super::{Document, DocumentKind};
use crate::config;
use crate::eval::{Evaluator, FilesAlone, Scope};
use crate::options::Options;
use crate::values;

/// The folder of a plan's or state's root module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RootFolder {
    /// The folder.
    Found(String),
    /// None of the given folders declares what the file contains.
    Missing,
    /// Several declare it equally well.
    Ambiguous(Vec<String>),
}

impl Document<'_> {
    /// The one of `folders` whose files declare what the root module of this plan or state has: at least half of the resources and
    /// module calls of both are the same, and no other folder has more. Of several, the folder that contains the file.
    #[must_use]
    pub fn root(&self, folders: &[String], sources: &Sources, options: &Options) -> RootFolder {
        let names = self.names(options);
        let mut best: Vec<&String> = Vec::new();
        let mut most = (0, 1); // as a fraction
        for folder in folders {
            let config = config::load(folder, sources, &options.cache);
            let here: BTreeSet<String> = config
                .resources
                .keys()
                .map(ToString::to_string)
                .chain(config.calls.keys().map(|name| format!("module.{name}")))
                .collect();
            let common = here.intersection(&names).count();
            let all = match self.kind {
                DocumentKind::Plan => here.union(&names).count(),
                // A state doesn't list what isn't deployed yet.
                DocumentKind::State | DocumentKind::StateFile => names.len(),
            };
            if common == 0 || common * 2 < all {
                continue;
            }
            match (common * most.1).cmp(&(most.0 * all)) {
                std::cmp::Ordering::Greater => {
                    most = (common, all);
                    best = vec![folder];
                }
                std::cmp::Ordering::Equal => best.push(folder),
                std::cmp::Ordering::Less => {}
            }
        }
        let own = parent(self.file.path());
        match &best[..] {
            [] => RootFolder::Missing,
            [only] => RootFolder::Found((*only).clone()),
            several => match several.iter().find(|folder| folder.as_str() == own) {
                Some(own) => RootFolder::Found((*own).clone()),
                None => RootFolder::Ambiguous(several.iter().map(|folder| (*folder).clone()).collect()),
            },
        }
    }

    /// The resources and module calls of the root module.
    fn names(&self, options: &Options) -> BTreeSet<String> {
        let mut reader = DocumentReader::new(self.file);
        if self.kind == DocumentKind::Plan {
            let configuration = self.top.configuration.and_then(|raw| reader.read::<Configuration<'_>>(raw, "it"));
            let root = configuration.and_then(|c| c.root_module);
            let Some(root) = root.and_then(|raw| reader.read::<ConfiguredModule<'_>>(raw, "it")) else {
                return BTreeSet::new();
            };
            let calls = root.module_calls.keys().map(|name| format!("module.{name}"));
            let resources = root.resources.iter().filter_map(|raw| {
                let resource: ConfiguredResource<'_> = serde_json::from_str(raw.get()).ok()?;
                let data = if resource.mode == "data" { "data." } else { "" };
                Some(format!("{data}{}.{}", resource.kind, resource.name))
            });
            return calls.chain(resources).collect();
        }
        let items = self.state_items(&mut reader, options);
        let name = |item: &super::items::PlannedItem<'_>| match item.module.first() {
            Some((call, _)) => format!("module.{call}"),
            None => super::items::PlannedItem { key: InstanceKey::None, ..item.clone() }.address(),
        };
        items.values().map(name).collect()
    }

    /// Whether the variable files `tfvars` of the root in `dir` set a variable to another value than the plan has: then the plan belongs to
    /// another environment. Only text, numbers and booleans are compared.
    #[must_use]
    pub fn contradicts(&self, tfvars: &[String], sources: &Sources, options: &Options) -> bool {
        let variables = self.top.variables.map(json::members).unwrap_or_default();
        let mut evaluator = Evaluator::new(sources, options, cmklint_graph::DeploymentId(0), &FilesAlone);
        evaluator.modules.push(crate::modules::Module::root("", std::sync::Arc::default()));
        let mut given = std::collections::BTreeMap::new();
        for path in tfvars {
            let parsed = options.cache.parse(path, sources);
            for attribute in &parsed.body.attributes {
                let value = evaluator.eval(&attribute.value, &Scope::of(crate::eval::ModuleId(0)));
                given.insert(attribute.name.to_string(), value);
            }
        }
        variables.iter().any(|(name, raw)| {
            let planned = json::member(raw, "value").map(|raw| json::value(raw, self.file));
            let sides = planned.as_ref().zip(given.get(&**name));
            let texts = sides.and_then(|(a, b)| values::text_of(a).zip(values::text_of(b)));
            texts.is_some_and(|(a, b)| a != b)
        })
    }
}
