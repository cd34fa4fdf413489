//! GitHub's `primaryLocationLineHash`, as its upload action computes it (github/codeql-action, `src/fingerprints.ts`).

use std::collections::HashMap;

/// Characters that a line's hash covers.
const WINDOW: usize = 100;
const FACTOR: u64 = 37;
/// The unit after the last character of a file.
const END_OF_FILE: u16 = 0xffff;

/// The hash of each line of a text: of the 100 UTF-16 units from the line's beginning, spaces and tabs skipped, every line
/// end read as a line feed. Lines end with CR, LF or CRLF here, unlike elsewhere.
pub(crate) struct LineHashes {
    /// The hash, and how many lines up to and with this one have it.
    lines: Vec<(u64, u32)>,
}

impl LineHashes {
    pub(crate) fn new(text: &str) -> Self {
        let mut roller = Roller::new();
        let mut after_cr = false;
        for unit in text.encode_utf16() {
            let skipped = unit == 0x20 || unit == 0x09 || (after_cr && unit == 0x0a);
            after_cr = !skipped && unit == 0x0d;
            if !skipped {
                roller.push(if after_cr { 0x0a } else { unit });
            }
        }
        roller.push(END_OF_FILE);
        Self { lines: roller.finish() }
    }

    /// `HASH:N` of `line`, from 1.
    pub(crate) fn of(&self, line: u32) -> Option<String> {
        let (hash, count) = self.lines.get((line as usize).checked_sub(1)?)?;
        Some(format!("{hash:x}:{count}"))
    }
}

struct Roller {
    /// The last units, the oldest at `next`; for each, whether it begins a line.
    window: [(u16, bool); WINDOW],
    next: usize,
    hash: u64,
    /// `FACTOR` to the power of `WINDOW`, to remove the oldest unit.
    oldest: u64,
    at_line_start: bool,
    lines: Vec<(u64, u32)>,
    seen: HashMap<u64, u32>,
}

impl Roller {
    fn new() -> Self {
        Self {
            window: [(0, false); WINDOW],
            next: 0,
            hash: 0,
            oldest: (0..WINDOW).fold(1, |power: u64, _| power.wrapping_mul(FACTOR)),
            at_line_start: true,
            lines: Vec::new(),
            seen: HashMap::new(),
        }
    }

    fn push(&mut self, unit: u16) {
        let begins = self.at_line_start;
        self.at_line_start = unit == 0x0a;
        self.roll(unit, begins);
    }

    fn roll(&mut self, unit: u16, begins: bool) {
        let Some(slot) = self.window.get_mut(self.next) else { return };
        let (leaving, began) = std::mem::replace(slot, (unit, begins));
        if began {
            // The window contains exactly the line's first units: this is its hash.
            let count = self.seen.entry(self.hash).or_insert(0);
            *count += 1;
            self.lines.push((self.hash, *count));
        }
        let without = self.oldest.wrapping_mul(u64::from(leaving));
        self.hash = self.hash.wrapping_mul(FACTOR).wrapping_add(u64::from(unit)).wrapping_sub(without);
        self.next = (self.next + 1) % WINDOW;
    }

    fn finish(mut self) -> Vec<(u64, u32)> {
        for _ in 0..WINDOW {
            self.roll(0, false);
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        let hashes = LineHashes::new(text);
        (1..).map_while(|line| hashes.of(line)).collect()
    }

    /// The same by the definition: each line's units with the following ones, padded with zeros, as a sum of powers.
    fn by_definition(text: &str) -> Vec<String> {
        let lines: Vec<String> =
            text.replace("\r\n", "\n").replace('\r', "\n").split('\n').map(|l| l.replace([' ', '\t'], "")).collect();
        let mut seen: Vec<u128> = Vec::new();
        (0..lines.len())
            .map(|first| {
                let mut units: Vec<u16> = lines[first..].join("\n").encode_utf16().collect();
                units.push(65535);
                units.resize(units.len().max(100), 0);
                let modulus = 1_u128 << 64;
                let mut power = 1_u128;
                let mut sum = 0_u128;
                for unit in units[..100].iter().rev() {
                    sum = (sum + u128::from(*unit) * power) % modulus;
                    power = power * 37 % modulus;
                }
                seen.push(sum);
                format!("{sum:x}:{}", seen.iter().filter(|s| **s == sum).count())
            })
            .collect()
    }

    #[test]
    fn values_known_from_the_upload_action() {
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            hashes(" a\nb\n  \t\tc\n d"),
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
        );
        let ended = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        assert_eq!(hashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n"), ended);
        assert_eq!(hashes(" hello; \t\r\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n"), ended);
        assert_eq!(hashes(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r"), ended);
        let repeated = hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
        assert_eq!(repeated[0], "a7f2ff13bc495cf2:1");
        assert_eq!(repeated[5], "a7f2ff13bc495cf2:6");
        assert_eq!(repeated[9], "cc97dc7b1d7d8f7b:1");
        assert_eq!(repeated.len(), 11);
    }

    #[test]
    fn rolling_gives_what_the_definition_gives() {
        let pieces = ["", "a", " ", "\t", "\n", "\r\n", "\r", "ä", "😀", "location = \"westus\"", "}\n", "\n\n"];
        let mut state = 7_u64;
        for length in 0..160 {
            let mut text = String::new();
            for _ in 0..length {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            assert_eq!(hashes(&text), by_definition(&text), "{text:?}");
        }
    }
}
