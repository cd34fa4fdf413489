use crate::cases::Cases;
use crate::value::{Atom, Kind, Value};
use crate::world::World;

/// A value is looked at in this many worlds; what is left beyond them counts as unknown.
pub const MAX_CASES: usize = 64;

/// The worlds within `world` that `value`'s conditions distinguish, each with the value there (no [`Kind::Choice`] on top), then-arms first.
/// Beyond [`MAX_CASES`] the rest is one case with a symbol for its value.
#[must_use]
pub fn cases(value: &Value, world: &World) -> Cases<Value> {
    let mut out = Cases::none();
    let mut open = vec![(world.clone(), value.clone())];
    while let Some((world, value)) = open.pop() {
        let Kind::Choice(choice) = &value.kind else {
            let value = world.work_out(value);
            out.push(world, value);
            continue;
        };
        if out.len() + open.len() >= MAX_CASES {
            let mut unknown = Value::apply("case", std::slice::from_ref(&value), None);
            unknown.trail = value.trail.clone();
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
    // Each atom that args' tops ask for tells at least one more world apart.
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
    let mut budget = MAX_CASES;
    lift_in(args, &World::any(), f, &mut budget).unwrap_or_else(|| Value::apply(function, args, None))
}

fn lift_in(args: &[Value], world: &World, f: &mut dyn FnMut(&[Value]) -> Value, budget: &mut usize) -> Option<Value> {
    let Some((at, choice)) = args.iter().enumerate().find_map(|(i, arg)| match &arg.kind {
        Kind::Choice(choice) => Some((i, choice.clone())),
        _ => None,
    }) else {
        *budget = budget.checked_sub(1)?;
        return Some(f(args));
    };
    let mut arm = |holds: bool| -> Option<Option<Value>> {
        let Some(world) = world.assume(&choice.atom, holds) else { return Some(None) };
        let mut args = args.to_vec();
        if let Some(slot) = args.get_mut(at) {
            let arm = if holds { &choice.then } else { &choice.otherwise };
            *slot = Value { kind: arm.kind.clone(), trail: slot.trail.after(&arm.trail) };
        }
        lift_in(&args, &world, f, budget).map(Some)
    };
    Some(match (arm(true)?, arm(false)?) {
        (Some(then), Some(otherwise)) => Value::choice(choice.atom.clone(), then, otherwise),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => Value::null(), // no world is left: `world` itself would be contradictory
    })
}
