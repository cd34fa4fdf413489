//! The cases of `test/corpus`, so that they run without the generator's own command.

use tree_sitter::{Parser, Tree};

fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&cmklint_bicep_grammar::LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check(corpus: &str) {
    let rule = "==================\n";
    let parts: Vec<&str> = corpus.split(rule).skip(1).collect();
    assert!(parts.len() >= 2 && parts.len().is_multiple_of(2), "a name and a body for each case");
    for case in parts.chunks(2) {
        let (name, body) = (case[0].trim(), case[1]);
        let (input, expected) = body.split_once("\n---\n").unwrap_or_else(|| panic!("{name}: no ---"));
        let actual = parse(input).root_node().to_sexp().replace(")", " )").replace("(", "( ");
        let expected = expected.replace(")", " )").replace("(", "( ");
        assert_eq!(words(&actual), words(&expected), "{name}");
    }
}

#[test]
fn declarations_give_the_trees_of_the_corpus() {
    check(include_str!("../test/corpus/declarations.txt"));
}

#[test]
fn expressions_give_the_trees_of_the_corpus() {
    check(include_str!("../test/corpus/expressions.txt"));
}

#[test]
fn deep_nesting_is_parsed_without_error_and_without_overflow() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{a:", "}"), ("'${", "}'"), ("!", ""), ("a ? b : ", "")] {
        let text = format!("var x = {}1{}\n", open.repeat(10_000), close.repeat(10_000));
        assert!(!parse(&text).root_node().has_error(), "{open}");
    }
}

#[test]
fn what_is_left_open_is_an_error_and_ends() {
    for piece in ["(", "[\n", "{\n", "'${", "$'''${", "'''", "/*", "resource a 'b' = {\n", "(a,", "@"] {
        let tree = parse(&format!("var x = {}", piece.repeat(5_000)));
        assert!(tree.root_node().has_error() || piece == "/*" || piece == "'''", "{piece}");
    }
}

#[test]
fn a_broken_line_leaves_the_declarations_around_it_whole() {
    let tree = parse("param a string\nbad bad\nparam b int = 3\nvar =\nvar c = 1\n");
    let root = tree.root_node();
    let mut cursor = root.walk();
    let kinds: Vec<_> = root.children(&mut cursor).filter(|n| !n.is_error()).map(|n| n.kind()).collect();
    assert_eq!(kinds, ["parameter_declaration", "parameter_declaration", "variable_declaration"]);
}
