/// Names a file of one [`Sources`](crate::Sources). It is made of the path, not of the order in which files are loaded, so that whatever is sorted
/// by it comes out the same whatever the number of threads. To show things in order, sort by path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub(crate) u32);

/// The bit of files of an older state.
const OLDER: u32 = 1 << 31;

impl FileId {
    /// The id as a number: the same for the same path in every run.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The FNV-1a hash of `path` in 31 bits; the highest one says whether the file is of an older state of the tree, so that ids of the two never meet.
    pub(crate) fn of(path: &str, older: bool) -> Self {
        let hash = path.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        Self(hash & !OLDER | if older { OLDER } else { 0 })
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
    /// Offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`; a range that is the wrong way round becomes empty.
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
