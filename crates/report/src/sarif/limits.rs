//! What GitHub code scanning accepts in one file ("SARIF support for code scanning", as of 2026-08), and what is kept where a run has more.

use std::io;

use serde::Serialize;

/// A file with more results in a run is rejected.
pub(super) const RESULTS: usize = 25_000;
/// Of more results than this, only so many are shown: then the most serious ones are first.
pub(super) const SHOWN: usize = 5_000;
/// A result may have 1,000 locations, its own among them.
pub(super) const RELATED: usize = 999;
/// A result may have 10,000 thread-flow locations, of which 1,000 are shown.
pub(super) const FLOW_STEPS: usize = 1_000;
/// A file may have 10 MB when it is compressed by gzip. It is not compressed here; our results shrink to a fortieth (measured for
/// 25,000 of them: keys and paths repeat), and a tenth is enough for this many bytes to stay below the limit.
pub(super) const BYTES: usize = 96 * 1024 * 1024;
/// GitHub's limit for the descriptions of a rule, in characters.
pub(super) const DESCRIPTION: usize = 1_024;

/// How many of `results`, from the first on, fit into [`BYTES`].
pub(super) fn fitting<T: Serialize>(results: &[T], bytes: usize) -> usize {
    let mut used = 0;
    for (index, result) in results.iter().enumerate() {
        let mut counter = Counter(0);
        // Writing to a counter does not fail.
        let _ = serde_json::to_writer(&mut counter, result);
        used += counter.0 + 1;
        if used > bytes {
            return index;
        }
    }
    results.len()
}

struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_fit_up_to_the_bytes_given() {
        let results = ["aa", "bb", "cc"];
        assert_eq!(fitting(&results, 15), 3);
        assert_eq!(fitting(&results, 14), 2);
        assert_eq!(fitting(&results, 0), 0);
    }
}
