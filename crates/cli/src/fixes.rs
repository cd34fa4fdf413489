//! Fixes that `--fix` writes and that reports and editors offer. A fix is offered only where the edited text, analyzed again, has neither the finding nor a new one that is as bad.

mod apply;
mod candidate;
mod diff;
mod select;
mod verify;

use std::collections::{BTreeMap, HashSet};

use cmklint_rules::{FindingIdentity, Safety};

pub use apply::write;
pub use candidate::Fix;
pub use diff::unified;
pub use select::{fixes_of, offers};
pub use verify::Verifier;

use crate::codebase::Codebase;
use crate::invocation::Invocation;
use crate::outcome::Outcome;

/// How many rounds of fixes are made: one fix may make another one possible, such as one on the same line.
const ROUNDS: usize = 8;
/// How often the tree is analyzed at most to check fixes.
const LOOKS: usize = 400;

/// A file's text before and after.
#[derive(Clone, Debug)]
pub struct Rewritten {
    /// As it was read.
    pub before: String,
    /// As fixes change it.
    pub after: String,
}

/// The result of fixing.
#[derive(Debug)]
pub struct Fixed {
    /// The files that change, by path below the tree's root.
    pub files: BTreeMap<String, Rewritten>,
    /// The fixes: the rule's id and a description, in the order of the files.
    pub applied: Vec<(&'static str, String)>,
    /// The tree afterwards.
    pub codebase: Codebase,
    /// The findings in it.
    pub outcome: Outcome,
    /// Whether there may be more: not all were tried, since that would take too long.
    pub is_cut: bool,
}

/// Fixes what can be fixed in `codebase`, where `outcome` was found, with fixes that are as safe as `allowed`. No file is written.
///
/// # Errors
/// Where the edited tree can't be analyzed.
pub fn fix(invocation: &Invocation, codebase: Codebase, outcome: Outcome, allowed: Safety) -> anyhow::Result<Fixed> {
    let mut verifier = Verifier::new(invocation, LOOKS);
    let mut fixed = Fixed { files: BTreeMap::new(), applied: Vec::new(), codebase, outcome, is_cut: false };
    let mut refused: HashSet<(FindingIdentity, String)> = HashSet::new();
    for _ in 0..ROUNDS {
        let texts = texts_of(&fixed.files);
        let chosen = select::chosen(&mut verifier, &fixed.codebase, &fixed.outcome, &texts, allowed, &mut refused)?;
        let Some((seen, chosen)) = chosen else { break };
        for (_, fix) in chosen {
            fixed.applied.push((fix.rule, fix.title));
        }
        for (path, after) in seen.texts {
            let unchanged = || fixed.codebase.sources.loaded(&path).map(|file| file.text().to_owned());
            match fixed.files.get_mut(&path) {
                Some(known) => known.after = after,
                None => {
                    let before = unchanged().unwrap_or_default();
                    fixed.files.insert(path, Rewritten { before, after });
                }
            }
        }
        (fixed.codebase, fixed.outcome) = (seen.codebase, seen.outcome);
    }
    fixed.is_cut = verifier.is_cut();
    Ok(fixed)
}

fn texts_of(files: &BTreeMap<String, Rewritten>) -> BTreeMap<String, String> {
    files.iter().map(|(path, rewritten)| (path.clone(), rewritten.after.clone())).collect()
}
