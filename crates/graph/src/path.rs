//! Paths of properties, and the one place that reads their text.

use std::fmt;
use std::sync::Arc;

/// The path of a resource group's name in a resource's scope.
pub(crate) const RESOURCE_GROUP: &str = "resourceGroup";

/// A step from a value to one inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStep<'p> {
    /// To the member of that name, in any case.
    Member(&'p str),
    /// To the item with that index, counted from 0.
    Item(usize),
}

impl PathStep<'_> {
    /// Whether both lead to the same member or item.
    #[must_use]
    pub fn is(self, other: PathStep<'_>) -> bool {
        match (self, other) {
            (Self::Member(a), PathStep::Member(b)) => a.eq_ignore_ascii_case(b),
            (Self::Item(a), PathStep::Item(b)) => a == b,
            _ => false,
        }
    }
}

/// What names a property of a resource: a [`PropertyPath`], or text that is read as one.
///
/// In text, `.` is between names, `[0]` is an item, and `['a.b']` is a name that holds one of these characters.
pub trait AsPath {
    /// The steps to the property.
    fn steps(&self) -> impl Iterator<Item = PathStep<'_>>;

    /// Whether it is the same path as `other`, names in any case.
    fn is(&self, other: &(impl AsPath + ?Sized)) -> bool {
        let mut others = other.steps();
        self.steps().all(|step| others.next().is_some_and(|other| step.is(other))) && others.next().is_none()
    }
}

impl AsPath for str {
    fn steps(&self) -> impl Iterator<Item = PathStep<'_>> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let (step, after) = first_step(rest.trim_start_matches('.'))?;
            rest = after;
            Some(step)
        })
    }
}

impl AsPath for String {
    fn steps(&self) -> impl Iterator<Item = PathStep<'_>> {
        self.as_str().steps()
    }
}

impl<P: AsPath + ?Sized> AsPath for &P {
    fn steps(&self) -> impl Iterator<Item = PathStep<'_>> {
        (**self).steps()
    }
}

/// The step that `text` begins with, and what follows. An index that is no number is beyond every list's end.
fn first_step(text: &str) -> Option<(PathStep<'_>, &str)> {
    let Some(bracket) = text.strip_prefix('[') else {
        let end = text.bytes().position(|byte| matches!(byte, b'.' | b'[')).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        return (!name.is_empty()).then_some((PathStep::Member(name), rest));
    };
    if let Some((name, rest)) = bracket.strip_prefix('\'').and_then(|quoted| quoted.split_once("']")) {
        return Some((PathStep::Member(name), rest));
    }
    let (index, rest) = bracket.split_once(']').unwrap_or((bracket, ""));
    Some((PathStep::Item(index.parse().unwrap_or(usize::MAX)), rest))
}

/// The path of a property of a resource, parsed: `properties.activeKey.keyUrl`, `properties.storageProfile.dataDisks[0].lun`. The empty path is the whole resource.
#[derive(Clone, Debug, Default)]
pub struct PropertyPath(Arc<[OwnedStep]>);

#[derive(Clone, Debug)]
enum OwnedStep {
    Member(Arc<str>),
    Item(usize),
}

impl PropertyPath {
    /// Whether it is the empty path, that of the whole resource.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The path of the member `name` of what is at this path. The name is one step, whatever it holds.
    #[must_use]
    pub fn member(&self, name: &str) -> Self {
        self.with(OwnedStep::Member(name.into()))
    }

    /// The path of the item `index` of what is at this path.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.with(OwnedStep::Item(index))
    }

    fn with(&self, step: OwnedStep) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    /// The name that the path ends with; `None` where it ends with an item or is empty.
    #[must_use]
    pub fn last_name(&self) -> Option<&str> {
        match self.0.last()? {
            OwnedStep::Member(name) => Some(name),
            OwnedStep::Item(_) => None,
        }
    }

    /// The names on the path, without items.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|step| match step {
            OwnedStep::Member(name) => Some(&**name),
            OwnedStep::Item(_) => None,
        })
    }

    /// The path without its last step; `None` for the empty path.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.split_last().map(|(_, before)| Self(before.into()))
    }
}

impl AsPath for PropertyPath {
    fn steps(&self) -> impl Iterator<Item = PathStep<'_>> {
        self.0.iter().map(|step| match step {
            OwnedStep::Member(name) => PathStep::Member(name),
            OwnedStep::Item(index) => PathStep::Item(*index),
        })
    }
}

impl<'p> FromIterator<PathStep<'p>> for PropertyPath {
    fn from_iter<I: IntoIterator<Item = PathStep<'p>>>(steps: I) -> Self {
        let owned = |step| match step {
            PathStep::Member(name) => OwnedStep::Member(name.into()),
            PathStep::Item(index) => OwnedStep::Item(index),
        };
        Self(steps.into_iter().map(owned).collect())
    }
}

impl From<&str> for PropertyPath {
    fn from(text: &str) -> Self {
        text.steps().collect()
    }
}

impl From<String> for PropertyPath {
    fn from(text: String) -> Self {
        text.steps().collect()
    }
}

impl fmt::Display for PropertyPath {
    /// Text that is read as the same path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                OwnedStep::Item(index) => write!(f, "[{index}]")?,
                OwnedStep::Member(name) if name.is_empty() || name.contains(['.', '[', ']']) => {
                    write!(f, "['{name}']")?
                }
                OwnedStep::Member(name) if at == 0 => f.write_str(name)?,
                OwnedStep::Member(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PathStep::{Item, Member};

    fn all(path: &str) -> Vec<PathStep<'_>> {
        path.steps().collect()
    }

    #[test]
    fn members_and_items_are_steps() {
        assert_eq!(all("properties.activeKey.keyUrl"), [Member("properties"), Member("activeKey"), Member("keyUrl")]);
        assert_eq!(all("dataDisks[12].lun"), [Member("dataDisks"), Item(12), Member("lun")]);
        assert_eq!(all("[0][1]"), [Item(0), Item(1)]);
        assert_eq!(all("a[x]"), [Member("a"), Item(usize::MAX)]);
        assert_eq!(all(""), []);
    }

    #[test]
    fn a_name_with_a_dot_is_one_step() {
        let path = PropertyPath::from("tags").member("a.b[0]").member("c");
        assert_eq!(path.to_string(), "tags['a.b[0]'].c");
        assert_eq!(all("tags['a.b[0]'].c"), [Member("tags"), Member("a.b[0]"), Member("c")]);
        assert!(path.is("TAGS['a.b[0]'].c"));
        assert!(!path.is("tags.a.b[0].c"));
    }

    #[test]
    fn a_path_reads_as_it_is_written() {
        for text in ["id", "properties.dataDisks[2].name", "['a.b']", "x['']", "[1]"] {
            assert_eq!(PropertyPath::from(text).to_string(), text);
        }
        assert_eq!(PropertyPath::from("a.b[1]").parent().unwrap().to_string(), "a.b");
        assert_eq!(PropertyPath::from("a.b").last_name(), Some("b"));
        assert_eq!(PropertyPath::from("a[1]").last_name(), None);
        assert!(PropertyPath::from("").is_empty() && PropertyPath::from("").parent().is_none());
    }
}
