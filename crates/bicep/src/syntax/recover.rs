//! Reading a whole file, and finding the whole declarations around broken ones.
//!
//! A brace left open makes everything behind it part of one error. So where a file has errors, the regions between its
//! whole declarations are cut in front of each line that begins a declaration, and each piece is read by itself: one
//! broken declaration then costs no other. Lines inside comments and strings do not count.

use tree_sitter::{Node, Parser, Tree};

use super::convert::{Converter, spoil};
use super::declaration::Keyword;
use super::{ByteRange, Declaration, DeclarationKind, File, MAX_ERRORS, Name, SyntaxError};

/// Reads `text`, a template or a parameter file. Never fails: what cannot be read is in the errors, ordered by where
/// they are, and in the tree's own marks. The work is linear in the text.
#[must_use]
pub fn parse(text: &str) -> (File, Vec<SyntaxError>) {
    let mut file = File::default();
    let Ok(length) = u32::try_from(text.len()) else {
        return (file, vec![SyntaxError::new(0..0, "the file is larger than 4 GiB")]);
    };
    let mut parser = Parser::new();
    if parser.set_language(&cmklint_bicep_grammar::LANGUAGE.into()).is_err() {
        return (file, vec![SyntaxError::new(0..0, "the grammar does not fit the parser")]);
    }
    let Some(tree) = parser.parse(text, None) else {
        return (file, vec![SyntaxError::new(0..length, "the file cannot be read")]);
    };
    let marks = Marks::of(&tree);
    let mut errors = if tree.root_node().has_error() {
        recover(text, &tree, &marks, &mut parser, &mut file)
    } else {
        let mut converter = Converter::new(text, 0);
        file.declarations = top_level(&mut converter, &tree).into_iter().map(|(_, declaration)| declaration).collect();
        converter.into_errors()
    };
    errors.extend(open_comment(text, &marks));
    file.comments = marks.comments;
    file.directives = marks.directives;
    errors.sort_by_key(|error| (error.range.start, error.range.end));
    errors.dedup();
    errors.truncate(MAX_ERRORS);
    (file, errors)
}

/// A comment that the end of the file ends.
fn open_comment(text: &str, marks: &Marks<'_>) -> Option<SyntaxError> {
    let last = marks.comments.last()?;
    let comment = text.get(last.start as usize..last.end as usize)?;
    let open = comment.starts_with("/*") && !(comment.len() >= 4 && comment.ends_with("*/"));
    open.then(|| SyntaxError::new(last.start..last.start + 2, "this comment is not closed"))
}

/// The declarations at the top of a tree, with what tells whether they are whole.
fn top_level<'t>(converter: &mut Converter<'t>, tree: &'t Tree) -> Vec<(bool, Declaration)> {
    let mut found: Vec<(bool, Declaration)> = Vec::new();
    let mut last: Option<Node<'t>> = None;
    let mut cursor = tree.walk();
    if !cursor.goto_first_child() {
        return found;
    }
    loop {
        let node = cursor.node();
        if node.is_error() {
            if let (Some(before), Some((whole, declaration))) = (last, found.last_mut())
                && converter.same_line(before, node)
            {
                *whole = false;
                spoil(declaration);
            }
        } else if node.is_named() && !node.is_extra() {
            found.extend(converter.declaration(node).map(|declaration| (!node.has_error(), declaration)));
            last = Some(node);
        }
        if !cursor.goto_next_sibling() {
            return found;
        }
    }
}

/// Reads the declarations of a text that has errors, and the errors.
fn recover(text: &str, tree: &Tree, marks: &Marks<'_>, parser: &mut Parser, file: &mut File) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    let mut converter = Converter::new(text, 0);
    let whole = whole_declarations(&converter, tree);
    let mut from = 0;
    let mut nodes = whole.iter();
    loop {
        let next = nodes.next();
        let until = next.map_or(text.len(), Node::start_byte);
        if marks.error_between(from, until) {
            for piece in pieces(text, from, until, marks) {
                let tree = if piece.range == (0..text.len()) { Some(tree.clone()) } else { None };
                errors.extend(read_piece(text, &piece, tree, parser, file));
            }
        }
        let Some(node) = next else { break };
        file.declarations.extend(converter.declaration(*node));
        from = node.end_byte();
    }
    errors.extend(converter.into_errors());
    errors
}

