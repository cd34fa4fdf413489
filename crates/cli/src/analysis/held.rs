//! Roots that lead to no finding by themselves, but may have what decides findings of others: a vault or a key that is looked up, a role that is given. They are evaluated
//! after all others, and only where the others ask for something that their text may have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aho_corasick::AhoCorasick;
use cmklint_graph::{Deployment, DeploymentId, Estate, Kind, TextPart, Value, work};
use cmklint_rules::{ATTENTION, Checked, Finding, SharedFacts};
use cmklint_source::SourceFile;
use rayon::prelude::*;

use super::grams::{Grams, is_made_of};
use super::job::{Evaluated, JobGraph, Taken};
use super::pieces::Words;
use super::reached::Mention;
use super::run::Run;
use crate::template_scan::{Declared, file_may_grant, searcher};

/// The provider of the types that every such root may declare.
const VAULTS: &str = "microsoft.keyvault/";

/// The type of the identities that a grant may name.
const IDENTITIES: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

/// Texts made by a hash function have so many letters and digits in a row: what they are made of does not stand in them.
const HASHED: usize = 13;

/// So often it is asked what else is sought; then everything that waits is evaluated.
const MOST_ROUNDS: usize = 2;

/// Where the rules take more than this part of the steps that they may, they are run once more at most.
const COSTLY: u64 = 8;

/// The result of a look at an estate.
struct Look {
    sought: Sought,
    /// What all rules found, where that is the report if nothing is added.
    checked: Option<Checked>,
    is_costly: bool,
}

/// What was asked of resources of a type: the names, in lower case.
struct SoughtType {
    /// A search for the type in a text; `None` where any text may have it.
    search: Option<AhoCorasick>,
    names: Vec<SoughtName>,
}

/// A name that was asked for.
struct SoughtName {
    /// It, in lower case.
    name: String,
    words: Words,
    /// A search for it as it is.
    whole: Option<AhoCorasick>,
}

impl SoughtName {
    fn new(name: String) -> Self {
        Self { words: Words::of(std::slice::from_ref(&name)), whole: searcher(&[name.as_str()]), name }
    }

    /// Whether `files`, with `grams`, may make it. A name of a single word that tells something must stand there as it is.
    fn may_be_in(&self, files: &[Arc<SourceFile>], grams: &Grams) -> bool {
        let mentions = |search: &AhoCorasick| files.iter().any(|file| search.is_match(file.text()));
        is_made_of(&self.name, grams)
            && (self.words.count() > 1 && self.words.stand_in(files) || self.whole.as_ref().is_none_or(mentions))
    }
}

/// What a grant would name for an identity that seems to get no access.
struct Grantable {
    /// The known parts of the name, in lower case.
    parts: Vec<String>,
    words: Words,
}

impl Grantable {
    fn new(parts: Vec<String>) -> Self {
        Self { words: Words::of(&parts), parts }
    }

    /// Whether `files`, and others where there are some, may make the name; `grams` are those of all.
    fn may_be_in(&self, files: &[Arc<SourceFile>], has_others: bool, grams: &Grams) -> bool {
        match &self.parts[..] {
            [whole] => grams.has_half_of(whole),
            parts => {
                let is_made = parts.iter().all(|part| is_made_of(part, grams));
                is_made && (has_others || self.words.stand_in(files))
            }
        }
    }
}

/// What decides findings and was not found among what is evaluated.
#[derive(Default)]
struct Sought {
    types: Vec<SoughtType>,
    grantable: Vec<Grantable>,
}

