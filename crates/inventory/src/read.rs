//! Reads inventory files: rows are found in the stream on one thread and parsed on all.

use std::io::Read;

use cmklint_source::{Diagnostic, Severity, Sources, Span};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::error::InventoryError;
use crate::input;
use crate::json::beginning;
use crate::row::{self, Kept, Row};
use crate::scan::{At, Batch, ContentError, Limits, Scanner};

/// Rows that one task parses.
const TASK: usize = 512;
/// The most faults of one file that are reported one by one; further ones are counted.
const MAX_FAULTS: usize = 20;

/// What is deployed already: those rows of one or several files that rules use.
#[derive(Debug, Default)]
pub struct Inventory {
    pub(crate) files: Vec<File>,
    pub(crate) rows: Vec<Kept>,
    /// Rows by the hash of their ids.
    pub(crate) by_id: FxHashMap<u64, u32>,
    kept_bytes: usize,
}

/// A file that was read.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) compressed: bool,
    rows: u32,
    faults: Vec<ContentError>,
    /// How many further faults there were.
    further: usize,
    /// Remarks on the file as a whole.
    remarks: Vec<(Severity, String)>,
}

/// Counts of an [`Inventory`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that are kept, each resource counted once.
    pub kept: usize,
    /// Bytes that the kept rows take.
    pub bytes: usize,
}

impl Inventory {
    /// Whether no row is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How much was read and is kept.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            rows: self.files.iter().map(|f| u64::from(f.rows)).sum(),
            kept: self.rows.len(),
            bytes: self.kept_bytes,
        }
    }

    /// Adds the rows of `input`, plain, gzip or Zstandard: a JSON list, an object with such a list as its `data` (as `az graph query` prints) or `value` (as
    /// the REST API
    /// answers), or one row per line; several of these one after another. `path` is shown as the file's path. Errors in single rows are reported by
    /// [`Inventory::diagnostics`]. A resource that an earlier row has already is skipped.
    ///
    /// # Errors
    /// Where the file can't be read or holds no rows.
    pub fn add(&mut self, path: &str, input: impl Read + Send, limits: &Limits) -> Result<(), InventoryError> {
        let name = || path.to_owned();
        let io = |reason: String| InventoryError::Io { name: name(), reason };
        let not = |reason: String| InventoryError::NotAnInventory { name: name(), reason };
        let number = u16::try_from(self.files.len()).map_err(|_| io("too many inventories".to_owned()))?;
        let (plain, compressed) = input::plain(input).map_err(|e| io(e.to_string()))?;
        let mut file = File { path: name(), compressed, rows: 0, faults: Vec::new(), further: 0, remarks: Vec::new() };
        let mut scanner = Scanner::new(plain, *limits);
        let mut batch = scanner.next_batch().map_err(not)?;
        loop {
            let last = batch.last;
            let (parsed, next) = rayon::join(
                || parse(&batch, number),
                || if last { Ok(Batch::default()) } else { scanner.next_batch() },
            );
            let full = self.take(&mut file, parsed, std::mem::take(&mut batch.faults), limits);
            if last || full {
                break;
            }
            batch = next.map_err(|reason| InventoryError::NotAnInventory { name: name(), reason })?;
        }
        file.rows = scanner.rows();
        if file.rows == 0 && file.faults.is_empty() {
            file.remarks.push((Severity::Warning, "the inventory has no rows".to_owned()));
        }
        if scanner.more_pages() {
            let message = "the last page of the inventory says that there are more: not all that is deployed is in it";
            file.remarks.push((Severity::Warning, message.to_owned()));
        }
        self.files.push(file);
        Ok(())
    }

    /// Adds the result of a batch; `true` where nothing more can be added.
    fn take(&mut self, file: &mut File, parsed: Vec<ParsedRows>, scanned: Vec<ContentError>, limits: &Limits) -> bool {
        let mut faults = scanned;
        let mut full = false;
        for ParsedRows { kept, faults: found } in parsed {
            faults.extend(found);
            for (hash, kept) in kept {
                if full {
                    break;
                }
                let Ok(next) = u32::try_from(self.rows.len()) else { return true };
                if let std::collections::hash_map::Entry::Vacant(entry) = self.by_id.entry(hash) {
                    entry.insert(next);
                    self.kept_bytes += kept.size();
                    full = self.kept_bytes > limits.kept_bytes;
                    self.rows.push(kept);
                }
            }
        }
        if full {
            let message = format!(
                "the rows after row {} are left out: what is kept of an inventory is {} bytes at most",
                self.rows.last().map_or(0, |k| k.at.row),
                limits.kept_bytes
            );
            file.remarks.push((Severity::Error, message));
        }
        faults.sort_by_key(|f| (f.at.row, f.at.line, f.column));
        for fault in faults {
            if file.faults.len() < MAX_FAULTS {
                file.faults.push(fault);
            } else {
                file.further += 1;
            }
        }
        full
    }

    /// Errors in single rows and in whole files. The lines that they refer to are added to `sources`.
    #[must_use]
    pub fn diagnostics(&self, sources: &Sources) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for file in &self.files {
            let words: Vec<(u32, String)> = file
                .faults
                .iter()
                .map(|f| (file.line(f.at), format!("{}{}", " ".repeat(indent(f.column)), f.text)))
                .collect();
            let places = Lines::add(sources, &file.path, &words);
            for (fault, span) in file.faults.iter().zip(places) {
                let severity = if fault.lost { Severity::Error } else { Severity::Warning };
                let row = if fault.at.row > 0 { format!("row {}: ", fault.at.row) } else { String::new() };
                out.push(Diagnostic::new(severity, "inventory-row", format!("{row}{}", fault.message)).at(span));
            }
            if file.further > 0 {
                let message = format!("{} further rows have faults", file.further);
                out.push(Diagnostic::new(Severity::Error, "inventory-row", message).about(&file.path));
            }
            for (severity, message) in &file.remarks {
                out.push(Diagnostic::new(*severity, "inventory", message.clone()).about(&file.path));
            }
        }
        out
    }
}

