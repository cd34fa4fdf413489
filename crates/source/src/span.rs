/// Identifies a file of one [`Sources`](crate::Sources). It is derived from the path, not from the order in which files are loaded, so that sorting by it
/// gives the same order whatever the number of threads. To show things in order, sort by path.
///
/// One number of 32 bits, whose layout only this type knows: 31 bits of a hash of the path, and one that says whether the file belongs to an
/// older state of the tree. As two fields it would take 8 bytes instead of 4 and a [`Span`] 16 instead of 12, and each expression, value and
/// property holds spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// The bit that is set in the ids of files of an older state.
const OLDER: u32 = 1 << 31;

impl FileId {
    /// The id as a number: the same for the same path in every run.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The id of the file at `path`, in the older or the present state of the tree: ids of the two states are never equal. The hash is FNV-1a; where two
    /// paths share it, [`FileId::next`] finds a free one.
    pub(crate) fn of(path: &str, older: bool) -> Self {
        let hash = path.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Self(hash & !OLDER | if older { OLDER } else { 0 })
    }

    /// The id of the `count`-th text that comes from no loader, in the present state.
    pub(crate) fn of_added(count: usize) -> Self {
        Self(u32::try_from(count).unwrap_or(u32::MAX) & !OLDER)
    }

    /// The next id of the same state.
    pub(crate) fn next(self) -> Self {
        Self(self.0.wrapping_add(1) & !OLDER | self.0 & OLDER)
    }
}

/// A half-open range of UTF-8 byte offsets in one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`; empty where `end` is before `start`.
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX).max(start);
        Self { file, start, end }
    }

    /// The smallest span that holds both; `self` where they are in different files.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}