impl Run<'_> {
    /// Notes that the root at `path`, which is passed over, may declare a vault or a key.
    pub(super) fn hold(&mut self, path: &str) {
        if self.holds_back() && self.templates_from(path).iter().any(|path| self.may_declare(path, Declared::OrVault)) {
            self.held.insert(path.to_owned());
        }
    }

    /// The estate of what is evaluated, with that of the inventory.
    pub(super) fn joined(&mut self, deployments: Vec<Deployment>, graph: &JobGraph) -> Estate {
        let estate = self.estate(deployments, graph.meetings());
        let Some(inventory) = &self.request.inventory else { return estate };
        let (estate, diagnostics) = inventory.join(estate, self.sources, self.request.inventory_findings());
        self.diagnostics.extend(diagnostics);
        estate
    }

    /// Evaluates those of the roots passed over that may have what decides findings in `estate`, until there is none: the estate with them. Where all rules were run
    /// over it, what they found.
    pub(super) fn with_sought(
        &mut self,
        graph: &mut JobGraph,
        evaluated: &mut BTreeMap<DeploymentId, Evaluated>,
        taken: &mut Taken,
        mut estate: Estate,
    ) -> (Estate, Option<Checked>) {
        for round in 0.. {
            if self.passed.is_empty() {
                break;
            }
            let look = self.look(&estate);
            let is_last = look.is_costly || round == MOST_ROUNDS;
            let roots = if is_last { self.all_waiting() } else { self.roots_with(&look.sought) };
            if roots.is_empty() {
                return (estate, look.checked);
            }
            self.add_sought(&roots, graph, evaluated);
            let of_code = estate.deployments().iter().filter(|deployment| graph.job(deployment.id).is_some());
            let mut deployments: Vec<Deployment> = of_code.cloned().collect();
            for done in evaluated.values_mut() {
                deployments.extend(done.deployment.take());
                taken.take(done, &mut self.diagnostics);
            }
            estate = self.joined(deployments, graph);
            if is_last {
                break;
            }
        }
        (estate, None)
    }

    /// Adds the jobs of the `roots`, which were passed over, and evaluates them.
    fn add_sought(
        &mut self,
        roots: &[String],
        graph: &mut JobGraph,
        evaluated: &mut BTreeMap<DeploymentId, Evaluated>,
    ) {
        let added = self.add_passed(roots, graph);
        self.held.retain(|root| !roots.contains(root));
        self.roots_looked_up.extend(roots.iter().cloned());
        let mut more = self.evaluate_jobs(graph, added);
        self.add_groups(graph, &mut more);
        evaluated.append(&mut more);
    }

    /// Runs the rules over `estate`, for what decides their findings and is not in it.
    fn look(&self, estate: &Estate) -> Look {
        let areas = &self.request.areas;
        let (steps, before) = (self.request.limits.rule_steps(self.bytes_read()), work::taken());
        // What is found is the report, where nothing else is compared with it.
        let is_report = !self.is_compared && self.documents.is_empty() && self.states.is_empty();
        let about_grants = SharedFacts::rules_about_grants();
        let checked = areas.check(self.sources, steps, |settings| match is_report || !self.held.is_empty() {
            true => cmklint_rules::run_with(estate, None, &[], settings),
            false => cmklint_rules::run_some(&about_grants, estate, &[], settings),
        });
        let types = self.look_ups.as_ref().map(|asked| sought_types(asked.keys())).unwrap_or_default();
        Look {
            sought: Sought { types, grantable: ungranted(estate, &checked.findings) },
            checked: is_report.then_some(checked),
            is_costly: work::taken() - before > steps / COSTLY,
        }
    }

    /// All roots that wait for being looked up, or give roles.
    fn all_waiting(&self) -> Vec<String> {
        let waits = |root: &&String| self.held.contains(*root) || self.may_grant(root);
        self.passed.par_iter().filter(waits).cloned().collect()
    }

    /// Whether the root at `root` may give a role.
    fn may_grant(&self, root: &str) -> bool {
        let (files, folders) = self.files_and_folders_of(root);
        files.iter().any(|file| file_may_grant(file, self.sources))
            || folders.iter().any(|dir| self.folder_mentions(dir, Mention::Grant))
    }

    /// The roots passed over that may have what is `sought`.
    fn roots_with(&self, sought: &Sought) -> Vec<String> {
        if sought.types.is_empty() && sought.grantable.is_empty() {
            return Vec::new();
        }
        self.passed.par_iter().filter(|root| self.may_have(root, sought)).cloned().collect()
    }

    /// Whether the root at `root` may have something that is sought.
    fn may_have(&self, root: &str, sought: &Sought) -> bool {
        let (files, folders) = self.files_and_folders_of(root);
        let is_held = self.held.contains(root);
        let may_grant = !sought.grantable.is_empty() && self.may_grant(root);
        if !is_held && !may_grant {
            return false;
        }
        let mut grams = self.grams_of(root, &files);
        folders.iter().for_each(|dir| self.add_grams_of_folder(dir, &mut grams));
        let mentions = |search: &AhoCorasick| files.iter().any(|file| search.is_match(file.text()));
        let declares = |sought: &SoughtType| match &sought.search {
            None => sought.names.iter().any(|sought| may_make(&sought.name, &grams)),
            Some(search) => mentions(search) && sought.names.iter().any(|name| name.may_be_in(&files, &grams)),
        };
        is_held && sought.types.iter().any(declares)
            || may_grant
                && sought.grantable.iter().any(|grantable| grantable.may_be_in(&files, !folders.is_empty(), &grams))
    }

    /// What stands in `files`, those of `root`, in its inputs and in what it is given by arguments.
    pub(super) fn grams_of(&self, root: &str, files: &[Arc<SourceFile>]) -> Grams {
        let mut grams = Grams::default();
        for file in files {
            grams.join_file(file, self.sources);
        }
        let inputs: BTreeSet<String> = self.jobs_of(root).iter().flat_map(super::job::Job::input_files).collect();
        for file in inputs.iter().filter_map(|path| self.sources.load(path).ok()) {
            grams.add(file.text());
        }
        let options = self.options(root);
        options.variables.iter().chain(&options.environment).for_each(|(_, value)| grams.add(value));
        grams
    }
}

