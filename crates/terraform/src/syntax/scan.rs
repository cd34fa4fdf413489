//! A scan of HCL's native syntax that finds what `hcl-edit` parses differently from Terraform, and changes the text there without
//! moving anything: line breaks that are ignored, heredocs with a line that only begins with their marker, expressions that are nested too deeply, objects with
//! several members of one name, and numbers that are too large for a double.
//! <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md>

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

/// The deepest nesting of brackets and else-branches; a text that is nested deeper is not parsed at all.
const MAX_DEPTH: usize = 400;
/// `hcl-edit` stops at 64 levels: an expression at each 16th is cut out, and parsed by itself.
const CUT_EVERY: usize = 16;

/// A text in the form that `hcl-edit` can parse, byte for byte as long as the original.
pub(super) struct Mended {
    pub(super) text: String,
    /// Expressions that are parsed by themselves, by where they begin.
    cuts: Vec<Range<usize>>,
}

impl Mended {
    /// The text of `range`; each expression in it that is parsed by itself is replaced by a name.
    pub(super) fn readable(&self, range: Range<usize>) -> Option<String> {
        let mut out = self.text.get(range.clone())?.to_owned();
        let from = self.cuts.partition_point(|cut| cut.start < range.start);
        let mut done = range.start;
        for cut in self.cuts.get(from..)? {
            if cut.start >= range.end {
                break;
            }
            if cut.start < done || cut.end > range.end || *cut == range {
                continue;
            }
            let name = "_".repeat(cut.len());
            out.replace_range(cut.start - range.start..cut.end - range.start, &name);
            done = cut.end;
        }
        Some(out)
    }

    /// The expressions that are parsed by themselves.
    pub(super) fn cuts(&self) -> &[Range<usize>] {
        &self.cuts
    }

    /// The expression cut out at `start` of a text that ends at `end`.
    pub(super) fn cut_at(&self, start: usize, within: &Range<usize>) -> Option<Range<usize>> {
        let from = self.cuts.partition_point(|cut| cut.start < start);
        let here = self.cuts.get(from..)?.iter().take_while(|cut| cut.start == start);
        here.filter(|cut| cut.end <= within.end && *cut != within).max_by_key(|cut| cut.end).cloned()
    }
}

/// The kind of the whole text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whole {
    Body,
    Expression,
    Template,
}

/// Scans `text`; `None` where brackets, quotes or heredocs in it are not closed, or it is nested too deeply.
pub(super) fn scan(text: &str, whole: Whole) -> Option<Mended> {
    let mut scanner = Scanner::new(text, whole);
    scanner.run()?;
    let mut cuts = scanner.cuts;
    cuts.sort_by_key(|cut| (cut.start, std::cmp::Reverse(cut.end)));
    cuts.dedup();
    Some(Mended { text: String::from_utf8(scanner.out).ok()?, cuts })
}

/// `hcl-edit` compares each member of an object with all others: so many comparisons for a byte of the text are made. Members of 25 bytes may be 10,000 in an
/// object; a text below 6 kB always fits.
const COMPARISONS_OF_A_BYTE: usize = 200;

/// Where the object with the most members in `text` begins, if comparing the members of all objects takes too long.
pub(super) fn too_wide(text: &str, whole: Whole) -> Option<usize> {
    let allowed = text.len().saturating_mul(COMPARISONS_OF_A_BYTE);
    let most = text.bytes().filter(|byte| matches!(byte, b'=' | b':')).count();
    if comparisons(most) <= allowed {
        return None;
    }
    let mut scanner = Scanner::new(text, whole);
    let is_read = scanner.run().is_some();
    // What the scan can't follow, the parser may: the members after that place are taken for those of one object.
    let rest = text.bytes().skip(scanner.at).filter(|byte| matches!(byte, b'=' | b':')).count();
    let rest = if is_read { 0 } else { comparisons(rest) };
    let open = std::mem::take(&mut scanner.frames);
    open.iter().for_each(|frame| scanner.count(frame));
    (scanner.compared.saturating_add(rest) > allowed).then_some(scanner.widest.map_or(0, |(_, start)| start))
}

