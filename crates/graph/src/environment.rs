//! Which deployments of an estate may exist side by side, and which are alternatives: dev and prod of one root never meet.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::asked::Asked;
use crate::node::DeploymentId;

/// The environment that a deployment belongs to, and its root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    root: String,
    /// The name of its inputs, folded; empty where they have none.
    name: String,
    /// The kind of environment, where a word of the name or of the root's path is a usual one.
    stage: Option<&'static str>,
}

/// Words that people name environments by, each with what it means.
const STAGES: [(&str, &str); 26] = [
    ("dev", "dev"),
    ("devel", "dev"),
    ("develop", "dev"),
    ("development", "dev"),
    ("test", "test"),
    ("tst", "test"),
    ("testing", "test"),
    ("qa", "qa"),
    ("uat", "uat"),
    ("acc", "uat"),
    ("acceptance", "uat"),
    ("int", "int"),
    ("integration", "int"),
    ("stg", "stage"),
    ("stage", "stage"),
    ("staging", "stage"),
    ("preprod", "preprod"),
    ("nonprod", "nonprod"),
    ("prd", "prod"),
    ("prod", "prod"),
    ("production", "prod"),
    ("live", "prod"),
    ("sandbox", "sandbox"),
    ("sbx", "sandbox"),
    ("demo", "demo"),
    ("dr", "dr"),
];

impl Environment {
    /// The environment `name` (that of a variable or parameter file; empty where there is none) of the root at the path `root`.
    #[must_use]
    pub fn new(root: &str, name: &str) -> Self {
        let name: String = words(name).collect::<Vec<_>>().join("-");
        let of_path = || root.split('/').rev().find_map(stage);
        Self { root: root.to_owned(), stage: stage(&name).or_else(of_path), name }
    }

    /// The root's path.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// Its name, folded; empty where it has none.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether anything tells which environment it is.
    #[must_use]
    pub fn is_stated(&self) -> bool {
        !self.name.is_empty() || self.stage.is_some()
    }

    /// Whether `other` has the same name and stage, whatever its root.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        self.name == other.name && self.stage == other.stage
    }
}

/// The words of a name, folded; a usual word in its usual spelling.
fn words(name: &str) -> impl Iterator<Item = String> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| {
        let word = word.to_lowercase();
        STAGES.iter().find(|(known, _)| *known == word).map_or(word, |(_, stage)| (*stage).to_owned())
    })
}

/// The stage that `name` names; `None` where it has no usual word, or several.
fn stage(name: &str) -> Option<&'static str> {
    let mut found = words(name).filter_map(|word| STAGES.iter().find(|(_, stage)| *stage == word)).map(|(_, s)| *s);
    match (found.next(), found.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Whether `name` is of one environment, by a usual word in it.
#[must_use]
pub fn is_stage(name: &str) -> bool {
    stage(name).is_some()
}

/// How closely the resources of two deployments may refer to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meeting {
    /// They are two environments, or two sets of inputs of one root: alternatives, of which a person deploys one.
    Never,
    /// Only by what is unique: a whole resource id, a vault's name. Nothing else says that they belong together.
    ById,
    /// By names in the same resource group too.
    ByName,
}

/// The environments of all deployments of an estate.
#[derive(Clone, Debug, Default)]
pub struct Environments {
    of: FxHashMap<DeploymentId, Environment>,
    /// The names of each root's environments, without the empty one.
    names: FxHashMap<String, FxHashSet<String>>,
    /// How many deployments each root has.
    count: FxHashMap<String, usize>,
    /// What deployments looked for beyond themselves, where that is to be noted.
    asked: Option<Asked>,
}

impl Environments {
    /// The environments of the given deployments. A deployment without one meets the others by ids.
    #[must_use]
    pub fn new(of: impl IntoIterator<Item = (DeploymentId, Environment)>) -> Self {
        let of: FxHashMap<DeploymentId, Environment> = of.into_iter().collect();
        let mut out = Self::default();
        for environment in of.values() {
            *out.count.entry(environment.root.clone()).or_default() += 1;
            if !environment.name.is_empty() {
                out.names.entry(environment.root.clone()).or_default().insert(environment.name.clone());
            }
        }
        out.of = of;
        out
    }

    /// The same, and what deployments look for beyond themselves is noted in `asked`.
    #[must_use]
    pub fn noting(self, asked: Option<Asked>) -> Self {
        Self { asked, ..self }
    }

