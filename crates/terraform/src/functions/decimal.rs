//! Numbers as Terraform has them: binary, with 512 bits. A value of the graph has 64, so a number that doesn't fit exactly is unknown.

use cmklint_graph::Number;

use super::Stop;

/// A text, parsed as a number.
pub(crate) enum ParsedNumber {
    /// The exact number.
    Known(Number),
    /// A number that neither an `i64` nor an `f64` holds exactly.
    Unknown,
    /// Not a number.
    Invalid,
}

/// Numbers with more digits than this before or after the decimal point are unknown.
const MAX_SCALE: i64 = 400;

/// Reads a decimal number: `-12`, `1.50`, `1e3`.
pub(crate) fn parse(text: &str) -> ParsedNumber {
    if let Ok(int) = text.parse::<i64>()
        && (int != 0 || !text.starts_with('-'))
    {
        return ParsedNumber::Known(Number::Int(int));
    }
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() + fraction.len() == 0 {
        return ParsedNumber::Invalid;
    }
    let exponent = match exponent {
        None => 0,
        Some(text) if !digits(text.strip_prefix(['-', '+']).unwrap_or(text)) || text.len() > 5 => {
            return ParsedNumber::Unknown;
        }
        Some(text) => match text.parse::<i64>() {
            Ok(exponent) => exponent,
            Err(_) => return ParsedNumber::Unknown,
        },
    };
    let plain = plain(&format!("{whole}{fraction}"), i64::try_from(fraction.len()).unwrap_or(MAX_SCALE) - exponent);
    match plain {
        Some(plain) => exactly(if negative { format!("-{plain}") } else { plain }),
        None => ParsedNumber::Unknown,
    }
}

/// `digits` with the last `scale` of them after the decimal point, without superfluous zeros.
fn plain(digits: &str, scale: i64) -> Option<String> {
    if scale.abs() > MAX_SCALE || digits.len() > 800 {
        return None;
    }
    let mut digits = digits.to_owned();
    let scale = if scale < 0 {
        digits.extend(std::iter::repeat_n('0', usize::try_from(-scale).ok()?));
        0
    } else {
        usize::try_from(scale).ok()?
    };
    if digits.len() <= scale {
        digits.insert_str(0, &"0".repeat(scale + 1 - digits.len()));
    }
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// The number that `plain` spells, where our number has the same spelling.
fn exactly(plain: String) -> ParsedNumber {
    if let Ok(int) = plain.parse::<i64>() {
        // Terraform distinguishes minus zero from zero when it writes it.
        return if int == 0 && plain.starts_with('-') {
            ParsedNumber::Unknown
        } else {
            ParsedNumber::Known(Number::Int(int))
        };
    }
    match plain.parse::<f64>().ok().and_then(Number::from_f64) {
        Some(number) if number.to_string() == plain => ParsedNumber::Known(number),
        _ => ParsedNumber::Unknown,
    }
}

/// Whether the number is exactly the one that its digits spell: then arithmetic on it has no error that Terraform's
/// longer numbers would not have.
fn is_exact(number: Number) -> bool {
    let Number::Float(float) = number else { return true };
    let long = format!("{float:.45e}");
    let (Some((long, _)), short) = (long.split_once('e'), format!("{float:e}")) else { return false };
    short.split_once('e').is_some_and(|(short, _)| long.trim_end_matches('0').trim_end_matches('.') == short)
}

/// The number `value` where it is one that both Terraform and we hold exactly.
pub(crate) fn exact(value: f64) -> Result<Number, Stop> {
    Number::from_f64(value).filter(|n| is_exact(*n) && (value != 0.0 || value.is_sign_positive())).ok_or(Stop::Unknown)
}

/// `a op b`, where the operands and the result are exact.
pub(crate) fn compute(op: &str, a: Number, b: Number) -> Result<Number, Stop> {
    if let (Number::Int(a), Number::Int(b)) = (a, b) {
        let made = match op {
            "+" => a.checked_add(b),
            "-" => a.checked_sub(b),
            // The product of a negative number and zero is minus zero.
            "*" if (a == 0 || b == 0) && (a < 0 || b < 0) => None,
            "*" => a.checked_mul(b),
            "%" => a.checked_rem(b).filter(|r| *r != 0 || a >= 0),
            _ if b == 0 => return Err(Stop::Refused("a division by zero")),
            _ => (a.checked_rem(b) == Some(0) && (a != 0 || b > 0)).then(|| a.checked_div(b)).flatten(),
        };
        if let Some(made) = made {
            return Ok(Number::Int(made));
        }
        if !matches!(op, "/") {
            return Err(Stop::Unknown);
        }
    }
    if !is_exact(a) || !is_exact(b) {
        return Err(Stop::Unknown);
    }
    let (x, y) = (as_double(a)?, as_double(b)?);
    let (made, certain) = match op {
        "+" => sum(x, y),
        "-" => sum(x, -y),
        "*" => (x * y, x.mul_add(y, -(x * y)) == 0.0),
        "%" => (x % y, y != 0.0 && x >= 0.0 && y > 0.0),
        _ if y == 0.0 => return Err(Stop::Refused("a division by zero")),
        _ => (x / y, (x / y).mul_add(y, -x) == 0.0),
    };
    if certain { exact(made) } else { Err(Stop::Unknown) }
}

fn as_double(number: Number) -> Result<f64, Stop> {
    const EXACT: i64 = 1 << 53;
    match number {
        Number::Int(int) if int.abs() > EXACT => Err(Stop::Unknown),
        number => Ok(number.as_f64()),
    }
}

/// The sum, and whether it is exact.
fn sum(x: f64, y: f64) -> (f64, bool) {
    let sum = x + y;
    let back = sum - x;
    (sum, (x - (sum - back)) + (y - back) == 0.0)
}

/// The digits of the number's absolute value, without leading and trailing zeros, and the position of the point: `d` digits `0.ddd × 10^place`.
pub(crate) fn digits(number: Number) -> (bool, String, i64) {
    let text = number.to_string();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.as_str()),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all = format!("{whole}{fraction}");
    let leading = all.len() - all.trim_start_matches('0').len();
    let digits = all.trim_matches('0').to_owned();
    let place = whole.len() as i64 - leading as i64;
    if digits.is_empty() { (negative, digits, 0) } else { (negative, digits, place) }
}