const fn comparisons(members: usize) -> usize {
    members.saturating_mul(members) / 2
}

/// The end of the key of an object's member at the beginning of `text`.
pub(super) fn key_end(text: &str) -> Option<usize> {
    let mut scanner = Scanner::new(text, Whole::Expression);
    while scanner.at < text.len() {
        if scanner.frames.len() == 1 && matches!(scanner.peek(), b'=' | b':') && !scanner.starts(b"::") {
            return Some(text.get(..scanner.at)?.trim_end().len());
        }
        scanner.step_in()?;
    }
    None
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum FrameKind {
    /// A file or block: lines are structures.
    Body,
    /// Lines are members.
    Object,
    /// Line breaks are ignored: parentheses, brackets, a `for` in braces, interpolations.
    Inline,
    Quoted,
    /// A template that is a file of its own.
    Template,
    Heredoc {
        /// The first occurrence of the marker.
        marker: Range<usize>,
        /// Whether this is the beginning of a line.
        line_start: bool,
        /// Whether a line only begins with the marker.
        ambiguous: bool,
    },
}

/// Where in an object's member the text is.
enum Member {
    /// Before it.
    Awaited,
    /// In its key, which begins there.
    Key(usize),
    /// After its key.
    Value { is_empty: bool },
}

/// An open bracket, template, body or else-branch.
struct Frame {
    kind: FrameKind,
    /// Of an object: where in a member the text is, and the keys before it.
    member: Member,
    keys: Vec<Range<usize>>,
    /// The beginning of an expression that is parsed by itself and ends with this frame; whether the closing bracket belongs to it.
    cut: Option<(usize, bool)>,
    /// Conditional operators whose else-branch has not begun.
    questions: usize,
    /// Else-branches that are open.
    branches: usize,
    /// The beginnings of else-branches that are parsed by themselves.
    branch_cuts: Vec<usize>,
}

impl Frame {
    const fn new(kind: FrameKind) -> Self {
        Self {
            kind,
            member: Member::Awaited,
            keys: Vec::new(),
            cut: None,
            questions: 0,
            branches: 0,
            branch_cuts: Vec::new(),
        }
    }
}

struct Scanner<'t> {
    bytes: &'t [u8],
    out: Vec<u8>,
    at: usize,
    frames: Vec<Frame>,
    /// The beginning of the operand that ends at this position, and whether it is a name.
    operand: Option<(usize, bool)>,
    /// Whether an `=` was read on this line of a body.
    assigned: bool,
    depth: usize,
    cuts: Vec<Range<usize>>,
    /// How many comparisons of members the closed objects take.
    compared: usize,
    /// The most members of a closed object, and where they begin.
    widest: Option<(usize, usize)>,
}

impl<'t> Scanner<'t> {
    fn new(text: &'t str, whole: Whole) -> Self {
        let kind = match whole {
            Whole::Body => FrameKind::Body,
            Whole::Expression => FrameKind::Inline,
            Whole::Template => FrameKind::Template,
        };
        Self {
            bytes: text.as_bytes(),
            out: text.as_bytes().to_vec(),
            at: 0,
            frames: vec![Frame::new(kind)],
            operand: None,
            assigned: false,
            depth: 0,
            cuts: Vec::new(),
            compared: 0,
            widest: None,
        }
    }

    /// Counts the members of `frame`, where it is an object.
    fn count(&mut self, frame: &Frame) {
        self.compared = self.compared.saturating_add(comparisons(frame.keys.len()));
        if let Some(first) = frame.keys.first() {
            self.widest = self.widest.max(Some((frame.keys.len(), first.start)));
        }
    }

    fn run(&mut self) -> Option<()> {
        while self.at < self.bytes.len() {
            self.step_in()?;
        }
        self.end_branches(self.bytes.len());
        (self.frames.len() == 1).then_some(())
    }

    /// Advances by one token, or by one byte of a template.
    fn step_in(&mut self) -> Option<()> {
        match self.kind()? {
            FrameKind::Quoted => self.quoted(),
            FrameKind::Template => self.template(),
            FrameKind::Heredoc { .. } => self.heredoc(),
            _ => self.code(),
        }
    }