/// The declarations that neither hold an error nor have one behind them in the same line.
fn whole_declarations<'t>(converter: &Converter<'t>, tree: &'t Tree) -> Vec<Node<'t>> {
    let mut whole: Vec<Node<'t>> = Vec::new();
    let mut cursor = tree.walk();
    if cursor.goto_first_child() {
        loop {
            let node = cursor.node();
            if node.is_error() {
                if whole.last().is_some_and(|last| converter.same_line(*last, node)) {
                    whole.pop();
                }
            } else if node.is_named() && !node.is_extra() && !node.has_error() && !node.is_missing() {
                whole.push(node);
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
    }
    whole
}

/// A part of the text that at most one declaration should be in.
struct Piece {
    range: std::ops::Range<usize>,
    /// What the line that begins it says it is.
    declares: Option<(Keyword, Option<Name>)>,
}

/// Cuts `from..until` in front of the lines that begin a declaration, with their decorators.
fn pieces(text: &str, from: usize, until: usize, marks: &Marks<'_>) -> Vec<Piece> {
    let region = text.get(from..until).unwrap_or_default();
    let mut pieces = vec![Piece { range: from..until, declares: None }];
    let mut decorated = false;
    let mut start = from;
    for line in region.split_inclusive('\n') {
        let at_line_start = start == 0 || text.as_bytes().get(start - 1) == Some(&b'\n');
        let decorator = line.starts_with('@');
        let declares = declares(line, start);
        if at_line_start && (decorator || declares.is_some()) && !marks.covers(start) {
            if !decorated {
                if let Some(last) = pieces.last_mut() {
                    last.range.end = start;
                }
                pieces.push(Piece { range: start..until, declares: None });
            }
            decorated = declares.is_none();
            if let Some(last) = pieces.last_mut() {
                last.declares = declares;
            }
        }
        start += line.len();
    }
    pieces.retain(|piece| !piece.range.is_empty());
    pieces
}

/// Whether a line begins with a keyword and goes on as a declaration does, not as a property, a call or an access.
fn declares(line: &str, start: usize) -> Option<(Keyword, Option<Name>)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = line.find(|c| !is_part(c)).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let keyword = Keyword::from_word(word)?;
    let name = rest.trim_start_matches([' ', '\t']);
    let mut skipped = end + rest.len() - name.len();
    if name.starts_with([':', '.', '(', '[', '?', ',']) {
        return None;
    }
    let unnamed = matches!(
        keyword,
        Keyword::TargetScope | Keyword::Import | Keyword::Using | Keyword::Extends | Keyword::Extension
    );
    let length = name.find(|c| !is_part(c)).unwrap_or(name.len());
    let text = name.get(..length).unwrap_or_default();
    skipped += start;
    let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    let range = offset(skipped)..offset(skipped + length);
    Some((keyword, (!unnamed && length > 0).then(|| Name { text: text.to_owned(), range })))
}

/// Reads one piece by itself. A piece that begins a declaration gives one, even if only as a broken one.
///
/// `tree` is the piece's tree where it has been parsed before.
fn read_piece(text: &str, piece: &Piece, tree: Option<Tree>, parser: &mut Parser, file: &mut File) -> Vec<SyntaxError> {
    let Some(part) = text.get(piece.range.clone()) else { return Vec::new() };
    let base = u32::try_from(piece.range.start).unwrap_or(u32::MAX);
    let Some(tree) = tree.or_else(|| parser.parse(part, None)) else { return Vec::new() };
    let mut converter = Converter::new(part, base);
    let found = top_level(&mut converter, &tree);
    for error in Marks::of(&tree).errors {
        let (range, message) = error.describe(part, base);
        converter.error(range, message);
    }
    if found.is_empty()
        && let Some((keyword, name)) = piece.declares.clone()
    {
        let end = base.saturating_add(u32::try_from(part.trim_end().len()).unwrap_or(u32::MAX));
        file.declarations.push(Declaration {
            decorators: Vec::new(),
            kind: DeclarationKind::Broken { keyword, name },
            range: base..end,
            broken: true,
        });
    }
    file.declarations.extend(found.into_iter().map(|(_, declaration)| declaration));
    converter.into_errors()
}

/// A node that could not be read, or is missing.
struct Wrong<'t> {
    range: std::ops::Range<usize>,
    /// What is missing, in the grammar's name.
    missing: Option<&'t str>,
}

