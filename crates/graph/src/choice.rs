use std::cell::RefCell;
use std::sync::Arc;

use crate::cases::Cases;
use crate::kept::Kept;
use crate::value::{Atom, Choice, Kind, Value};
use crate::work;
use crate::world::{NoWorld, World};

/// A value is looked at in at most this many worlds; what is left after them counts as unknown.
pub const MAX_CASES: usize = 64;
/// The most arguments of one call, multiplied by the worlds in which they are looked at.
const MAX_ARGUMENTS: usize = 200_000;

/// The worlds within `world` that `value`'s conditions distinguish, each with the value there (no [`Kind::Choice`] on top), then-arms first.
/// Beyond [`MAX_CASES`], or where the [work](work::pay) is more than can be done, the rest is one case with a symbol for its value.
#[must_use]
pub fn cases(value: &Value, world: &World) -> Cases<Value> {
    let mut out = Cases::none();
    for (world, value) in arms(value, world) {
        let value = world.work_out(value);
        out.push(world, value);
    }
    out
}

/// What it costs to make the worlds of a choice, besides what is assumed in them.
const ARMS_STEPS: usize = 4;

/// What it costs to make what stands for a choice, besides its text.
const LEFT_OUT_STEPS: usize = 128;

/// At most this many values are kept with what stands for them.
const MAX_KEPT: usize = 512;

thread_local! {
    /// What stands for choices that were left out before, by their addresses; each choice is held, so that its address is not used again. The rules ask the same
    /// values again and again.
    static LEFT_OUT: RefCell<Kept<*const Choice, (Arc<Choice>, Value)>> = RefCell::default();
}

/// The symbol for `value`, which is `choice`, where its worlds are left out.
fn left_out(choice: &Arc<Choice>, value: &Value) -> Value {
    let address = Arc::as_ptr(choice);
    let known = LEFT_OUT.with_borrow_mut(|kept| kept.of_now().get(&address).map(|(_, made)| made.clone()));
    let made = known.unwrap_or_else(|| {
        // It is made where that can't be paid too: then whoever does the work ends.
        let _ = work::pay(LEFT_OUT_STEPS);
        let made = Value::apply("case", std::slice::from_ref(value), None);
        if work::is_metered() {
            LEFT_OUT.with_borrow_mut(|kept| {
                let kept = kept.of_now();
                if kept.len() >= MAX_KEPT {
                    kept.clear();
                }
                kept.insert(address, (Arc::clone(choice), made.clone()));
            });
        }
        made
    });
    Value { trail: value.trail.clone(), ..made }
}

/// As [`cases`], with the values as they are written: what a world says of an unknown in them is not worked out.
pub(crate) fn arms(value: &Value, world: &World) -> Cases<Value> {
    let mut out = Cases::none();
    let mut open = vec![(world.clone(), value.clone())];
    while let Some((world, value)) = open.pop() {
        let Kind::Choice(choice) = &value.kind else {
            out.push(world, value);
            continue;
        };
        // Each arm's trail is made anew.
        if !work::pay(ARMS_STEPS + usize::from(value.trail.len())) || out.len() + open.len() >= MAX_CASES {
            work::leave_out(value.span());
            let unknown = left_out(choice, &value);
            out.push(world, unknown);
            continue;
        }
        for (arm, holds) in [(&choice.otherwise, false), (&choice.then, true)] {
            if let Some(world) = world.assume(&choice.atom, holds) {
                let mut arm = arm.clone();
                arm.trail = value.trail.after(&arm.trail);
                open.push((world, arm));
            }
        }
    }
    out
}

impl Value {
    /// The arm of the value that `world` takes, as far as it decides.
    pub(crate) fn arm_in(&self, world: &World) -> Self {
        let mut at = self.clone();
        while let Kind::Choice(choice) = &at.kind {
            let Some(holds) = world.decides(&choice.atom) else { break };
            at = if holds { choice.then.clone() } else { choice.otherwise.clone() };
        }
        at
    }
}

/// Applies `f`, which knows nothing of choices, in each world that the conditions of `args` distinguish, and joins what it returns.
/// Only choices on top of an argument count. Where there are more than [`MAX_CASES`] worlds the result is the symbol
/// of `function` applied to `args`.
pub fn lift(function: &str, args: &[Value], f: &mut dyn FnMut(&[Value]) -> Value) -> Value {
    // Each atom at the top of an argument distinguishes at least one more world.
    let atoms =
        args.iter().filter_map(|arg| if let Kind::Choice(choice) = &arg.kind { Some(&choice.atom) } else { None });
    let mut distinct: Vec<&Atom> = Vec::new();
    for atom in atoms {
        if let Err(at) = distinct.binary_search(&atom) {
            if distinct.len() >= MAX_CASES {
                return Value::apply(function, args, None);
            }
            distinct.insert(at, atom);
        }
    }
    // Each of these worlds has its own copy of the arguments.
    if distinct.len().saturating_mul(args.len()) > MAX_ARGUMENTS {
        return Value::apply(function, args, None);
    }
    let mut budget = MAX_CASES;
    lift_in(function, args.to_vec(), &World::any(), f, &mut budget)
        .unwrap_or_else(|| Value::apply(function, args, None))
}

fn lift_in(
    function: &str,
    mut args: Vec<Value>,
    world: &World,
    f: &mut dyn FnMut(&[Value]) -> Value,
    budget: &mut usize,
) -> Option<Value> {
    if !work::pay(2 + args.len()) {
        return None;
    }
    let mut open = None;
    for arg in &mut args {
        open = open.or_else(|| decided(arg, world));
    }
    let Some(atom) = open else {
        *budget = budget.checked_sub(1)?;
        return Some(f(&args));
    };
    let mut arm = |holds: bool| match world.assumed(&atom, holds) {
        Ok(world) => lift_in(function, args.clone(), &world, f, budget).map(Some),
        Err(NoWorld::Certain) => Some(None),
        // Whether there is such a world is not known, so neither is what is there.
        Err(NoWorld::Doubtful) => Some(Some(Value::apply(function, &args, None))),
    };
    let (then, otherwise) = (arm(true)?, arm(false)?);
    Some(match (then, otherwise) {
        (Some(then), Some(otherwise)) => Value::choice(atom, then, otherwise),
        (Some(only), None) | (None, Some(only)) => only,
        // The condition has no value, and what the function makes of that is not known.
        (None, None) => Value::apply(function, &args, None),
    })
}

/// Replaces `value` by the arm that `world` takes, as far as it decides; returns the first atom that it doesn't decide.
fn decided(value: &mut Value, world: &World) -> Option<Atom> {
    while let Kind::Choice(choice) = &value.kind {
        let Some(holds) = world.decides(&choice.atom) else { return Some(choice.atom.clone()) };
        let arm = if holds { &choice.then } else { &choice.otherwise };
        *value = Value { kind: arm.kind.clone(), trail: value.trail.after(&arm.trail) };
    }
    None
}
