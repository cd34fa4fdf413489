//! What all functions have in common: where they are called, and how a call ends.

use std::cell::RefCell;

use cmklint_graph::{Kind, Value};
use cmklint_source::{Sources, Span};
use rustc_hash::FxHashMap;

/// The texts of the files that one evaluation reads, by path: all values of one file share it.
pub(crate) type FileTexts = RefCell<FxHashMap<String, Made>>;

/// The call site of a function.
pub(crate) struct Site<'a> {
    pub(crate) span: Span,
    /// Identifies the call among all calls of the deployment.
    pub(crate) place: &'a str,
    /// The files of the tree.
    pub(crate) sources: &'a Sources,
    /// The root module's folder, to which relative paths are relative.
    pub(crate) root: &'a str,
    /// The files that were read before.
    pub(crate) texts: &'a FileTexts,
}

/// Why a function has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The value is not known.
    Unknown,
    /// Terraform refuses the call.
    Refused(&'static str),
}

/// The result of a function.
pub(crate) type Made = Result<Value, Stop>;

/// The items of the argument at `at`, where all are known.
pub(crate) fn items(args: &[Value], at: usize) -> Option<&[Value]> {
    match &args.get(at)?.kind {
        Kind::Array(array) if array.rest.is_none() => Some(&array.items),
        _ => None,
    }
}
