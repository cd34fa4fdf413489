//! Roots that matter to others by their resource groups alone: a data source, or an existing group, of another root has the group's region.
//!
//! They are evaluated after all others, and only those whose text can make one of the names that were looked up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_graph::{Deployment, DeploymentId, Kind, Presence, RESOURCE_GROUPS, Resource, Value};
use cmklint_source::SourceFile;
use rayon::prelude::*;

use super::grams::is_made_of;
use super::job::{Evaluated, Job, JobGraph, JobKind};
use super::reached::Mention;
use super::run::Run;

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
        self.roots_looked_up.extend(declaring);
    }

    /// Adds the jobs of the skipped `roots` to `graph`: their ids.
    pub(super) fn add_passed(&mut self, roots: &[String], graph: &mut JobGraph) -> Vec<DeploymentId> {
        let templates = roots.iter().filter(|root| self.passed.contains(*root) && self.templates.contains(*root));
        for path in self.templates_from_all(templates.cloned().collect()) {
            self.unparsed.remove(&path);
        }
        let mut added = Vec::new();
        for root in roots {
            if !self.passed.remove(root) {
                continue;
            }
            self.statistics.skipped_roots -= 1;
            added.extend(self.jobs_of(root).into_iter().map(|job| graph.add(job)));
        }
        added
    }

    /// Whether the root may declare a resource group with one of the `names`.
    fn may_declare_groups(&self, root: &str, names: &BTreeSet<String>) -> bool {
        let (files, folders) = self.files_and_folders_of(root);
        let declares = |file: &Arc<SourceFile>| Mention::Group.is_in(file, self.sources);
        if !files.iter().any(declares) && !folders.iter().any(|dir| self.folder_mentions(dir, Mention::Group)) {
            return false;
        }
        let grams = self.grams_of(root);
        names.iter().any(|name| is_made_of(name, &grams))
    }

    /// The files of `root`, and of the templates that it reaches; and the folders of Terraform's modules with which it begins.
    pub(super) fn files_and_folders_of(&self, root: &str) -> (Vec<Arc<SourceFile>>, Vec<String>) {
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
    pub(super) fn input_files(&self) -> Vec<String> {
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
