//! The roots that the paths and directories of scripts lead to, looked up instead of compared one by one.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use cmklint_source::{ancestors, parent};

use super::mentions::Mention;
use super::scripts::WorkingDirectory;

/// What following all mentions of one repository may cost: comparisons of names, and roots and files that are gone through.
const MAX_STEPS: usize = 3_000_000;

/// Of longer directories only so many of the last folders are compared.
const MAX_DEPTH: usize = 32;

/// Roots by a folder above them.
type ByFolder<'r> = HashMap<&'r str, Vec<&'r String>>;

/// The roots of one repository.
pub(super) struct RootLookup<'r> {
    pub(super) all: &'r [String],
    by_path: HashMap<&'r str, &'r String>,
    /// The only root whose last folders are these; `None` where it is one of several.
    by_end: HashMap<&'r str, Option<&'r String>>,
    /// The roots by the folder that is so many above them.
    below: RefCell<BTreeMap<usize, Rc<ByFolder<'r>>>>,
    left: Cell<usize>,
    is_spent: Cell<bool>,
}

impl<'r> RootLookup<'r> {
    pub(super) fn new(all: &'r [String]) -> Self {
        let mut by_end: HashMap<&str, Option<&String>> = HashMap::new();
        for root in all.iter().filter(|root| !root.is_empty()) {
            let starts = root.match_indices('/').map(|(at, _)| at + 1).rev().chain([0]).take(MAX_DEPTH);
            for end in starts.filter_map(|start| root.get(start..)) {
                by_end.entry(end).and_modify(|one| *one = None).or_insert(Some(root));
            }
        }
        Self {
            all,
            by_path: all.iter().map(|root| (root.as_str(), root)).collect(),
            by_end,
            below: RefCell::default(),
            left: Cell::new(MAX_STEPS),
            is_spent: Cell::new(false),
        }
    }

    /// Pays for `steps` before they are taken; false where they must not be.
    pub(super) fn pay(&self, steps: usize) -> bool {
        match self.left.get().checked_sub(steps).filter(|_| !self.is_spent.get()) {
            Some(left) => self.left.set(left),
            None => self.is_spent.set(true),
        }
        !self.is_spent.get()
    }

    /// Whether something was not followed.
    pub(super) fn is_spent(&self) -> bool {
        self.is_spent.get()
    }

    /// Those of the roots from which `mention` leads to the file whose path has these `names`.
    pub(super) fn roots(&self, mention: &Mention, names: &[&str]) -> Vec<&'r String> {
        if !mention.may_name(names) || !self.pay(1) {
            return Vec::new();
        }
        let Some(base) = mention.base(names) else { return Vec::new() };
        let Some(up) = mention.up else { return self.everywhere(mention) };
        let below = self.below(up);
        let near: &[&String] = below.get(base.as_str()).map_or(&[], Vec::as_slice);
        if !self.pay(near.len()) {
            return Vec::new();
        }
        near.iter().copied().filter(|root| mention.is_there(root)).collect()
    }

    /// The roots for a mention of which only the directory tells where it is seen from.
    fn everywhere(&self, mention: &Mention) -> Vec<&'r String> {
        if !mention.has_directory() || !self.pay(self.all.len()) {
            return Vec::new();
        }
        self.all.iter().filter(|root| mention.is_there(root)).collect()
    }

    fn below(&self, up: usize) -> Rc<ByFolder<'r>> {
        let make = || {
            let mut out = ByFolder::new();
            for root in self.all {
                let depth = if root.is_empty() { 0 } else { root.split('/').count() };
                if depth >= up {
                    let folder = (0..up).fold(root.as_str(), |at, _| parent(at));
                    out.entry(folder).or_default().push(root);
                }
            }
            Rc::new(out)
        };
        Rc::clone(self.below.borrow_mut().entry(up).or_insert_with(make))
    }

    /// The one root in which a command of the script at `script` runs.
    pub(super) fn root_in(&self, directory: &WorkingDirectory, script: &str) -> Option<&'r String> {
        let directory = match directory {
            WorkingDirectory::Unknown => return None,
            WorkingDirectory::Stated(directory) => directory,
            WorkingDirectory::OfScript => {
                return ancestors(parent(script)).find_map(|at| self.by_path.get(at).copied());
            }
        };
        if let Some(root) = self.by_path.get(directory.join("/").as_str()) {
            return Some(root);
        }
        let end = directory.get(directory.len().saturating_sub(MAX_DEPTH)..)?.join("/");
        self.by_end.get(end.as_str()).copied().flatten().filter(|root| super::mentions::ends_with(root, directory))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_names_the_one_root_that_ends_with_it() {
        let roots = ["", "a/net", "b/net", "b/net/app", "net2"].map(str::to_owned);
        let lookup = RootLookup::new(&roots);
        let of = |text: &str| {
            let stated = WorkingDirectory::Stated(text.split('/').map(str::to_owned).collect());
            lookup.root_in(&stated, "x/ci.sh").map(String::as_str)
        };
        assert_eq!(of("a/net"), Some("a/net"));
        assert_eq!(of("net"), None, "two roots end so");
        assert_eq!(of("net/app"), Some("b/net/app"));
        assert_eq!(of("app"), Some("b/net/app"));
        assert_eq!(of("et2"), None);
        assert_eq!(lookup.root_in(&WorkingDirectory::Stated(Vec::new()), "x/ci.sh").map(String::as_str), Some(""));
        assert_eq!(
            lookup.root_in(&WorkingDirectory::OfScript, "b/net/scripts/ci.sh").map(String::as_str),
            Some("b/net")
        );
    }

    /// Each mention of a script leads to the same roots as where all roots are gone through.
    #[test]
    fn what_is_looked_up_is_what_a_comparison_of_all_finds() {
        let roots = ["", "infra", "infra/net", "app", "a/b/app", "b-app", "x/infra/net"].map(str::to_owned);
        let mut lines = String::new();
        for directory in ["", "cd infra && ", "cd $X/app; ", "cd a*/b; ", "cd $A/n$B && "] {
            for file in
                ["../vars/prod.tfvars", "prod.tfvars", "$D/prod.tfvars", "../$E/$F.tfvars", "../../../vars/p$G.tfvars"]
            {
                lines.push_str(&format!("{directory}terraform plan -var-file={file}\n{}", "echo\n".repeat(50)));
            }
        }
        let sources = cmklint_source::Sources::new(cmklint_source::MemoryLoader::new([("ci.sh", lines.into_bytes())]));
        let arguments = super::super::mentions::read(&[sources.load("ci.sh").unwrap()]);
        assert_eq!(arguments.files.len(), 25);
        let (lookup, mut leading) = (RootLookup::new(&roots), 0);
        for mention in &arguments.files {
            for path in
                ["vars/prod.tfvars", "infra/prod.tfvars", "infra/vars/prod.tfvars", "a/b/vars/prod.tfvars", "q.tfvars"]
            {
                let names: Vec<&str> = path.split('/').collect();
                let plain = mention.roots(path, &roots);
                leading += plain.len();
                assert_eq!(lookup.roots(mention, &names), plain, "{mention:?} {path}");
            }
        }
        assert!(leading > 30, "{leading}");
    }

    #[test]
    fn steps_that_are_spent_find_nothing_more() {
        let roots = ["infra".to_owned()];
        let lookup = RootLookup::new(&roots);
        assert!(lookup.pay(MAX_STEPS) && !lookup.is_spent());
        assert!(!lookup.pay(1) && lookup.is_spent() && !lookup.pay(0));
    }
}
