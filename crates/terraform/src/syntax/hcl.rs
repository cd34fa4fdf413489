//! HCL's native syntax, read by `hcl-edit`, into our own tree.
//!
//! `hcl-edit` refuses what is nested more than 64 levels deep or chains more than 128 operators, so every tree it gives
//! can be walked and dropped by recursion.

use std::ops::Range;
use std::sync::Arc;

use cmklint_graph::{Literal, Number};
use cmklint_source::{FileId, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::{BinaryOperator, Expression, ObjectKey, TraversalOperator, UnaryOperator};
use hcl_edit::structure::Structure;
use hcl_edit::template::{Directive, Element, Strip, Template};

use super::ast::{Attribute, Binary, Block, Body, Call, Expr, ExprKind, For, Piece, Step, StepKind};

/// Where the text of a tree stands in its file.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// It is the file's text from that offset on.
    At(FileId, usize),
    /// It has no text of its own in the file (a template inside an escaped JSON string): all of it is at one span.
    Within(Span),
}

/// Turns `hcl-edit`'s trees into ours.
pub(crate) struct Reader {
    pub(crate) place: Place,
}

impl Reader {
    fn span(&self, range: Option<Range<usize>>) -> Span {
        match self.place {
            Place::At(file, offset) => {
                let range = range.unwrap_or(0..0);
                Span::new(file, range.start + offset, range.end + offset)
            }
            Place::Within(span) => span,
        }
    }

    pub(crate) fn body(&self, body: &hcl_edit::structure::Body) -> Body {
        let mut out = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => out.attributes.push(Attribute {
                    name: attribute.key.as_str().into(),
                    name_span: self.span(attribute.key.span()),
                    value: Arc::new(self.expr(&attribute.value)),
                }),
                Structure::Block(block) => {
                    let whole = self.span(block.span());
                    let mut header = self.span(block.ident.span());
                    for label in &block.labels {
                        header = header.cover(self.span(label.span()));
                    }
                    out.blocks.push(Arc::new(Block {
                        kind: block.ident.as_str().into(),
                        labels: block.labels.iter().map(|l| l.as_str().into()).collect(),
                        header,
                        whole,
                        body: self.body(&block.body),
                    }));
                }
            }
        }
        out
    }

    pub(crate) fn expr(&self, expr: &Expression) -> Expr {
        let span = self.span(expr.span());
        let kind = match expr {
            Expression::Null(_) => ExprKind::Literal(Literal::Null),
            Expression::Bool(value) => ExprKind::Literal(Literal::Bool(*value.value())),
            Expression::Number(value) => number(value.value()),
            Expression::String(value) => ExprKind::Literal(Literal::String(value.value().as_str().into())),
            Expression::Array(array) => ExprKind::Array(array.iter().map(|e| self.expr(e)).collect()),
            Expression::Object(object) => {
                ExprKind::Object(object.iter().map(|(k, v)| (self.key(k), self.expr(v.expr()))).collect())
            }
            Expression::StringTemplate(template) => ExprKind::Template(self.template(template)),
            Expression::HeredocTemplate(heredoc) => {
                let mut pieces = self.template(&heredoc.template);
                // A heredoc is text even where it holds one interpolation only.
                if let [Piece::Value(_)] = &pieces[..] {
                    pieces.push(Piece::Text(Arc::from("")));
                }
                match &pieces[..] {
                    [] => ExprKind::Literal(Literal::String(Arc::from(""))),
                    [Piece::Text(text)] => ExprKind::Literal(Literal::String(Arc::clone(text))),
                    _ => ExprKind::Template(pieces),
                }
            }
            Expression::Parenthesis(inner) => return Expr { span, kind: self.expr(inner.inner()).kind },
            Expression::Variable(name) => ExprKind::Variable(name.as_str().into()),
            Expression::Conditional(c) => ExprKind::Conditional(Box::new((
                self.expr(&c.cond_expr),
                self.expr(&c.true_expr),
                self.expr(&c.false_expr),
            ))),
            Expression::FuncCall(call) => {
                let mut name = String::new();
                for part in &call.name.namespace {
                    name.push_str(part.as_str());
                    name.push_str("::");
                }
                name.push_str(call.name.name.as_str());
                ExprKind::Call(Box::new(Call {
                    name: name.into(),
                    args: call.args.iter().map(|e| Arc::new(self.expr(e))).collect(),
                    expand: call.args.expand_final(),
                }))
            }
            Expression::Traversal(traversal) => {
                let steps = traversal.operators.iter().map(|op| {
                    let kind = match op.value() {
                        TraversalOperator::AttrSplat(_) => StepKind::AttributeSplat,
                        TraversalOperator::FullSplat(_) => StepKind::FullSplat,
                        TraversalOperator::GetAttr(name) => StepKind::Attribute(name.as_str().into()),
                        TraversalOperator::Index(index) => StepKind::Index(self.expr(index)),
                        TraversalOperator::LegacyIndex(index) => StepKind::Index(Expr {
                            span: self.span(op.span()),
                            kind: ExprKind::Literal(Literal::Number(Number::Int(
                                i64::try_from(*index.value()).unwrap_or(i64::MAX),
                            ))),
                        }),
                    };
                    Step { span: self.span(op.span()), kind }
                });
                ExprKind::Traversal(Box::new(self.expr(&traversal.expr)), steps.collect())
            }
            Expression::UnaryOp(op) => match op.operator.value() {
                UnaryOperator::Neg => ExprKind::Negate(Box::new(self.expr(&op.expr))),
                UnaryOperator::Not => ExprKind::Not(Box::new(self.expr(&op.expr))),
            },
            Expression::BinaryOp(op) => ExprKind::Binary(
                binary(*op.operator.value()),
                Box::new((self.expr(&op.lhs_expr), self.expr(&op.rhs_expr))),
            ),
            Expression::ForExpr(f) => ExprKind::For(Box::new(For {
                key_name: f.intro.key_var.as_ref().map(|k| k.as_str().into()),
                value_name: f.intro.value_var.as_str().into(),
                collection: self.expr(&f.intro.collection_expr),
                key: f.key_expr.as_ref().map(|e| self.expr(e)),
                value: self.expr(&f.value_expr),
                group: f.grouping,
                condition: f.cond.as_ref().map(|c| self.expr(&c.expr)),
            })),
        };
        Expr { span, kind }
    }

    fn key(&self, key: &ObjectKey) -> Expr {
        match key {
            ObjectKey::Ident(name) => {
                Expr { span: self.span(name.span()), kind: ExprKind::Literal(Literal::String(name.as_str().into())) }
            }
            ObjectKey::Expression(expr) => self.expr(expr),
        }
    }

    pub(crate) fn template(&self, template: &Template) -> Vec<Piece> {
        self.pieces(template, false, false)
    }

    /// The pieces of `template`; `head` and `tail` say whether what stands around it strips blanks at its ends.
    fn pieces(&self, template: &Template, head: bool, tail: bool) -> Vec<Piece> {
        let elements: Vec<&Element> = template.iter().collect();
        let mut out = Vec::new();
        for (i, element) in elements.iter().enumerate() {
            match element {
                Element::Literal(text) => {
                    let before = i.checked_sub(1).and_then(|i| elements.get(i)).map_or(head, |e| strips_after(e));
                    let after = elements.get(i + 1).map_or(tail, |e| strips_before(e));
                    let mut text = text.value().as_str();
                    if before {
                        text = text.trim_start();
                    }
                    if after {
                        text = text.trim_end();
                    }
                    if !text.is_empty() {
                        out.push(Piece::Text(text.into()));
                    }
                }
                Element::Interpolation(inner) => out.push(Piece::Value(self.expr(&inner.expr))),
                Element::Directive(directive) => match &**directive {
                    Directive::If(d) => {
                        let end = d.endif_expr.strip;
                        let (middle, otherwise) = match &d.else_expr {
                            Some(e) => (e.strip, self.pieces(&e.template, e.strip.strip_end(), end.strip_start())),
                            None => (end, Vec::new()),
                        };
                        out.push(Piece::If {
                            condition: self.expr(&d.if_expr.cond_expr),
                            then: self.pieces(&d.if_expr.template, d.if_expr.strip.strip_end(), middle.strip_start()),
                            otherwise,
                        });
                    }
                    Directive::For(d) => out.push(Piece::For {
                        key_name: d.for_expr.key_var.as_ref().map(|k| k.as_str().into()),
                        value_name: d.for_expr.value_var.as_str().into(),
                        collection: self.expr(&d.for_expr.collection_expr),
                        body: self.pieces(
                            &d.for_expr.template,
                            d.for_expr.strip.strip_end(),
                            d.endfor_expr.strip.strip_start(),
                        ),
                    }),
                },
            }
        }
        out
    }
}

