//! UTF-16 read as UTF-8, in pieces.

use std::io::{self, Read};

/// Code units that are decoded at once.
const UNITS: usize = 32 << 10;

/// Reads UTF-16 as UTF-8. Invalid code units become replacement characters. A byte order mark is left out.
pub(super) struct Utf8<R> {
    input: R,
    /// How two bytes make a code unit.
    unit: fn([u8; 2]) -> u16,
    /// Decoded bytes, and how many of them were read.
    ready: Vec<u8>,
    taken: usize,
    /// The first half of a surrogate pair at the end of the last piece.
    half: Option<u16>,
    is_start: bool,
}

impl<R: Read> Utf8<R> {
    pub(super) fn new(input: R, unit: fn([u8; 2]) -> u16) -> Self {
        Self { input, unit, ready: Vec::new(), taken: 0, half: None, is_start: true }
    }

    /// Decodes the next piece; `ready` is empty after it at the end.
    fn decode(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(2 * UNITS as u64).read_to_end(&mut bytes)?;
        let (pairs, odd) = bytes.as_chunks::<2>();
        let mut units: Vec<u16> =
            self.half.take().into_iter().chain(pairs.iter().map(|pair| (self.unit)(*pair))).collect();
        let is_end = pairs.len() < UNITS;
        if !is_end && units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            self.half = units.pop();
        }
        if std::mem::take(&mut self.is_start) && units.first() == Some(&0xfeff) {
            units.remove(0);
        }
        let mut text = String::from_utf16_lossy(&units);
        if !odd.is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        self.ready = text.into_bytes();
        self.taken = 0;
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.ready.len() {
            self.decode()?;
        }
        let left = self.ready.get(self.taken..).unwrap_or_default();
        let read = left.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..read), left.get(..read)) {
            to.copy_from_slice(from);
        }
        self.taken += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_longer_than_a_piece_is_whole_with_pairs_across_its_end() {
        for start in ["", "x"] {
            let text = format!("{start}{}", "\u{1f600}ü".repeat(UNITS));
            for (mark, unit, bytes) in [
                ([0xff, 0xfe], u16::from_le_bytes as fn([u8; 2]) -> u16, u16::to_le_bytes as fn(u16) -> [u8; 2]),
                ([0xfe, 0xff], u16::from_be_bytes, u16::to_be_bytes),
            ] {
                let input: Vec<u8> = mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect();
                let mut read = String::new();
                Utf8::new(&input[..], unit).read_to_string(&mut read).unwrap();
                assert!(read == text, "{} of {} bytes", read.len(), text.len());
            }
        }
    }

    #[test]
    fn a_broken_end_is_a_replacement_character() {
        let mut read = String::new();
        Utf8::new(&[0xff, 0xfe, b'a', 0, b'b'][..], u16::from_le_bytes).read_to_string(&mut read).unwrap();
        assert_eq!(read, "a\u{fffd}");
    }
}