impl File {
    /// The line number by which a row is shown: its own, or in a compressed file its index among the rows.
    pub(crate) fn line(&self, at: At) -> u32 {
        if self.compressed { at.row } else { at.line }
    }
}

/// The indentation of a shown line for a place with `column` bytes before it: as in the file, where that is not far.
pub(crate) fn indent(column: u32) -> usize {
    if column <= 120 { column as usize } else { 0 }
}

/// The lines of an inventory file that spans refer to.
pub(crate) struct Lines;

impl Lines {
    /// Adds `lines` (number and text, the numbers ascending) to `sources`, and returns the place of each, without its indentation. Several with one number
    /// share a line.
    pub(crate) fn add(sources: &Sources, path: &str, lines: &[(u32, String)]) -> Vec<Span> {
        let mut texts: Vec<(u32, String)> = Vec::new();
        let mut ranges = Vec::with_capacity(lines.len());
        let mut start = 0;
        for (number, line) in lines {
            match texts.last_mut() {
                Some((last, text)) if *last == *number => {
                    text.push_str(", ");
                    start += 2;
                    text.push_str(line.trim_start());
                    ranges.push((start, start + line.trim_start().len()));
                    start += line.trim_start().len();
                }
                _ => {
                    start += usize::from(!texts.is_empty());
                    let indent = line.len() - line.trim_start().len();
                    ranges.push((start + indent, start + line.len()));
                    start += line.len();
                    texts.push((*number, line.clone()));
                }
            }
        }
        if lines.is_empty() {
            return Vec::new();
        }
        let file = sources.add_lines(path, texts.iter().map(|(number, text)| (*number, text.as_str())));
        ranges.into_iter().map(|(start, end)| file.span(start, end)).collect()
    }
}

/// The results for some rows, in order.
#[derive(Default)]
struct ParsedRows {
    /// The kept ones, each with the hash of its id.
    kept: Vec<(u64, Kept)>,
    faults: Vec<ContentError>,
}

fn parse(batch: &Batch, file: u16) -> Vec<ParsedRows> {
    let some = |rows: &[(std::ops::Range<usize>, At, u32)]| {
        let mut parsed = ParsedRows::default();
        for (range, at, column) in rows {
            let text = batch.text.get(range.clone()).unwrap_or_default();
            let fault = |message: String, lost: bool| {
                let text = beginning(text);
                ContentError { at: *at, column: *column, message, text, lost }
            };
            let kept = match row::read(text, *at, *column, file) {
                Row::Other => continue,
                Row::Broken(message) => {
                    parsed.faults.push(fault(message, true));
                    continue;
                }
                Row::Odd(kept, message) => {
                    parsed.faults.push(fault(message, false));
                    kept
                }
                Row::Kept(kept) => kept,
            };
            parsed.kept.push((row::hash(kept.id()), kept));
        }
        parsed
    };
    batch.rows.par_chunks(TASK).map(some).collect()
}