/// The number with `places` digits after the decimal point.
pub(crate) fn fixed(number: Number, places: usize) -> Result<String, Stop> {
    let (negative, digits, place) = digits(number);
    let keep = place + i64::try_from(places).map_err(|_| Stop::Unknown)?;
    let rounded = rounded(number, &digits, keep)?;
    let all = plain_padded(&rounded, keep, places)?;
    Ok(if negative { format!("-{all}") } else { all })
}

/// The first `keep` of `digits`, rounded. Halves are unknown, unless the number is exact: those are rounded to even.
pub(crate) fn rounded(number: Number, digits: &str, keep: i64) -> Result<String, Stop> {
    if keep < 0 {
        return Ok(String::new());
    }
    let keep = usize::try_from(keep).map_err(|_| Stop::Unknown)?;
    let Some((kept, rest)) = digits.split_at_checked(keep) else {
        return Ok(format!("{digits:0<keep$}"));
    };
    let up = match rest.as_bytes() {
        [] => false,
        [b'5'] if is_exact(number) => kept.bytes().last().is_some_and(|d| d % 2 == 1),
        [b'5'] => return Err(Stop::Unknown),
        [first, ..] => *first >= b'5',
    };
    if !up {
        return Ok(kept.to_owned());
    }
    let mut out: Vec<u8> = kept.bytes().collect();
    for digit in out.iter_mut().rev() {
        if *digit == b'9' {
            *digit = b'0';
        } else {
            *digit += 1;
            return String::from_utf8(out).map_err(|_| Stop::Unknown);
        }
    }
    String::from_utf8(out).map(|rest| format!("1{rest}")).map_err(|_| Stop::Unknown)
}

/// Whole digits with the point before the last `places` of them; `keep` of them were requested (there is one more after rounding up).
fn plain_padded(digits: &str, keep: i64, places: usize) -> Result<String, Stop> {
    if places > 100 || keep > MAX_SCALE {
        return Err(Stop::Unknown);
    }
    let all = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = all.split_at(all.len() - places);
    Ok(if places == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") })
}
