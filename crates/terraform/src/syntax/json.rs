//! Terraform's JSON syntax: the same configuration, with expressions inside text.
//! <https://developer.hashicorp.com/terraform/language/syntax/json>

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::{Diagnostic, SourceFile, Span};
use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions};

use super::ast::{Attribute, Block, Body, Expr, ExprKind};
use super::hcl::TextPlacement;

pub(super) const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads `file` as a configuration, or as variable values (`plain`: no blocks, and text is text).
pub(crate) fn parse(file: &SourceFile, plain: bool, diagnostics: &mut Vec<Diagnostic>) -> Body {
    let mut reader = Json { file, diagnostics, plain };
    let parsed = jsonc_parser::parse_to_ast(file.text(), &CollectOptions::default(), &STRICT);
    match parsed.map(|result| result.value) {
        Ok(Some(value)) if plain => reader.attributes(&value),
        Ok(Some(value)) => reader.root(&value),
        Ok(None) => Body::default(),
        Err(error) => {
            let range = error.range();
            let span = file.span(range.start, range.end.min(file.text().len()));
            reader.diagnostics.push(Diagnostic::error("syntax", error.kind().to_string(), span));
            Body::default()
        }
    }
}

struct Json<'a> {
    file: &'a SourceFile,
    diagnostics: &'a mut Vec<Diagnostic>,
    plain: bool,
}

/// The number of labels of a kind of block; `None` where it is not a top-level block.
fn labels_of(kind: &str) -> Option<usize> {
    Some(match kind {
        "resource" | "data" | "ephemeral" => 2,
        "variable" | "output" | "module" | "provider" | "check" => 1,
        "locals" | "terraform" | "moved" | "import" | "removed" => 0,
        _ => return None,
    })
}

impl Json<'_> {
    fn span(&self, range: Range) -> Span {
        self.file.span(range.start, range.end)
    }

    fn root(&mut self, value: &Value<'_>) -> Body {
        let mut out = Body::default();
        for object in objects(value) {
            for property in &object.properties {
                let kind = property.name.as_str();
                match labels_of(kind) {
                    Some(labels) => {
                        let header = self.name_span(&property.name);
                        self.blocks(kind, header, labels, &property.value, &mut Vec::new(), &mut out);
                    }
                    None if kind == "//" => {}
                    None => {
                        let span = self.name_span(&property.name);
                        let message = format!("'{kind}' is no kind of block that Terraform knows");
                        self.diagnostics.push(Diagnostic::warning("unknown-block", message, span));
                    }
                }
            }
        }
        out
    }

    fn blocks(
        &mut self,
        kind: &str,
        header: Span,
        labels: usize,
        value: &Value<'_>,
        path: &mut Vec<Arc<str>>,
        out: &mut Body,
    ) {
        for object in objects(value) {
            if path.len() < labels {
                for property in object.properties.iter().filter(|p| p.name.as_str() != "//") {
                    path.push(property.name.as_str().into());
                    let header = self.name_span(&property.name);
                    self.blocks(kind, header, labels, &property.value, path, out);
                    path.pop();
                }
            } else {
                let body = self.body(object);
                let whole = header.cover(self.span(object.range));
                out.blocks.push(Arc::new(Block { kind: kind.into(), labels: path.clone(), header, whole, body }));
            }
        }
    }

    fn attributes(&mut self, value: &Value<'_>) -> Body {
        let mut out = Body::default();
        for object in objects(value) {
            out.attributes.extend(self.body(object).attributes);
        }
        out
    }

    /// The body of a block: nested blocks are attributes here, except dynamic ones.
    fn body(&mut self, object: &jsonc_parser::ast::Object<'_>) -> Body {
        let mut out = Body { json: true, ..Body::default() };
        for property in &object.properties {
            let name = property.name.as_str();
            let header = self.name_span(&property.name);
            match name {
                "//" => {}
                "dynamic" if !self.plain => {
                    self.blocks("dynamic", header, 1, &property.value, &mut Vec::new(), &mut out);
                }
                "content" | "validation" | "lifecycle" if !self.plain => {
                    self.blocks(name, header, 0, &property.value, &mut Vec::new(), &mut out);
                }
                _ => out.attributes.push(Attribute {
                    name: name.into(),
                    name_span: header,
                    value: Arc::new(self.expr(&property.value)),
                }),
            }
        }
        out
    }

    fn name_span(&self, name: &ObjectPropName<'_>) -> Span {
        match name {
            ObjectPropName::String(literal) => self.span(literal.range),
            ObjectPropName::Word(word) => self.span(word.range),
        }
    }

    fn expr(&mut self, value: &Value<'_>) -> Expr {
        let span = self.span(value.range());
        let kind = match value {
            Value::NullKeyword(_) => ExprKind::Literal(Literal::Null),
            Value::BooleanLit(literal) => ExprKind::Literal(Literal::Bool(literal.value)),
            Value::NumberLit(literal) => number(literal.value),
            Value::StringLit(literal) => return self.text(&literal.value, literal.range),
            Value::Array(array) => ExprKind::Array(array.elements.iter().map(|e| self.expr(e)).collect()),
            Value::Object(object) => ExprKind::Object(
                object
                    .properties
                    .iter()
                    .map(|property| {
                        let key = match &property.name {
                            ObjectPropName::String(literal) => self.text(&literal.value, literal.range),
                            ObjectPropName::Word(word) => self.text(word.value, word.range),
                        };
                        (key, self.expr(&property.value))
                    })
                    .collect(),
            ),
        };
        Expr { span, kind }
    }

    fn text(&mut self, text: &str, range: Range) -> Expr {
        let span = self.span(range);
        let literal = || ExprKind::Literal(Literal::String(text.into()));
        if self.plain || !(text.contains("${") || text.contains("%{")) {
            return Expr { span, kind: literal() };
        }
        let unescaped = range.end.saturating_sub(range.start) == text.len() + 2;
        let place = match unescaped {
            true => TextPlacement::At(self.file.id(), range.start + 1),
            false => TextPlacement::Within(span),
        };
        match super::template_at(text, place) {
            Ok(pieces) => Expr { span, kind: ExprKind::Template(pieces) },
            Err(error) => {
                let message = format!("in this template: {error}");
                self.diagnostics.push(Diagnostic::error("syntax", message, span));
                Expr { span, kind: literal() }
            }
        }
    }
}

fn number(text: &str) -> ExprKind {
    match crate::functions::parse_number(text) {
        crate::functions::ParsedNumber::Known(number) => ExprKind::Literal(Literal::Number(number)),
        _ => ExprKind::Digits(text.into()),
    }
}

/// The object `value`, or the objects in it where it is a list.
fn objects<'v, 'a>(value: &'v Value<'a>) -> Vec<&'v jsonc_parser::ast::Object<'a>> {
    match value {
        Value::Object(object) => vec![object],
        Value::Array(array) => array.elements.iter().filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    }
}
