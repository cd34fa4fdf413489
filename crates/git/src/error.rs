/// Why a revision could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// No repository is at the path or above it.
    #[error("{path}: not in a git repository ({reason})")]
    NotARepository {
        /// The path as it was given.
        path: String,
        /// What git's layout lacks there.
        reason: String,
    },
    /// A pipe or a device is where the repository has a file; it is not opened.
    #[error("{path}: not a plain file, so the git repository is not read")]
    NotAFile {
        /// Where it is.
        path: String,
    },
    /// The repository has no such revision.
    #[error("no revision '{revision}' in the git repository{}", hint(*.shallow))]
    NoSuchRevision {
        /// The revision as it was given.
        revision: String,
        /// Whether the clone is shallow, so that the revision may only not have been fetched.
        shallow: bool,
    },
    /// The revision is a file, not a commit or a tree.
    #[error("'{revision}' names no commit and no tree")]
    NotATree {
        /// The revision as it was given.
        revision: String,
    },
    /// The revision has no such folder.
    #[error("no folder '{folder}' in revision '{revision}'")]
    NoSuchFolder {
        /// The folder, from the repository's root.
        folder: String,
        /// The revision as it was given.
        revision: String,
    },
    /// An object that the revision is made of is missing or broken.
    #[error("revision '{revision}' cannot be read: {reason}{}", hint(*.shallow))]
    Unreadable {
        /// The revision as it was given.
        revision: String,
        /// What is wrong.
        reason: String,
        /// Whether the clone is shallow.
        shallow: bool,
    },
    /// The revision has more files than can be held, or folders nested too deep.
    #[error("revision '{revision}' is too large: {what}")]
    TooLarge {
        /// The revision as it was given.
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
