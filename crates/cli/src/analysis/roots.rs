//! Finds the roots, and makes the jobs that evaluate them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cmklint_graph::{DeploymentKey, Environment, Root, RootInputs, RootKind};
use cmklint_source::{Diagnostic, Severity, parent};
use rayon::prelude::*;

use super::job::{Job, JobKind};
use super::reached::Mention;
use super::run::{Run, join};
use crate::environments::environment_of;
use crate::templates::{ParameterFile, StatedBy};

impl Run<'_> {
    /// The instantiations of all roots, by path.
    pub(super) fn jobs(&mut self) -> Vec<Job> {
        let mut jobs = self.terraform_jobs();
        self.place_documents(&mut jobs);
        jobs.extend(self.template_jobs());
        jobs
    }

    /// Whether roots are evaluated too that can't reach a compute or key vault resource: a team's own rules may be about any.
    pub(super) fn evaluates_all(&self) -> bool {
        self.request.lists_own_input || !self.request.areas.own_rules().rules().is_empty()
    }

    fn terraform_jobs(&mut self) -> Vec<Job> {
        self.called = self.folders.par_iter().map(|dir| (dir.clone(), self.calls(dir))).collect();
        let units = self.terragrunt_units();
        self.called.extend(units.iter().map(|(path, module)| (path.clone(), module.iter().cloned().collect())));
        let mut jobs = Vec::new();
        let roots = roots(&self.called);
        let own: Vec<String> = roots.iter().filter(|dir| !units.contains_key(*dir)).cloned().collect();
        self.match_variable_files(&own);
        for dir in roots {
            if let Some(module) = units.get(&dir) {
                jobs.extend(self.unit_job(dir, module.as_deref()));
                continue;
            }
            let root = if dir.is_empty() { ".".to_owned() } else { dir.clone() };
            self.statistics.roots += 1;
            self.root_modules.push(dir.clone());
            self.roots.insert(root.clone());
            if self.evaluates_all() || self.folder_mentions(&dir, Mention::Relevant) {
                jobs.extend(self.jobs_of(&root));
            } else {
                self.statistics.skipped_roots += 1;
                self.passed.insert(root);
            }
        }
        jobs
    }

    /// The units of Terragrunt by path, each with the folder of its module where that is in the tree. Files that are only included are left out.
    fn terragrunt_units(&mut self) -> BTreeMap<String, Option<String>> {
        use cmklint_terraform::terragrunt::{Unit, survey};
        let surveys: Vec<_> =
            self.units.par_iter().map(|path| survey(path, self.sources, self.options(path))).collect();
        let mut units = BTreeMap::new();
        for (path, survey) in self.units.iter().zip(surveys) {
            let module = match survey.unit {
                Unit::Module(dir) => Some(dir),
                Unit::Remote => None,
                Unit::Nothing => continue,
            };
            units.insert(path.clone(), module);
            self.unit_dependencies.insert(path.clone(), survey.dependencies);
        }
        units
    }

    /// The job of the unit at `path`. A unit whose module isn't in the tree has a job too, which reports that.
    fn unit_job(&mut self, path: String, module: Option<&str>) -> Option<Job> {
        self.statistics.roots += 1;
        self.roots.insert(path.clone());
        let generates = || self.sources.load(&path).is_ok_and(|file| cmklint_terraform::may_matter(file.text()));
        if !self.evaluates_all()
            && module.is_some_and(|dir| !self.folder_mentions(dir, Mention::Relevant))
            && !generates()
        {
            self.statistics.skipped_roots += 1;
            self.passed.insert(path);
            return None;
        }
        Some(job_of_unit(&path))
    }

    /// The instantiations of the root at `root` (`.` for the tree's own folder).
    pub(super) fn jobs_of(&self, root: &str) -> Vec<Job> {
        if self.templates.contains(root) {
            return self.template_jobs_of(root);
        }
        if self.unit_dependencies.contains_key(root) {
            return vec![job_of_unit(root)];
        }
        let dir = if root == "." { "" } else { root };
        let job = |instantiation: cmklint_terraform::Instantiation| {
            let script = instantiation.values.first().and_then(|value| self.sources.get(value.span.file));
            let file = instantiation.tfvars.last().map(String::as_str);
            let inputs = match (instantiation.label.as_str(), file.or(script.as_ref().map(|script| script.path()))) {
                ("", _) | (_, None) => RootInputs::Default,
                (environment, Some(file)) => {
                    RootInputs::Variables { environment: environment.into(), file: file.into() }
                }
            };
            let key = DeploymentKey { root: Root::module(dir), inputs };
            let environment = Environment::new(root, &instantiation.label);
            let (tfvars, values) = (instantiation.tfvars, instantiation.values);
            let kind = JobKind::Terraform { dir: dir.to_owned(), tfvars, values };
            Job { key, environment, kind }
        };
        self.instantiations(dir).into_iter().map(job).collect()
    }

    fn template_jobs_of(&self, path: &str) -> Vec<Job> {
        let job = |parameters: Option<&Arc<ParameterFile>>| {
            let (inputs, environment) = match parameters {
                Some(file) => {
                    let environment = match &file.by {
                        StatedBy::Command { environment: Some(name), .. } => name.clone(),
                        _ => environment_of(&file.path, path),
                    };
                    (RootInputs::Parameters(file.path.as_str().into()), environment)
                }
                None => (RootInputs::Default, own_stage(path)),
            };
            let environment = Environment::new(path, &environment);
            let key = DeploymentKey { root: Root::template(path), inputs };
            Job { key, environment, kind: JobKind::Template { parameters: parameters.cloned() } }
        };
        match self.given.get(path) {
            Some(files) => files.iter().map(|file| job(Some(file))).collect(),
            None => vec![job(None)],
        }
    }

    pub(super) fn calls(&self, dir: &str) -> Vec<String> {
        cmklint_terraform::calls(dir, self.sources, self.cache())
    }

    fn template_jobs(&mut self) -> Vec<Job> {
        let links = self.template_links();
        let named: BTreeSet<&str> =
            self.request.candidates.iter().filter(|c| c.named).map(|c| c.path.as_str()).collect();
        let deployed = self.deployed_templates();
        let roots = roots(&links);
        let own = roots.iter().filter(|path| !self.is_twin(path) && !deployed.contains(*path)).cloned().collect();
        self.given = self.match_parameter_files(&own, &links);
        let mut jobs = Vec::new();
        let called: BTreeSet<&String> = links.values().flatten().collect();
        let twins = self.twins.iter().filter(|path| !called.contains(path) && !deployed.contains(*path));
        self.diagnostics.extend(twins.map(|path| compiled(path)));
        for path in roots {
            if !named.contains(path.as_str()) && deployed.contains(&path) && !self.given.contains_key(&path) {
                continue;
            }
            if !named.contains(path.as_str()) && self.is_twin(&path) {
                self.diagnostics.push(compiled(&path));
                continue;
            }
            self.statistics.roots += 1;
            self.roots.insert(path.clone());
            let is_needed = !self.unparsed.contains_key(&path);
            if self.evaluates_all() || is_needed && self.closure_of(&path).leads_to_finding(self.holds_back()) {
                jobs.extend(self.template_jobs_of(&path));
            } else {
                self.statistics.skipped_roots += 1;
                self.hold(&path);
                self.passed.insert(path);
            }
        }
        self.spec_jobs(&mut jobs);
        jobs
    }

    /// The template files that a Terraform configuration of the run deploys: they are checked as part of it.
    fn deployed_templates(&self) -> BTreeSet<String> {
        let cache = self.cache();
        let of = |dir: &String| cmklint_terraform::templates(dir, self.sources, cache);
        self.folders.iter().flat_map(of).collect()
    }

    /// Whether the JSON at `path` was compiled from the Bicep file beside it.
    pub(super) fn is_twin(&self, path: &str) -> bool {
        if self.twins.contains(path) {
            return true;
        }
        let Some(stem) = path.strip_suffix(".json") else { return false };
        self.templates.contains(&format!("{stem}.bicep")) && self.store.with(path, |p| p.compiled).unwrap_or(false)
    }
}

