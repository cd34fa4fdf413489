/// Why a revision could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// No repository is at the path or above it.
    #[error("{path}: not in a git repository ({reason})")]
    NotARepository {
        /// The path, as given.
        path: String,
        /// What is missing there of git's layout.
        reason: String,
    },
    /// A pipe or a device is in place of a file of the repository; it is not opened.
    #[error("{path}: not a plain file, so the git repository is not read")]
    NotAFile {
        /// The place.
        path: String,
    },
    /// The repository names its objects by a hash that is not read.
    #[error(
        "{path}: the git repository names its objects by SHA-256, which is not read; without a base the files themselves are checked all the same"
    )]
    OtherHash {
        /// The path as it was given.
        path: String,
    },
    /// The repository has no such revision.
    #[error("no revision '{revision}' in the git repository{}", hint(*.shallow))]
    NoSuchRevision {
        /// The revision, as given.
        revision: String,
        /// Whether the clone is shallow, so that the revision may exist and not have been fetched.
        shallow: bool,
    },
    /// The revision is a file, not a commit or a tree.
    #[error("'{revision}' names no commit and no tree")]
    NotATree {
        /// The revision, as given.
        revision: String,
    },
    /// The revision has no such folder.
    #[error("no folder '{folder}' in revision '{revision}'")]
    NoSuchFolder {
        /// The folder, relative to the repository's root.
        folder: String,
        /// The revision, as given.
        revision: String,
    },
    /// A revision of files that are in no repository can't be written.
    #[error("{folder}: no repository can be written there: {reason}")]
    NotWritten {
        /// Where it was to be.
        folder: String,
        /// What is wrong.
        reason: String,
    },
    /// An object of the revision is missing or broken.
    #[error("revision '{revision}' cannot be read: {reason}{}", hint(*.shallow))]
    Unreadable {
        /// The revision, as given.
        revision: String,
        /// What is wrong.
        reason: String,
        /// Whether the clone is shallow.
        shallow: bool,
    },
    /// The revision has too many files, or folders that are nested too deeply.
    #[error("revision '{revision}' is too large: {what}")]
    TooLarge {
        /// The revision, as given.
        revision: String,
        /// What there is too much of.
        what: &'static str,
    },
}

fn hint(shallow: bool) -> &'static str {
    if shallow {
        "; the clone is shallow: fetch its history (actions/checkout: `fetch-depth: 0`; else `git fetch --unshallow`, \
         or `git fetch origin BRANCH` for another branch)"
    } else {
        ""
    }
}
