//! Finds the one root, of all that may use a file of inputs, that the file is for.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_source::parent;

/// Words in files' names that only say that these are parameters.
const SAID: [&str; 9] =
    ["parameters", "parameter", "params", "param", "json", "jsonc", "bicepparam", "parameterfile", "tfvars"];

/// A root that may take inputs.
pub(super) struct Candidate {
    /// Its file, or one of its folder.
    pub(super) path: String,
    /// The words of its name, and those of its folder's name where its own is a usual one.
    pub(super) names: Vec<Vec<String>>,
    /// The words of a usual name such as `main`, which says nothing about the template.
    pub(super) usual: Option<Vec<String>>,
    /// Its parameters, folded, each with whether it is required.
    pub(super) parameters: Option<BTreeMap<String, bool>>,
    pub(super) compiled: bool,
}

/// The answer for one file of inputs.
pub(super) enum Answer {
    Found(String),
    Nothing,
    Several(Vec<String>),
}

/// The search for the root of one file of inputs.
pub(super) struct InputSearch<'a> {
    /// The names of the inputs in it, folded.
    pub(super) names: &'a BTreeSet<String>,
    /// The roots that declare all of them.
    pub(super) fitting: &'a [&'a Candidate],
    /// The words of its name.
    pub(super) said: Vec<String>,
    /// Whether the names of its inputs may identify the root.
    pub(super) by_parameters: bool,
}

impl InputSearch<'_> {
    /// Looks in the file's own folder and in each above it; there also below. Above `home` only a distinctive name counts.
    pub(super) fn up(&self, folder: &str, home: &str) -> Answer {
        let (mut at, mut inside) = (folder, true);
        loop {
            let below: Vec<&Candidate> = self.fitting.iter().copied().filter(|c| is_below(&c.path, at)).collect();
            let direct: Vec<&Candidate> = below.iter().copied().filter(|c| parent(&c.path) == at).collect();
            for near in [&direct, &below] {
                let found = self.by_name(near, inside);
                if !matches!(found, Answer::Nothing) {
                    return found;
                }
            }
            if inside && self.by_parameters {
                for (near, far) in [(&direct, false), (&below, true)] {
                    let found = self.by_parameters(near, far);
                    if !matches!(found, Answer::Nothing) {
                        return found;
                    }
                }
            }
            if at.is_empty() {
                return Answer::Nothing;
            }
            inside &= at != home;
            at = parent(at);
        }
    }

    /// The one of `near` whose name is part of the file's name: the longest.
    fn by_name(&self, near: &[&Candidate], usual: bool) -> Answer {
        let is_said = |name: &&Vec<String>| !name.is_empty() && self.said.windows(name.len()).any(|at| at == &name[..]);
        let length = |c: &Candidate| {
            let own = c.names.iter().chain(c.usual.as_ref().filter(|_| usual));
            own.filter(is_said).map(Vec::len).max()
        };
        let longest = near.iter().filter_map(|c| length(c)).max();
        let found = near.iter().copied().filter(|c| longest.is_some() && length(c) == longest);
        one(&found.collect::<Vec<_>>())
    }

    /// The only one of `near`. A single parameter, of many required ones, is not enough for a template that is `far`.
    fn by_parameters(&self, near: &[&Candidate], far: bool) -> Answer {
        let all = |c: &&Candidate| {
            let mut needed = c.parameters.iter().flatten().filter(|(_, needed)| **needed);
            self.names.len() > 1 || needed.all(|(name, _)| self.names.contains(name))
        };
        one(&near.iter().copied().filter(|c| !far || all(c)).collect::<Vec<_>>())
    }
}

/// The only one of `found`; of a source and its compiled file, the source.
fn one(found: &[&Candidate]) -> Answer {
    let sources: Vec<&Candidate> = found.iter().copied().filter(|c| !c.compiled).collect();
    match (found, &sources[..]) {
        ([], _) => Answer::Nothing,
        ([only], _) => Answer::Found(only.path.clone()),
        (_, [only]) if found.iter().all(|c| c.usual == only.usual && (c.usual.is_some() || c.names == only.names)) => {
            Answer::Found(only.path.clone())
        }
        _ => Answer::Several(found.iter().map(|c| c.path.clone()).collect()),
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The words of a name, without those that only say that it is for parameters.
pub(super) fn words(name: &str) -> Vec<String> {
    let all = name.split(['.', '-', '_', ' ']).filter(|word| !word.is_empty() && !SAID.contains(word));
    all.map(str::to_owned).collect()
}