fn ends(element: &Element) -> (Strip, Strip) {
    match element {
        Element::Literal(_) => (Strip::None, Strip::None),
        Element::Interpolation(i) => (i.strip, i.strip),
        Element::Directive(directive) => match &**directive {
            Directive::If(d) => (d.if_expr.strip, d.endif_expr.strip),
            Directive::For(d) => (d.for_expr.strip, d.endfor_expr.strip),
        },
    }
}

fn strips_before(element: &Element) -> bool {
    ends(element).0.strip_start()
}

fn strips_after(element: &Element) -> bool {
    ends(element).1.strip_end()
}

fn number(value: &hcl_edit::Number) -> ExprKind {
    let number = match value.as_i64() {
        Some(int) => Some(Number::Int(int)),
        None => value.as_f64().and_then(Number::from_f64),
    };
    ExprKind::Literal(number.map_or(Literal::Null, Literal::Number))
}

fn binary(operator: BinaryOperator) -> Binary {
    match operator {
        BinaryOperator::Eq => Binary::Equal,
        BinaryOperator::NotEq => Binary::NotEqual,
        BinaryOperator::LessEq => Binary::LessEqual,
        BinaryOperator::GreaterEq => Binary::GreaterEqual,
        BinaryOperator::Less => Binary::Less,
        BinaryOperator::Greater => Binary::Greater,
        BinaryOperator::Plus => Binary::Add,
        BinaryOperator::Minus => Binary::Subtract,
        BinaryOperator::Mul => Binary::Multiply,
        BinaryOperator::Div => Binary::Divide,
        BinaryOperator::Mod => Binary::Modulo,
        BinaryOperator::And => Binary::And,
        BinaryOperator::Or => Binary::Or,
    }
}
