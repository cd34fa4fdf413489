//! Sums, products and remainders of an unknown number: where the results that conditions name come from, so that the numbers on both sides of each can be tried.

use crate::number::Number;
use crate::value::{Arithmetic, Call, Kind, SymbolOrigin, Value};
use crate::work;

/// Numbers beyond this are not looked at: doubles do not hold each of them.
const MOST: f64 = 1e15;
/// More numbers than this are not looked at together.
const MAX_POINTS: usize = 64;
/// Remainders that repeat after more numbers than this are not looked at.
const MAX_PERIOD: i64 = 64;

/// One step by which a number is computed from another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// `x + n`.
    Plus(f64),
    /// `n - x`.
    From(f64),
    /// `x * n`, where `n` is not 0.
    Times(f64),
    /// `x / n`, where `n` is not 0.
    By { n: f64, is_whole: bool },
    /// `x % n`, where `n` is more than 0.
    Modulo(i64),
    /// A whole number beside `x`.
    Rounded,
    /// `x` or `-x`.
    OfSign,
}

/// The step that `call` takes from the one argument that is not known; `None` where it depends on several, or as no step does. What is no arithmetic takes no step.
pub(crate) fn step(call: &Call) -> Option<Option<Step>> {
    let Some(kind) = call.functions().and_then(|functions| functions.arithmetic(call.function())) else {
        return Some(None);
    };
    let step = match (kind, call.args()) {
        (Arithmetic::Order, args) => {
            let is_by_itself = args.iter().filter(|arg| !arg.is_known()).count() < 2;
            return (is_by_itself || !args.iter().any(|arg| is_computed(arg, MAX_DEPTH))).then_some(None);
        }
        (Arithmetic::Rounded, [_]) => Step::Rounded,
        (Arithmetic::OfSign | Arithmetic::Difference, [_]) => Step::OfSign,
        (kind, [a, b]) if !a.is_known() => of_first(kind, number(b)?)?,
        (Arithmetic::Sum, [a, _]) => Step::Plus(number(a)?),
        (Arithmetic::Difference, [a, _]) => Step::From(number(a)?),
        (Arithmetic::Product, [a, _]) => of_first(Arithmetic::Product, number(a)?)?,
        _ => return None,
    };
    Some(Some(step))
}

/// Sums within values are looked for to this depth.
const MAX_DEPTH: usize = 16;

/// The step where the second argument is `n`.
fn of_first(kind: Arithmetic, n: f64) -> Option<Step> {
    match kind {
        Arithmetic::Sum => Some(Step::Plus(n)),
        Arithmetic::Difference => Some(Step::Plus(-n)),
        Arithmetic::Product if n != 0.0 => Some(Step::Times(n)),
        Arithmetic::Quotient if n != 0.0 => Some(Step::By { n, is_whole: false }),
        Arithmetic::WholeQuotient if n != 0.0 => Some(Step::By { n, is_whole: true }),
        Arithmetic::Remainder => {
            Number::from_f64(n.abs())?.as_i64().filter(|n| (1..=MAX_PERIOD).contains(n)).map(Step::Modulo)
        }
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    value.as_number().map(Number::as_f64).filter(|n| n.abs() <= MOST)
}

/// Whether `value` is computed from others by a step.
fn is_computed(value: &Value, left: usize) -> bool {
    let Kind::Symbol(symbol) = &value.kind else { return false };
    let (SymbolOrigin::Call(call), Some(left)) = (symbol.origin(), left.checked_sub(1)) else { return false };
    let kind = call.functions().and_then(|functions| functions.arithmetic(call.function()));
    kind.is_some_and(|kind| kind != Arithmetic::Order)
        || work::pay(call.args().len()) && call.args().iter().any(|arg| is_computed(arg, left))
}

/// The numbers at which something changes.
#[derive(Default)]
pub(crate) struct Points {
    /// Numbers on both sides of which conditions may differ.
    pub(crate) at: Vec<f64>,
    /// The conditions are the same between two such numbers after this many.
    pub(crate) period: i64,
}

impl Points {
    /// The numbers at which conditions change that name `literals`, each of which takes the steps of one of `chains`, the outermost first; `None` where these
    /// are too many.
    pub(crate) fn of(literals: &[f64], chains: &[Vec<Step>]) -> Option<Self> {
        let mut out = Self { at: Vec::new(), period: 1 };
        for chain in chains {
            let mut points = Self { at: literals.to_vec(), period: 1 };
            points.at.push(0.0);
            for step in chain {
                if !work::pay(points.at.len()) {
                    return None;
                }
                points.before(step)?;
                if points.at.len() > MAX_POINTS || points.at.iter().any(|n| n.abs() > MOST) {
                    return None;
                }
            }
            out.period = least_common_multiple(out.period, points.period)?;
            out.at.append(&mut points.at);
        }
        out.at.sort_unstable_by(f64::total_cmp);
        out.at.dedup();
        (out.at.len() <= MAX_POINTS).then_some(out)
    }

    /// Adds what the numbers come from by `step`.
    fn before(&mut self, step: &Step) -> Option<()> {
        let beside = |n: f64| [n.floor() - 1.0, n.floor(), n.ceil(), n.ceil() + 1.0];
        let mut made: Vec<f64> = match *step {
            Step::Plus(by) => self.at.iter().map(|n| n - by).collect(),
            Step::From(from) => self.at.iter().map(|n| from - n).collect(),
            Step::Times(by) => self.at.iter().map(|n| n / by).collect(),
            Step::By { n: by, is_whole: false } => self.at.iter().map(|n| n * by).collect(),
            Step::By { n: by, is_whole: true } => self.at.iter().flat_map(|n| beside(*n)).map(|n| n * by).collect(),
            Step::Rounded => self.at.iter().flat_map(|n| beside(*n)).collect(),
            Step::OfSign => self.at.iter().map(|n| -n).collect(),
            Step::Modulo(_) => vec![0.0],
        };
        self.period = match *step {
            Step::Modulo(by) => least_common_multiple(self.period, by)?,
            // What repeats after so many halves repeats after twice as many.
            Step::By { n: by, .. } if self.period > 1 => {
                let by = Number::from_f64(by.abs())?.as_i64()?;
                self.period.checked_mul(by).filter(|period| *period <= MAX_PERIOD)?
            }
            Step::Times(by) if self.period > 1 && by.fract() != 0.0 => return None,
            _ => self.period,
        };
        self.at.append(&mut made);
        self.at.sort_unstable_by(f64::total_cmp);
        self.at.dedup();
        Some(())
    }
}

fn least_common_multiple(a: i64, b: i64) -> Option<i64> {
    let (mut greater, mut less) = (a, b);
    while less != 0 {
        (greater, less) = (less, greater % less);
    }
    a.checked_div(greater)?.checked_mul(b).filter(|n| *n <= MAX_PERIOD)
}
