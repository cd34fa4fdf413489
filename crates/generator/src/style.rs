//! How an estate is written. Each choice is drawn from the style's seed and its purpose, so that removing a resource changes no other choice.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use fastrand::Rng;

/// A language that roots are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Terraform, by azurerm and azapi.
    Terraform,
    /// Bicep.
    Bicep,
    /// ARM JSON, its resources a list.
    Arm,
    /// ARM JSON of language version 2.0, its resources by symbolic name.
    Symbolic,
}

impl Language {
    /// All languages.
    pub const ALL: [Self; 4] = [Self::Terraform, Self::Bicep, Self::Arm, Self::Symbolic];
}

/// Something that a style does or doesn't.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// Values come from variables and parameters.
    Inputs,
    /// Their values are in `.tfvars` and parameter files, with other defaults.
    Files,
    /// Values pass through functions.
    Functions,
    /// Values pass through locals, lists and maps.
    Lookups,
    /// Resources that are alike are written as a loop.
    Loops,
    /// Some resources have a condition.
    Conditions,
    /// Names and regions in other upper and lower case, regions with whitespace.
    Case,
    /// Resources of other roots by data source, `existing`, `resourceId`; else by whole id.
    Lookup,
    /// Each root in a module that it calls.
    Modules,
    /// One root for all, which deploys each resource group by a module.
    Joined,
    /// Declarations in another order.
    Shuffled,
    /// Declarations in several files.
    Split,
    /// Whitespace and comments.
    Noise,
    /// Resources that have nothing to do with disks, and a plain disk.
    Unrelated,
    /// azapi instead of azurerm.
    Azapi,
}

impl Habit {
    /// All habits.
    pub const ALL: [Self; 15] = [
        Self::Inputs,
        Self::Files,
        Self::Functions,
        Self::Lookups,
        Self::Loops,
        Self::Conditions,
        Self::Case,
        Self::Lookup,
        Self::Modules,
        Self::Joined,
        Self::Shuffled,
        Self::Split,
        Self::Noise,
        Self::Unrelated,
        Self::Azapi,
    ];
}

/// A way of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// The seed of its choices.
    pub seed: u64,
    /// The language of all roots; `None` where each has its own.
    pub language: Option<Language>,
    /// Its habits.
    pub habits: Vec<Habit>,
}

impl Style {
    /// The style of that seed.
    #[must_use]
    pub fn draw(seed: u64, language: Option<Language>) -> Self {
        let mut rng = Rng::with_seed(seed);
        let habits = Habit::ALL.into_iter().filter(|_| rng.bool()).collect();
        Self { seed, language, habits }
    }

    /// Whether it has `habit`.
    #[must_use]
    pub fn has(&self, habit: Habit) -> bool {
        self.habits.contains(&habit)
    }

    /// A random generator for the purpose `of`.
    #[must_use]
    pub fn rng(&self, of: &str) -> Rng {
        let mut hasher = DefaultHasher::new();
        (self.seed, of).hash(&mut hasher);
        Rng::with_seed(hasher.finish())
    }

    /// Whether it has `habit`, and applies it for the purpose `of`: two of three times.
    #[must_use]
    pub fn does(&self, habit: Habit, of: &str) -> bool {
        self.has(habit) && self.rng(&format!("{habit:?} {of}")).u8(..3) > 0
    }

    /// The language of the root of that cell.
    #[must_use]
    pub fn language_of(&self, cell: usize) -> Language {
        let all = Language::ALL;
        let drawn = || all[self.rng(&format!("language {cell}")).usize(..all.len())];
        // A joined estate is one root.
        self.language
            .unwrap_or_else(|| if self.has(Habit::Joined) { all[self.rng("language").usize(..4)] } else { drawn() })
    }
}
