//! Loops: their collections, and which rounds certainly exist.

use std::sync::Arc;

use cmklint_graph::{Array, Kind, Number, Step, Symbol, SymbolOrigin, Value, lift};
use cmklint_source::Diagnostic;

use super::Evaluator;
use super::frame::{Copy, Env};
use super::shape::Shape;
use crate::functions::cost::{self, Cost};
use crate::functions::{self, logical};
use crate::ir::{Expr, ExprKind, Loop, LoopOver, ParameterType};

/// At most this many items of a loop may exist under conditions that are not known; with more of them the list is open.
const MAX_OPEN: usize = 5;

/// The cost of a round of a loop or a call of a lambda besides its expressions, with the item that it makes.
pub(crate) const ITEM_COST: Cost = Cost { steps: 8, bytes: cost::ITEM };

/// The rounds of a loop.
pub(crate) struct Rounds {
    over: Value,
    counted: bool,
    /// The item of the round that represents the unknown ones, where its type is declared.
    unknown_item: Option<Value>,
    shape: Shape,
    /// The most rounds that there can be in any world, including one that represents the unknown ones.
    pub(crate) most: u64,
    /// Whether there may be more rounds than are known.
    pub(crate) open: bool,
}

/// A round of a loop.
pub(crate) struct Round {
    pub(crate) item: Value,
    pub(crate) index: Value,
    /// Whether this round exists.
    pub(crate) present: Value,
}

/// The most rounds that there can be in any world, including one that represents the unknown ones, and whether there may be unknown ones.
fn bound(over: &Value, counted: bool) -> (u64, bool) {
    match &over.kind {
        Kind::Choice(choice) => {
            let (a, x) = bound(&choice.then, counted);
            let (b, y) = bound(&choice.otherwise, counted);
            (a.max(b), x || y)
        }
        _ => {
            let (known, open) = extent(over, counted);
            (known + u64::from(open), open)
        }
    }
}

/// How many rounds a collection certainly has, and whether there may be more.
fn extent(over: &Value, counted: bool) -> (u64, bool) {
    match &over.kind {
        Kind::Array(array) if !counted => (array.items.len() as u64, array.rest.is_some()),
        Kind::Number(Number::Int(count)) if counted => (u64::try_from(*count).unwrap_or(0), false),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Object(_) => (0, false),
        Kind::Array(_) => (0, false),
        _ => (0, true),
    }
}

impl Rounds {
    /// The round at `at`.
    pub(crate) fn round(&self, at: u64) -> Round {
        if let Kind::Choice(_) = &self.over.kind {
            let over = std::slice::from_ref(&self.over);
            let each = |pick: &dyn Fn(Round) -> Value| {
                lift("round", over, &mut |args| match args {
                    [over] => pick(one(over, self.counted, at)),
                    _ => Value::null(),
                })
            };
            return Round {
                item: each(&|r| r.item),
                index: each(&|r| r.index),
                present: logical::truth(each(&|r| r.present)),
            };
        }
        let round = one(&self.over, self.counted, at);
        match &self.unknown_item {
            Some(item) => Round { item: Value { kind: item.kind.clone(), trail: round.item.trail }, ..round },
            None => round,
        }
    }
}

fn one(over: &Value, counted: bool, at: u64) -> Round {
    let (known, open) = extent(over, counted);
    if at < known || !open {
        let index = i64::try_from(at).unwrap_or(i64::MAX);
        let item = match usize::try_from(at) {
            Ok(at) if !counted => over.item(at),
            _ => Value::null(),
        };
        // That a collection was given says nothing beyond its item: what decided the collection, and a default, do.
        let decides = |step: &&Step| counted || step.is_decision() || step.is_default();
        let present = Value::bool(at < known).decided_by(over.trail.given().filter(decides));
        return Round { item, index: Value::int(index), present };
    }
    // One round represents all unknown ones.
    let unknown = unknown_part(over);
    let label = unknown.describe();
    let args = std::slice::from_ref(&unknown);
    let item = Value::apply("each", args, Some(&format!("an item of {label}")));
    let index = Value::apply(EACH_INDEX, args, Some(&format!("an index of {label}")));
    let words = if counted { format!("{label} > 0") } else { format!("{label} has items") };
    let present = logical::truth(Value::apply("any", args, Some(&words)));
    Round { item: Value { kind: item.kind, trail: over.trail.clone() }, index, present }
}

