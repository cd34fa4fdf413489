//! The string literals of the rules that people read.

use anyhow::{Context as _, Result};
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, ExprMethodCall, FieldValue, LitStr, Macro, Member, Pat};

/// The methods of the builder of findings that take text for people, and the index of that argument.
const WORDS: [(&str, usize); 9] = [
    ("help", 0),
    ("words", 0),
    ("note", 0),
    ("message", 0),
    ("assuming", 0),
    ("related", 2),
    ("before", 3),
    ("trail", 0),
    ("trail_before", 0),
];

/// A literal, by its bytes in the file.
pub(super) struct Literal {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: usize,
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// What a text is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A literal of Rust.
    Literal,
    /// A field of a data file.
    Field {
        /// Whether a table of the documentation, which a test compares, has it too.
        in_table: bool,
    },
}

impl Literal {
    /// The literal with `word` in place of its text. The arguments of a format string are kept, so that it compiles.
    pub(super) fn replaced(&self, word: &str) -> String {
        if self.kind != Kind::Literal {
            return word.to_owned();
        }
        let mut arguments = String::new();
        let mut rest = self.text.replace("{{", "").replace("}}", "");
        while let Some((_, tail)) = rest.split_once('{') {
            let Some((argument, after)) = tail.split_once('}') else { break };
            arguments.push_str(&format!(" {{{argument}}}"));
            rest = after.to_owned();
        }
        format!("{:?}", format!("{word}{arguments}"))
    }
}

/// The literals in `source`, a Rust file, that become text of a report: those passed to the builder of findings, a rule's restriction, and
/// every other text of more than one word outside of patterns and attributes. Those of tests are left out.
pub(super) fn of(source: &str) -> Result<Vec<Literal>> {
    let file = syn::parse_file(source).context("not a file of Rust")?;
    let mut found = Found::default();
    found.visit_file(&file);
    let mut literals = found.literals;
    literals.sort_by_key(|literal| literal.start);
    literals.dedup_by_key(|literal| literal.start);
    Ok(literals)
}

#[derive(Default)]
struct Found {
    literals: Vec<Literal>,
    /// How many calls that take such text surround the visited node.
    inside: usize,
}

impl Found {
    fn take(&mut self, literal: &LitStr) {
        let text = literal.value();
        let is_words = if self.inside > 0 { !text.is_empty() } else { text.trim().contains(' ') };
        if is_words && text.chars().any(char::is_alphabetic) {
            let (range, start) = (literal.span().byte_range(), literal.span().start());
            self.literals.push(Literal {
                start: range.start,
                end: range.end,
                line: start.line,
                text,
                kind: Kind::Literal,
            });
        }
    }

    fn take_tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.take_tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    if let Ok(literal) = syn::parse_str::<LitStr>(&literal.to_string()).map(|mut text| {
                        text.set_span(literal.span());
                        text
                    }) {
                        self.take(&literal);
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Found {
    fn visit_lit_str(&mut self, literal: &'ast LitStr) {
        self.take(literal);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        if !call.path.is_ident("matches") && !call.path.is_ident("include_str") {
            self.take_tokens(call.tokens.clone());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let name = call.method.to_string();
        self.visit_expr(&call.receiver);
        let words = WORDS.iter().find(|(method, at)| name == *method && call.args.len() > *at).map(|(_, at)| *at);
        for (i, argument) in call.args.iter().enumerate() {
            match words {
                Some(at) if at == i => {
                    self.inside += 1;
                    self.visit_expr(argument);
                    self.inside -= 1;
                }
                _ => self.visit_expr(argument),
            }
        }
    }

    fn visit_expr_index(&mut self, index: &'ast syn::ExprIndex) {
        self.visit_expr(&index.expr);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        // A text that is compared is not shown.
        if !matches!(binary.op, BinOp::Eq(_) | BinOp::Ne(_)) {
            visit::visit_expr_binary(self, binary);
        }
    }

    fn visit_field_value(&mut self, field: &'ast FieldValue) {
        if !matches!(&field.member, Member::Named(name) if name == "page") {
            visit::visit_field_value(self, field);
        }
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        // A constant list contains names of Azure, which are no words of ours.
        if matches!(&*item.ty, syn::Type::Reference(text) if matches!(&*text.elem, syn::Type::Path(kind) if kind.path.is_ident("str")))
        {
            visit::visit_item_const(self, item);
        }
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        // Tables such as that of roles contain no text for people.
        if matches!(&*item.ty, syn::Type::Path(kind) if kind.path.is_ident("RuleMeta")) {
            visit::visit_item_static(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !item.attrs.iter().any(is_test) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_pat(&mut self, _: &'ast Pat) {}
}

fn is_test(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_and_paths_patterns_and_tests_are_not() {
        let source = r#"
            /// A comment of several words.
            const HELP: &str = "a constant text";
            const NAMES: [&str; 1] = ["a name of Azure"];
            fn check() {
                finding(&META, "properties.kty").message(format!("type {text} of {}", name("x")))
                    .related(set, "properties.key", if one { "a" } else { "the key" })
                    .trail("type", node, &kty);
                match text { "two words" => "other words", _ => "single" };
                if text == "a role" {}
            }
            #[cfg(test)]
            mod tests { fn f() { g("words of a test") } }
        "#;
        let texts: Vec<String> = of(source).unwrap().into_iter().map(|literal| literal.text).collect();
        assert_eq!(texts, ["a constant text", "type {text} of {}", "x", "a", "the key", "type", "other words"]);
    }

    #[test]
    fn a_format_string_keeps_its_arguments() {
        let literal =
            Literal { start: 0, end: 0, line: 1, text: "a {x:?} and {} of {{y}}".to_owned(), kind: Kind::Literal };
        assert_eq!(literal.replaced("QQQ"), "\"QQQ {x:?} {}\"");
    }
}
