//! A text that is edited has the tree that the same text has when it is read anew.
#![allow(clippy::unwrap_used)] // in helpers too

use std::cell::Cell;
use std::ops::Range;
use std::path::{Path, PathBuf};

use cmklint_bicep::syntax::{Document, EditError, parse};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

/// The Bicep examples of the rules, and what of the corpus is unpacked: a few files of each of its trees.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    find(&root.join("rules"), &mut paths);
    let examples = paths.len();
    find(&root.join("target/corpus"), &mut paths);
    paths[..examples].sort();
    paths[examples..].sort();
    let wanted = |at: usize| at < examples && at.is_multiple_of(9) || at >= examples && at.is_multiple_of(31);
    let chosen = paths.iter().enumerate().filter(|(at, _)| wanted(*at)).map(|(_, path)| path);
    let texts: Vec<String> = chosen.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    assert!(texts.len() > 10, "the examples are there");
    texts.into_iter().filter(|text| text.len() < 20_000).collect()
}

fn find(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            find(&path, out);
        } else if path.extension().is_some_and(|end| end == "bicep" || end == "bicepparam") {
            out.push(path);
        }
    }
}

/// What people and editors put in: whole lines, halves of pairs, and what opens or closes much.
const PIECES: [&str; 36] = [
    "",
    "",
    "",
    "a",
    "1",
    " ",
    "\n",
    "\r\n",
    "\n\n",
    "'",
    "'''",
    "$'''",
    "${",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "=>",
    " ? ",
    "\n  : b",
    "\n  | 'x'",
    "// x\n",
    "/*",
    "*/",
    "#disable-next-line BCP001\n",
    "@secure()\n",
    "param p string\n",
    "var v = 'a${b}c'\n",
    "resource r 'A.B/c@1' = {\n  name: 'r'\n}\n",
    "ü",
    "😀",
    "\0",
    ",",
    "for x in y: ",
];

fn on_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Edits the document; its tree must be that of the whole text.
fn same_as_anew(document: &mut Document, range: Range<usize>, new: &str) -> Result<(), TestCaseError> {
    let expected = format!("{}{new}{}", &document.text()[..range.start], &document.text()[range.end..]);
    document.edit(range.clone(), new).unwrap();
    prop_assert_eq!(document.text(), &expected);
    prop_assert_eq!(document.outline(), Document::new(expected.clone()).outline(), "{:?} at {:?}", new, range);
    prop_assert_eq!(document.file(), parse(&expected));
    Ok(())
}

#[test]
fn whatever_is_edited_the_tree_is_that_of_the_whole_text() {
    let texts = texts();
    // Half of the edits change a name, a number or a text, so that what is parsed again is not always broken.
    let edit = (any::<prop::sample::Index>(), 0_usize..60, 0..PIECES.len(), any::<bool>());
    let cases = (0..texts.len(), prop::collection::vec(edit, 1..12));
    let mut runner = TestRunner::new(Config { cases: 150, failure_persistence: None, ..Config::default() });
    let (whole, broken) = (Cell::new(0), Cell::new(0));
    let run = runner.run(&cases, |(which, edits)| {
        let mut document = Document::new(texts[which].clone());
        for (at, length, piece, small) in edits {
            let start = on_boundary(document.text(), at.index(document.text().len() + 1));
            let (start, length, piece) = if small {
                let word = |c: char| c.is_ascii_alphanumeric();
                let start = start + document.text()[start..].find(word).unwrap_or(0);
                (start, document.text()[start..].find(|c| !word(c)).unwrap_or(0).min(length % 3), 3 + piece % 2)
            } else {
                (start, length, piece)
            };
            let end = on_boundary(document.text(), start + length);
            let taken = document.text()[start..end].to_owned();
            same_as_anew(&mut document, start..end, PIECES[piece])?;
            let count = if document.file().1.is_empty() { &whole } else { &broken };
            count.set(count.get() + 1);
            // Most breaks are mended, so that the way back is tried, too.
            if length % 4 > 0 && !document.file().1.is_empty() {
                same_as_anew(&mut document, start..start + PIECES[piece].len(), &taken)?;
            }
        }
        Ok(())
    });
    run.unwrap();
    assert!(whole.get() > 150 && broken.get() > 150, "both are tried: {} and {}", whole.get(), broken.get());
}

/// Types a text letter by letter, as a person does, and takes it away again.
#[test]
fn a_text_that_is_typed_has_the_tree_of_the_whole_at_each_letter() {
    let text = "@secure()\nparam a string = 'x${b}y' // c\nvar m = $'''\n${a}\n'''\nvar t = a\n  ? b\n  : [for i in c: {\n    d: (e) => e\n  }]\n";
    let mut document = Document::new("");
    for letter in text.chars() {
        let end = document.text().len();
        document.edit(end..end, letter.encode_utf8(&mut [0; 4])).unwrap();
        assert_eq!(document.outline(), Document::new(document.text()).outline());
    }
    assert!(document.file().1.is_empty());
    while !document.text().is_empty() {
        let middle = document.text().len() / 2;
        document.edit(middle..middle + 1, "").unwrap();
        assert_eq!(document.file(), parse(document.text()));
    }
}

/// Among them letters that share some of their bytes, what is repeated, and what is broken.
#[test]
fn a_text_that_takes_the_place_of_another_has_its_own_tree() {
    let a = "var a = 'ü'\n";
    let texts =
        ["", a, "var a = 'é'\n", "var a = 'üü'\n", "param b int\nvar a = 'ü'\n", &a.repeat(2), "var a = '", "ü", "é"];
    for before in texts {
        for after in texts {
            let mut document = Document::new(before);
            document.set_text(after);
            assert_eq!(document.text(), after);
            assert_eq!(document.outline(), Document::new(after).outline(), "{before:?}, then {after:?}");
            assert_eq!(document.file(), parse(after), "{before:?}, then {after:?}");
        }
    }
}

#[test]
fn a_range_that_is_none_of_the_text_is_refused() {
    let mut document = Document::new("var a = 'ü'\n");
    assert_eq!(document.edit(0..99, ""), Err(EditError::OutOfBounds));
    #[allow(clippy::reversed_empty_ranges)]
    let reversed = 3..2;
    assert_eq!(document.edit(reversed, ""), Err(EditError::OutOfBounds));
    assert_eq!(document.edit(10..11, ""), Err(EditError::InsideCharacter));
    assert_eq!(document.text(), "var a = 'ü'\n");
}
