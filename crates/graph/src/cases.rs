use crate::world::World;

/// What something is, case by case: each case is a [`World`] and what holds there. The worlds of one value's cases contradict each other, so in any
/// deployment at most one of them is real.
///
/// [`and_then`](Cases::and_then) asks the next question within each case, so that what one case assumes, everything derived from it assumes too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cases<T>(Vec<(World, T)>);

impl<T> Default for Cases<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Cases<T> {
    /// No case at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// `value` in all of `world`.
    #[must_use]
    pub fn one(world: World, value: T) -> Self {
        Self(vec![(world, value)])
    }

    /// Adds a case after the others.
    pub fn push(&mut self, world: World, value: T) {
        self.0.push((world, value));
    }

    /// The same cases, with `f` applied to what holds in each.
    #[must_use]
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Cases<U> {
        self.into_iter().map(|(world, value)| (world, f(value))).collect()
    }

    /// For each case the cases that `f` distinguishes within it.
    #[must_use]
    pub fn and_then<U>(self, mut f: impl FnMut(World, T) -> Cases<U>) -> Cases<U> {
        self.into_iter().flat_map(|(world, value)| f(world, value)).collect()
    }

    /// The cases in which `keep` is true of the value there.
    #[must_use]
    pub fn filter(self, mut keep: impl FnMut(&T) -> bool) -> Self {
        self.into_iter().filter(|(_, value)| keep(value)).collect()
    }

    /// The cases in which `f` returns something, with that.
    #[must_use]
    pub fn filter_map<U>(self, mut f: impl FnMut(T) -> Option<U>) -> Cases<U> {
        self.into_iter().filter_map(|(world, value)| Some((world, f(value)?))).collect()
    }

    /// The cases that agree with `world`, each with the assumptions of `world` added.
    #[must_use]
    pub fn within(self, world: &World) -> Self {
        self.into_iter().filter_map(|(own, value)| Some((world.and(&own)?, value))).collect()
    }

    /// The first `most` cases. What is left out hides findings and makes none.
    #[must_use]
    pub fn at_most(mut self, most: usize) -> Self {
        self.0.truncate(most);
        self
    }

    /// The number of cases.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no case.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The cases in order.
    pub fn iter(&self) -> std::slice::Iter<'_, (World, T)> {
        self.0.iter()
    }

    /// The cases in order, as a slice for patterns.
    #[must_use]
    pub fn as_slice(&self) -> &[(World, T)] {
        &self.0
    }

    /// What holds in the cases, without the worlds.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// The worlds of the cases.
    pub fn worlds(self) -> impl Iterator<Item = World> {
        self.0.into_iter().map(|(world, _)| world)
    }
}

impl<T> FromIterator<(World, T)> for Cases<T> {
    fn from_iter<I: IntoIterator<Item = (World, T)>>(cases: I) -> Self {
        Self(cases.into_iter().collect())
    }
}

impl<T> Extend<(World, T)> for Cases<T> {
    fn extend<I: IntoIterator<Item = (World, T)>>(&mut self, cases: I) {
        self.0.extend(cases);
    }
}

impl<T> IntoIterator for Cases<T> {
    type Item = (World, T);
    type IntoIter = std::vec::IntoIter<(World, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Cases<T> {
    type Item = &'a (World, T);
    type IntoIter = std::slice::Iter<'a, (World, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Comparison;
    use crate::value::{Atom, Symbol};

    fn world(name: &str, holds: bool) -> World {
        World::any().assume(&Atom::truth(Symbol::new(name, name)), holds).unwrap()
    }

    #[test]
    fn a_question_within_a_case_keeps_what_the_case_assumes() {
        let mut sizes = Cases::one(world("a", true), 1);
        sizes.push(world("a", false), 2);
        let names = sizes.and_then(|here, size| {
            let both: Cases<u32> =
                [(world("b", true), size * 10), (world("b", false), size * 100)].into_iter().collect();
            both.within(&here)
        });
        let worlds: Vec<(String, u32)> = names.iter().map(|(world, value)| (world.describe(), *value)).collect();
        let pairs: Vec<(&str, u32)> = worlds.iter().map(|(world, value)| (&**world, *value)).collect();
        assert_eq!(
            pairs,
            [
                ("a is true and b is true", 10),
                ("a is true and b is false", 100),
                ("a is false and b is true", 20),
                ("a is false and b is false", 200)
            ]
        );
    }

    #[test]
    fn a_case_that_contradicts_the_world_is_none() {
        let cases: Cases<u32> = [(world("a", true), 1), (world("a", false), 2)].into_iter().collect();
        assert_eq!(cases.within(&world("a", false)), Cases::one(world("a", false), 2));
    }

    #[test]
    fn only_what_is_certainly_different_differs() {
        let mut compared = Cases::one(world("a", true), Comparison::Equal);
        compared.push(world("b", true), Comparison::Unknown);
        compared.push(world("c", true), Comparison::Different);
        assert_eq!(compared.differ().collect::<Vec<_>>(), [world("c", true)]);
    }
}
