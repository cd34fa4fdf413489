//! Finds the rows in a stream of JSON without holding all of it: a list, an object with a list `data` or `value` in it, or rows one after another; several of
//! these may
//! follow one another, as pages do. A broken row ends at the line where it is certainly broken, and reading continues with the next one.

use std::io::Read;

use crate::json::{Item, beginning, members_end, names_next_page, object_end, read_error, string_end, what_is};

/// The size of a batch, in bytes.
const BATCH: usize = 4 << 20;

/// How much of a file is read at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the plain content, which limits what a compressed file can expand to.
    pub bytes: u64,
    /// Bytes of one row.
    pub row_bytes: usize,
    /// Bytes of the kept parts of all rows.
    pub kept_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 8 << 30, row_bytes: 16 << 20, kept_bytes: 1 << 30 }
    }
}

/// A position in the plain content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct At {
    /// The row's number, from 1.
    pub(crate) row: u32,
    /// Its line, from 1.
    pub(crate) line: u32,
}

/// An error in the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContentError {
    pub(crate) at: At,
    /// The bytes from the line's beginning to the position.
    pub(crate) column: u32,
    pub(crate) message: String,
    /// The text there, as far as it is shown.
    pub(crate) text: String,
    /// Whether a row is lost.
    pub(crate) lost: bool,
}

/// Some rows of the file, one after another.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) text: Vec<u8>,
    /// For each row its range in `text`, its position in the file, and how many bytes are before it in its line.
    pub(crate) rows: Vec<(std::ops::Range<usize>, At, u32)>,
    pub(crate) faults: Vec<ContentError>,
    /// Whether this is the last batch.
    pub(crate) last: bool,
}

/// The state of the scan between rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScanState {
    /// Between documents.
    Top,
    /// In a list of rows, which may be a member of an object.
    List { enclosed: bool },
    /// After the list, inside its object.
    After,
}

/// The scan of one file.
pub(crate) struct Scanner<R> {
    input: R,
    limits: Limits,
    buffer: Vec<u8>,
    /// The end of the scanned part of `buffer`.
    at: usize,
    place: ScanState,
    ended: bool,
    read: u64,
    rows: u32,
    /// The line of the byte at `counted`, and where that line begins; a negative beginning is in an earlier buffer.
    line: u32,
    counted: usize,
    line_start: isize,
    documents: u32,
    more_pages: bool,
}

impl<R: Read> Scanner<R> {
    pub(crate) fn new(input: R, limits: Limits) -> Self {
        Self {
            input,
            limits,
            buffer: Vec::new(),
            at: 0,
            place: ScanState::Top,
            ended: false,
            read: 0,
            rows: 0,
            line: 1,
            counted: 0,
            line_start: 0,
            documents: 0,
            more_pages: false,
        }
    }

    /// The number of rows so far.
    pub(crate) fn rows(&self) -> u32 {
        self.rows
    }

    /// Whether the last page refers to a further page.
    pub(crate) fn more_pages(&self) -> bool {
        self.more_pages
    }

    /// The next rows.
    ///
    /// # Errors
    /// A description of the content, where it has no row and is something else.
    pub(crate) fn next_batch(&mut self) -> Result<Batch, String> {
        let mut batch = Batch::default();
        loop {
            self.fill(&mut batch)?;
            self.scan(&mut batch)?;
            if self.ended || !batch.rows.is_empty() {
                break;
            }
            self.pass();
        }
        batch.last = self.ended;
        batch.text = self.pass();
        Ok(batch)
    }

    /// Removes the scanned part from the buffer.
    fn pass(&mut self) -> Vec<u8> {
        self.count_to(self.at);
        let rest = self.buffer.split_off(self.at);
        self.line_start -= isize::try_from(self.at).unwrap_or(isize::MAX);
        (self.at, self.counted) = (0, 0);
        std::mem::replace(&mut self.buffer, rest)
    }

