//! What is found in a folder of Terraform files, or in a module that it reaches: each folder is looked at once, however many roots reach it.

use std::sync::PoisonError;

use cmklint_source::SourceFile;

use super::grams::Grams;
use super::reach::Found;
use super::reached::Mention;
use super::run::{Run, join};

impl Run<'_> {
    /// Whether a file of the root module at `dir`, or of a module that it reaches, mentions `what`.
    pub(super) fn folder_mentions(&self, dir: &str, what: Mention) -> bool {
        let key = (what, dir.to_owned());
        if let Some(known) = self.reached.roots.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return *known;
        }
        let reach = match what {
            Mention::Relevant => &self.reached.relevant,
            Mention::State => &self.reached.state,
            Mention::Group => &self.reached.group,
            Mention::Grant => &self.reached.grant,
        };
        let mentions = |dir: &str| {
            let own = |dir: &str| self.files_of_folder(dir).any(|file| what.is_in(&file, self.sources));
            reach.of(dir, &own, &|dir| self.called_by(dir))
        };
        let found = mentions(dir) || cmklint_terraform::installed(dir, self.sources).iter().any(|dir| mentions(dir));
        self.reached.roots.lock().unwrap_or_else(PoisonError::into_inner).insert(key, found);
        found
    }

    /// Adds what stands in the files of the root module at `dir`, and of the modules that it reaches, to `grams`.
    pub(super) fn add_grams_of_folder(&self, dir: &str, grams: &mut Grams) {
        let own = |dir: &str| {
            let mut grams = Grams::default();
            self.files_of_folder(dir).for_each(|file| grams.add(file.text()));
            grams
        };
        for dir in cmklint_terraform::installed(dir, self.sources).iter().map(String::as_str).chain([dir]) {
            grams.join(&self.reached.grams.of(dir, &own, &|dir| self.called_by(dir)));
        }
    }

    /// The folders of the modules that the folder `dir` calls.
    pub(super) fn called_by(&self, dir: &str) -> Vec<String> {
        match self.called.get(dir) {
            Some(called) => called.clone(),
            None => self.calls(dir),
        }
    }

    /// The configuration files in the folder `dir`, each loaded when it is asked for.
    fn files_of_folder(&self, dir: &str) -> impl Iterator<Item = std::sync::Arc<SourceFile>> {
        let names = self.sources.files_in(dir).into_iter().filter(|name| cmklint_terraform::is_configuration(name));
        names.filter_map(move |name| self.sources.load(&join(dir, &name)).ok())
    }
}