    /// Where to note what deployments look for beyond themselves.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        self.asked.as_ref()
    }

    /// The environment of the deployment `id`.
    #[must_use]
    pub fn of(&self, id: DeploymentId) -> Option<&Environment> {
        self.of.get(&id)
    }

    /// How closely the deployments `a` and `b` may refer to each other; a deployment meets itself.
    #[must_use]
    pub fn meet(&self, a: DeploymentId, b: DeploymentId) -> Meeting {
        if a == b {
            return Meeting::ByName;
        }
        match (self.of.get(&a), self.of.get(&b)) {
            (Some(a), Some(b)) => self.compare(a, b),
            _ => Meeting::ById,
        }
    }

    fn compare(&self, a: &Environment, b: &Environment) -> Meeting {
        if a.root == b.root {
            return Meeting::Never;
        }
        if let (Some(x), Some(y)) = (a.stage, b.stage)
            && x != y
        {
            return Meeting::Never;
        }
        let has = |root: &Environment, name: &str| self.names.get(&root.root).is_some_and(|names| names.contains(name));
        let several = |root: &Environment| self.count.get(&root.root).is_some_and(|count| *count > 1);
        let (x, y) = (a.name.as_str(), b.name.as_str());
        if x == y {
            // Without names, one may still be in the folder of an environment, and the other in none.
            return if !x.is_empty() || a.stage == b.stage { Meeting::ByName } else { Meeting::ById };
        }
        // The other root has a deployment that fits this one better.
        if !x.is_empty() && has(b, x) || !y.is_empty() && has(a, y) {
            return Meeting::Never;
        }
        let same_stage = a.stage.is_some() && a.stage == b.stage;
        let only = !several(a) && !several(b);
        if (x.is_empty() || y.is_empty()) && (same_stage || only) { Meeting::ByName } else { Meeting::ById }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How the first two of the (root, environment) pairs meet, with the others present; it is the same both ways.
    fn meet(all: &[(&str, &str)]) -> Meeting {
        let of = (0..).zip(all).map(|(i, (root, name))| (DeploymentId(i), Environment::new(root, name)));
        let environments = Environments::new(of);
        let there = environments.meet(DeploymentId(0), DeploymentId(1));
        assert_eq!(environments.meet(DeploymentId(1), DeploymentId(0)), there, "{all:?}");
        there
    }

    #[test]
    fn two_sets_of_inputs_of_one_root_never_meet() {
        assert_eq!(meet(&[("a", "dev"), ("a", "prod")]), Meeting::Never);
        assert_eq!(meet(&[("a", ""), ("a", "west")]), Meeting::Never);
    }

    #[test]
    fn environments_of_one_name_meet_and_others_do_not() {
        assert_eq!(meet(&[("a", "prod"), ("b", "prod")]), Meeting::ByName);
        assert_eq!(meet(&[("a", "prod"), ("b", "Production")]), Meeting::ByName);
        assert_eq!(meet(&[("a", "prod"), ("b", "dev")]), Meeting::Never);
        assert_eq!(meet(&[("a", "prod-weu"), ("b", "prod-neu"), ("b", "prod-weu")]), Meeting::Never);
        assert_eq!(meet(&[("a", "hub"), ("b", "spoke")]), Meeting::ById);
    }

    #[test]
    fn a_root_without_environments_goes_with_each_by_ids_alone() {
        assert_eq!(meet(&[("a", ""), ("b", "")]), Meeting::ByName);
        assert_eq!(meet(&[("a", ""), ("b", "prod")]), Meeting::ByName);
        assert_eq!(meet(&[("a", ""), ("b", "prod"), ("b", "dev")]), Meeting::ById);
        // It has environments after all: its own `prod` fits the other's.
        assert_eq!(meet(&[("a", ""), ("b", "prod"), ("a", "prod")]), Meeting::Never);
    }

    #[test]
    fn the_folder_of_a_root_may_tell_its_environment() {
        assert_eq!(meet(&[("live/prod/net", ""), ("live/dev/app", "")]), Meeting::Never);
        assert_eq!(meet(&[("envs/prod/net", ""), ("envs/prod/app", "")]), Meeting::ByName);
        assert_eq!(meet(&[("shared", ""), ("envs/prod/app", "")]), Meeting::ById);
        assert_eq!(meet(&[("net", "prod"), ("envs/production/app", ""), ("net", "dev")]), Meeting::ByName);
    }
}