/// The function whose result is the index of the round that represents the unknown ones.
const EACH_INDEX: &str = "eachIndex";

/// The symbol that represents the unknown items of `over`.
fn unknown_part(over: &Value) -> Value {
    match &over.kind {
        Kind::Array(array) => array.rest.clone().map_or_else(|| over.clone(), Value::symbol),
        _ => over.clone(),
    }
}

/// The item of `of` at `index`, where that is the index of the round that represents the unknown items of `of`.
pub(crate) fn stand_in(of: &Value, index: &Symbol) -> Option<Value> {
    if !matches!(index.origin(), SymbolOrigin::Call(call) if call.function() == EACH_INDEX) {
        return None;
    }
    let (known, open) = extent(of, false);
    let round = open.then(|| one(of, false, known))?;
    match &round.index.kind {
        Kind::Symbol(own) if own == index => Some(round.item),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// Evaluates the collection of `repeat`.
    pub(crate) fn rounds(&mut self, env: &Env, repeat: &Loop) -> Rounds {
        let env = env.plain();
        let (expr, counted) = match &repeat.over {
            LoopOver::Items(expr) => (expr, false),
            LoopOver::Count(expr) => (expr, true),
        };
        // A count that is the length of a list means rounds over its items: ARM JSON has no other way to write that.
        if counted
            && let ExprKind::Call { function, args } = &expr.kind
            && let [of] = &args[..]
            && function.eq_ignore_ascii_case("length")
        {
            let over = self.eval(&env, of);
            let over = self.look_at_items(over);
            if self.may_be_list(&over) {
                return self.rounds_over(over, false);
            }
        }
        let over = self.eval(&env, expr);
        let over = self.look_at_items(over);
        self.rounds_over(over, counted)
    }

    /// Whether `value` is a list in each world, or is unknown and may be one.
    fn may_be_list(&self, value: &Value) -> bool {
        match &value.kind {
            Kind::Array(_) | Kind::Null | Kind::Ref(_) => true,
            Kind::Symbol(symbol) => {
                matches!(self.types.get(symbol.key()), None | Some(ParameterType::Array | ParameterType::Any))
            }
            Kind::Choice(choice) => self.may_be_list(&choice.then) && self.may_be_list(&choice.otherwise),
            _ => false,
        }
    }

    /// The item of the collection at `index`; null where the loop counts.
    pub(crate) fn item_of(&mut self, rounds: &Rounds, index: &Value) -> Value {
        if rounds.counted { Value::null() } else { self.index_by(&rounds.over, std::slice::from_ref(index)) }
    }

    fn rounds_over(&mut self, over: Value, counted: bool) -> Rounds {
        let (most, open) = bound(&over, counted);
        let shape = self.shape;
        let unknown_item = match &over.kind {
            Kind::Symbol(list) if !counted => self.items.get(list.key()).cloned().map(|(of, span)| {
                let item = one(&over, false, 0).item;
                self.typed(item, &of, span)
            }),
            _ => None,
        };
        Rounds { shape, counted, unknown_item, most, open, over }
    }

    /// `env` inside the loop at `index` and `item`.
    pub(crate) fn in_round(&self, env: &Env, repeat: &Loop, item: &Value, index: &Value, resource: bool) -> Env {
        let mut inner = env.at(Copy { name: repeat.name.clone(), resource }, index.clone());
        if let Some(name) = &repeat.index {
            inner = inner.bind(Some(name), index.clone(), Shape::SCALAR);
        }
        let shape = Shape::of(item, 256);
        inner.bind(repeat.item.as_ref(), item.clone(), shape)
    }

    pub(crate) fn for_each(&mut self, env: &Env, repeat: &Loop, condition: Option<&Expr>, body: &Expr) -> Value {
        let rounds = self.rounds(env, repeat);
        if !matches!(rounds.over.kind, Kind::Choice(_)) {
            return self.for_each_in(env, repeat, &rounds, condition, body).written_at(repeat.span);
        }
        let value = lift("for", std::slice::from_ref(&rounds.over), &mut |args| match args {
            [over] => {
                let rounds = self.rounds_over(over.clone(), rounds.counted);
                self.for_each_in(env, repeat, &rounds, condition, body)
            }
            _ => Value::null(),
        });
        self.shape = Shape::of(&value, self.limits.size);
        value.written_at(repeat.span)
    }

    fn for_each_in(
        &mut self,
        env: &Env,
        repeat: &Loop,
        rounds: &Rounds,
        condition: Option<&Expr>,
        body: &Expr,
    ) -> Value {
        let further = || functions::symbol_of("furtherItems", std::slice::from_ref(&rounds.over));
        let most = (self.limits.items as u64).min(rounds.most);
        let mut shape = rounds.shape;
        let mut rest = None;
        if most < rounds.most {
            rest = further();
            let message = format!("the loop makes {} items, of which the first {most} are looked at", rounds.most);
            self.tell(Diagnostic::warning("too-large", message, repeat.span));
        }
        let mut items: Vec<(Value, Value)> = Vec::new();
        let mut stand_in = None;
        for at in 0..most {
            if !self.pay(ITEM_COST, repeat.span) {
                rest = further();
                break;
            }
            let round = rounds.round(at);
            let is_unknown_round = rounds.open && at + 1 == rounds.most;
            if is_unknown_round && !env.body {
                // Outside of a resource's body nothing reads the item of the unknown rounds.
                let here = self.symbol_at(env, repeat.span, "for", "items");
                rest = functions::symbol_of("items", &[rounds.over.clone(), here]);
                break;
            }
            let inner = self.in_round(env, repeat, &round.item, &round.index, false);
            let mut present = round.present;
            if let Some(condition) = condition
                && present.as_bool() != Some(false)
            {
                let holds = self.eval(&inner.plain(), condition);
                present = logical::both(&present, &self.truth(holds));
            }
            if present.as_bool() == Some(false) {
                continue;
            }
            let mut value = self.eval(&inner, body);
            shape = shape.beside(self.shape);
            if env.body {
                value = self.landed(value, body, "");
            }
            if is_unknown_round {
                stand_in = Some((present, value));
            } else {
                items.push((present, value));
            }
        }
        self.shape = shape.within();
        let value = match stand_in {
            None => self.gather(env, items, rest, repeat.span),
            Some((present, value)) => {
                let without = self.gather(env, items.clone(), None, repeat.span);
                items.push((Value::bool(true), value));
                let with = self.gather(env, items, further(), repeat.span);
                logical::select(&present, &with, &without)
            }
        };
        if matches!(value.kind, Kind::Choice(_)) {
            self.shape = Shape::of(&value, self.limits.size);
        }
        value
    }

    /// The array of those `items` whose conditions hold.
    pub(crate) fn gather(
        &mut self,
        env: &Env,
        items: Vec<(Value, Value)>,
        rest: Option<Symbol>,
        span: cmklint_source::Span,
    ) -> Value {
        let whole = |items: Vec<Value>, rest: Option<Symbol>| {
            Value::new(Kind::Array(Arc::new(Array { items, rest, ..Array::default() })))
        };
        let open = items.iter().filter(|(present, _)| present.as_bool() != Some(true)).count();
        if open == 0 {
            return whole(items.into_iter().map(|(_, item)| item).collect(), rest);
        }
        if open > MAX_OPEN {
            let certain = items.into_iter().take_while(|(present, _)| present.as_bool() == Some(true));
            let certain: Vec<Value> = certain.map(|(_, item)| item).collect();
            let here = self.symbol_at(env, span, "for", "items");
            return whole(certain, functions::symbol_of("items", &[here]));
        }
        let conditions: Vec<Value> = items.iter().map(|(present, _)| present.clone()).collect();
        lift("for", &conditions, &mut |conditions| {
            let there = items.iter().zip(conditions).filter(|(_, c)| c.as_bool() != Some(false));
            whole(there.map(|((_, item), _)| item.clone()).collect(), rest.clone())
        })
    }

    /// The meaning of `copyIndex` in `env`: the loop named `name`, else the resource's, else the innermost.
    pub(crate) fn copy_index(&self, env: &Env, name: Option<&str>) -> Option<Value> {
        let loops = || env.all().filter_map(|local| local.copy.as_ref().map(|copy| (copy, &local.value)));
        let found = match name {
            Some(name) => loops().find(|(copy, _)| copy.name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case(name))),
            None => loops().find(|(copy, _)| copy.resource || copy.name.is_none()).or_else(|| loops().next()),
        };
        found.map(|(_, value)| value.clone())
    }
}