fn compiled(path: &str) -> Diagnostic {
    let message = "compiled from the Bicep file beside it, which is read instead";
    Diagnostic::new(Severity::Note, "compiled", message).about(path)
}

/// The job of the Terragrunt unit at `path`.
fn job_of_unit(path: &str) -> Job {
    let key = DeploymentKey::of(Root::new(RootKind::TerragruntUnit, path));
    Job { key, environment: Environment::new(parent(path), ""), kind: JobKind::Terragrunt }
}

/// The nodes that no other node reaches; of a cycle that nothing else reaches, the first node.
fn roots(links: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let called: BTreeSet<&String> = links.iter().flat_map(|(from, to)| to.iter().filter(move |t| *t != from)).collect();
    let mut roots: Vec<String> = Vec::new();
    let mut reached: BTreeSet<&String> = BTreeSet::new();
    let free = links.keys().filter(|k| !called.contains(k));
    for root in free.chain(links.keys()) {
        if reached.contains(root) {
            continue;
        }
        roots.push(root.clone());
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if reached.insert(at) {
                open.extend(links.get_key_value(at).into_iter().flat_map(|(_, to)| to));
            }
        }
    }
    roots.sort();
    roots
}

/// The stage that the name of a `.bicepparam` says, which is a root where it names a module of a registry.
fn own_stage(path: &str) -> String {
    let folder = parent(path);
    let stage = environment_of(path, &join(folder, "main.bicep"));
    if path.to_ascii_lowercase().ends_with(".bicepparam") && cmklint_graph::is_stage(&stage) {
        stage
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_that_some_root_calls_is_no_root_and_a_cycle_has_one() {
        let links = [
            ("a", vec!["m"]),
            ("b", vec!["m"]),
            ("m", vec![]),
            ("x", vec!["y"]),
            ("y", vec!["x"]),
            ("self", vec!["self"]),
        ];
        let links = links
            .into_iter()
            .map(|(from, to)| (from.to_owned(), to.into_iter().map(str::to_owned).collect()))
            .collect();
        assert_eq!(roots(&links), ["a", "b", "self", "x"]);
    }
}
