//! The tree of a configuration file, for both of Terraform's syntaxes.

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::Span;

/// An expression and its place.
#[derive(Debug)]
pub(crate) struct Expr {
    pub(crate) span: Span,
    pub(crate) kind: ExprKind,
}

#[derive(Debug)]
pub(crate) enum ExprKind {
    Literal(Literal),
    /// A number that a [`Literal`] can't represent exactly.
    Digits(Arc<str>),
    /// An expression that parses but that Terraform refuses, and why.
    Invalid(&'static str),
    /// Text with interpolations or directives. One that is a single interpolation has the value of that.
    Template(Vec<Piece>),
    Array(Vec<Expr>),
    /// Keys and values; a bare word as a key is a text literal.
    Object(Vec<(Expr, Expr)>),
    Variable(Arc<str>),
    Conditional(Box<(Expr, Expr, Expr)>),
    Call(Box<Call>),
    Traversal(Box<Expr>, Vec<Step>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Binary, Box<(Expr, Expr)>),
    For(Box<For>),
}

#[derive(Debug)]
pub(crate) struct Call {
    /// The name with its namespace, `provider::azurerm::parse_id`.
    pub(crate) name: Arc<str>,
    pub(crate) args: Vec<Arc<Expr>>,
    /// Whether the last argument is a list of arguments (`...`).
    pub(crate) expand: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    And,
    Or,
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) span: Span,
    pub(crate) kind: StepKind,
}

#[derive(Debug)]
pub(crate) enum StepKind {
    Attribute(Arc<str>),
    Index(Expr),
    /// `.*`: the following steps apply to each item, up to the next index.
    AttributeSplat,
    /// `[*]`: the following steps apply to each item.
    FullSplat,
}

#[derive(Debug)]
pub(crate) struct For {
    pub(crate) key_name: Option<Arc<str>>,
    pub(crate) value_name: Arc<str>,
    pub(crate) collection: Expr,
    /// The key expression: with one the result is an object, else a list.
    pub(crate) key: Option<Expr>,
    pub(crate) value: Expr,
    pub(crate) group: bool,
    pub(crate) condition: Option<Expr>,
}

#[derive(Debug)]
pub(crate) enum Piece {
    Text(Arc<str>),
    Value(Expr),
    If { condition: Expr, then: Vec<Self>, otherwise: Vec<Self>, has_else: bool },
    For { key_name: Option<Arc<str>>, value_name: Arc<str>, collection: Expr, body: Vec<Self> },
}

/// A body: of a file or of a block.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) blocks: Vec<Arc<Block>>,
    /// Whether nested blocks are attributes, as JSON has them.
    pub(crate) json: bool,
}

impl Body {
    /// The attribute `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| &*a.name == name)
    }

    /// Whether `name` is a kind of nested block here, stated or dynamic, and not an attribute. In JSON that can't be known.
    pub(crate) fn makes_blocks(&self, name: &str) -> bool {
        self.json
            || self
                .blocks
                .iter()
                .any(|b| &*b.kind == name || &*b.kind == "dynamic" && b.labels.iter().any(|l| **l == *name))
    }

    /// The blocks of the kind `name`.
    pub(crate) fn blocks_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Arc<Block>> {
        self.blocks.iter().filter(move |b| &*b.kind == name)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Arc<str>,
    pub(crate) name_span: Span,
    pub(crate) value: Arc<Expr>,
}

#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) kind: Arc<str>,
    pub(crate) labels: Vec<Arc<str>>,
    /// The block without its body.
    pub(crate) header: Span,
    pub(crate) whole: Span,
    pub(crate) body: Body,
}

impl Block {
    /// The label at `index`; empty where there is none.
    pub(crate) fn label(&self, index: usize) -> Arc<str> {
        self.labels.get(index).cloned().unwrap_or_else(|| Arc::from(""))
    }
}

impl Expr {
    /// The names of the members of an object that is written out; `None` where it may have others.
    pub(crate) fn written_names(&self) -> Option<Vec<Arc<str>>> {
        let ExprKind::Object(members) = &self.kind else { return None };
        members.iter().map(|(key, _)| key.as_text().cloned()).collect()
    }

    /// Whether its value is written out in full, without references and calls, so that it is the same wherever it is evaluated.
    pub(crate) fn is_written_out(&self) -> bool {
        match &self.kind {
            ExprKind::Literal(_) => true,
            ExprKind::Array(items) => items.iter().all(Self::is_written_out),
            ExprKind::Object(members) => {
                members.iter().all(|(key, value)| key.is_written_out() && value.is_written_out())
            }
            _ => false,
        }
    }

    /// The text, where the expression is a plain text literal.
    pub(crate) fn as_text(&self) -> Option<&Arc<str>> {
        if let ExprKind::Literal(Literal::String(text)) = &self.kind { Some(text) } else { None }
    }

    /// The words of a reference such as `azurerm.west`; `None` where it is anything else. Text is read as a reference too,
    /// as older configurations write it.
    pub(crate) fn as_reference(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Variable(name) => Some(name.to_string()),
            ExprKind::Literal(Literal::String(text)) => Some(text.to_string()),
            ExprKind::Traversal(base, steps) => {
                let mut out = base.as_reference()?;
                for step in steps {
                    let StepKind::Attribute(name) = &step.kind else { return None };
                    out.push('.');
                    out.push_str(name);
                }
                Some(out)
            }
            _ => None,
        }
    }
}
