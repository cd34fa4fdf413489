use std::path::{Path, PathBuf};

use cmklint_cli::Host;
use cmklint_cli::invocation::Invocation;
use cmklint_source::path_of_disk;
use jiff::civil::Date;

/// How a fleet is analyzed: the same for all its repositories.
#[derive(Clone, Debug)]
pub struct Options {
    /// Only what this edition of the restrictions holds, instead of all editions.
    pub edition: Option<String>,
    /// The only rules to run, by id or name, where there are any.
    pub only: Vec<String>,
    /// The day in UTC, by which ignore comments expire: one for the whole fleet, however long it takes.
    pub today: Date,
    /// A `cmklint` program that evaluates rules of a team's own; without it they are not.
    pub evaluator: Option<PathBuf>,
    /// The threads for each repository or group.
    pub jobs: usize,
    /// Whether a SARIF log is made for each repository.
    pub sarif: bool,
    /// Files with rows of what is deployed already.
    pub inventory: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            edition: None,
            only: Vec::new(),
            today: cmklint_cli::today(),
            evaluator: None,
            jobs: 1,
            sarif: false,
            inventory: Vec::new(),
        }
    }
}

impl Options {
    /// What analyzes `repositories`, folders below `root`.
    ///
    /// # Errors
    /// Where the edition is none.
    pub(crate) fn invocation(&self, root: &Path, repositories: &[&str]) -> anyhow::Result<Invocation> {
        let mut invocation = Invocation::of_folder(root.to_owned(), self.today);
        invocation.files.root = Some(root.to_owned());
        invocation.files.paths = repositories.iter().map(|name| path_of_disk(name)).collect();
        invocation.files.repositories = repositories.iter().map(|name| (*name).to_owned()).collect();
        invocation.lists_shared = true;
        invocation.rules.edition = self.edition.as_deref().map(str::parse).transpose().map_err(anyhow::Error::msg)?;
        invocation.rules.only.clone_from(&self.only);
        invocation.inventory.clone_from(&self.inventory);
        invocation.host = self.evaluator.clone().map_or(Host::Nowhere, Host::Process);
        Ok(invocation)
    }
}
