/// A step from a value to one inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathStep<'p> {
    /// To the member of that name, in any case.
    Member(&'p str),
    /// To the item with that index, counted from 0.
    Item(usize),
}

/// The steps of `path` (`properties.activeKey.keyUrl`, `dataDisks[0].lun`). An index that is no number is beyond every list's end.
pub(crate) fn steps(path: &str) -> impl Iterator<Item = PathStep<'_>> {
    path.split(['.', '[']).filter(|part| !part.is_empty()).map(|part| match part.strip_suffix(']') {
        Some(index) => PathStep::Item(index.parse().unwrap_or(usize::MAX)),
        None => PathStep::Member(part),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_items_are_steps() {
        use PathStep::{Item, Member};
        let all = |path| steps(path).collect::<Vec<_>>();
        assert_eq!(all("properties.activeKey.keyUrl"), [Member("properties"), Member("activeKey"), Member("keyUrl")]);
        assert_eq!(all("dataDisks[12].lun"), [Member("dataDisks"), Item(12), Member("lun")]);
        assert_eq!(all("[0][1]"), [Item(0), Item(1)]);
        assert_eq!(all("a[x]"), [Member("a"), Item(usize::MAX)]);
        assert_eq!(all(""), []);
    }
}