/// Whether a text with `grams` may make `name`: by parts, or by a hash function.
fn may_make(name: &str, grams: &Grams) -> bool {
    let mut parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    grams.has_part_of(name) || parts.any(|part| part.len() >= HASHED)
}

/// The types and names of `keys`, under which resources were looked up: `TYPE/NAME`, or `TYPE/NAME in GROUP`.
fn sought_types(keys: Vec<String>) -> Vec<SoughtType> {
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for key in keys {
        let named = key.split_once(" in ").map_or(key.as_str(), |(named, _)| named);
        // Nothing has an empty name.
        if let Some((kind, name)) = named.rsplit_once('/').filter(|(_, name)| !name.is_empty())
            && (ATTENTION.looks_at)(kind)
        {
            let word = if kind.starts_with(VAULTS) { "" } else { kind.rsplit('/').next().unwrap_or_default() };
            names.entry(word.to_owned()).or_default().insert(name.to_owned());
        }
    }
    let sought = |(word, names): (String, BTreeSet<String>)| {
        let search = if word.is_empty() { None } else { searcher(&[word.as_str()]) };
        SoughtType { search, names: names.into_iter().map(SoughtName::new).collect() }
    };
    names.into_iter().map(sought).collect()
}

/// What a grant would name for the identities that by `found` get no access to a vault: the vault, its resource group, and the identities that are declared beside it.
fn ungranted(estate: &Estate, found: &[Finding]) -> Vec<Grantable> {
    let mut grantable: BTreeSet<Vec<String>> = BTreeSet::new();
    for finding in found.iter().filter(|finding| SharedFacts::is_about_grants(finding.rule.id)) {
        let of_root = estate.deployments().iter().filter(|deployment| deployment.key == finding.deployment);
        let takes_part = |address: &str| finding.resources.iter().any(|other| other == address);
        for resource in of_root.flat_map(|deployment| &deployment.resources) {
            let is_vault = resource.kind.folded().starts_with(VAULTS) && takes_part(&resource.address);
            if is_vault || resource.kind.is(IDENTITIES) && resource.presence.is_made() {
                grantable.extend(resource.names.first().map(known_parts));
            }
            if is_vault && resource.scope.resource_group.is_known() {
                grantable.insert(known_parts(&resource.scope.resource_group));
            }
        }
    }
    grantable.into_iter().map(Grantable::new).collect()
}

/// The known parts of a name, in lower case. Of a choice none: either may be meant.
fn known_parts(name: &Value) -> Vec<String> {
    match &name.kind {
        Kind::String(text) => vec![text.to_lowercase()],
        Kind::Template(of) => {
            let texts = of.iter().filter_map(|part| match part {
                TextPart::Text(text) => Some(text.to_lowercase()),
                TextPart::Value(_) => None,
            });
            texts.collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_sought_where_a_text_may_make_it() {
        let grams = Grams::of("param app = 'Shop'\nvar name = 'kv-${replace(app, 'h', '')}'\n");
        assert!(may_make("kv-shop", &grams) && may_make("kv", &grams) && may_make("kv3fzxcvbnmqwer", &grams));
        assert!(!may_make("vault-main", &grams));
    }

    #[test]
    fn keys_of_look_ups_are_read() {
        let keys = ["microsoft.keyvault/vaults/kv-shop", "microsoft.managedidentity/userassignedidentities/id in rg"];
        let sought = sought_types(keys.iter().map(|key| (*key).to_owned()).collect());
        let names: Vec<_> =
            sought.iter().map(|of| (of.search.is_some(), of.names.first().map(|name| name.name.clone()))).collect();
        assert_eq!(names, [(false, Some("kv-shop".to_owned())), (true, Some("id".to_owned()))]);
    }
}
