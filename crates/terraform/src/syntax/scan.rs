//! A scan of HCL's native syntax that finds what `hcl-edit` parses differently from Terraform, and changes the text there without
//! moving anything: line breaks that are ignored, heredocs with a line that only begins with their marker, and expressions that are nested too deeply.
//! <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md>

use std::ops::Range;

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

/// An open bracket, template, body or else-branch.
struct Frame {
    kind: FrameKind,
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
        Self { kind, cut: None, questions: 0, branches: 0, branch_cuts: Vec::new() }
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
                if frame.kind == FrameKind::Body {
                    self.assigned = false;
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
        let begins = |name: &[u8]| body.split(|b| *b == b'\n').any(|line| line.trim_ascii_start().starts_with(name));
        let Some(name) =
            (b'A'..=b'Z').chain(b'a'..=b'z').map(|letter| vec![letter; marker.len()]).find(|name| !begins(name))
        else {
            return;
        };
        for start in [marker.start, end] {
            if let Some(bytes) = self.out.get_mut(start..start + name.len()) {
                bytes.copy_from_slice(&name);
            }
        }
    }
}
