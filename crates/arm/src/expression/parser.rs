use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::Span;
use cmklint_template::{Expr, ExprKind};

use super::build::{self, CallScope};
use crate::json;
use crate::names::Env;
use crate::string_offsets::StringOffsets;
use cmklint_template::Interner;

/// The highest tree of an expression; what the compiler makes of real modules stays below 40.
const MAX_HEIGHT: u32 = 128;

/// Why an expression does not parse, and where in the string's text.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    pub(crate) message: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// An expression and the height of its tree.
type Tree = (Expr, u32);

/// Parses `inner`, the part between the brackets of the string at `place`.
///
/// # Errors
/// The first fault; its offsets are those of the string's text, the opening bracket at 0.
pub(crate) fn parse(
    inner: &str,
    place: &StringOffsets,
    names: &mut Interner,
    env: Env<'_>,
) -> Result<Expr, SyntaxError> {
    let mut parser = Parser { text: inner, at: 0, place, scope: CallScope { names, env, lambdas: Vec::new() } };
    let (expr, _) = parser.expression(0)?;
    parser.skip_whitespace();
    if parser.at < inner.len() {
        return Err(parser.fault_here("the expression continues after its end"));
    }
    Ok(expr)
}

pub(super) struct Parser<'p> {
    text: &'p str,
    at: usize,
    place: &'p StringOffsets,
    scope: CallScope<'p>,
}

impl<'p> Parser<'p> {
    fn expression(&mut self, depth: u32) -> Result<Tree, SyntaxError> {
        self.skip_whitespace();
        let start = self.at;
        if depth > MAX_HEIGHT {
            return Err(self.fault_here("the expression is nested too deeply"));
        }
        let (mut expr, mut height) = match self.peek() {
            Some(b'\'') => (self.string()?, 1),
            Some(b'-' | b'+' | b'0'..=b'9') => (self.number()?, 1),
            Some(byte) if is_name_start(byte) => self.call(depth)?,
            Some(_) => return Err(self.fault_here("a function call, a string or a number is expected here")),
            None => return Err(self.fault_here("the expression ends too early")),
        };
        loop {
            let end = self.at;
            self.skip_whitespace();
            let (kind, more) = match self.peek() {
                Some(b'.') => self.member(expr)?,
                Some(b'[') => self.index(expr, depth)?,
                _ => {
                    self.at = end;
                    return Ok((expr, height));
                }
            };
            expr = Expr { kind, span: self.span(start, self.at) };
            height = height.max(more) + 1;
            if height > MAX_HEIGHT {
                return Err(self.fault_here("the expression is nested too deeply"));
            }
        }
    }

    fn call(&mut self, depth: u32) -> Result<Tree, SyntaxError> {
        let start = self.at;
        let first = self.name();
        let name_end = self.at;
        self.skip_whitespace();
        let mut name = first.to_owned();
        let mut namespaced = false;
        if self.eat(b'.') {
            self.skip_whitespace();
            let member = self.name();
            name = format!("{first}.{member}");
            namespaced = true;
            self.skip_whitespace();
        }
        if !self.eat(b'(') {
            let end = if namespaced { self.at } else { name_end };
            return Err(SyntaxError {
                message: format!("'{name}' is neither a call nor a string"),
                start: start + 1,
                end: end + 1,
            });
        }
        let is_lambda = !namespaced && name.eq_ignore_ascii_case("lambda");
        let bound = self.scope.lambdas.len();
        let mut args = Vec::new();
        let mut height = 0;
        self.skip_whitespace();
        if !self.eat(b')') {
            loop {
                let (arg, arg_height) = self.expression(depth + 1)?;
                height = height.max(arg_height);
                if is_lambda && let ExprKind::Literal(Literal::String(parameter)) = &arg.kind {
                    self.scope.lambdas.push(Arc::clone(parameter));
                }
                args.push(arg);
                self.skip_whitespace();
                if self.eat(b')') {
                    break;
                }
                if !self.eat(b',') {
                    return Err(self.fault_here("a ',' or a ')' is expected here"));
                }
            }
        }
        self.scope.lambdas.truncate(bound);
        let span = self.span(start, self.at);
        let kind = if namespaced {
            build::user_call(&mut self.scope, &name, args)
        } else {
            build::call(&mut self.scope, &name, args)
        };
        Ok((Expr { kind, span }, height + 1))
    }

    fn member(&mut self, of: Expr) -> Result<(ExprKind, u32), SyntaxError> {
        self.at += 1;
        let safe = self.eat(b'?');
        self.skip_whitespace();
        if !self.peek().is_some_and(is_name_start) {
            return Err(self.fault_here("a property's name is expected here"));
        }
        let name = self.name();
        Ok((ExprKind::Member { of: Box::new(of), name: self.scope.names.get(name), safe }, 0))
    }

    fn index(&mut self, of: Expr, depth: u32) -> Result<(ExprKind, u32), SyntaxError> {
        self.at += 1;
        let safe = self.eat(b'?');
        let from_end = self.eat(b'^');
        let (index, height) = self.expression(depth + 1)?;
        self.skip_whitespace();
        if !self.eat(b']') {
            return Err(self.fault_here("a ']' is expected here"));
        }
        let of = Box::new(of);
        let kind = match index.kind {
            ExprKind::Literal(Literal::String(name)) if !from_end => ExprKind::Member { of, name, safe },
            _ => ExprKind::Index { of, index: Box::new(index), safe, from_end },
        };
        Ok((kind, height))
    }

    fn string(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.at;
        let mut from = start + 1;
        let mut joined = String::new();
        loop {
            let rest = self.text.get(from..).unwrap_or("");
            let Some(quote) = rest.find('\'') else {
                return Err(SyntaxError {
                    message: "the string does not end".to_owned(),
                    start: start + 1,
                    end: self.text.len() + 1,
                });
            };
            let part = rest.get(..quote).unwrap_or("");
            from += quote + 1;
            if self.text.as_bytes().get(from) == Some(&b'\'') {
                joined.push_str(part);
                joined.push('\'');
                from += 1;
                continue;
            }
            self.at = from;
            let text = if joined.is_empty() {
                self.scope.names.get(part)
            } else {
                joined.push_str(part);
                self.scope.names.get(&joined)
            };
            return Ok(Expr { kind: ExprKind::Literal(Literal::String(text)), span: self.span(start, self.at) });
        }
    }

    fn number(&mut self) -> Result<Expr, SyntaxError> {
        let start = self.at;
        self.at += 1;
        while self.peek().is_some_and(|b| b.is_ascii_digit() || b == b'.' || b.is_ascii_alphabetic()) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        let digits = text.trim_start_matches(['+', '-']);
        let literal = if digits.starts_with(|c: char| c.is_ascii_digit()) { json::number(text) } else { None };
        match literal {
            Some(literal) => Ok(Expr { kind: ExprKind::Literal(literal), span: self.span(start, self.at) }),
            None => {
                Err(SyntaxError { message: format!("'{text}' is not a number"), start: start + 1, end: self.at + 1 })
            }
        }
    }

    fn name(&mut self) -> &'p str {
        let start = self.at;
        while self.peek().is_some_and(|b| is_name_start(b) || b.is_ascii_digit()) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or("")
    }

    fn skip_whitespace(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.place.span(start + 1, end + 1)
    }

    fn fault_here(&self, message: &str) -> SyntaxError {
        let next = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
        SyntaxError { message: message.to_owned(), start: self.at + 1, end: self.at + 1 + next }
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$'
}
