//! Functions of numbers.

use cmklint_graph::{Kind, Number, Value};

use super::{Made, Site, items};
use crate::values::{error, index_of, number_of, text_of};

/// `range` makes no list longer than this.
const LONGEST: usize = 20_000;

pub(super) fn call(name: &str, args: &[Value], site: &Site<'_>) -> Option<Made> {
    let number = |at: usize| args.get(at).and_then(number_of);
    let made = |n: Option<Number>| n.map(|n| Value::new(Kind::Number(n)));
    let all = || args.iter().map(number_of).collect::<Option<Vec<Number>>>();
    Some(match name {
        "min" => made(all().and_then(|all| all.into_iter().min())),
        "max" => made(all().and_then(|all| all.into_iter().max())),
        "abs" => made(number(0).and_then(|n| match n {
            Number::Int(i) => i.checked_abs().map(Number::Int),
            Number::Float(f) => Number::from_f64(f.abs()),
        })),
        "floor" => made(number(0).and_then(|n| Number::from_f64(n.as_f64().floor()))),
        "ceil" => made(number(0).and_then(|n| Number::from_f64(n.as_f64().ceil()))),
        "sum" => {
            let numbers = items(args, 0).and_then(|i| i.iter().map(number_of).collect::<Option<Vec<Number>>>());
            made(numbers.and_then(|numbers| {
                let ints: Option<Vec<i64>> = numbers.iter().map(|n| n.as_i64()).collect();
                match ints {
                    Some(ints) => ints.into_iter().try_fold(0i64, i64::checked_add).map(Number::Int),
                    None => Number::from_f64(numbers.iter().map(|n| n.as_f64()).sum()),
                }
            }))
        }
        "parseint" => match (args.first().and_then(text_of), args.get(1).and_then(index_of)) {
            (Some(text), Some(base)) => match u32::try_from(base) {
                Ok(base @ 2..=36) => match i64::from_str_radix(&text, base) {
                    Ok(int) => Some(Value::int(int)),
                    Err(_) => Some(error(site.span, "parseint() of what is no number")),
                },
                _ => None,
            },
            _ => None,
        },
        "range" => range(args),
        _ => return None,
    })
}

fn range(args: &[Value]) -> Made {
    let ints: Vec<i64> = args.iter().map(index_of).collect::<Option<_>>()?;
    let (start, end, step) = match ints[..] {
        [end] => (0, end, if end < 0 { -1 } else { 1 }),
        [start, end] => (start, end, if end < start { -1 } else { 1 }),
        [start, end, step] => (start, end, step),
        _ => return None,
    };
    if step == 0 {
        return None;
    }
    let mut out = Vec::new();
    let mut at = start;
    while (step > 0 && at < end) || (step < 0 && at > end) {
        if out.len() >= LONGEST {
            return None; // longer than anyone means it: not known
        }
        out.push(Value::int(at));
        at = at.checked_add(step)?;
    }
    Some(Value::array(out))
}
