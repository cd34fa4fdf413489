//! Functions of numbers.

use cmklint_graph::{Kind, Number, Value};

use super::list::list;
use super::text::int;
use super::types::Ty;
use super::{Made, Stop, convert, decimal};

/// The longest list that `range` makes.
const MAX_LENGTH: usize = 1024;

pub(super) fn number(args: &[Value], at: usize) -> Result<Number, Stop> {
    args.get(at).and_then(Value::as_number).ok_or(Stop::Unknown)
}

fn made(number: Number) -> Value {
    Value::new(Kind::Number(number))
}

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "abs" => number(args, 0).and_then(|n| match n {
            Number::Int(i) => i.checked_abs().map(Value::int).ok_or(Stop::Unknown),
            Number::Float(f) => Number::from_f64(f.abs()).map(made).ok_or(Stop::Unknown),
        }),
        "ceil" => number(args, 0).and_then(|n| whole(n, f64::ceil)),
        "floor" => number(args, 0).and_then(|n| whole(n, f64::floor)),
        "signum" => signum(args),
        "max" => extreme(args, |a, b| a > b),
        "min" => extreme(args, |a, b| a < b),
        "log" => log(args),
        "pow" => pow(args),
        "sum" => sum(args),
        "parseint" => parse_int(args),
        "range" => range(args),
        _ => return None,
    })
}

fn whole(n: Number, round: fn(f64) -> f64) -> Made {
    match n {
        Number::Int(_) => Ok(made(n)),
        // A number so large, or so near a whole number, that rounding to a double may have changed it, is not known.
        Number::Float(f) if f.abs() < 1e15 && f.fract() != 0.0 => decimal::exact(round(f)).map(made),
        Number::Float(_) => Err(Stop::Unknown),
    }
}

fn signum(args: &[Value]) -> Made {
    Ok(Value::int(int(args, 0)?.signum()))
}

fn extreme(args: &[Value], better: fn(&Number, &Number) -> bool) -> Made {
    let numbers = (0..args.len()).map(|at| number(args, at)).collect::<Result<Vec<_>, _>>()?;
    let best = numbers.into_iter().reduce(|best, n| if better(&n, &best) { n } else { best });
    best.map(made).ok_or(Stop::Refused("no argument"))
}

/// The logarithm of a double, to the last bit the same as in FreeBSD's `e_log.c` and Go.
fn ln(x: f64) -> f64 {
    const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const L: [f64; 7] = [
        6.666_666_666_666_735e-1,
        3.999_999_999_940_942e-1,
        2.857_142_874_366_239e-1,
        2.222_219_843_214_978_4e-1,
        1.818_357_216_161_805e-1,
        1.531_383_769_920_937_3e-1,
        1.479_819_860_511_658_6e-1,
    ];
    // Fraction in [1/2, 1) and exponent.
    let bits = x.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7ff).unwrap_or(0) - 1022;
    let mut f1 = f64::from_bits((bits & !(0x7ff << 52)) | (1022 << 52));
    let mut k = f64::from(exponent);
    if f1 < std::f64::consts::FRAC_1_SQRT_2 {
        f1 *= 2.0;
        k -= 1.0;
    }
    let f = f1 - 1.0;
    let s = f / (2.0 + f);
    let s2 = s * s;
    let s4 = s2 * s2;
    let t1 = s2 * (L[0] + s4 * (L[2] + s4 * (L[4] + s4 * L[6])));
    let t2 = s4 * (L[1] + s4 * (L[3] + s4 * L[5]));
    let r = t1 + t2;
    let half = 0.5 * f * f;
    k * LN2_HIGH - ((half - (s * (half + r) + k * LN2_LOW)) - f)
}

