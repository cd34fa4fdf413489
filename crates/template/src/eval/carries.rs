//! Which expressions may hold a resource whose principal another may grant a role: what a module that can't be read is given, or what a resource that no rule
//! looks at says, is evaluated where it may. This is an over-estimate, by the code alone.

use std::sync::Arc;

use cmklint_graph::{Attention, Literal};

use super::Evaluator;
use super::frame::{FrameId, Given, Holds, Memo};
use super::order::reads;
use crate::ir::{Expr, ExprKind, Item, LoopOver, Member};

/// Expressions that need more others than this, one by way of the next, may hold anything.
const MAX_DEPTH: u32 = 64;

/// Members of a resource that the code states of it, whatever its body.
const NAMED: [&str; 5] = ["id", "name", "type", "apiversion", "location"];

impl Evaluator<'_> {
    /// Whether the body of the declaration at `at` may hold a resource whose principal matters; true where everything is looked at.
    pub(super) fn body_carries(&mut self, frame: FrameId, at: usize) -> bool {
        self.carried(Holds::Body(frame, at), 0)
    }

    /// Whether `expr`, written in `frame`, may.
    pub(super) fn carries(&mut self, frame: FrameId, expr: &Expr) -> bool {
        self.expr_carries(frame, expr, 0)
    }

    /// Whether the collection of a loop in `frame` may.
    pub(super) fn loop_carries(&mut self, frame: FrameId, over: &LoopOver) -> bool {
        self.rounds_carry(frame, over, 0)
    }

    fn carried(&mut self, what: Holds, depth: u32) -> bool {
        match self.carriers.get(&what) {
            Some(Memo::Done(carries)) => return *carries,
            Some(Memo::Busy) => return true,
            None => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
        self.carriers.insert(what.clone(), Memo::Busy);
        let carries = self.look_into(&what, depth + 1);
        self.carriers.insert(what, Memo::Done(carries));
        carries
    }

    fn look_into(&mut self, what: &Holds, depth: u32) -> bool {
        let frame = match what {
            Holds::Parameter(frame, _)
            | Holds::Variable(frame, _)
            | Holds::Output(frame, _)
            | Holds::Body(frame, _) => *frame,
        };
        let Some(template) = self.frame(frame).map(|f| Arc::clone(&f.template)) else { return true };
        match what {
            Holds::Parameter(_, name) => {
                let Some(of) = self.frame(frame) else { return true };
                if of.assignments.is_some() {
                    return true;
                }
                let default = template.parameters.get(name).and_then(|parameter| parameter.default.as_ref());
                let by_default = default.is_some_and(|default| self.expr_carries(frame, default, depth));
                let Some(of) = self.frame(frame) else { return true };
                by_default
                    || match of.arguments.get(&name.to_lowercase()).cloned() {
                        Some(Given::Later(later)) => {
                            later.written().is_none_or(|(_, expr)| self.expr_carries(later.env.frame, expr, depth))
                        }
                        Some(Given::Value(_)) => true,
                        None => false,
                    }
            }
            Holds::Variable(_, name) => match template.variable(name) {
                Some(variable) => self.expr_carries(frame, &variable.value, depth),
                None => false,
            },
            Holds::Output(_, name) => match template.outputs.get(name) {
                Some(output) => self.expr_carries(frame, &output.value, depth),
                None => false,
            },
            Holds::Body(_, at) => {
                let Some(decl) = template.resources.get(*at) else { return true };
                let over = decl.repeat.as_ref().is_some_and(|repeat| self.rounds_carry(frame, &repeat.over, depth));
                over || self.expr_carries(frame, &decl.body, depth)
            }
        }
    }

    fn rounds_carry(&mut self, frame: FrameId, over: &LoopOver, depth: u32) -> bool {
        match over {
            LoopOver::Items(over) | LoopOver::Count(over) => self.expr_carries(frame, over, depth),
        }
    }

    fn expr_carries(&mut self, frame: FrameId, expr: &Expr, depth: u32) -> bool {
        let Some(attention) = self.attention else { return true };
        // The variables of loops around a nested template are not told apart.
        if depth > MAX_DEPTH || self.frame(frame).is_none_or(|f| f.outer.is_some()) || !self.charge(1, expr.span) {
            return true;
        }
        let deeper = depth + 1;
        match &expr.kind {
            ExprKind::Literal(literal) => names_one(&attention, literal),
            ExprKind::Local(_) | ExprKind::Unknown(_) => false,
            ExprKind::Interpolation(parts) => parts.iter().any(|part| self.expr_carries(frame, part, deeper)),
            ExprKind::Array(items) => items.iter().any(|item| match item {
                Item::Value(value) | Item::Spread(value) => self.expr_carries(frame, value, deeper),
            }),
            ExprKind::Object(members) => members.iter().any(|member| match member {
                Member::Property { value, .. } | Member::Spread(value) => self.expr_carries(frame, value, deeper),
            }),
            ExprKind::Parameter(name) => self.carried(Holds::Parameter(frame, Arc::clone(name)), deeper),
            ExprKind::Variable(name) => self.carried(Holds::Variable(frame, Arc::clone(name)), deeper),
            ExprKind::Resource(name) => self.symbol_carries(frame, name, None, deeper),
            ExprKind::Member { of, name, .. } => self.member_carries(frame, of, name, deeper),
            ExprKind::Index { of, index, .. } => match (&of.kind, &index.kind) {
                (_, ExprKind::Literal(Literal::String(name))) => self.member_carries(frame, of, name, deeper),
                _ => self.expr_carries(frame, of, deeper) || self.expr_carries(frame, index, deeper),
            },
            ExprKind::Call { function, args } => {
                reads(function) || loads(function) || args.iter().any(|arg| self.expr_carries(frame, arg, deeper))
            }
            ExprKind::UserCall { function, args } => {
                let Some(template) = self.frame(frame).map(|f| Arc::clone(&f.template)) else { return true };
                let called = template.function(function).filter(|function| function.home.is_none());
                called.is_none_or(|called| self.expr_carries(frame, &called.body, deeper))
                    || args.iter().any(|arg| self.expr_carries(frame, arg, deeper))
            }
            ExprKind::Lambda { body, .. } => self.expr_carries(frame, body, deeper),
            ExprKind::For { repeat, body, .. } => {
                self.rounds_carry(frame, &repeat.over, deeper) || self.expr_carries(frame, body, deeper)
            }
        }
    }

    /// Whether the member `name` of `of` may: of a module's outputs the one, of a resource what its body says.
    fn member_carries(&mut self, frame: FrameId, of: &Expr, name: &str, depth: u32) -> bool {
        if let Some(symbol) = symbol_of(of) {
            return self.symbol_carries(frame, symbol, Some(name), depth);
        }
        match &of.kind {
            ExprKind::Member { of: module, name: outputs, .. } if outputs.eq_ignore_ascii_case("outputs") => {
                match symbol_of(module) {
                    Some(symbol) => self.output_carries(frame, symbol, name, depth),
                    None => self.expr_carries(frame, of, depth),
                }
            }
            _ => self.expr_carries(frame, of, depth),
        }
    }

    fn output_carries(&mut self, frame: FrameId, symbol: &str, output: &str, depth: u32) -> bool {
        let Some((frame, at)) = self.find_symbol(frame, symbol) else { return false };
        match self.children.get(&(frame, at, 0)) {
            Some(Memo::Busy) => return true,
            Some(Memo::Done(_)) | None => {}
        }
        match self.child(frame, at, 0) {
            Some(child) => {
                let template = self.frame(child).map(|f| Arc::clone(&f.template));
                let name = template
                    .and_then(|template| template.outputs.get_key_value(output).map(|(name, _)| Arc::clone(name)));
                name.is_some_and(|name| self.carried(Holds::Output(child, name), depth))
            }
            // It can't be read, or is a loop without rounds: nothing of this deployment comes out of it.
            None => false,
        }
    }

    /// Whether the resource or module with that symbolic name may be one, or hold one in its `member`.
    fn symbol_carries(&mut self, frame: FrameId, symbol: &str, member: Option<&str>, depth: u32) -> bool {
        let (Some(attention), Some((frame, at))) = (self.attention, self.find_symbol(frame, symbol)) else {
            return true;
        };
        let Some(template) = self.frame(frame).map(|f| Arc::clone(&f.template)) else { return true };
        let Some(decl) = template.resources.get(at) else { return true };
        if decl.deployment.is_some() {
            return member.is_none_or(|member| !NAMED.contains(&member.to_ascii_lowercase().as_str()));
        }
        if (attention.follows)(&decl.kind.to_ascii_lowercase()) {
            return true;
        }
        match member {
            Some(member) if !NAMED.contains(&member.to_ascii_lowercase().as_str()) => {
                self.carried(Holds::Body(frame, at), depth)
            }
            _ => false,
        }
    }
}

/// The symbolic name that `expr` is, or of a loop that it takes an instance of.
fn symbol_of(expr: &Expr) -> Option<&Arc<str>> {
    match &expr.kind {
        ExprKind::Resource(symbol) => Some(symbol),
        ExprKind::Index { of, .. } => match &of.kind {
            ExprKind::Resource(symbol) => Some(symbol),
            _ => None,
        },
        _ => None,
    }
}

fn names_one(attention: &Attention, literal: &Literal) -> bool {
    matches!(literal, Literal::String(text) if (attention.follows)(&text.to_ascii_lowercase()))
}

/// Whether a function reads a file.
fn loads(function: &str) -> bool {
    function.to_ascii_lowercase().starts_with("load")
}
