//! Roots that lead to no finding by themselves, but may have what decides findings of others: a vault or a key that is looked up, a role that is given. They are evaluated
//! after all others, and only where the others ask for something that their text may have.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_graph::{Deployment, DeploymentId, Estate, Kind, TextPart, Value, work};
use cmklint_rules::{ATTENTION, Checked, Finding, SharedFacts};
use rayon::prelude::*;

use super::grams::{Grams, is_made_of};
use super::job::{Evaluated, JobGraph, Taken};
use super::pieces::{HasPieces, PieceSearch, Pieces, Words};
use super::reach::Reach;
use super::reached::Mention;
use super::run::Run;
use super::segments::Segments;

/// The provider of the types that every such root may declare.
const VAULTS: &str = "microsoft.keyvault/";

/// The type of the identities that a grant may name.
const IDENTITIES: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

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

/// More names than this are not held against the texts of what waits: all of it is evaluated.
const MOST_NAMES: usize = 256;

/// What was asked of resources of a type.
struct SoughtType {
    /// The piece that a text which may have the type has; `None` where any text may have it.
    word: Option<usize>,
    names: Vec<SoughtName>,
}

/// A name that was asked for.
struct SoughtName {
    /// It, in lower case.
    name: String,
    words: Words,
    /// The piece that it is as a whole.
    whole: usize,
}

impl SoughtName {
    fn new(name: String, pieces: &mut Pieces) -> Self {
        Self { words: Words::of(std::slice::from_ref(&name), pieces), whole: pieces.add(&name), name }
    }

    /// Whether texts with these pieces and grams may make it. A name of a single word that tells something must stand there as it is.
    fn may_be_in(&self, has: &HasPieces, grams: &Grams) -> bool {
        is_made_of(&self.name, grams) && (self.words.count() > 1 && self.words.stand_in(has) || has.has(self.whole))
    }
}

/// What a grant would name for an identity that seems to get no access.
struct Grantable {
    /// The known parts of the name, in lower case.
    parts: Vec<String>,
    words: Words,
}

impl Grantable {
    /// Whether texts with these pieces and grams may make the name; `None` for the pieces where they are not known.
    fn may_be_in(&self, has: Option<&HasPieces>, grams: &Grams) -> bool {
        match &self.parts[..] {
            [whole] => grams.has_half_of(whole),
            parts => parts.iter().all(|part| is_made_of(part, grams)) && has.is_none_or(|has| self.words.stand_in(has)),
        }
    }
}

/// Names of what decides findings.
#[derive(Default)]
struct Names {
    /// Those that were looked up, by the last word of their type, which is empty for vaults.
    types: BTreeMap<String, BTreeSet<String>>,
    /// What a grant would name: the known parts of each.
    grantable: BTreeSet<Vec<String>>,
}

impl Names {
    fn count(&self) -> usize {
        self.types.values().map(BTreeSet::len).sum::<usize>() + self.grantable.len()
    }

    /// Those that are not `known`, to which they are added.
    fn without(mut self, known: &mut Self) -> Self {
        for (kind, names) in &mut self.types {
            let of_kind = known.types.entry(kind.clone()).or_default();
            names.retain(|name| of_kind.insert(name.clone()));
        }
        self.types.retain(|_, names| !names.is_empty());
        self.grantable.retain(|parts| known.grantable.insert(parts.clone()));
        self
    }
}

/// What decides findings and was not found among what is evaluated.
struct Sought {
    types: Vec<SoughtType>,
    grantable: Vec<Grantable>,
    search: PieceSearch,
    /// What templates have of the pieces, with all that they deploy.
    has: Reach<HasPieces>,
}

impl Sought {
    fn new(types: BTreeMap<String, BTreeSet<String>>, grantable: BTreeSet<Vec<String>>) -> Self {
        let mut pieces = Pieces::default();
        let mut of_types = Vec::new();
        for (word, names) in types {
            let word = (!word.is_empty()).then(|| pieces.add(&word));
            let names = names.into_iter().map(|name| SoughtName::new(name, &mut pieces)).collect();
            of_types.push(SoughtType { word, names });
        }
        let mut of_grants = Vec::new();
        for parts in grantable {
            of_grants.push(Grantable { words: Words::of(&parts, &mut pieces), parts });
        }
        Self { types: of_types, grantable: of_grants, search: pieces.search(), has: Reach::default() }
    }

    fn is_nothing(&self) -> bool {
        self.types.is_empty() && self.grantable.is_empty()
    }
}

