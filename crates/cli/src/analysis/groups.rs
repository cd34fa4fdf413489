//! Roots that matter to others by their resource groups alone: a data source, or an existing group, of another root has the group's region.
//!
//! They are evaluated after all others, and only those whose text can make one of the names that were looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, Kind, Presence, RESOURCE_GROUPS, Resource, Value};
use cmklint_source::SourceFile;
use rayon::prelude::*;

use super::job::{Evaluated, Job, JobGraph, JobKind};
use super::reach::{Found, Mention};
use super::run::Run;
use crate::template_scan::file_may_declare_group;

/// The number of characters that are looked for together.
const GRAM: usize = 3;

/// The number of letters and digits.
const CHARACTERS: usize = 36;

impl Run<'_> {
    /// Adds to `graph` and `evaluated` the skipped roots that may declare one of the groups that what was evaluated looks up.
    pub(super) fn add_groups(&mut self, graph: &mut JobGraph, evaluated: &mut BTreeMap<DeploymentId, Evaluated>) {
        let looked_up: BTreeSet<String> =
            evaluated.values().filter_map(|done| done.deployment.as_ref()).flat_map(groups_looked_up).collect();
        if looked_up.is_empty() {
            return;
        }
        let may_declare = |root: &&String| self.may_declare_groups(root, &looked_up);
        let declaring: Vec<String> = self.passed.par_iter().filter(may_declare).cloned().collect();
        let added = self.add_passed(&declaring, graph);
        evaluated.extend(self.evaluate_jobs(graph, added));
        self.roots_for_groups = declaring;
    }

    /// Adds the jobs of the skipped `roots` to `graph`: their ids.
    pub(super) fn add_passed(&mut self, roots: &[String], graph: &mut JobGraph) -> Vec<DeploymentId> {
        let mut added = Vec::new();
        for root in roots {
            if !self.passed.remove(root) {
                continue;
            }
            self.statistics.skipped_roots -= 1;
            for path in self.templates_from(root) {
                self.unparsed.remove(&path);
            }
            added.extend(self.jobs_of(root).into_iter().map(|job| graph.add(job)));
        }
        added
    }

    /// Whether the root may declare a resource group with one of the `names`.
    fn may_declare_groups(&self, root: &str, names: &BTreeSet<String>) -> bool {
        let (files, folders) = self.files_and_folders_of(root);
        let declares = |file: &Arc<SourceFile>| {
            file_may_declare_group(file, self.sources) || cmklint_terraform::declares_group(file.text())
        };
        if !files.iter().any(declares) && !folders.iter().any(|dir| self.folder_mentions(dir, Mention::Group)) {
            return false;
        }
        let mut grams = Grams::default();
        for file in files {
            grams.join(&self.sources.made_of(file.id(), || Grams::of(file.text())));
        }
        folders.iter().for_each(|dir| self.add_grams_of_folder(dir, &mut grams));
        let inputs: BTreeSet<String> = self.jobs_of(root).iter().flat_map(Job::input_files).collect();
        for file in inputs.iter().filter_map(|path| self.sources.load(path).ok()) {
            grams.add(file.text());
        }
        let options = self.options(root);
        options.variables.iter().chain(&options.environment).for_each(|(_, value)| grams.add(value));
        names.iter().any(|name| is_made_of(name, &grams))
    }

    /// The files of `root`, and of the templates that it reaches; and the folders of Terraform's modules with which it begins.
    fn files_and_folders_of(&self, root: &str) -> (Vec<Arc<SourceFile>>, Vec<String>) {
        let load = |path: &String| self.sources.load(path).ok();
        if self.templates.contains(root) {
            return (self.templates_from(root).iter().filter_map(load).collect(), Vec::new());
        }
        if self.unit_dependencies.contains_key(root) {
            // The unit may generate files; its module is among what it calls.
            let modules = self.called.get(root).into_iter().flatten();
            return (load(&root.to_owned()).into_iter().collect(), modules.cloned().collect());
        }
        (Vec::new(), vec![if root == "." { String::new() } else { root.to_owned() }])
    }
}

