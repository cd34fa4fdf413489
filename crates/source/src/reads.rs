//! What a piece of work read of [`Sources`](crate::Sources), so that it need not be done again while that is the same.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use crate::SourceFile;

/// What was asked for, and what the answer was.
#[derive(Clone, Debug)]
pub(crate) enum Read {
    /// The file at a path, or that there is none.
    File(Option<Arc<SourceFile>>),
    /// The names of the files in a folder.
    Names(Vec<String>),
    /// Whether there is a file.
    IsFile(bool),
    /// Whether there is a folder.
    IsFolder(bool),
    /// The first bytes of a file, by their hash.
    Head(usize, u64),
}

/// What work read, in no particular order, each once.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    reads: Vec<(Arc<str>, Read)>,
    /// It read something that is not kept track of.
    is_unknown: bool,
}

thread_local! {
    /// What is recorded now, the innermost work last.
    static OPEN: RefCell<Vec<Reads>> = const { RefCell::new(Vec::new()) };
}

/// Does `work`, on this thread, and tells what it read. Work around it has read that too.
pub fn recorded<T>(work: impl FnOnce() -> T) -> (T, Reads) {
    OPEN.with_borrow_mut(|open| open.push(Reads::default()));
    let guard = Guard;
    let done = work();
    std::mem::forget(guard);
    let mut reads = close();
    let mut seen = std::collections::HashSet::new();
    reads.reads.retain(|(path, read)| seen.insert((Arc::clone(path), std::mem::discriminant(read))));
    repeat(&reads);
    (done, reads)
}

/// Closes what was opened where work panics.
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        close();
    }
}

fn close() -> Reads {
    OPEN.with_borrow_mut(|open| open.pop().unwrap_or_default())
}

/// Says that the work that goes on has read what `reads` tells: its outcome was used.
pub fn repeat(reads: &Reads) {
    OPEN.with_borrow_mut(|open| {
        if let Some(outer) = open.last_mut() {
            outer.reads.extend(reads.reads.iter().cloned());
            outer.is_unknown |= reads.is_unknown;
        }
    });
}

/// Says that the work that goes on rests on more than what it reads of files.
pub fn rests_on_more() {
    OPEN.with_borrow_mut(|open| {
        if let Some(outer) = open.last_mut() {
            outer.is_unknown = true;
        }
    });
}

fn note(path: &str, read: impl FnOnce() -> Read) {
    OPEN.with_borrow_mut(|open| {
        if let Some(outer) = open.last_mut() {
            outer.reads.push((path.into(), read()));
        }
    });
}

pub(crate) fn file(path: &str, found: Option<&Arc<SourceFile>>) {
    note(path, || Read::File(found.cloned()));
}

pub(crate) fn names(path: &str, names: &[String]) {
    note(path, || Read::Names(names.to_vec()));
}

pub(crate) fn is_file(path: &str, is_file: bool) {
    note(path, || Read::IsFile(is_file));
}

pub(crate) fn is_folder(path: &str, is_folder: bool) {
    note(path, || Read::IsFolder(is_folder));
}

pub(crate) fn head(path: &str, most: usize, bytes: Option<&[u8]>) {
    note(path, || Read::Head(most, hash(bytes)));
}

pub(crate) fn hash(bytes: Option<&[u8]>) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

impl Reads {
    /// All that was read; `None` where that is not all that the work rests on.
    pub(crate) fn all(&self) -> Option<&[(Arc<str>, Read)]> {
        (!self.is_unknown).then_some(&self.reads)
    }
}
