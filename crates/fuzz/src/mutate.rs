//! The mutator: it changes tokens, bracketed groups and lines, takes some from other seeds, nests and repeats, and sometimes changes plain bytes.

use std::ops::Range;

use fastrand::Rng;

use crate::token::{Kind, Token, groups, tokens};

/// The largest mutant in bytes: the cost of large inputs is measured elsewhere.
const LONGEST: usize = 64 * 1024;

/// Words and values that often break programs.
const INTERESTING: &[&str] = &[
    "0",
    "-1",
    "1",
    "2147483647",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "1e-400",
    "0.1",
    "99999999999999999999",
    "NaN",
    "null",
    "true",
    "false",
    "\"\"",
    "''",
    "[]",
    "{}",
    "()",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "\u{1f600}",
    "\u{df}",
    "\u{130}",
    "\r\n",
    "\"${",
    "${",
    "%{",
    "'''",
    "<<EOT\n",
    "<<-EOT\n",
    "*/",
    "/*",
    "//",
    "#",
    "\\",
    "\\u{110000}",
    "\\u",
    "[for i in range(0, 800): i]",
    "range(1000)",
    "[*]",
    ".*",
    "...",
    "..",
    "../",
    "each.value",
    "count.index",
    "self",
    "this",
    "copyIndex()",
    "format(",
    "join(",
    "split(",
    "replace(",
    "substring(",
    "element(",
    "lookup(",
    "flatten(",
    "setproduct(",
    "merge(",
    "jsondecode(",
    "templatefile(\"main.tf\", {})",
    "loadTextContent('main.bicep')",
    "loadJsonContent('main.bicep')",
    "module",
    "existing",
    "for_each",
    "dynamic",
    "import",
    "moved",
    "type",
    "param",
    "var",
    "output",
    "func",
    "resource",
    "data",
    "locals",
    "variable",
    "resourceId(",
    "reference(",
    "parameters(",
    "variables(",
    "\"copy\"",
    "\"resources\"",
    "\"existing\"",
    "westeurope",
    "northeurope",
    "2099-12-31",
    "azurerm_managed_disk",
    "azurerm_disk_encryption_set",
    "azurerm_key_vault_key",
    "azurerm_key_vault_access_policy",
    "azurerm_linux_virtual_machine",
    "azurerm_virtual_machine_data_disk_attachment",
    "azapi_resource",
    "disk_encryption_set_id",
    "Microsoft.Compute/disks",
    "Microsoft.Compute/diskEncryptionSets",
    "Microsoft.Compute/virtualMachines/extensions",
    "Microsoft.KeyVault/vaults/keys",
    "Microsoft.Resources/deployments",
    "@2024-03-02",
    "diskEncryptionSetId",
    "cmklint-ignore: CMK020",
    "cmklint-ignore-file: *",
];

/// A mutant of one of `seeds`, by one to eight changes.
#[must_use]
pub fn mutant(seeds: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let pick = |rng: &mut Rng| seeds.get(rng.usize(..seeds.len().max(1))).cloned().unwrap_or_default();
    let mut text = pick(rng);
    let changes = if rng.bool() { 1 } else { rng.usize(1..=8) };
    for _ in 0..changes {
        let other = pick(rng);
        text = change(&text, &other, rng);
        text.truncate(LONGEST);
    }
    text
}

fn change(text: &[u8], other: &[u8], rng: &mut Rng) -> Vec<u8> {
    let own = Cut::new(text);
    match rng.u8(..16) {
        0..=2 => {
            let from = Cut::new(other);
            own.with(own.unit(rng), from.text(from.unit(rng)))
        }
        3 => own.with(own.unit(rng), b""),
        4 | 5 => {
            let unit = own.unit(rng);
            let times = if rng.u8(..20) == 0 { rng.usize(100..3000) } else { rng.usize(2..8) };
            own.with(unit.clone(), &own.text(unit).repeat(times.min(LONGEST / own.text(own.all()).len().max(1) + 2)))
        }
        6 | 7 => own.swapped(rng),
        8 => own.with(own.unit(rng), interesting(rng).as_bytes()),
        9 => {
            let at = own.unit(rng).start;
            own.with(at..at, interesting(rng).as_bytes())
        }
        10 => own.nested(rng),
        11 | 12 => own.renamed(rng),
        13 => own.moved_line(other, rng),
        14 => {
            let mut text = text.to_vec();
            text.truncate(rng.usize(..=text.len()));
            text
        }
        _ => bytes(text, rng),
    }
}

