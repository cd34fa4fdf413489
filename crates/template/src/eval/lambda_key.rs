//! What a lambda is, written down so that the same one at two places is one: its body without places, its parameters by their number, and the values of
//! the names around it.

use std::fmt::Write as _;
use std::sync::Arc;

use cmklint_graph::{Symbol, Value, canonical};
use cmklint_source::Span;

use super::Evaluator;
use super::frame::Env;
use super::shape::Shape;
use crate::functions::short_key;
use crate::ir::{Expr, ExprKind, Item, Member};

/// Bodies nested deeper than this are known by their place.
const MAX_DEPTH: usize = 64;

/// A lambda being written.
struct Writer<'e> {
    env: &'e Env,
    out: String,
    /// The parameters of the lambdas around the current expression, outermost first.
    bound: Vec<Arc<str>>,
    depth: usize,
}

impl Evaluator<'_> {
    /// A symbol for what the function `name` does with the further arguments `rest`, lambdas among them; the same one wherever that is the same.
    pub(crate) fn lambda_symbol(&mut self, env: &Env, name: &str, rest: &[Expr], span: Span) -> Value {
        let mut writer = Writer { env, out: format!("lambda:{name}"), bound: Vec::new(), depth: 0 };
        let seen = self.seen.take();
        let is_written = rest.iter().all(|expr| self.write_part(&mut writer, expr).is_some());
        self.seen = seen;
        if is_written {
            Value::symbol(Symbol::at_place(short_key(writer.out), name)).written_at(span)
        } else {
            self.symbol_at(env, span, name, name)
        }
    }

    /// Writes `expr` in parentheses; `None` where what it is can't be told from what is written.
    fn write_part(&mut self, writer: &mut Writer<'_>, expr: &Expr) -> Option<()> {
        if writer.depth >= MAX_DEPTH || !self.charge(1, expr.span) {
            return None;
        }
        writer.depth += 1;
        writer.out.push('(');
        self.write_kind(writer, expr)?;
        writer.out.push(')');
        writer.depth -= 1;
        Some(())
    }

    fn write_kind(&mut self, writer: &mut Writer<'_>, expr: &Expr) -> Option<()> {
        // Writing to a string does not fail.
        match &expr.kind {
            ExprKind::Literal(literal) => {
                let _ = write!(writer.out, "{literal:?}");
            }
            ExprKind::Interpolation(parts) => {
                writer.out.push_str("text");
                self.write_parts(writer, parts)?;
            }
            ExprKind::Array(items) => {
                writer.out.push_str("list");
                for item in items {
                    let (mark, expr) = match item {
                        Item::Value(expr) => (',', expr),
                        Item::Spread(expr) => ('…', expr),
                    };
                    writer.out.push(mark);
                    self.write_part(writer, expr)?;
                }
            }
            ExprKind::Object(members) => {
                writer.out.push_str("object");
                for member in members {
                    self.write_member(writer, member)?;
                }
            }
            ExprKind::Local(name) => match writer.bound.iter().rposition(|bound| bound == name) {
                Some(at) => {
                    let _ = write!(writer.out, "parameter {at}");
                }
                None => {
                    writer.env.local(name)?;
                    self.write_captured(writer, expr);
                }
            },
            ExprKind::Parameter(_) | ExprKind::Variable(_) => self.write_captured(writer, expr),
            ExprKind::Resource(name) => {
                let _ = write!(writer.out, "resource {name:?}");
                self.write_frame(writer)?;
            }
            ExprKind::Member { of, name, safe } => {
                let _ = write!(writer.out, "member {name:?} {safe}");
                self.write_part(writer, of)?;
            }
            ExprKind::Index { of, index, safe, from_end } => {
                let _ = write!(writer.out, "index {safe} {from_end}");
                self.write_part(writer, of)?;
                self.write_part(writer, index)?;
            }
            ExprKind::Call { function, args } => {
                let name = function.to_ascii_lowercase();
                let _ = write!(writer.out, "call {name:?}");
                if super::call::is_fresh(&name) {
                    return None;
                }
                if !is_pure(&name) {
                    self.write_frame(writer)?;
                }
                self.write_parts(writer, args)?;
            }
            ExprKind::UserCall { function, args } => {
                let _ = write!(writer.out, "function {function:?}");
                self.write_frame(writer)?;
                self.write_parts(writer, args)?;
            }
            ExprKind::Lambda { parameters, body } => {
                let outside = writer.bound.len();
                let _ = write!(writer.out, "lambda {}", parameters.len());
                writer.bound.extend(parameters.iter().cloned());
                self.write_part(writer, body)?;
                writer.bound.truncate(outside);
            }
            ExprKind::For { .. } | ExprKind::Unknown(_) => return None,
        }
        Some(())
    }

    fn write_parts(&mut self, writer: &mut Writer<'_>, parts: &[Expr]) -> Option<()> {
        parts.iter().try_for_each(|part| self.write_part(writer, part))
    }

    fn write_member(&mut self, writer: &mut Writer<'_>, member: &Member) -> Option<()> {
        match member {
            Member::Property { key, value } => {
                writer.out.push(',');
                self.write_part(writer, key)?;
                self.write_part(writer, value)
            }
            Member::Spread(expr) => {
                writer.out.push('…');
                self.write_part(writer, expr)
            }
        }
    }

    /// Writes the value of `expr`, a name from around the lambda.
    fn write_captured(&mut self, writer: &mut Writer<'_>, expr: &Expr) {
        let value = self.eval(writer.env, expr);
        self.charge(Shape::of(&value, self.limits.size).size as u64 / 16, expr.span);
        writer.out.push_str("value ");
        writer.out.push_str(&canonical(&value));
    }

    /// Writes the template and the enclosing loops, on which the result of what was just written hangs.
    fn write_frame(&self, writer: &mut Writer<'_>) -> Option<()> {
        let frame = self.frame(writer.env.frame)?;
        let _ = write!(writer.out, " in {:?} of {:?}", frame.key, frame.file);
        writer.env.write_locals(&mut writer.out);
        Some(())
    }
}

/// Whether the result of the built-in function `name`, in lower case, hangs on its arguments alone.
fn is_pure(name: &str) -> bool {
    matches!(
        name,
        "add"
            | "and"
            | "any"
            | "array"
            | "base64"
            | "base64tostring"
            | "bool"
            | "coalesce"
            | "concat"
            | "contains"
            | "createarray"
            | "createobject"
            | "div"
            | "empty"
            | "endswith"
            | "equals"
            | "false"
            | "filter"
            | "first"
            | "flatten"
            | "float"
            | "format"
            | "greater"
            | "greaterorequals"
            | "groupby"
            | "guid"
            | "if"
            | "indexof"
            | "int"
            | "intersection"
            | "items"
            | "join"
            | "json"
            | "last"
            | "lastindexof"
            | "length"
            | "less"
            | "lessorequals"
            | "map"
            | "mapvalues"
            | "max"
            | "min"
            | "mod"
            | "mul"
            | "not"
            | "null"
            | "objectkeys"
            | "or"
            | "range"
            | "reduce"
            | "replace"
            | "shallowmerge"
            | "skip"
            | "sort"
            | "split"
            | "startswith"
            | "string"
            | "sub"
            | "substring"
            | "take"
            | "tolower"
            | "toobject"
            | "toupper"
            | "trim"
            | "true"
            | "tryget"
            | "union"
            | "uniquestring"
    )
}
