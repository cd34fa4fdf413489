//! Rules of a team's own, in Rego, over the resource graph.
//!
//! A [`RuleSet`] is read from the files of a folder; [`Evaluated`] is what its rules found in an estate, as rules that the engine of `cmklint-rules` runs beside
//! its own. Rules get the estate as JSON ([`input`]) and return the values that are wrong; spans, trails, worlds and fingerprints come from the graph.
//! They come with the analyzed tree, so they are evaluated in a process of their own ([`Host`], [`serve`]), bounded in steps, time, memory and output.

mod evaluate;
mod evaluated;
mod found;
mod heads;
mod input;
mod meta_store;
mod metadata;
mod process;
mod protocol;
mod rule_set;
mod worker;

pub use evaluated::{Evaluated, Host, input};
pub use rule_set::{CustomRule, ENDING, FOLDER, MAX_FILES, RuleFile, RuleSet};
pub use worker::{ARGUMENT, serve};
