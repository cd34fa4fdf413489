use std::cmp::Ordering;

use cmklint_source::{LoadError, Loader};

use crate::loader::GitLoader;

/// How a file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It did not exist before.
    Added,
    /// It does not exist any more.
    Removed,
    /// Its content, or the target of a link, differs.
    Modified,
}

impl GitLoader {
    /// What changed from this revision to `now`, of the same repository, by path, sorted. A renamed file is one removed and one added. A link is
    /// compared by its target, not by the content there, which is a file of its own: [`GitLoader::change_at`] follows links.
    #[must_use]
    pub fn changed(&self, now: &Self) -> Vec<(String, Change)> {
        let mut out = Vec::new();
        let (mut before, mut after) = (self.entries().peekable(), now.entries().peekable());
        loop {
            let order = match (before.peek(), after.peek()) {
                (Some((a, _)), Some((b, _))) => a.cmp(b),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return out,
            };
            let old = if order == Ordering::Greater { None } else { before.next() };
            let new = if order == Ordering::Less { None } else { after.next() };
            match (old, new) {
                (Some((path, _)), None) => out.push((path.to_owned(), Change::Removed)),
                (None, Some((path, _))) => out.push((path.to_owned(), Change::Added)),
                (Some((path, a)), Some((_, b))) if a.id != b.id || a.kind != b.kind => {
                    out.push((path.to_owned(), Change::Modified));
                }
                _ => {}
            }
        }
    }

    /// How the file at `path`, links followed, differs between this revision and `now`; `None` where it doesn't, or is in neither.
    #[must_use]
    pub fn change_at(&self, now: &Self, path: &str) -> Option<Change> {
        match (self.blob_id(path), now.blob_id(path)) {
            (None, None) => None,
            (None, Some(_)) => Some(Change::Added),
            (Some(_), None) => Some(Change::Removed),
            (Some(a), Some(b)) => (a != b).then_some(Change::Modified),
        }
    }

    /// What changed from this revision to the files `paths` (relative as this loader's are) of `now`, the work tree: sorted by path, without those that
    /// are the same. A path that this revision has and `paths` has not is [`Change::Removed`] where `wanted` says that it would be in `paths`.
    /// What `now` can't read counts as modified. [`GitLoader::change_of`] is the same for one file, for callers that spread the work.
    #[must_use]
    pub fn changed_since<'p>(
        &self,
        now: &dyn Loader,
        paths: impl IntoIterator<Item = &'p str>,
        wanted: impl Fn(&str) -> bool,
    ) -> Vec<(String, Change)> {
        let mut paths: Vec<&str> = paths.into_iter().collect();
        paths.sort_unstable();
        paths.dedup();
        let mut out: Vec<(String, Change)> =
            paths.iter().filter_map(|path| Some(((*path).to_owned(), self.change_of(now, path)?))).collect();
        let removed = self.paths().filter(|path| paths.binary_search(path).is_err() && wanted(path));
        out.extend(removed.map(|path| (path.to_owned(), Change::Removed)));
        out.sort();
        out
    }

    /// How the file at `path` of `now` differs from this revision's; `None` where it doesn't, or is in neither. Links are followed on both sides. Files
    /// of different sizes are not read; line ends count (`core.autocrlf` is ignored).
    #[must_use]
    pub fn change_of(&self, now: &dyn Loader, path: &str) -> Option<Change> {
        let before = match (self.size(path), now.size(path)) {
            (Err(_), Err(LoadError::NotFound | LoadError::OutsideTree)) => return None,
            (Err(LoadError::NotFound), _) => return Some(Change::Added),
            (Ok(_), Err(LoadError::NotFound)) => return Some(Change::Removed),
            (Ok(before), Ok(after)) if before == after => self.bytes(path, self.max_file_size()),
            _ => return Some(Change::Modified),
        };
        // Unpacking a file costs less than hashing one.
        let same = before.is_ok_and(|before| now.read(path).is_ok_and(|after| before == after));
        (!same).then_some(Change::Modified)
    }
}
