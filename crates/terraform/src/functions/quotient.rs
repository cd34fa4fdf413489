//! Quotients that no finite number is (`4 / 3`), and what is calculated with them: exact as fractions, where Terraform rounds them to 512 bits.

use cmklint_graph::{Kind, Number, Outcome, SymbolOrigin, Value};

/// A fraction.
#[derive(Clone, Copy, Debug)]
struct Fraction {
    above: i128,
    /// More than 0.
    below: i128,
    /// It was rounded once at most: it is another number than each that it differs from by its fraction.
    is_exact: bool,
}

/// The result of `function` for `args`, one of which is such a quotient; `None` for all others, and where rounding may decide it.
pub(super) fn call(function: &str, args: &[Value]) -> Option<Outcome> {
    let fractions: Vec<Fraction> = args.iter().map(|arg| fraction(arg, MAX_DEPTH)).collect::<Option<_>>()?;
    let made = match (function, &fractions[..]) {
        ("floor" | "ceil", [of]) => {
            let is_whole = of.above.checked_rem_euclid(of.below)? == 0;
            let floor = of.above.checked_div_euclid(of.below)?;
            let made = if function == "floor" || is_whole { floor } else { floor + 1 };
            (of.is_exact || !is_whole).then_some(())?;
            Value::int(i64::try_from(made).ok()?)
        }
        ("<" | "==", [a, b]) => {
            let order = a.above.checked_mul(b.below)?.cmp(&b.above.checked_mul(a.below)?);
            (order.is_ne() || a.is_exact && b.is_exact).then_some(())?;
            Value::bool(if function == "<" { order.is_lt() } else { order.is_eq() })
        }
        _ => return None,
    };
    Some(Outcome::Value(made))
}

/// Calls within calls are followed to this depth.
const MAX_DEPTH: usize = 16;

fn fraction(value: &Value, left: usize) -> Option<Fraction> {
    let left = left.checked_sub(1)?;
    if let Kind::Number(Number::Int(n)) = &value.kind {
        return Some(Fraction { above: i128::from(*n), below: 1, is_exact: true });
    }
    let Kind::Symbol(symbol) = &value.kind else { return None };
    let SymbolOrigin::Call(call) = symbol.origin() else { return None };
    let [a, b] = call.args() else { return None };
    let (a, b) = (fraction(a, left)?, fraction(b, left)?);
    let (above, below) = match call.function() {
        "+" => {
            (a.above.checked_mul(b.below)?.checked_add(b.above.checked_mul(a.below)?)?, a.below.checked_mul(b.below)?)
        }
        "-" => {
            (a.above.checked_mul(b.below)?.checked_sub(b.above.checked_mul(a.below)?)?, a.below.checked_mul(b.below)?)
        }
        "*" => (a.above.checked_mul(b.above)?, a.below.checked_mul(b.below)?),
        "/" if b.above != 0 => (a.above.checked_mul(b.below)?, a.below.checked_mul(b.above)?),
        _ => return None,
    };
    // Of whole numbers only a quotient is rounded, and only once.
    let is_exact = a.below == 1 && b.below == 1;
    let sign = below.signum();
    Some(Fraction { above: above.checked_mul(sign)?, below: below.checked_mul(sign)?, is_exact })
}