impl Wrong<'_> {
    /// Where it is, at most to the end of its first line, and what to say of it.
    fn describe(&self, text: &str, base: u32) -> (ByteRange, String) {
        let whole = text.get(self.range.clone()).unwrap_or_default();
        let skipped = whole.len() - whole.trim_start().len();
        let line = whole.trim_start().lines().next().unwrap_or_default().trim_end();
        let start = self.range.start + if line.is_empty() { 0 } else { skipped };
        let offset = |byte: usize| base.saturating_add(u32::try_from(byte).unwrap_or(u32::MAX));
        let range = offset(start)..offset(start + line.len());
        let message = match self.missing {
            Some(kind) => format!("expected {}", words_for(kind)),
            None if line.is_empty() => "unexpected end of the line".to_owned(),
            None if line.starts_with('@') || declares(line, 0).is_some() => {
                "this declaration is not complete, or something in it is not closed".to_owned()
            }
            None => format!("unexpected `{}`", shortened(line)),
        };
        (range, message)
    }
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

fn words_for(kind: &str) -> String {
    match kind {
        "identifier" => "a name or a value".to_owned(),
        "integer" => "a number".to_owned(),
        "_newline" | "_end_of_file" => "a line break".to_owned(),
        "multiline_string_end" => "`'''`".to_owned(),
        other => format!("`{other}`"),
    }
}

/// What is found on one walk over a tree, each list in the text's order.
#[derive(Default)]
struct Marks<'t> {
    comments: Vec<ByteRange>,
    directives: Vec<ByteRange>,
    /// Comments and texts of strings that hold line breaks.
    covers: Vec<std::ops::Range<usize>>,
    errors: Vec<Wrong<'t>>,
}

impl<'t> Marks<'t> {
    fn of(tree: &'t Tree) -> Self {
        let mut marks = Self::default();
        let end = tree.root_node().end_byte();
        let mut cursor = tree.walk();
        let mut inside_error = 0;
        loop {
            let node = cursor.node();
            let wrong = node.is_error() || node.is_missing();
            marks.visit(node, inside_error == 0 && wrong, end);
            if cursor.goto_first_child() {
                inside_error += usize::from(wrong);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return marks;
                }
                inside_error -= usize::from(cursor.node().is_error() || cursor.node().is_missing());
            }
        }
    }

    fn visit(&mut self, node: Node<'t>, wrong: bool, end: usize) {
        if wrong {
            self.errors.push(Wrong { range: node.byte_range(), missing: node.is_missing().then(|| node.kind()) });
        }
        let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        let range = offset(node.start_byte())..offset(node.end_byte());
        let kind = node.kind();
        if kind == "comment" {
            self.comments.push(range);
        } else if kind == "directive" {
            self.directives.push(range);
        }
        // A string that runs to the end of the file was never closed: the lines in it may well be declarations.
        if kind == "comment" || kind == "string_content" && node.end_byte() < end {
            let lines = node.end_position().row - node.start_position().row;
            if lines > 0 {
                self.covers.push(node.byte_range());
            }
        }
    }

    fn covers(&self, byte: usize) -> bool {
        let behind = self.covers.partition_point(|range| range.start <= byte);
        behind.checked_sub(1).and_then(|index| self.covers.get(index)).is_some_and(|range| byte < range.end)
    }

    fn error_between(&self, from: usize, until: usize) -> bool {
        let index = self.errors.partition_point(|error| error.range.end < from);
        self.errors.get(index).is_some_and(|error| error.range.start <= until)
    }
}
