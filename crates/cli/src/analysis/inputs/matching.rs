//! Finds the one root, of all that may use a file of inputs, that the file is for.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use aho_corasick::AhoCorasick;
use cmklint_source::{SourceFile, parent};

/// Words in files' names that only say that these are parameters.
const SAID: [&str; 9] =
    ["parameters", "parameter", "params", "param", "json", "jsonc", "bicepparam", "parameterfile", "tfvars"];

/// A root that may take inputs.
pub(super) struct Candidate {
    /// Its file, or one of its folder.
    pub(super) path: String,
    /// The words of its name, and those of its folder's name where its own is a usual one.
    pub(super) names: Vec<Vec<String>>,
    /// The words of a usual name such as `main`, which says nothing about the template.
    pub(super) usual: Option<Vec<String>>,
    pub(super) parameters: Declared,
    /// The file that declares them, where it is one.
    pub(super) file: Option<Arc<SourceFile>>,
    pub(super) compiled: bool,
}

/// The parameters of a root, folded, each with whether it is required: found when they are first asked for.
pub(super) struct Declared(LazyLock<Option<Parameters>, Box<dyn FnOnce() -> Option<Parameters> + Send>>);

/// Parameters by name, each with whether it is required.
pub(super) type Parameters = BTreeMap<String, bool>;

impl Declared {
    pub(super) fn new(find: impl FnOnce() -> Option<Parameters> + Send + 'static) -> Self {
        Self(LazyLock::new(Box::new(find)))
    }

    /// They; `None` where the root can't be read.
    pub(super) fn get(&self) -> Option<&Parameters> {
        self.0.as_ref()
    }
}

/// Whether a text holds all `count` names of `search`, or may hold them in another way.
fn holds_all(search: &AhoCorasick, count: usize, text: &str) -> bool {
    let mut found = BTreeSet::new();
    text.contains("\\u")
        || search.find_overlapping_iter(text).any(|hit| found.insert(hit.pattern()) && found.len() == count)
}

/// The answer for one file of inputs.
#[derive(Clone)]
pub(super) enum Answer {
    Found(String),
    Nothing,
    Several(Several),
}

/// Roots of which each may be meant.
#[derive(Clone)]
pub(super) struct Several {
    /// The paths of the first ones.
    first: Vec<String>,
    /// How many there are.
    count: usize,
}

impl Several {
    /// The most that are named.
    const NAMED: usize = 5;

    /// Their names, as `name` makes them of the paths.
    pub(super) fn names(&self, name: impl Fn(&str) -> String) -> String {
        let names = self.first.iter().map(|path| name(path)).collect::<Vec<_>>().join(", ");
        match self.count - self.first.len() {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }
}

/// The roots that declare all inputs of a file: one search for all files with inputs of the same names.
pub(super) struct InputSearch<'c> {
    /// The names of the inputs, folded.
    names: BTreeSet<String>,
    fitting: Vec<&'c Candidate>,
    /// Those in each folder, and those in and below it.
    near: RefCell<HashMap<String, Rc<[Near<'c>; 2]>>>,
}

/// A repository, and names of inputs.
type SearchKey = (String, BTreeSet<String>);

/// The searches for roots, by the repository and the names of the inputs: each is made once.
#[derive(Default)]
pub(super) struct Searches<'c>(RefCell<BTreeMap<SearchKey, Rc<InputSearch<'c>>>>);

impl<'c> Searches<'c> {
    /// The search for inputs of these `names`, among `candidates`, which are those of the repository at `home`.
    pub(super) fn of(
        &self,
        home: &str,
        names: BTreeSet<String>,
        candidates: impl Iterator<Item = &'c Candidate>,
    ) -> Rc<InputSearch<'c>> {
        let key = (home.to_owned(), names);
        let known = self.0.borrow().get(&key).map(Rc::clone);
        known.unwrap_or_else(|| {
            let search = Rc::new(InputSearch::new(key.1.clone(), candidates));
            self.0.borrow_mut().insert(key, Rc::clone(&search));
            search
        })
    }
}

/// Roots near a file, by their names.
struct Near<'c> {
    all: Vec<&'c Candidate>,
    by_name: HashMap<&'c [String], Vec<usize>>,
    by_usual: HashMap<&'c [String], Vec<usize>>,
    /// The length of the longest name.
    longest: usize,
    by_parameters: OnceCell<Answer>,
}

/// A file of inputs whose root is searched for.
pub(super) struct InputFile<'f> {
    pub(super) folder: &'f str,
    /// The folder above which only a distinctive name counts.
    pub(super) home: &'f str,
    /// The words of its name.
    pub(super) said: Vec<String>,
    /// Whether the names of its inputs may identify the root.
    pub(super) by_parameters: bool,
}

impl<'c> InputSearch<'c> {
    /// The search among those of `candidates` that declare all `names`.
    pub(super) fn new(names: BTreeSet<String>, candidates: impl Iterator<Item = &'c Candidate>) -> Self {
        let search = AhoCorasick::builder().ascii_case_insensitive(true).build(&names).ok();
        let takes = |c: &&Candidate| {
            // Only of what mentions all of them the parameters are worth a look.
            let holds = |file: &Arc<SourceFile>| search.as_ref().is_none_or(|s| holds_all(s, names.len(), file.text()));
            c.file.as_ref().is_none_or(holds)
                && c.parameters.get().is_some_and(|declared| names.iter().all(|name| declared.contains_key(name)))
        };
        let fitting = if names.is_empty() { Vec::new() } else { candidates.filter(takes).collect() };
        Self { names, fitting, near: RefCell::default() }
    }