fn log(args: &[Value]) -> Made {
    let (x, base) = (number(args, 0)?.as_f64(), number(args, 1)?.as_f64());
    if !(x.is_normal() && base.is_normal() && x > 0.0 && base > 0.0) {
        return Err(Stop::Unknown);
    }
    let quotient = ln(x) / ln(base);
    if quotient == 0.0 {
        return if quotient.is_sign_positive() { Ok(Value::int(0)) } else { Err(Stop::Unknown) };
    }
    Number::from_f64(quotient).map(made).ok_or(Stop::Unknown)
}

fn pow(args: &[Value]) -> Made {
    // Only for whole numbers, as long as a double can represent the result exactly.
    let (Number::Int(base), Number::Int(exponent)) = (number(args, 0)?, number(args, 1)?) else {
        return Err(Stop::Unknown);
    };
    let power = u32::try_from(exponent).ok().and_then(|e| base.checked_pow(e)).filter(|p| p.abs() < 1 << 53);
    power.filter(|_| base != 0 || exponent == 0 || base.signum() >= 0).map(Value::int).ok_or(Stop::Unknown)
}

fn sum(args: &[Value]) -> Made {
    let Some(Kind::Array(array)) = args.first().map(|a| &a.kind) else {
        return Err(Stop::Refused("not a list"));
    };
    let mut total = None;
    for item in &array.items {
        if item.is_null() {
            return Err(Stop::Refused("a list with null"));
        }
        let n = convert::to(item, &Ty::Number)?.as_number().ok_or(Stop::Unknown)?;
        total = Some(match total {
            None => n,
            Some(so_far) => decimal::compute("+", so_far, n)?,
        });
    }
    total.map(made).ok_or(Stop::Refused("an empty list"))
}

fn parse_int(args: &[Value]) -> Made {
    let Some(text) = args.first().and_then(Value::as_str) else { return Err(Stop::Refused("not a string")) };
    let base = int(args, 1)?;
    if !(2..=62).contains(&base) {
        return Err(Stop::Refused("a base out of range"));
    }
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() {
        return Err(Stop::Refused("not a number"));
    }
    let mut total: Option<i64> = Some(0);
    for c in digits.chars() {
        let digit = match c {
            '0'..='9' => i64::from(u32::from(c) - u32::from('0')),
            'a'..='z' => i64::from(u32::from(c) - u32::from('a')) + 10,
            'A'..='Z' if base > 36 => i64::from(u32::from(c) - u32::from('A')) + 36,
            'A'..='Z' => i64::from(u32::from(c) - u32::from('A')) + 10,
            _ => return Err(Stop::Refused("not a number")),
        };
        if digit >= base {
            return Err(Stop::Refused("not a number"));
        }
        total = total.and_then(|t| t.checked_mul(base)).and_then(|t| t.checked_add(digit));
    }
    match total {
        Some(0) if negative => Ok(Value::int(0)),
        Some(total) => Ok(Value::int(if negative { -total } else { total })),
        None => Err(Stop::Unknown),
    }
}

fn range(args: &[Value]) -> Made {
    let n = |at: usize| number(args, at);
    let minus = Number::Int(-1);
    let (start, end, step) = match args.len() {
        1 => (Number::Int(0), n(0)?, if n(0)? < Number::Int(0) { minus } else { Number::Int(1) }),
        2 => (n(0)?, n(1)?, if n(1)? < n(0)? { minus } else { Number::Int(1) }),
        3 => (n(0)?, n(1)?, n(2)?),
        _ => return Err(Stop::Refused("too few or too many arguments")),
    };
    let zero = Number::Int(0);
    if end > start && step <= zero || end < start && step >= zero {
        return Err(Stop::Refused("a step the wrong way"));
    }
    let mut out = Vec::new();
    let mut at = start;
    while if end > start { at < end } else { at > end } {
        if out.len() >= MAX_LENGTH {
            return Err(Stop::Refused("more than 1024 numbers"));
        }
        out.push(made(at));
        at = decimal::compute("+", at, step)?;
    }
    Ok(list(out))
}