impl Job {
    /// The files of its inputs.
    fn input_files(&self) -> Vec<String> {
        match &self.kind {
            JobKind::Terraform { tfvars, .. } => tfvars.clone(),
            JobKind::Template { parameters: Some(file) } => vec![file.path.clone()],
            _ => Vec::new(),
        }
    }
}

/// The names, in lower case, of the groups that the deployment refers to, where the region of something that it declares is not known without them. A name that
/// is not known is found nowhere else.
fn groups_looked_up(deployment: &Deployment) -> BTreeSet<String> {
    let lacks_region = |r: &Resource| r.presence != Presence::Existing && !r.location.is_known();
    if !deployment.resources.iter().any(lacks_region) {
        return BTreeSet::new();
    }
    let groups = deployment.resources.iter().filter(|r| r.presence == Presence::Existing && r.kind.is(RESOURCE_GROUPS));
    let mut names = BTreeSet::new();
    for name in groups.flat_map(|group| &group.names) {
        add_names(name, &mut names);
    }
    names
}

fn add_names(value: &Value, names: &mut BTreeSet<String>) {
    match &value.kind {
        Kind::String(name) if !name.is_empty() => {
            names.insert(name.to_lowercase());
        }
        Kind::Choice(choice) => {
            add_names(&choice.then, names);
            add_names(&choice.otherwise, names);
        }
        _ => {}
    }
}

/// What stands in texts, in lower case: each few characters in a row that are letters or digits.
#[derive(Clone, Debug)]
pub(super) struct Grams(Vec<u64>);

impl Default for Grams {
    fn default() -> Self {
        Self(vec![0; CHARACTERS.pow(3).div_ceil(64)])
    }
}

impl Grams {
    fn of(text: &str) -> Self {
        let mut grams = Self::default();
        grams.add(text);
        grams
    }

    /// Adds what stands in `text`.
    pub(super) fn add(&mut self, text: &str) {
        for gram in text.as_bytes().windows(GRAM) {
            if let Some((word, bit)) = place_of(gram)
                && let Some(word) = self.0.get_mut(word)
            {
                *word |= bit;
            }
        }
    }

    fn contains(&self, gram: &[u8]) -> bool {
        place_of(gram).is_some_and(|(word, bit)| self.0.get(word).is_some_and(|word| word & bit != 0))
    }
}

impl Found for Grams {
    fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    fn is_enough(&self) -> bool {
        false
    }
}

/// Where it is recorded whether `gram` stands in a text: a word and its bit; `None` where not all of it are letters and digits.
fn place_of(gram: &[u8]) -> Option<(usize, u64)> {
    let place = gram.iter().try_fold(0, |place: usize, byte| {
        let digit = char::from(*byte).to_digit(36)?;
        Some(place * CHARACTERS + usize::try_from(digit).ok()?)
    })?;
    Some((place / 64, 1 << (place % 64)))
}

/// Whether the name may be put together of parts of a text, which has `grams`: each of its characters stands in one of them. What is shorter than one may come from anywhere.
fn is_made_of(name: &str, grams: &Grams) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| part.len() >= GRAM).all(|part| {
        let mut end = 0;
        for (at, gram) in part.as_bytes().windows(GRAM).enumerate() {
            if grams.contains(gram) {
                if at > end {
                    return false;
                }
                end = at + GRAM;
            }
        }
        end == part.len()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_made_of_parts_that_stand_in_a_text() {
        let grams = Grams::of("name = \"RG-${var.app}-${local.short}\" app = \"shop\" stage = \"prod\" weu");
        for name in ["rg-shop-weu", "rg-shopprod-weu", "rg-01", "shop"] {
            assert!(is_made_of(name, &grams), "{name}");
        }
        for name in ["rg-shared-weu", "rg-shops", "neu"] {
            assert!(!is_made_of(name, &grams), "{name}");
        }
    }
}