    fn starts(&self, what: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(what))
    }

    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn kind(&self) -> Option<&FrameKind> {
        self.frames.last().map(|frame| &frame.kind)
    }

    fn blank_out(&mut self, range: Range<usize>) {
        if let Some(bytes) = self.out.get_mut(range) {
            bytes.fill(b' ');
        }
    }

    fn open(&mut self, kind: FrameKind, cut: Option<(usize, bool)>) -> Option<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let cut = cut.filter(|_| self.depth.is_multiple_of(CUT_EVERY));
        self.frames.push(Frame { cut, ..Frame::new(kind) });
        self.operand = None;
        Some(())
    }

    /// Closes the innermost frame; its closing bracket is the byte before [`Scanner::at`].
    fn close(&mut self) -> Option<Frame> {
        self.end_branches(self.at.saturating_sub(1));
        let frame = self.frames.pop()?;
        self.count(&frame);
        self.depth = self.depth.saturating_sub(1);
        if let Some((start, with_bracket)) = frame.cut {
            self.cut(start, if with_bracket { self.at } else { self.at - 1 });
        }
        (!self.frames.is_empty()).then_some(frame)
    }

    /// Cuts out the expression from `start` to `end`, without whitespace at its ends.
    fn cut(&mut self, start: usize, end: usize) {
        let Some(text) = self.bytes.get(start..end) else { return };
        let end = end - text.iter().rev().take_while(|b| b.is_ascii_whitespace() || **b == b'~').count();
        let start = start + text.iter().take_while(|b| b.is_ascii_whitespace()).count();
        if end > start + 1 {
            self.cuts.push(start..end);
        }
    }

    /// Ends the else-branches of the innermost frame.
    fn end_branches(&mut self, end: usize) {
        let Some(frame) = self.frames.last_mut() else { return };
        let starts = std::mem::take(&mut frame.branch_cuts);
        self.depth = self.depth.saturating_sub(frame.branches);
        (frame.questions, frame.branches) = (0, 0);
        for start in starts {
            self.cut(start, end);
        }
    }

    fn code(&mut self) -> Option<()> {
        let start = self.at;
        let byte = self.peek();
        self.note_key(byte);
        match byte {
            b'#' => self.comment(),
            b'/' if self.starts(b"//") => self.comment(),
            b'/' if self.starts(b"/*") => {
                let rest = self.bytes.get(self.at + 2..)?;
                self.at += 4 + rest.windows(2).position(|pair| pair == b"*/")?;
            }
            b'\n' => {
                self.at += 1;
                if self.kind() == Some(&FrameKind::Inline) {
                    let from = if start > 0 && self.bytes.get(start - 1) == Some(&b'\r') { start - 1 } else { start };
                    self.blank_out(from..self.at);
                } else {
                    self.end_branches(start);
                    self.assigned &= self.kind() != Some(&FrameKind::Body);
                    self.operand = None;
                }
            }
            b'"' => {
                self.at += 1;
                self.frames.push(Frame::new(FrameKind::Quoted));
            }
            b'<' if self.starts(b"<<") => self.heredoc_start()?,
            b'(' | b'[' | b'{' => self.bracket(byte)?,
            b')' | b']' | b'}' => {
                self.at += 1;
                let frame = self.close()?;
                match frame.kind {
                    FrameKind::Body => self.assigned = false,
                    FrameKind::Object => self.rename_repeated(&frame.keys),
                    _ => {}
                }
                self.operand = match self.kind() {
                    // The end of an interpolation: the template continues.
                    Some(FrameKind::Quoted | FrameKind::Template | FrameKind::Heredoc { .. }) => None,
                    _ => Some((start, false)),
                };
            }
            b'?' => self.question(),
            b':' => self.colon()?,
            b',' => {
                self.end_branches(start);
                self.step();
            }
            b'=' => {
                self.assigned |= self.kind() == Some(&FrameKind::Body);
                self.step();
            }
            b' ' | b'\t' | b'\r' => self.at += 1,
            _ if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => {
                let rest = self.bytes.get(start..)?;
                if byte.is_ascii_digit() {
                    let _ = self.shrink(start);
                }
                let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(*b, b'_' | b'-') || *b >= 0x80;
                self.at += rest.iter().take_while(|b| part(b)).count();
                // `provider::azurerm::f` is one name.
                let from = match self.operand {
                    Some((from, true)) if self.bytes.get(..start).is_some_and(|b| b.ends_with(b"::")) => from,
                    _ => start,
                };
                self.operand = Some((from, true));
            }
            _ => self.step(),
        }
        Some(())
    }

    fn step(&mut self) {
        self.at += 1;
        self.operand = None;
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        self.at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        if self.kind() == Some(&FrameKind::Inline) {
            self.blank_out(start..self.at);
        }
    }

    fn bracket(&mut self, byte: u8) -> Option<()> {
        let start = self.at;
        self.at += 1;
        let (kind, cut) = match (byte, self.operand) {
            (b'(', Some((name, true))) => (FrameKind::Inline, Some((name, true))),
            // An index, whose brackets are kept.
            (b'[', Some(_)) => {
                let rest = self.bytes.get(self.at..)?;
                let splat = rest.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'*');
                (FrameKind::Inline, (!splat).then_some((self.at, false)))
            }
            (b'{', _) if self.kind() == Some(&FrameKind::Body) && !self.assigned => (FrameKind::Body, None),
            (b'{', _) if !self.is_for() => (FrameKind::Object, Some((start, true))),
            _ => (FrameKind::Inline, Some((start, true))),
        };
        self.open(kind, cut)
    }

    /// Whether `for` follows, as a word.
    fn is_for(&self) -> bool {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default().trim_ascii_start();
        while rest.starts_with(b"#") || rest.starts_with(b"//") {
            let end = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
            rest = rest.get(end..).unwrap_or_default().trim_ascii_start();
        }
        let after = rest.strip_prefix(b"for").and_then(|rest| rest.first());
        after.is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'#' | b'/'))
    }

    fn question(&mut self) {
        self.step();
        if let Some(frame) = self.frames.last_mut() {
            frame.questions += 1;
        }
    }

    fn colon(&mut self) -> Option<()> {
        if self.starts(b"::") {
            self.at += 2;
            return Some(());
        }
        self.step();
        let at = self.at;
        let frame = self.frames.last_mut()?;
        if frame.questions == 0 {
            return Some(());
        }
        frame.questions -= 1;
        frame.branches += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        if self.depth.is_multiple_of(CUT_EVERY) {
            frame.branch_cuts.push(at);
        }
        Some(())
    }

    fn quoted(&mut self) -> Option<()> {
        match self.peek() {
            b'\\' => self.at += 2,
            b'"' => {
                self.at += 1;
                self.frames.pop();
                self.operand = Some((self.at, false));
            }
            _ => self.template()?,
        }
        Some(())
    }

    /// One byte of a template, or the beginning of an interpolation or a directive.
    fn template(&mut self) -> Option<()> {
        if self.starts(b"$${") || self.starts(b"%%{") {
            self.at += 3;
        } else if self.starts(b"${") || self.starts(b"%{") {
            let interpolation = self.peek() == b'$';
            self.at += 2;
            self.at += usize::from(self.peek() == b'~');
            self.open(FrameKind::Inline, interpolation.then_some((self.at, false)))?;
        } else {
            self.at += 1;
        }
        Some(())
    }

    fn heredoc_start(&mut self) -> Option<()> {
        let mut start = self.at + 2;
        start += usize::from(self.bytes.get(start) == Some(&b'-'));
        let rest = self.bytes.get(start..)?;
        let end = start + rest.iter().take_while(|b| !b.is_ascii_whitespace()).count();
        let line = rest.iter().position(|b| *b == b'\n')?;
        self.at = start + line + 1;
        self.operand = None;
        let kind = FrameKind::Heredoc { marker: start..end, line_start: true, ambiguous: false };
        self.frames.push(Frame::new(kind));
        Some(())
    }

    fn heredoc(&mut self) -> Option<()> {
        let bytes = self.bytes;
        let at = self.at;
        let FrameKind::Heredoc { marker, line_start, ambiguous } = &mut self.frames.last_mut()?.kind else {
            return None;
        };
        if !std::mem::take(line_start) {
            *line_start = bytes.get(at) == Some(&b'\n');
            return self.template();
        }
        let rest = bytes.get(at..)?;
        let line = rest.get(..rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()))?;
        let name = bytes.get(marker.clone())?;
        let trimmed = line.trim_ascii();
        if trimmed != name {
            *ambiguous |= trimmed.starts_with(name);
            // A line break at this position ends the line.
            *line_start = line.is_empty();
            return self.template();
        }
        let (marker, ambiguous) = (marker.clone(), *ambiguous);
        let here = at + line.len() - line.trim_ascii_start().len();
        self.at = here + marker.len();
        self.frames.pop();
        self.operand = Some((at, false));
        if ambiguous {
            self.rename(&marker, here);
        }
        Some(())
    }

    /// Replaces the marker at `marker` and at `end` of a heredoc by one with which none of its lines begins.
    fn rename(&mut self, marker: &Range<usize>, end: usize) {
        let Some(body) = self.bytes.get(marker.end..end) else { return };
        let length = marker.len();
        // The letters of which a line begins with as many as the marker has.
        let mut taken = [false; 256];
        for line in body.split(|b| *b == b'\n') {
            if let Some([first, rest @ ..]) = line.trim_ascii_start().get(..length)
                && rest.iter().all(|b| b == first)
                && let Some(letter) = taken.get_mut(usize::from(*first))
            {
                *letter = true;
            }
        }
        let is_free = |letter: &u8| taken.get(usize::from(*letter)) == Some(&false);
        let Some(letter) = (b'A'..=b'Z').chain(b'a'..=b'z').find(is_free) else { return };
        for start in [marker.start, end] {
            if let Some(bytes) = self.out.get_mut(start..start + length) {
                bytes.fill(letter);
            }
        }
    }

    /// Notes where the keys of an object are: `byte` is the next one of the code, at [`Scanner::at`].
    fn note_key(&mut self, byte: u8) {
        let at = self.at;
        let next = self.bytes.get(at + 1).copied();
        let Some(frame) = self.frames.last_mut().filter(|frame| frame.kind == FrameKind::Object) else { return };
        frame.member = match (byte, &frame.member) {
            (b' ' | b'\t' | b'\r' | b'#', _) | (b'\n', Member::Value { is_empty: true }) => return,
            (b'/', _) if matches!(next, Some(b'/' | b'*')) => return,
            (b'\n' | b',', _) => Member::Awaited,
            (b':', _) if next == Some(b':') => return,
            (b'=' | b':', Member::Key(start)) => {
                let blank = self.bytes.get(*start..at).unwrap_or_default().trim_ascii_end();
                frame.keys.push(*start..*start + blank.len());
                Member::Value { is_empty: true }
            }
            (_, Member::Awaited) => Member::Key(at),
            (_, Member::Value { .. }) => Member::Value { is_empty: false },
            (_, Member::Key(_)) => return,
        };
    }

    /// Gives each of an object's `keys` that an earlier one has too a name of its own: Terraform takes the last of several members of one name.
    fn rename_repeated(&mut self, keys: &[Range<usize>]) {
        let bytes = self.bytes;
        let text = |key: &Range<usize>| bytes.get(key.clone()).unwrap_or_default();
        let all: FxHashSet<&[u8]> = keys.iter().map(text).collect();
        if all.len() == keys.len() {
            return;
        }
        let mut seen: FxHashSet<&[u8]> = FxHashSet::default();
        // The number of the next name, by the length of the names.
        let mut next: FxHashMap<usize, usize> = FxHashMap::default();
        for key in keys.iter().filter(|key| !seen.insert(text(key))) {
            let next = next.entry(key.len()).or_default();
            while let Some(name) = key_name(*next, key.len()) {
                *next += 1;
                if !all.contains(&name[..]) {
                    if let Some(bytes) = self.out.get_mut(key.clone()) {
                        bytes.copy_from_slice(&name);
                    }
                    break;
                }
            }
        }
    }

    /// Gives the number that goes on at `at` an exponent of zero, where it is too large for a double.
    fn shrink(&mut self, at: usize) -> Option<()> {
        let digits = |from: usize| {
            let rest = self.bytes.get(from..).unwrap_or_default();
            from + rest.iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let sign = digits(at) + 1;
        if !matches!(self.bytes.get(sign - 1)?, b'e' | b'E') {
            return None;
        }
        let from = sign + usize::from(matches!(self.bytes.get(sign), Some(b'+' | b'-')));
        let end = digits(from);
        let before = self.bytes.get(..at)?.iter().rev().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
        let number = std::str::from_utf8(self.bytes.get(at - before..end)?).ok()?;
        if number.parse::<f64>().is_ok_and(f64::is_infinite) {
            self.out.get_mut(from..end)?.fill(b'0');
        }
        Some(())
    }
}