    fn fill(&mut self, batch: &mut Batch) -> Result<(), String> {
        let before = self.buffer.len();
        let wanted = before.max(BATCH) as u64;
        let allowed = self.limits.bytes.saturating_sub(self.read);
        let result = self.input.by_ref().take(wanted.min(allowed)).read_to_end(&mut self.buffer);
        let got = (self.buffer.len() - before) as u64;
        if self.read == 0 && self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        self.read += got;
        match result {
            Err(error) if self.read == 0 || self.rows == 0 && got == 0 => return Err(read_error(&error)),
            Err(error) => {
                self.ended = true;
                batch
                    .faults
                    .push(self.fault(self.buffer.len(), format!("the file breaks off here: {}", read_error(&error))));
            }
            Ok(_) if got < wanted.min(allowed) => self.ended = true,
            Ok(_) if got == allowed => {
                self.ended = true;
                let limit = self.limits.bytes;
                batch.faults.push(self.fault(self.buffer.len(), format!("only the first {limit} bytes are read")));
            }
            Ok(_) => {}
        }
        Ok(())
    }

    fn scan(&mut self, batch: &mut Batch) -> Result<(), String> {
        loop {
            let skipped = self.buffer.get(self.at..).unwrap_or_default().iter();
            self.at += skipped.take_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b',')).count();
            let Some(byte) = self.buffer.get(self.at).copied() else {
                if self.ended && self.place != ScanState::Top {
                    batch.faults.push(self.fault(self.at, "the file ends before its list of rows does".to_owned()));
                    self.place = ScanState::Top;
                }
                if self.ended && self.documents == 0 {
                    return Err("it is empty".to_owned());
                }
                return Ok(());
            };
            let going_on = match (self.place, byte) {
                (ScanState::Top, b'[') => self.enter(1, ScanState::List { enclosed: false }),
                (ScanState::Top, b'{') => match self.envelope()? {
                    Some(Member::List(at)) => self.enter(at - self.at, ScanState::List { enclosed: true }),
                    Some(Member::None) => self.row(batch),
                    None if self.ended || self.too_long() => self.row(batch),
                    None => false,
                },
                (ScanState::Top, _) if self.documents == 0 => {
                    return Err(what_is(self.buffer.get(self.at..).unwrap_or_default()));
                }
                (ScanState::List { enclosed }, b']') => {
                    self.enter(1, if enclosed { ScanState::After } else { ScanState::Top })
                }
                (ScanState::List { .. }, b'{') => self.row(batch),
                // A list is not a row, nor is a scalar. One that is among rows is skipped up to the end of the line.
                (ScanState::Top | ScanState::List { .. }, _) => self.junk(batch),
                (ScanState::After, _) => self.after_list(),
            };
            if !going_on {
                return Ok(());
            }
        }
    }

    fn enter(&mut self, bytes: usize, place: ScanState) -> bool {
        self.at += bytes;
        self.place = place;
        self.documents += 1;
        true
    }

    fn too_long(&self) -> bool {
        self.buffer.len() - self.at > self.limits.row_bytes
    }

    /// Scans a row; `false` where more of it must be read first.
    fn row(&mut self, batch: &mut Batch) -> bool {
        let begin = self.at;
        self.count_to(begin);
        let column = self.column(begin);
        let end = object_end(self.buffer.get(begin..).unwrap_or_default(), column == 0);
        if matches!(end, Item::More) && !self.ended && !self.too_long() {
            return false;
        }
        self.documents += 1;
        self.rows = self.rows.saturating_add(1);
        let at = At { row: self.rows, line: self.line };
        let mut broken = |message: String| {
            let text = beginning(self.buffer.get(begin..).unwrap_or_default());
            batch.faults.push(ContentError { at, column, message, text, lost: true });
        };
        match end {
            Item::End(length) if length <= self.limits.row_bytes => {
                batch.rows.push((begin..begin + length, at, column));
                self.at = begin + length;
            }
            Item::End(_) => {
                broken(format!("the row is longer than {} bytes", self.limits.row_bytes));
                if let Item::End(length) = end {
                    self.at = begin + length;
                }
            }
            Item::Broken(length) => {
                broken("the row is broken off: its line ends inside of it".to_owned());
                self.at = begin + length;
            }
            Item::More if self.ended => {
                broken("the file ends inside of the row".to_owned());
                self.at = self.buffer.len();
                self.place = ScanState::Top;
            }
            Item::More => {
                broken(format!("the row is longer than {} bytes; what follows it is not read", self.limits.row_bytes));
                self.at = self.buffer.len();
                self.place = ScanState::Top;
                self.ended = true;
            }
        }
        true
    }

    /// Skips content that is not a row.
    fn junk(&mut self, batch: &mut Batch) -> bool {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|b| matches!(b, b'\n' | b'{' | b']'));
        let Some(length) = end.or(self.ended.then_some(rest.len())) else {
            // A line that has not ended yet is skipped in pieces.
            self.at = self.buffer.len();
            return false;
        };
        // The rest of a broken row that spans several lines is not reported again.
        if !batch.faults.last().is_some_and(|f| f.lost) {
            let fault = self.fault(self.at, "something else than a row".to_owned());
            batch.faults.push(fault);
        }
        self.at += length.max(1);
        true
    }

    /// Advances to the end of the object whose list has been read.
    fn after_list(&mut self) -> bool {
        let rest = self.buffer.get(self.at..).unwrap_or_default();
        let (length, whole) = match members_end(rest) {
            Item::End(length) => (length, true),
            Item::Broken(length) => (length, true),
            Item::More if self.ended || self.too_long() => (rest.len(), true),
            Item::More => (0, false),
        };
        if whole {
            self.more_pages = names_next_page(rest.get(..length).unwrap_or_default());
            self.at += length;
            self.place = ScanState::Top;
        }
        whole
    }

    /// Searches an object for a list of rows; `None` where more of it must be read first.
    fn envelope(&self) -> Result<Option<Member>, String> {
        let bytes = self.buffer.get(self.at..).unwrap_or_default();
        let mut depth = 0_usize;
        let mut i = 0;
        while let Some(byte) = bytes.get(i) {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(Some(Member::None));
                    }
                }
                b'"' => {
                    let Some(end) = string_end(bytes, i) else { return Ok(None) };
                    let Ok(end) = end else { return Ok(Some(Member::None)) };
                    let name = bytes.get(i + 1..end - 1).unwrap_or_default();
                    i = end;
                    // A row has its id early, and no list with that name.
                    if depth == 1 && matches!(name, b"data" | b"value") {
                        let rest = bytes.get(i..).unwrap_or_default();
                        let mut rest = rest.iter().enumerate().filter(|(_, b)| !b.is_ascii_whitespace() && **b != b':');
                        match rest.next() {
                            Some((n, b'[')) => return Ok(Some(Member::List(self.at + i + n + 1))),
                            Some((_, b'{')) => {
                                return Err(
                                    "the table form of a result; ask for objects (resultFormat objectArray)".to_owned()
                                );
                            }
                            Some(_) => {}
                            None => return Ok(None),
                        }
                    } else if depth == 1 && name == b"id" {
                        return Ok(Some(Member::None));
                    }
                    continue;
                }
                _ => {}
            }
            i += 1;
        }
        Ok(None)
    }

    /// Advances the line count to the byte at `to`.
    fn count_to(&mut self, to: usize) {
        let passed = self.buffer.get(self.counted..to).unwrap_or_default();
        let mut last = None;
        for at in memchr::memchr_iter(b'\n', passed) {
            self.line = self.line.saturating_add(1);
            last = Some(at);
        }
        if let Some(last) = last {
            self.line_start = isize::try_from(self.counted + last + 1).unwrap_or(isize::MAX);
        }
        self.counted = self.counted.max(to);
    }

    fn column(&self, at: usize) -> u32 {
        let column = isize::try_from(at).unwrap_or(isize::MAX) - self.line_start;
        u32::try_from(column).unwrap_or(0)
    }

    fn fault(&mut self, at: usize, message: String) -> ContentError {
        self.count_to(at);
        let text = beginning(self.buffer.get(at..).unwrap_or_default());
        ContentError { at: At { row: self.rows, line: self.line }, column: self.column(at), message, text, lost: true }
    }
}

/// The content of an object at the top.
enum Member {
    /// A list of rows; the position after its bracket.
    List(usize),
    /// No list: the object is a row.
    None,
}
