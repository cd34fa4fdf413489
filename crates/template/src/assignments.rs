//! What a `.bicepparam` file gives, with what it takes over from the files that it extends.

use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use crate::ir::Expr;

/// The values of parameters that a file gives, by name. Those of a file that it extends are shared: many files may extend one of many values.
#[derive(Clone, Debug, Default)]
pub struct Assignments {
    own: IndexMap<Arc<str>, Expr>,
    inherited: Arc<Inherited>,
}

/// The values of the file that another extends, with those that it takes over itself.
#[derive(Debug, Default)]
pub struct Inherited {
    values: IndexMap<Arc<str>, Expr>,
    /// Names as they are written, by names in lower case.
    written: FxHashMap<String, Arc<str>>,
    /// What the file takes over itself.
    below: Option<Arc<Self>>,
}

impl Inherited {
    /// The values of a file that takes over those of `below`; of two for one parameter the later one counts.
    #[must_use]
    pub fn new(values: IndexMap<Arc<str>, Expr>, below: Option<Arc<Self>>) -> Self {
        let written = values.keys().map(|name| (name.to_lowercase(), Arc::clone(name))).collect();
        Self { values, written, below }
    }

    /// These values, and what they lie above, the nearest first.
    fn layers(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |layer| layer.below.as_deref())
    }

    /// The value of the parameter `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Expr> {
        self.layers().find_map(|layer| layer.values.get(name))
    }

    /// The name as it is written, and the value, of the parameter with that name in lower case.
    fn find(&self, folded: &str) -> Option<(&Arc<str>, &Expr)> {
        self.layers().find_map(|layer| layer.values.get_key_value(layer.written.get(folded)?))
    }

    /// All names and values, those of the file that lies lowest first.
    fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Expr)> {
        let layers: Vec<&Self> = self.layers().collect();
        let mut all = IndexMap::new();
        for layer in layers.into_iter().rev() {
            all.extend(&layer.values);
        }
        all.into_iter()
    }
}

impl Assignments {
    /// What a file gives itself, and what it takes over.
    #[must_use]
    pub fn new(own: IndexMap<Arc<str>, Expr>, inherited: Arc<Inherited>) -> Self {
        Self { own, inherited }
    }

    /// What the file gives itself.
    #[must_use]
    pub fn own(&self) -> &IndexMap<Arc<str>, Expr> {
        &self.own
    }

    /// The value of the parameter `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Expr> {
        self.own.get(name).or_else(|| self.inherited.get(name))
    }

    /// Whether the parameter with that name in lower case is given a value by a file that this one extends.
    #[must_use]
    pub fn takes_over(&self, folded: &str) -> bool {
        self.inherited.find(folded).is_some()
    }

    /// The names and values, those that are taken over first.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Expr)> {
        let taken_over = self.inherited.iter().filter(|(name, _)| !self.own.contains_key(&***name));
        taken_over.chain(&self.own)
    }

    /// Those of [`Assignments::iter`] that are the file's own, or that one of the parameters `declared` gets.
    pub(crate) fn for_parameters<'a>(
        &'a self,
        declared: impl Iterator<Item = &'a Arc<str>>,
    ) -> impl Iterator<Item = (&'a Arc<str>, &'a Expr)> {
        let taken_over = declared.filter_map(|name| self.inherited.find(&name.to_lowercase()));
        let taken_over = taken_over.filter(|(name, _)| !self.own.contains_key(&***name));
        taken_over.chain(&self.own)
    }

    /// Gives the parameter `name` another value than it has, in any case of letters.
    pub fn give(&mut self, name: &Arc<str>, value: Expr) {
        self.own.retain(|known, _| !known.eq_ignore_ascii_case(name));
        self.own.insert(Arc::clone(name), value);
    }
}

impl FromIterator<(Arc<str>, Expr)> for Assignments {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Expr)>>(values: I) -> Self {
        Self::new(values.into_iter().collect(), Arc::default())
    }
}