/// The `nth` name of `length` letters that is unlikely to be used; `None` where there are not so many.
fn key_name(nth: usize, length: usize) -> Option<Vec<u8>> {
    let letter = |first: u8, at: usize| u8::try_from(at % 26).ok().map(|at| first + at);
    let mut name = vec![b'_'; length];
    *name.first_mut()? = letter(b'A', nth)?;
    let mut left = nth / 26;
    for place in name.iter_mut().skip(1) {
        if left == 0 {
            break;
        }
        *place = letter(b'a', left)?;
        left /= 26;
    }
    (left == 0).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> String {
        scan(text, Whole::Body).unwrap().text
    }

    #[test]
    fn all_repeated_keys_of_an_object_are_renamed_at_once() {
        let text =
            "x = { aa = 1, bb = { aa = 1 }, aa = c == d ? 1 : 2\n\"k\" = 1, aa : 3 # aa = 4\n \"k\" = 2, A_ = 1 }";
        let made = "x = { aa = 1, bb = { aa = 1 }, B_ = c == d ? 1 : 2\n\"k\" = 1, C_ : 3 # aa = 4\n A__ = 2, A_ = 1 }";
        assert_eq!(mended(text), made);
        let many = format!("x = {{{}}}", "key = 1\n".repeat(700));
        let made = mended(&many);
        let names: FxHashSet<&str> = made.lines().map(|line| line.trim_start_matches("x = {")).collect();
        assert_eq!(names.len(), 701);
        assert!(hcl_edit::parser::parse_body(&made).is_ok());
    }

    #[test]
    fn a_text_is_too_wide_where_its_objects_have_more_members_than_the_parser_can_compare() {
        let object = |count: usize, blank: &str| {
            let members: String = (0..count).map(|at| format!("k{at} = {{ a = \"}}\" }}{blank}\n")).collect();
            format!("x = \"${{y}}\"\nz = {{\n{members}}}\n")
        };
        let too_wide = |text: &str| super::too_wide(text, Whole::Body);
        assert_eq!(too_wide(&object(5_000, "")), None);
        let wide = object(60_000, "");
        assert_eq!(too_wide(&wide), wide.find("k0"));
        assert_eq!(too_wide(&object(30_000, &" ".repeat(80))), None);
        // The parser reads on where a bracket is not closed.
        assert!(too_wide(wide.trim_end().trim_end_matches('}')).is_some());
        assert!(too_wide(&format!("y = )\n{wide}")).is_some());
        let in_text = format!("x = \"${{{{ {} }}}}\"\n", (0..60_000).map(|at| format!("k{at}=1,")).collect::<String>());
        assert!(too_wide(&in_text).is_some());
        let block = format!("x {{\n{}}}\n", (0..60_000).map(|at| format!("k{at} = 1\n")).collect::<String>());
        assert_eq!(too_wide(&block), None);
    }

    #[test]
    fn all_numbers_too_large_for_a_double_are_shrunk_at_once() {
        assert_eq!(mended("x = [1e999, 2.5E+999, 1e-999, 1e5, n1e999]"), "x = [1e000, 2.5E+000, 1e-999, 1e5, n1e999]");
    }

    #[test]
    fn a_marker_with_which_a_line_begins_is_replaced_by_one_with_which_none_does() {
        assert_eq!(mended("x = <<A\nAx\nB\n Cx\nDx\nA\n"), "x = <<E\nAx\nB\n Cx\nDx\nE\n");
    }
}
