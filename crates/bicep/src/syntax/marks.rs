//! What a walk over a tree collects beside the declarations: comments, directives, and parts that could not be read.

use tree_sitter::{Node, Tree};

use super::ByteRange;
use super::recover::declares;
use super::scan::Token;

/// A node that could not be read, or is missing.
pub(super) struct Wrong<'t> {
    range: std::ops::Range<usize>,
    /// What is missing, in the grammar's name.
    missing: Option<&'t str>,
}

impl Wrong<'_> {
    /// Its place, at most up to the end of its first line, and a message.
    pub(super) fn describe(&self, text: &str, base: u32) -> (ByteRange, String) {
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

/// The result of one walk over a tree, each list in the text's order.
#[derive(Default)]
pub(super) struct Marks<'t> {
    pub(super) comments: Vec<ByteRange>,
    pub(super) directives: Vec<ByteRange>,
    /// Comments and texts of strings that contain line breaks.
    covers: Vec<std::ops::Range<usize>>,
    pub(super) errors: Vec<Wrong<'t>>,
}

/// More places than this where a comment may begin are not looked up one by one: each look-up passes all nodes beside those that lead there.
const MAX_LOOKED_UP: usize = 64;

impl<'t> Marks<'t> {
    /// The marks of `tree`, of a `text` without errors: its comments and directives, all else is asked for where there are errors.
    pub(super) fn of_whole(tree: &'t Tree, text: &str) -> Self {
        let begins = |at: &usize| matches!(text.as_bytes().get(*at..), Some([b'/', b'/' | b'*', ..] | [b'#', ..]));
        let places: Vec<usize> =
            memchr::memchr2_iter(b'/', b'#', text.as_bytes()).filter(begins).take(MAX_LOOKED_UP + 1).collect();
        if places.len() > MAX_LOOKED_UP {
            return Self::of(tree);
        }
        let mut marks = Self::default();
        let root = tree.root_node();
        for at in places {
            let node = root.descendant_for_byte_range(at, at + 1).filter(|node| node.start_byte() == at);
            node.into_iter().for_each(|node| marks.visit(node, false, root.end_byte()));
        }
        marks
    }

    pub(super) fn of(tree: &'t Tree) -> Self {
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

    /// The result of a scan of the text alone: its comments, and the strings that contain line breaks. For a text on which the parser
    /// gave up on.
    pub(super) fn scan(text: &str) -> Self {
        let mut marks = Self::default();
        let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        super::scan::scan(text, |part, range| {
            match part {
                Token::LineComment => marks.comments.push(offset(range.start)..offset(range.end)),
                Token::BlockComment => {
                    marks.comments.push(offset(range.start)..offset(range.end));
                    marks.covers.push(range);
                }
                Token::Lines => marks.covers.push(range),
                Token::Open | Token::Close | Token::OpenString | Token::At => {}
            }
            true
        });
        marks
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
        // A string that reaches the end of the file was never closed: the lines in it may be declarations.
        if kind == "comment" || kind == "string_content" && node.end_byte() < end {
            let lines = node.end_position().row - node.start_position().row;
            if lines > 0 {
                self.covers.push(node.byte_range());
            }
        }
    }

    pub(super) fn covers(&self, byte: usize) -> bool {
        let after = self.covers.partition_point(|range| range.start <= byte);
        after.checked_sub(1).and_then(|index| self.covers.get(index)).is_some_and(|range| byte < range.end)
    }

    pub(super) fn error_between(&self, from: usize, until: usize) -> bool {
        let index = self.errors.partition_point(|error| error.range.end < from);
        self.errors.get(index).is_some_and(|error| error.range.start <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::super::grammar::Grammar;
    use super::*;

    #[test]
    fn a_look_up_finds_the_comments_that_a_walk_finds() {
        let tricky = [
            "var a = 'https://b' // c // d\nvar e = '''\n// f /* g\n'''\n/* h // i\n#j */ var k = 4 / 2 // #l",
            "#disable-next-line no-unused-params // why\nparam a string // 'b'\n#disable-diagnostics x\nvar c = '#d ${a}//'\n//",
            "var a = {\n  // b\n  c: [ /* d */ 1 // e\n  ]\n}\n/**/",
        ];
        let many = "// a\nvar b = 1 // c\n".repeat(MAX_LOOKED_UP);
        let examples = super::super::tests::examples();
        assert!(examples.len() > 50, "the examples are there");
        let mut found = 0;
        for text in tricky.into_iter().chain([&*many]).chain(examples.iter().map(String::as_str)) {
            let tree = Grammar::new().unwrap().nodes(text, None).unwrap().unwrap();
            let (looked_up, walked) = (Marks::of_whole(&tree, text), Marks::of(&tree));
            if walked.errors.is_empty() {
                assert_eq!(looked_up.comments, walked.comments, "{text}");
                assert_eq!(looked_up.directives, walked.directives, "{text}");
                found += walked.comments.len();
            }
        }
        assert!(found > 100, "{found} comments");
    }
}
