//! Several variable files that one command of a script names are one set of inputs, in the command's order.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cmklint_source::parent;
use cmklint_terraform::Instantiation;

use super::lookup::RootLookup;
use super::mentions::{Bindings, Mention};
use super::variable_files::{label_of, lies_below};
use crate::analysis::Run;

/// No more sets of one root are made of commands.
const MAX_SETS: usize = 64;

/// No more files are tried for one argument of a command in one root.
const MAX_FILES: usize = 1_000;

/// A file that a command may name, and what the variables of its path stand for then.
type Named<'f> = (&'f String, Rc<Bindings>);

impl Run<'_> {
    /// The sets of inputs that commands among `mentions` make of several of `files`, by root.
    pub(super) fn sets_of_commands(
        &mut self,
        roots: &RootLookup<'_>,
        files: &BTreeSet<String>,
        mentions: &[Mention],
    ) -> BTreeMap<String, Vec<Instantiation>> {
        let mut commands: BTreeMap<usize, Vec<&Mention>> = BTreeMap::new();
        for mention in mentions {
            commands.entry(mention.command).or_default().push(mention);
        }
        let files: Vec<(&String, Vec<&str>)> = files.iter().map(|path| (path, path.split('/').collect())).collect();
        let mut out: BTreeMap<String, Vec<Instantiation>> = BTreeMap::new();
        let mut variables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for command in commands.into_values().filter(|command| command.len() > 1) {
            for (root, named) in named_by_root(&command, &files, roots) {
                let declared = LazyCell::new(|| {
                    let declared = cmklint_terraform::variables_of(root, self.sources, self.cache());
                    declared.iter().map(|name| name.to_lowercase()).collect::<BTreeSet<String>>()
                });
                let mut fitting: Vec<Vec<&String>> = Vec::new();
                let (choices, is_cut) = combinations(&named, roots);
                if is_cut {
                    self.note_cut_sets(root);
                }
                for chosen in choices {
                    let mut is_declared = |path: &String| match variables.get(path) {
                        Some(names) => names.is_subset(&declared),
                        None => variables.entry(path.clone()).or_insert(self.variables_in(path)).is_subset(&declared),
                    };
                    let own = chosen.iter().any(|path| lies_below(root, path));
                    if own || chosen.iter().all(|path| is_declared(path)) {
                        fitting.push(chosen);
                    }
                }
                for chosen in fitting {
                    for (path, mention) in chosen.iter().zip(&command) {
                        self.named_by_scripts.entry((root.clone(), (*path).clone())).or_insert(mention.span);
                    }
                    let set = Instantiation {
                        label: label(root, &chosen, &command),
                        tfvars: chosen.into_iter().cloned().collect(),
                        values: Vec::new(),
                    };
                    let sets = out.entry(root.clone()).or_default();
                    if sets.iter().any(|other| other.tfvars == set.tfvars) {
                        continue;
                    }
                    if sets.len() < MAX_SETS {
                        sets.push(set);
                    } else {
                        self.note_cut_sets(root);
                    }
                }
            }
        }
        out
    }
}

/// The files that each argument of a command may name, by the root that they are for then.
fn named_by_root<'r, 'f>(
    command: &[&Mention],
    files: &[(&'f String, Vec<&str>)],
    roots: &RootLookup<'r>,
) -> BTreeMap<&'r String, Vec<Vec<Named<'f>>>> {
    let mut out: BTreeMap<&String, Vec<Vec<Named<'f>>>> = BTreeMap::new();
    for (at, mention) in command.iter().enumerate() {
        for (path, names) in files {
            let of = roots.roots(mention, names);
            let Some(bindings) = (!of.is_empty()).then(|| mention.bindings(path)).flatten().map(Rc::new) else {
                continue;
            };
            for root in of {
                let named = out.entry(root).or_insert_with(|| vec![Vec::new(); command.len()]);
                if let Some(files) = named.get_mut(at).filter(|files| files.len() < MAX_FILES) {
                    files.push((path, Rc::clone(&bindings)));
                }
            }
        }
    }
    out
}

/// Each choice of one file for each mention by which a variable stands for one thing; none where a mention names no file of the tree. And whether there are more
/// than are looked at.
fn combinations<'f>(named: &[Vec<Named<'f>>], roots: &RootLookup<'_>) -> (Vec<Vec<&'f String>>, bool) {
    let mut is_cut = false;
    let mut open: Vec<(Vec<&String>, Bindings)> = vec![(Vec::new(), Bindings::new())];
    for files in named {
        let mut next = Vec::new();
        for (chosen, bound) in &open {
            for (path, bindings) in files {
                if next.len() >= MAX_SETS {
                    is_cut = true;
                    break;
                }
                if !roots.pay(1) {
                    break;
                }
                let agree = bindings.iter().all(|(name, text)| bound.get(name).is_none_or(|before| before == text));
                if agree && !chosen.contains(path) && roots.pay(chosen.len() + bound.len()) {
                    let chosen = chosen.iter().copied().chain([*path]).collect();
                    let bound = bound.iter().chain(bindings.iter()).map(|(k, v)| (k.clone(), v.clone()));
                    next.push((chosen, bound.collect()));
                }
            }
        }
        open = next;
    }
    // Where a further argument names no file, nothing was left out.
    (open.iter().map(|(chosen, _)| chosen.clone()).collect(), is_cut && !open.is_empty())
}

/// The name of a set: that of the last of the files that a variable chooses, else of the last one.
fn label(root: &str, chosen: &[&String], command: &[&Mention]) -> String {
    let by_variable = chosen.iter().zip(command).rev().find(|(_, mention)| mention.has_variables());
    let path = by_variable.map(|(path, _)| *path).or_else(|| chosen.last().copied());
    path.map(|path| label_of(root, parent(path), path)).unwrap_or_default()
}
