//! Several variable files that one command of a script names are one set of inputs, in the command's order.

use std::collections::{BTreeMap, BTreeSet};

use cmklint_source::parent;
use cmklint_terraform::Instantiation;

use super::mentions::{Bindings, Mention};
use super::variable_files::{label_of, lies_below};
use crate::analysis::Run;

/// No more sets of one root are made of commands.
const MAX_SETS: usize = 64;

impl Run<'_> {
    /// The sets of inputs that commands among `mentions` make of several of `files`, by root.
    pub(super) fn sets_of_commands(
        &mut self,
        roots: &[String],
        files: &BTreeSet<String>,
        mentions: &[Mention],
    ) -> BTreeMap<String, Vec<Instantiation>> {
        let mut commands: BTreeMap<usize, Vec<&Mention>> = BTreeMap::new();
        for mention in mentions {
            commands.entry(mention.command).or_default().push(mention);
        }
        let mut out: BTreeMap<String, Vec<Instantiation>> = BTreeMap::new();
        for command in commands.into_values().filter(|command| command.len() > 1) {
            let mut by_root: BTreeMap<&String, Vec<Vec<(&String, Bindings)>>> = BTreeMap::new();
            for (at, mention) in command.iter().enumerate() {
                for path in files {
                    let Some(bindings) = mention.bindings(path) else { continue };
                    for root in mention.roots(path, roots) {
                        let named = by_root.entry(root).or_insert_with(|| vec![Vec::new(); command.len()]);
                        named.get_mut(at).into_iter().for_each(|files| files.push((path, bindings.clone())));
                    }
                }
            }
            for (root, named) in by_root {
                for chosen in combinations(&named) {
                    let own = chosen.iter().any(|path| lies_below(root, path));
                    if !own && !self.all_declared(root, &chosen) {
                        continue;
                    }
                    for (path, mention) in chosen.iter().zip(&command) {
                        self.named_by_scripts.entry((root.clone(), (*path).clone())).or_insert(mention.span);
                    }
                    let set = Instantiation {
                        label: label(root, &chosen, &named),
                        tfvars: chosen.into_iter().cloned().collect(),
                        values: Vec::new(),
                    };
                    let sets = out.entry(root.clone()).or_default();
                    if sets.len() < MAX_SETS && !sets.iter().any(|other| other.tfvars == set.tfvars) {
                        sets.push(set);
                    }
                }
            }
        }
        out
    }

    fn all_declared(&self, root: &str, files: &[&String]) -> bool {
        let declared = cmklint_terraform::variables_of(root, self.sources, self.cache());
        let declared: BTreeSet<String> = declared.iter().map(|name| name.to_lowercase()).collect();
        files.iter().all(|path| self.variables_in(path).is_subset(&declared))
    }
}

/// Each choice of one file for each mention by which a variable stands for one thing; none where a mention names no file of the tree.
fn combinations<'f>(named: &[Vec<(&'f String, Bindings)>]) -> Vec<Vec<&'f String>> {
    let mut open: Vec<(Vec<&String>, Bindings)> = vec![(Vec::new(), Bindings::new())];
    for files in named {
        let mut next = Vec::new();
        for (chosen, bound) in &open {
            for (path, bindings) in files {
                let agree = bindings.iter().all(|(name, text)| bound.get(name).is_none_or(|before| before == text));
                if agree && !chosen.contains(path) && next.len() < MAX_SETS {
                    let chosen = chosen.iter().copied().chain([*path]).collect();
                    next.push((chosen, bound.iter().chain(bindings).map(|(k, v)| (k.clone(), v.clone())).collect()));
                }
            }
        }
        open = next;
    }
    open.into_iter().map(|(chosen, _)| chosen).collect()
}

/// The name of a set: that of the last of the files that a variable chooses, else of the last one.
fn label(root: &str, chosen: &[&String], named: &[Vec<(&String, Bindings)>]) -> String {
    let by_variable = chosen.iter().zip(named).rev().find(|(_, files)| files.iter().any(|(_, b)| !b.is_empty()));
    let path = by_variable.map(|(path, _)| *path).or_else(|| chosen.last().copied());
    path.map(|path| label_of(root, parent(path), path)).unwrap_or_default()
}
