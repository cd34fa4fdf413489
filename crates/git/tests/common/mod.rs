//! What the tests ask of a repository: to be opened at a revision.
#![allow(dead_code)] // each test file uses some

use cmklint_git::{GitError, GitLoader};

#[path = "../../../cli/tests/common/repository.rs"]
mod repository;

pub(crate) use repository::Repository;
#[allow(unused_imports)] // each test file uses some
pub(crate) use repository::git_in;

pub(crate) const LIMIT: u64 = 1 << 20;

impl Repository {
    pub(crate) fn open(&self, revision: &str) -> GitLoader {
        GitLoader::open(self.path(), revision, LIMIT).unwrap()
    }

    pub(crate) fn error(&self, revision: &str) -> GitError {
        GitLoader::open(self.path(), revision, LIMIT).unwrap_err()
    }
}