fn interesting(rng: &mut Rng) -> &'static str {
    INTERESTING.get(rng.usize(..INTERESTING.len())).copied().unwrap_or_default()
}

/// Plain bytes: some are changed, inserted or removed.
fn bytes(text: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..rng.usize(1..6) {
        let at = rng.usize(..=text.len());
        match (rng.u8(..3), text.get_mut(at)) {
            (0, Some(byte)) => *byte ^= 1 << rng.u8(..8),
            (1, Some(_)) => drop(text.remove(at)),
            _ => text.insert(at, rng.u8(..)),
        }
    }
    text
}

/// A text split into tokens.
struct Cut<'t> {
    source: &'t [u8],
    tokens: Vec<Token>,
    groups: Vec<Range<usize>>,
}

impl<'t> Cut<'t> {
    fn new(source: &'t [u8]) -> Self {
        let tokens = tokens(source);
        let groups = groups(source, &tokens);
        Self { source, tokens, groups }
    }

    fn all(&self) -> Range<usize> {
        0..self.tokens.len()
    }

    /// The bytes of a range of tokens.
    fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        let start = self.tokens.get(tokens.start).map_or(self.source.len(), |t| t.bytes.start);
        let end = tokens.end.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(start, |t| t.bytes.end);
        start..end.max(start)
    }

    fn text(&self, tokens: Range<usize>) -> &'t [u8] {
        self.source.get(self.bytes(&tokens)).unwrap_or_default()
    }

    /// Something that may occur alone: a group, a group with the word before it, a line, a token or a few of them.
    fn unit(&self, rng: &mut Rng) -> Range<usize> {
        if self.tokens.is_empty() {
            return 0..0;
        }
        let at = rng.usize(..self.tokens.len());
        match rng.u8(..6) {
            0 | 1 if !self.groups.is_empty() => {
                let group = self.groups.get(rng.usize(..self.groups.len())).cloned().unwrap_or(0..0);
                let called = group.start.checked_sub(1).filter(|i| self.kind(*i) == Some(Kind::Word));
                called.unwrap_or(group.start)..group.end
            }
            2 => {
                let is_end = |i: &usize| self.kind(*i) == Some(Kind::Newline);
                let start = (0..at).rev().find(is_end).map_or(0, |i| i + 1);
                let end = (at..self.tokens.len()).find(is_end).map_or(self.tokens.len(), |i| i + 1);
                start..end.max(start)
            }
            3 => at..(at + rng.usize(1..12)).min(self.tokens.len()),
            _ => {
                // A token other than whitespace, if there is one near.
                let is_text = |i: &usize| !matches!(self.kind(*i), Some(Kind::Blank | Kind::Newline));
                let at = (at..self.tokens.len()).find(is_text).unwrap_or(at);
                at..at + 1
            }
        }
    }

    fn kind(&self, token: usize) -> Option<Kind> {
        self.tokens.get(token).map(|t| t.kind)
    }

    /// The text with `new` in place of `tokens`.
    fn with(&self, tokens: Range<usize>, new: &[u8]) -> Vec<u8> {
        let bytes = self.bytes(&tokens);
        let before = self.source.get(..bytes.start).unwrap_or_default();
        let after = self.source.get(bytes.end..).unwrap_or_default();
        [before, new, after].concat()
    }

    /// The text with two units exchanged.
    fn swapped(&self, rng: &mut Rng) -> Vec<u8> {
        let (mut a, mut b) = (self.unit(rng), self.unit(rng));
        if a.start > b.start {
            std::mem::swap(&mut a, &mut b);
        }
        if a.end > b.start {
            return self.with(a, interesting(rng).as_bytes());
        }
        let between = self.text(a.end..b.start);
        self.with(a.start..b.end, &[self.text(b.clone()), between, self.text(a.clone())].concat())
    }

    /// A unit inside brackets or calls, once or very often.
    fn nested(&self, rng: &mut Rng) -> Vec<u8> {
        const FRAMES: &[(&str, &str)] = &[
            ("(", ")"),
            ("[", "]"),
            ("{ a = ", " }"),
            ("{ a: ", " }"),
            ("{\"a\": ", "}"),
            ("!", ""),
            ("-", ""),
            ("lower(", ")"),
            ("toLower(", ")"),
            ("\"${", "}\""),
            ("'${", "}'"),
            ("true ? ", " : 1"),
            ("[for x in [1]: ", "]"),
            ("[for x in [1] : ", "]"),
            ("concat(", ", [])"),
            ("a.", ""),
            ("b { ", " }"),
            ("x[", "]"),
            ("", ".a"),
            ("", "[0]"),
            ("", "!"),
            ("1 + ", ""),
            ("a ?? ", ""),
            ("/*", "*/"),
            ("<<E\n", "\nE\n"),
        ];
        let (open, close) = FRAMES.get(rng.usize(..FRAMES.len())).copied().unwrap_or_default();
        let depth = if rng.u8(..8) == 0 { rng.usize(50..4000) } else { rng.usize(1..20) };
        let unit = self.unit(rng);
        let inner = self.text(unit.clone());
        self.with(unit, &[open.repeat(depth).as_bytes(), inner, close.repeat(depth).as_bytes()].concat())
    }

    /// A word, quoted text or number replaced by another of the same text: names then coincide, and cycles arise.
    fn renamed(&self, rng: &mut Rng) -> Vec<u8> {
        let telling = |i: &usize| matches!(self.kind(*i), Some(Kind::Word | Kind::Quoted | Kind::Number));
        let all: Vec<usize> = self.all().filter(telling).collect();
        let pick = |rng: &mut Rng| all.get(rng.usize(..all.len().max(1))).copied();
        let (Some(to), Some(from)) = (pick(rng), pick(rng)) else { return bytes(self.source, rng) };
        self.with(to..to + 1, self.text(from..from + 1))
    }

    /// A line of another seed inserted at the beginning of a line of this one.
    fn moved_line(&self, other: &[u8], rng: &mut Rng) -> Vec<u8> {
        let lines: Vec<&[u8]> = other.split_inclusive(|b| *b == b'\n').collect();
        let line = lines.get(rng.usize(..lines.len().max(1))).copied().unwrap_or_default();
        let starts: Vec<usize> = self.all().filter(|i| *i == 0 || self.kind(*i - 1) == Some(Kind::Newline)).collect();
        let at = starts.get(rng.usize(..starts.len().max(1))).copied().unwrap_or(0);
        self.with(at..at, line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_mutants() {
        let seeds = vec![b"resource \"a\" \"b\" {\n  c = lower(\"d\")\n}\n".to_vec(), b"e = [1, 2]\n".to_vec()];
        let all = |seed| {
            let mut rng = Rng::with_seed(seed);
            (0..200).map(|_| mutant(&seeds, &mut rng)).collect::<Vec<_>>()
        };
        assert_eq!(all(7), all(7));
        assert_ne!(all(7), all(8));
    }

    #[test]
    fn empty_seeds_and_none_at_all_are_taken() {
        let mut rng = Rng::with_seed(1);
        for seeds in [Vec::new(), vec![Vec::new()], vec![b"\xff".to_vec()]] {
            for _ in 0..500 {
                assert!(mutant(&seeds, &mut rng).len() <= LONGEST);
            }
        }
    }
}