    /// Looks in the file's own folder and in each above it; there also below.
    pub(super) fn up(&self, file: &InputFile<'_>) -> Answer {
        let (mut at, mut inside) = (file.folder, true);
        loop {
            let near = self.near(at);
            for near in near.iter() {
                let found = near.by_name(&file.said, inside);
                if !matches!(found, Answer::Nothing) {
                    return found;
                }
            }
            if inside && file.by_parameters {
                for (near, far) in near.iter().zip([false, true]) {
                    let found = near.by_parameters.get_or_init(|| self.by_parameters(&near.all, far));
                    if !matches!(found, Answer::Nothing) {
                        return found.clone();
                    }
                }
            }
            if at.is_empty() {
                return Answer::Nothing;
            }
            inside &= at != file.home;
            at = parent(at);
        }
    }

    fn near(&self, at: &str) -> Rc<[Near<'c>; 2]> {
        if let Some(known) = self.near.borrow().get(at) {
            return Rc::clone(known);
        }
        let below: Vec<&Candidate> = self.fitting.iter().copied().filter(|c| is_below(&c.path, at)).collect();
        let direct: Vec<&Candidate> = below.iter().copied().filter(|c| parent(&c.path) == at).collect();
        let near = Rc::new([Near::new(direct), Near::new(below)]);
        self.near.borrow_mut().insert(at.to_owned(), Rc::clone(&near));
        near
    }

    /// The only one of `near`. A single parameter, of many required ones, is not enough for a template that is `far`.
    fn by_parameters(&self, near: &[&Candidate], far: bool) -> Answer {
        let all = |c: &&Candidate| {
            let mut needed = c.parameters.get().into_iter().flatten().filter(|(_, needed)| **needed);
            self.names.len() > 1 || needed.all(|(name, _)| self.names.contains(name))
        };
        one(&near.iter().copied().filter(|c| !far || all(c)).collect::<Vec<_>>())
    }
}

impl<'c> Near<'c> {
    fn new(all: Vec<&'c Candidate>) -> Self {
        let (mut by_name, mut by_usual) = (HashMap::<_, Vec<usize>>::new(), HashMap::<_, Vec<usize>>::new());
        for (at, candidate) in all.iter().enumerate() {
            for name in &candidate.names {
                by_name.entry(name.as_slice()).or_default().push(at);
            }
            if let Some(usual) = &candidate.usual {
                by_usual.entry(usual.as_slice()).or_default().push(at);
            }
        }
        let longest = by_name.keys().chain(by_usual.keys()).map(|name: &&[String]| name.len()).max().unwrap_or(0);
        Self { all, by_name, by_usual, longest, by_parameters: OnceCell::new() }
    }

    /// The one whose name is part of what is `said`: the longest. `usual` names count only where that is said.
    fn by_name(&self, said: &[String], usual: bool) -> Answer {
        for length in (1..=self.longest.min(said.len())).rev() {
            let mut found: BTreeSet<usize> = BTreeSet::new();
            for part in said.windows(length) {
                found.extend(self.by_name.get(part).into_iter().flatten());
                found.extend(self.by_usual.get(part).filter(|_| usual).into_iter().flatten());
            }
            if !found.is_empty() {
                return one(&found.iter().filter_map(|at| self.all.get(*at).copied()).collect::<Vec<_>>());
            }
        }
        Answer::Nothing
    }
}

/// The only one of `found`; of a source and its compiled file, the source.
fn one(found: &[&Candidate]) -> Answer {
    let sources: Vec<&Candidate> = found.iter().copied().filter(|c| !c.compiled).collect();
    match (found, &sources[..]) {
        ([], _) => Answer::Nothing,
        ([only], _) => Answer::Found(only.path.clone()),
        (_, [only]) if found.iter().all(|c| c.usual == only.usual && (c.usual.is_some() || c.names == only.names)) => {
            Answer::Found(only.path.clone())
        }
        _ => Answer::Several(Several {
            first: found.iter().take(Several::NAMED).map(|c| c.path.clone()).collect(),
            count: found.len(),
        }),
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The words of a name, without those that only say that it is for parameters.
pub(super) fn words(name: &str) -> Vec<String> {
    let all = name.split(['.', '-', '_', ' ']).filter(|word| !word.is_empty() && !SAID.contains(word));
    all.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_roots_that_may_be_meant_the_first_ones_are_named() {
        let candidate = |number: usize| Candidate {
            path: format!("r{number}/main.tf"),
            names: Vec::new(),
            usual: None,
            parameters: Declared::new(|| Some(BTreeMap::from([("x".to_owned(), false)]))),
            file: None,
            compiled: false,
        };
        for (number, said) in [(2, "r0, r1"), (5, "r0, r1, r2, r3, r4"), (900, "r0, r1, r2, r3, r4 and 895 more")] {
            let all: Vec<Candidate> = (0..number).map(candidate).collect();
            let search = InputSearch::new(BTreeSet::from(["x".to_owned()]), all.iter());
            let file = InputFile { folder: "", home: "", said: Vec::new(), by_parameters: true };
            let Answer::Several(several) = search.up(&file) else { panic!("one of {number} was chosen") };
            assert_eq!(several.names(|path| parent(path).to_owned()), said);
        }
    }
}