impl Run<'_> {
    /// Notes that the root at `path`, which is passed over, may declare a vault or a key.
    pub(super) fn hold(&mut self, path: &str) {
        if self.holds_back() && self.closure_of(path).has_vault {
            self.held.insert(path.to_owned());
        }
    }

    /// The estate of what is evaluated, with that of the inventory.
    pub(super) fn joined(&mut self, deployments: Vec<Deployment>, graph: &JobGraph) -> Estate {
        let estate = self.estate(deployments, graph.meetings());
        let (estate, diagnostics) = self.with_inventory(estate);
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
        let mut known = Names::default();
        for round in 0.. {
            if self.passed.is_empty() {
                break;
            }
            let look = self.look(&estate, &mut known);
            let is_last = look.is_costly || round == MOST_ROUNDS && !look.sought.is_nothing();
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

    /// Runs the rules over `estate`, for what decides their findings and is not in it, but for the names that are `known` from an earlier look, to which it adds.
    fn look(&self, estate: &Estate, known: &mut Names) -> Look {
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
        let names = Names { types, grantable: ungranted(estate, &checked.findings) }.without(known);
        let is_costly = names.count() > MOST_NAMES || work::taken() - before > steps / COSTLY;
        let Names { types, grantable } = if is_costly { Names::default() } else { names };
        Look { sought: Sought::new(types, grantable), checked: is_report.then_some(checked), is_costly }
    }

    /// All roots that wait for being looked up, or give roles.
    fn all_waiting(&self) -> Vec<String> {
        let waits = |root: &&String| self.held.contains(*root) || self.may_grant(root);
        self.passed.par_iter().filter(waits).cloned().collect()
    }

    /// Whether the root at `root` may give a role.
    fn may_grant(&self, root: &str) -> bool {
        if self.templates.contains(root) {
            return self.closure_of(root).may_grant;
        }
        let (_, folders) = self.files_and_folders_of(root);
        folders.iter().any(|dir| self.folder_mentions(dir, Mention::Grant))
    }

    /// The roots passed over that may have what is `sought`.
    fn roots_with(&self, sought: &Sought) -> Vec<String> {
        if sought.is_nothing() {
            return Vec::new();
        }
        self.passed.par_iter().filter(|root| self.may_have(root, sought)).cloned().collect()
    }

    /// Whether the root at `root` may have something that is sought.
    fn may_have(&self, root: &str, sought: &Sought) -> bool {
        let is_held = self.held.contains(root);
        let may_grant = !sought.grantable.is_empty() && self.may_grant(root);
        if !is_held && !may_grant {
            return false;
        }
        let grams = self.grams_of(root);
        let has = self.templates.contains(root).then(|| {
            let own = |path: &str| {
                self.sources.load(path).map_or_else(|_| HasPieces::default(), |file| sought.search.of(file.text()))
            };
            sought.has.of(root, &own, &|path| self.links_of(path))
        });
        let declares = |sought: &SoughtType| match (sought.word, &has) {
            (None, _) => {
                let segments = self.segments_of(root);
                sought.names.iter().any(|sought| segments.may_make(&sought.name))
            }
            (Some(word), Some(has)) => has.has(word) && sought.names.iter().any(|name| name.may_be_in(has, &grams)),
            (Some(_), None) => true,
        };
        is_held && sought.types.iter().any(declares)
            || may_grant && sought.grantable.iter().any(|grantable| grantable.may_be_in(has.as_ref(), &grams))
    }

    /// What stands in the files of `root`, in its inputs and in what it is given by arguments.
    pub(super) fn grams_of(&self, root: &str) -> Grams {
        let mut grams = Grams::default();
        if self.templates.contains(root) {
            grams = self.reached.template_grams.of(root, &|path| self.grams_in(path), &|path| self.links_of(path));
        } else {
            let (files, folders) = self.files_and_folders_of(root);
            files.iter().for_each(|file| grams.add(file.text()));
            folders.iter().for_each(|dir| self.add_grams_of_folder(dir, &mut grams));
        }
        self.input_texts(root, &mut |text| grams.add(text));
        grams
    }

    /// The segments of strings in the template at `root`, in what it deploys, and in its inputs.
    fn segments_of(&self, root: &str) -> Segments {
        let own =
            |path: &str| self.sources.load(path).map_or_else(|_| Segments::default(), |file| Segments::of(file.text()));
        let mut segments = self.reached.segments.of(root, &own, &|path| self.links_of(path));
        self.input_texts(root, &mut |text| segments.add(text));
        segments
    }

    /// Gives `take` the texts of the inputs of `root`: of files, and of arguments.
    fn input_texts(&self, root: &str, take: &mut dyn FnMut(&str)) {
        let inputs: BTreeSet<String> = self.jobs_of(root).iter().flat_map(super::job::Job::input_files).collect();
        inputs.iter().filter_map(|path| self.sources.load(path).ok()).for_each(|file| take(file.text()));
        let options = self.options(root);
        options.variables.iter().chain(&options.environment).for_each(|(_, value)| take(value));
    }

    /// What stands in the file at `path`.
    fn grams_in(&self, path: &str) -> Grams {
        self.sources.load(path).map_or_else(|_| Grams::default(), |file| Grams::of(file.text()))
    }
}

/// The names in `keys`, under which resources were looked up, by the last word of their type, which is empty for vaults: `TYPE/NAME`, or `TYPE/NAME in GROUP`.
fn sought_types(keys: Vec<String>) -> BTreeMap<String, BTreeSet<String>> {
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
    names
}

/// What a grant would name for the identities that by `found` get no access to a vault: the vault, its resource group, and the identities that are declared beside it.
fn ungranted(estate: &Estate, found: &[Finding]) -> BTreeSet<Vec<String>> {
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
    grantable
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
    fn keys_of_look_ups_are_read() {
        let keys = ["microsoft.keyvault/vaults/kv-shop", "microsoft.managedidentity/userassignedidentities/id in rg"];
        let sought = sought_types(keys.iter().map(|key| (*key).to_owned()).collect());
        let names: Vec<_> = sought.into_iter().map(|(word, names)| (word, names.into_iter().next())).collect();
        let named = |word: &str, name: &str| (word.to_owned(), Some(name.to_owned()));
        assert_eq!(names, [named("", "kv-shop"), named("userassignedidentities", "id")]);
    }
}
