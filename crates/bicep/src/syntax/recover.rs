//! Parses a whole file, and finds the valid declarations around broken ones.
//!
//! A brace that is not closed makes everything after it part of one error. So where a file has errors, the regions between its
//! valid declarations are split before each line that begins a declaration, and each piece is parsed by itself: one
//! broken declaration then affects no other. Lines inside comments and strings do not count.

use tree_sitter::{Node, Tree};

use super::convert::{Converter, spoil};
use super::declaration::Keyword;
use super::grammar::Grammar;
use super::marks::Marks;
use super::{Declaration, DeclarationKind, File, MAX_ERRORS, Name, SyntaxError};

/// Parses `text`, a template or a parameter file. Never fails: what cannot be parsed is in the errors, ordered by
/// place, and marked in the tree. The work is linear in the text.
#[must_use]
pub fn parse(text: &str) -> (File, Vec<SyntaxError>) {
    let read = Grammar::new().and_then(|mut grammar| {
        let tree = grammar.nodes(text, None)?;
        Ok(read(text, tree.as_ref(), &mut grammar))
    });
    read.unwrap_or_else(|error| (File::default(), vec![error]))
}

/// The typed tree of `text`, whose nodes are in `tree`; that is `None` where the parser gave up.
pub(super) fn read(text: &str, tree: Option<&Tree>, grammar: &mut Grammar) -> (File, Vec<SyntaxError>) {
    let mut file = File::default();
    let marks = match tree {
        Some(tree) if !tree.root_node().has_error() => Marks::of_whole(tree, text),
        Some(tree) => Marks::of(tree),
        None => Marks::scan(text),
    };
    let mut errors = match tree {
        Some(tree) if !tree.root_node().has_error() => {
            let mut converter = Converter::new(text, 0);
            let found = top_level(&mut converter, tree).into_iter();
            file.declarations = found.map(|(_, declaration)| declaration).collect();
            converter.into_errors()
        }
        tree => recover(text, tree, &marks, grammar, &mut file),
    };
    errors.extend(open_comment(text, &marks));
    file.comments = marks.comments;
    file.directives = marks.directives;
    errors.sort_by_key(|error| (error.range.start, error.range.end));
    errors.dedup();
    errors.truncate(MAX_ERRORS);
    (file, errors)
}

/// A comment that is not closed before the end of the file.
fn open_comment(text: &str, marks: &Marks<'_>) -> Option<SyntaxError> {
    let last = marks.comments.last()?;
    let comment = text.get(last.start as usize..last.end as usize)?;
    let open = comment.starts_with("/*") && !(comment.len() >= 4 && comment.ends_with("*/"));
    open.then(|| SyntaxError::new(last.start..last.start + 2, "this comment is not closed"))
}

/// The declarations at the top of a tree, with whether they are complete.
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
        } else if is_declaration(node) {
            found.extend(converter.declaration(node).map(|declaration| (!node.has_error(), declaration)));
            last = Some(node);
        }
        if !cursor.goto_next_sibling() {
            return found;
        }
    }
}

/// Parses the declarations of a text that has errors, and collects the errors.
fn recover(
    text: &str,
    tree: Option<&Tree>,
    marks: &Marks<'_>,
    grammar: &mut Grammar,
    file: &mut File,
) -> Vec<SyntaxError> {
    let mut errors = Vec::new();
    let mut converter = Converter::new(text, 0);
    let whole = tree.map_or_else(Vec::new, |tree| whole_declarations(&converter, tree));
    let mut from = 0;
    let mut nodes = whole.iter();
    loop {
        let next = nodes.next();
        let until = next.map_or(text.len(), Node::start_byte);
        if tree.is_none() || marks.error_between(from, until) {
            for piece in pieces(text, from, until, marks) {
                let read = if piece.range == (0..text.len()) { Some(tree.cloned()) } else { None };
                errors.extend(read_piece(text, &piece, read, grammar, file));
            }
        }
        let Some(node) = next else { break };
        file.declarations.extend(converter.declaration(*node));
        from = node.end_byte();
    }
    errors.extend(converter.into_errors());
    errors
}

/// The declarations that neither contain an error nor have one after them in the same line.
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
            } else if is_declaration(node) && !node.has_error() && !node.is_missing() {
                whole.push(node);
            }
            if !cursor.goto_next_sibling() {
                break;
            }
        }
    }
    whole
}

/// Whether a node at the top is a declaration, and not a part of one that could not be read.
fn is_declaration(node: Node<'_>) -> bool {
    node.is_named() && (node.kind().ends_with("_declaration") || node.kind().ends_with("_assignment"))
}

/// A part of the text that at most one declaration should be in.
struct DeclarationPiece {
    range: std::ops::Range<usize>,
    /// What the line that begins it declares.
    declares: Option<(Keyword, Option<Name>)>,
}

/// Splits `from..until` before the lines that begin a declaration, with their decorators.
fn pieces(text: &str, from: usize, until: usize, marks: &Marks<'_>) -> Vec<DeclarationPiece> {
    let region = text.get(from..until).unwrap_or_default();
    let mut pieces = vec![DeclarationPiece { range: from..until, declares: None }];
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
                pieces.push(DeclarationPiece { range: start..until, declares: None });
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

/// Whether a line begins with a keyword and continues as a declaration, not as a property, a call or an access.
pub(super) fn declares(line: &str, start: usize) -> Option<(Keyword, Option<Name>)> {
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

/// Parses one piece by itself. A piece that begins a declaration makes one, even if only a broken one.
///
/// `read` is the piece's tree where it has been parsed before.
fn read_piece(
    text: &str,
    piece: &DeclarationPiece,
    read: Option<Option<Tree>>,
    grammar: &mut Grammar,
    file: &mut File,
) -> Vec<SyntaxError> {
    let Some(part) = text.get(piece.range.clone()) else { return Vec::new() };
    let base = u32::try_from(piece.range.start).unwrap_or(u32::MAX);
    let tree = match read {
        Some(tree) => tree,
        None => grammar.piece(part, None).unwrap_or_default(),
    };
    let mut converter = Converter::new(part, base);
    let found = tree.as_ref().map_or_else(Vec::new, |tree| top_level(&mut converter, tree));
    match &tree {
        Some(tree) => {
            for error in Marks::of(tree).errors.iter().take(MAX_ERRORS) {
                let (range, message) = error.describe(part, base);
                converter.error(range, message);
            }
        }
        None => converter.error(base..base, "from here on there is too much that is no Bicep"),
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
