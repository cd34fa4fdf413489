//! HCL's native syntax, parsed by `hcl-edit` and converted to our own tree.
//!
//! `hcl-edit` refuses expressions that are nested more than 64 levels deep or chain more than 128 operators, so every tree from it
//! can be walked and dropped by recursion.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use cmklint_graph::{Literal, Number};
use cmklint_source::{FileId, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::{BinaryOperator, Expression, ObjectKey, Traversal, TraversalOperator, UnaryOperator};
use hcl_edit::structure::Structure;
use hcl_edit::template::{Directive, Element, HeredocTemplate, Strip, Template};

use crate::functions::composed_text;

use super::ast::{Attribute, Binary, Block, Body, Call, Expr, ExprKind, For, Piece, Step, StepKind};
use super::scan::Mended;

/// The most steps of a reference.
const MAX_STEPS: usize = 1_000;

/// Where the text of a tree is in its file.
#[derive(Clone, Copy)]
pub(crate) enum TextPlacement {
    /// It is the file's text from that offset on.
    At(FileId, usize),
    /// It has no text of its own in the file (a template inside an escaped JSON string): all of it has one span.
    Within(Span),
}

/// Converts `hcl-edit`'s trees to ours.
pub(crate) struct HclReader<'t> {
    pub(crate) place: TextPlacement,
    /// The text as it is written.
    pub(crate) text: &'t str,
    /// The text that the tree was parsed from, where that is a mended one, and where `text` begins in it.
    mended: Option<(&'t Mended, usize)>,
}

impl<'t> HclReader<'t> {
    pub(super) fn new(place: TextPlacement, text: &'t str, mended: Option<&'t Mended>) -> Self {
        Self { place, text, mended: mended.map(|mended| (mended, 0)) }
    }

    /// A reader of the part of the text at `range`.
    fn part(&self, range: Range<usize>) -> Option<Self> {
        let place = match self.place {
            TextPlacement::At(file, offset) => TextPlacement::At(file, offset + range.start),
            within @ TextPlacement::Within(_) => within,
        };
        let mended = self.mended.map(|(mended, start)| (mended, start + range.start));
        Some(Self { place, text: self.text.get(range)?, mended })
    }

    /// The text of this reader in the form that `hcl-edit` can read.
    fn readable(&self) -> Cow<'t, str> {
        let mended = self.mended.and_then(|(mended, start)| mended.readable(start..start + self.text.len()));
        mended.map_or(Cow::Borrowed(self.text), Cow::Owned)
    }

    /// The expression that was cut out of the text at `range`, where it was replaced by a name.
    fn cut(&self, range: Option<Range<usize>>) -> Option<Expr> {
        let (mended, start) = self.mended?;
        let within = start..start + self.text.len();
        let cut = mended.cut_at(start + range?.start, &within)?;
        let inner = self.part(cut.start - start..cut.end - start)?;
        let expr = hcl_edit::parser::parse_expr(&inner.readable()).ok()?;
        Some(inner.expr(&expr))
    }

    fn span(&self, range: Option<Range<usize>>) -> Span {
        match self.place {
            TextPlacement::At(file, offset) => {
                let range = range.unwrap_or(0..0);
                Span::new(file, range.start + offset, range.end + offset)
            }
            TextPlacement::Within(span) => span,
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
        if let Expression::Variable(_) = expr
            && let Some(cut) = self.cut(expr.span())
        {
            return cut;
        }
        let span = self.span(expr.span());
        let kind = match expr {
            Expression::Null(_) => ExprKind::Literal(Literal::Null),
            Expression::Bool(value) => ExprKind::Literal(Literal::Bool(*value.value())),
            Expression::Number(value) => self.number(value.value(), expr.span()),
            Expression::String(value) => ExprKind::Literal(Literal::String(composed_text(value.value()).into())),
            Expression::Array(array) => ExprKind::Array(array.iter().map(|e| self.expr(e)).collect()),
            Expression::Object(object) => {
                ExprKind::Object(object.iter().map(|(k, v)| (self.key(k), self.expr(v.expr()))).collect())
            }
            Expression::StringTemplate(template) => {
                ExprKind::Template(self.pieces(template, Ends::default(), Mode::Quoted))
            }
            Expression::HeredocTemplate(heredoc) => self.heredoc_kind(heredoc, expr.span()),
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
            // A sign applies to everything that follows: `-1[0]` is `-(1[0])`.
            Expression::Traversal(traversal) if matches!(&traversal.expr, Expression::Number(n) if n.value().as_f64().is_some_and(|f| f < 0.0)) => {
                ExprKind::Invalid("a number that is reached into")
            }
            // `1.e3` is a number.
            Expression::Traversal(traversal)
                if matches!(&traversal.expr, Expression::Number(_)) && self.is_number(expr.span()) =>
            {
                self.digits(expr.span())
            }
            // Two indexes with a point between them look like a number: `a.0.1`.
            Expression::Traversal(traversal) if double_index(traversal) => ExprKind::Invalid("two indexes with points"),
            Expression::Traversal(traversal) if traversal.operators.len() > MAX_STEPS => {
                ExprKind::Invalid("a reference of too many steps")
            }
            Expression::Traversal(traversal) => self.traversal(traversal),
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

    fn heredoc_kind(&self, heredoc: &HeredocTemplate, range: Option<Range<usize>>) -> ExprKind {
        let mut pieces = self.heredoc(heredoc, range);
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

    fn traversal(&self, traversal: &Traversal) -> ExprKind {
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

    /// The number as it is written: `hcl-edit` keeps only a double of it.
    fn number(&self, value: &hcl_edit::Number, range: Option<Range<usize>>) -> ExprKind {
        let written = range.clone().and_then(|r| self.text.get(r)).unwrap_or("");
        if let Some(int) = value.as_i64().filter(|int| *int != 0 && !written.contains(['e', 'E'])) {
            return ExprKind::Literal(Literal::Number(Number::Int(int)));
        }
        self.digits(range)
    }

    fn is_number(&self, range: Option<Range<usize>>) -> bool {
        let text = range.and_then(|r| self.text.get(r)).unwrap_or("");
        !matches!(crate::functions::parse_number(text), crate::functions::ParsedNumber::Invalid)
    }

    fn digits(&self, range: Option<Range<usize>>) -> ExprKind {
        let digits: String =
            range.and_then(|r| self.text.get(r)).unwrap_or("").chars().filter(|c| !c.is_whitespace()).collect();
        match crate::functions::parse_number(&digits) {
            crate::functions::ParsedNumber::Known(number) => ExprKind::Literal(Literal::Number(number)),
            _ => ExprKind::Digits(digits.into()),
        }
    }

    fn key(&self, key: &ObjectKey) -> Expr {
        let name = |span: Option<Range<usize>>, name: &str| Expr {
            span: self.span(span),
            kind: ExprKind::Literal(Literal::String(name.into())),
        };
        match key {
            ObjectKey::Ident(ident) => {
                if let Some(cut) = self.cut(ident.span()) {
                    return cut;
                }
                let written = ident.span().and_then(|range| self.text.get(range));
                match written.filter(|written| *written != ident.as_str()) {
                    Some(written) => self.renamed_key(written, ident.span()),
                    None => name(ident.span(), ident.as_str()),
                }
            }
            // As keys, words are names, whatever they mean elsewhere.
            ObjectKey::Expression(Expression::Null(_)) => name(key.span(), "null"),
            ObjectKey::Expression(Expression::Bool(value)) => {
                name(key.span(), if *value.value() { "true" } else { "false" })
            }
            ObjectKey::Expression(expr) => self.expr(expr),
        }
    }

    /// A key that was renamed in the mended text, where it is `written` otherwise.
    fn renamed_key(&self, written: &str, range: Option<Range<usize>>) -> Expr {
        let read = hcl_edit::parser::parse_expr(written).ok();
        match (read, range.clone().and_then(|range| self.part(range))) {
            (Some(Expression::Variable(_)) | None, _) | (_, None) => {
                Expr { span: self.span(range), kind: ExprKind::Literal(Literal::String(written.into())) }
            }
            (Some(expr), Some(part)) => Self { mended: None, ..part }.key(&ObjectKey::Expression(expr)),
        }
    }

    /// The pieces of a whole template: a file's content, a text in JSON.
    pub(crate) fn template(&self, template: &Template) -> Vec<Piece> {
        self.pieces(template, Ends::default(), Mode::Lines)
    }

    /// The pieces of a heredoc; the common indent is removed for `<<-`.
    fn heredoc(&self, heredoc: &HeredocTemplate, range: Option<Range<usize>>) -> Vec<Piece> {
        let plain = || self.template(&heredoc.template);
        let Some(source) = range.clone().and_then(|r| self.text.get(r)) else { return plain() };
        // `hcl-edit` removes no indent from lines inside directives: the text between the first and the last line is parsed again.
        let (Some(start), Some(end)) = (source.find('\n'), source.rfind('\n')) else { return plain() };
        let from = range.map_or(0, |range| range.start);
        let Some(inner) =
            self.part(from + start + 1..from + end + 1).filter(|_| source.starts_with("<<-") && start <= end)
        else {
            return plain();
        };
        let Ok(template) = hcl_edit::parser::parse_template(&inner.readable()) else { return plain() };
        let mut pieces = inner.pieces(&template, Ends::default(), Mode::EachLine);
        super::indent::remove(&mut pieces);
        pieces
    }

    /// The pieces of `template`; `around` says whether the text around it strips whitespace at its ends.
    fn pieces(&self, template: &Template, around: Ends, mode: Mode) -> Vec<Piece> {
        let elements: Vec<&Element> = template.iter().collect();
        let mut out = Vec::new();
        for (i, element) in elements.iter().enumerate() {
            match element {
                Element::Literal(text) => {
                    let before =
                        i.checked_sub(1).and_then(|i| elements.get(i)).map_or(around.head, |e| strips_after(e));
                    let after = elements.get(i + 1).map_or(around.tail, |e| strips_before(e));
                    mode.texts(&composed_text(text.value()), before, after, &mut out);
                }
                Element::Interpolation(inner) => out.push(Piece::Value(self.expr(&inner.expr))),
                Element::Directive(directive) => match &**directive {
                    Directive::If(d) => {
                        let end = d.endif_expr.strip;
                        let ends = |head: Strip, tail: Strip| Ends { head: head.strip_end(), tail: tail.strip_start() };
                        let (middle, otherwise) = match &d.else_expr {
                            Some(e) => (e.strip, Some(self.pieces(&e.template, ends(e.strip, end), mode))),
                            None => (end, None),
                        };
                        out.push(Piece::If {
                            condition: self.expr(&d.if_expr.cond_expr),
                            then: self.pieces(&d.if_expr.template, ends(d.if_expr.strip, middle), mode),
                            has_else: otherwise.is_some(),
                            otherwise: otherwise.unwrap_or_default(),
                        });
                    }
                    Directive::For(d) => out.push(Piece::For {
                        key_name: d.for_expr.key_var.as_ref().map(|k| k.as_str().into()),
                        value_name: d.for_expr.value_var.as_str().into(),
                        collection: self.expr(&d.for_expr.collection_expr),
                        body: self.pieces(
                            &d.for_expr.template,
                            Ends { head: d.for_expr.strip.strip_end(), tail: d.endfor_expr.strip.strip_start() },
                            mode,
                        ),
                    }),
                },
            }
        }
        out
    }
}

/// Whether whitespace is stripped at the ends of a template.
#[derive(Clone, Copy, Default)]
struct Ends {
    head: bool,
    tail: bool,
}

/// How the text of a template is split: strip markers apply up to the end of a piece.
#[derive(Clone, Copy)]
enum Mode {
    /// In quotes: all text up to the next interpolation is one piece.
    Quoted,
    /// Each line is a piece of its own.
    Lines,
    /// The same, and empty pieces are kept: they count where an indent is removed.
    EachLine,
}

impl Mode {
    fn texts(self, text: &str, before: bool, after: bool, out: &mut Vec<Piece>) {
        let mut lines: Vec<&str> = match self {
            Self::Quoted => vec![text],
            Self::Lines | Self::EachLine => text.split_inclusive('\n').collect(),
        };
        if before && let Some(first) = lines.first_mut() {
            *first = first.trim_start();
        }
        if after && let Some(last) = lines.last_mut() {
            *last = last.trim_end();
        }
        match self {
            Self::EachLine => out.extend(lines.into_iter().map(|line| Piece::Text(line.into()))),
            _ => {
                let whole = lines.concat();
                if !whole.is_empty() {
                    out.push(Piece::Text(whole.into()));
                }
            }
        }
    }
}

/// Whether two consecutive indexes are written with points.
fn double_index(traversal: &Traversal) -> bool {
    let legacy = |op: &TraversalOperator| matches!(op, TraversalOperator::LegacyIndex(_));
    traversal.operators.windows(2).any(|pair| pair.iter().all(|op| legacy(op.value())))
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
