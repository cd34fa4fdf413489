//! Conditions on parts of one text and on numbers computed from one, against brute force: what some text or number satisfies is never said to be impossible, and
//! little else is said to be possible.

use cmklint_graph::{
    Arithmetic, Atom, Case, Functions, Kind, Literal, Number, Outcome, Place, Reshaping, Symbol, TextTest, Value, World,
};

/// A language of functions of texts and numbers.
#[derive(Debug)]
struct Toy;

impl Functions for Toy {
    fn evaluate(&self, function: &str, args: &[Value]) -> Outcome {
        if !args.iter().all(Value::is_known) {
            return Outcome::Unknown;
        }
        result(function, args).map_or(Outcome::Fails, Outcome::Value)
    }

    fn only_compares(&self, function: &str) -> bool {
        matches!(function, "lower" | "starts" | "ends" | "has" | "length" | "item")
            || self.arithmetic(function).is_some()
    }

    fn looks_for_parts(&self, function: &str) -> bool {
        matches!(function, "starts" | "ends" | "has")
    }

    fn counts(&self, function: &str) -> bool {
        function == "length"
    }

    fn arithmetic(&self, function: &str) -> Option<Arithmetic> {
        Some(match function {
            "+" => Arithmetic::Sum,
            "-" => Arithmetic::Difference,
            "*" => Arithmetic::Product,
            "/" => Arithmetic::WholeQuotient,
            "%" => Arithmetic::Remainder,
            "<" | "min" => Arithmetic::Order,
            _ => return None,
        })
    }

    fn reshaping(&self, function: &str, args: &[Value]) -> Option<Reshaping> {
        let text = |at: usize| args.get(at).and_then(Value::as_str).map(str::to_owned);
        Some(match function {
            "split" => Reshaping::Split(vec![text(1)?]),
            "lower" => Reshaping::Cased(Case::Lower),
            "without" => Reshaping::CutStart(text(1)?),
            "skip" => Reshaping::Slice { skip: 1, take: None, strict: false },
            "replace" => Reshaping::Replaced { from: text(1)?, to: text(2)? },
            _ => return None,
        })
    }

    fn test(&self, function: &str, args: &[Value]) -> Option<TextTest> {
        let part = || args.get(1).and_then(Value::as_str).map(str::to_owned);
        Some(match function {
            "starts" => TextTest::Starts(part()?),
            "ends" => TextTest::Ends(part()?),
            "has" => TextTest::Has(part()?),
            _ => return None,
        })
    }

    fn place(&self, function: &str, args: &[Value]) -> Option<Place> {
        let at = args.get(1)?.as_number()?.as_i64()?;
        (function == "item").then(|| usize::try_from(at).map_or(Place::FromEnd(0), Place::At))
    }

    fn catches_failure(&self, _: &str) -> bool {
        false
    }

    fn steps_into(&self, function: &str) -> bool {
        function == "item"
    }
}

/// What a function gives; `None` where it fails.
fn result(function: &str, args: &[Value]) -> Option<Value> {
    let text = |at: usize| args.get(at).and_then(Value::as_str);
    let int = |at: usize| args.get(at)?.as_number()?.as_i64();
    Some(match function {
        "lower" => Value::string(text(0)?.to_lowercase()),
        "starts" => Value::bool(text(0)?.starts_with(text(1)?)),
        "ends" => Value::bool(text(0)?.ends_with(text(1)?)),
        "has" => Value::bool(text(0)?.contains(text(1)?)),
        "length" => match args[0].as_array() {
            Some(list) => Value::int(list.items.len() as i64),
            None => Value::int(text(0)?.len() as i64),
        },
        "split" => Value::array(text(0)?.split(text(1)?).map(Value::string).collect()),
        "without" => Value::string(text(0)?.strip_prefix(text(1)?).unwrap_or(text(0)?)),
        "skip" => Value::string(text(0)?.chars().skip(1).collect::<String>()),
        "replace" => Value::string(text(0)?.replace(text(1)?, text(2)?)),
        "item" => {
            let list = args[0].as_array()?;
            let at = if int(1)? < 0 { list.items.len().checked_sub(1)? } else { usize::try_from(int(1)?).ok()? };
            list.items.get(at)?.clone()
        }
        "+" => Value::int(int(0)? + int(1)?),
        "-" => Value::int(int(0)? - int(1)?),
        "*" => Value::int(int(0)? * int(1)?),
        "/" => Value::int(int(0)?.checked_div(int(1)?)?),
        "%" => Value::int(int(0)?.checked_rem(int(1)?)?),
        "<" => Value::bool(int(0)? < int(1)?),
        "min" => Value::int(int(0)?.min(int(1)?)),
        _ => return None,
    })
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

/// Functions one after another, each with its further arguments; what the last of them gives is compared.
#[derive(Clone)]
struct Condition {
    calls: Vec<(&'static str, Vec<Value>)>,
    wanted: Literal,
    holds: bool,
}

impl std::fmt::Debug for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "x")?;
        for (function, more) in &self.calls {
            let more: Vec<String> = more.iter().map(Value::describe).collect();
            write!(f, ".{function}({})", more.join(", "))?;
        }
        write!(f, " {} {}", if self.holds { "==" } else { "!=" }, self.wanted)
    }
}

impl Condition {
    fn atom(&self, of: &Symbol) -> Atom {
        let made = self.calls.iter().fold(Value::symbol(of.clone()), |of, (function, more)| {
            let args: Vec<Value> = std::iter::once(of).chain(more.iter().cloned()).collect();
            Value::call(&Toy, function, &args, None)
        });
        let Kind::Symbol(symbol) = made.kind else { unreachable!("a call is a symbol") };
        Atom::equals(symbol, self.wanted.clone())
    }

    /// Whether the condition is met; `or_fails` counts what fails as what is not so.
    fn is_met(&self, by: &Value, or_fails: bool) -> bool {
        let made = self.calls.iter().try_fold(by.clone(), |of, (function, more)| {
            let args: Vec<Value> = std::iter::once(of).chain(more.iter().cloned()).collect();
            result(function, &args)
        });
        made.map_or(or_fails && !self.holds, |made| (made.as_literal().as_ref() == Some(&self.wanted)) == self.holds)
    }
}

const WORDS: [&str; 8] = ["a", "b", "ab", "A", "a-b", "-b", "a-", "b-a"];

fn on_text(random: &mut Random) -> Condition {
    let mut calls: Vec<(&'static str, Vec<Value>)> = Vec::new();
    let dash = || vec![Value::string("-")];
    match random.below(12) {
        0 => calls.push(("lower", Vec::new())),
        1 => calls.push(("without", vec![Value::string(random.pick(&WORDS))])),
        2 => calls.push(("replace", vec![Value::string("-"), Value::string(random.pick(&["", "b", "a"]))])),
        3 => calls.push(("skip", Vec::new())),
        _ => {}
    }
    let splits = random.below(2) == 0;
    if splits {
        calls.push(("split", dash()));
        if random.below(5) == 0 {
            calls.push(("length", Vec::new()));
            return finish(calls, Literal::Number(Number::Int(random.below(3) as i64 + 1)), random);
        }
        calls.push(("item", vec![Value::int(random.below(4) as i64 - 1)]));
    }
    let words = if splits { &WORDS[..4] } else { &WORDS[..] };
    let word = random.pick(words);
    match random.below(7) {
        0..3 => {
            calls.push((["starts", "ends", "has"][random.below(3)], vec![Value::string(word)]));
            finish(calls, Literal::Bool(true), random)
        }
        3 if !calls.is_empty() => {
            calls.push(("length", Vec::new()));
            finish(calls, Literal::Number(Number::Int(random.below(4) as i64)), random)
        }
        _ => finish(calls, Literal::String(word.into()), random),
    }
}

fn on_number(random: &mut Random) -> Condition {
    let mut calls: Vec<(&'static str, Vec<Value>)> = Vec::new();
    for _ in 0..random.below(3) {
        let function = random.pick(&["+", "-", "*", "/", "%", "min"]);
        let by = random.below(4) as i64 + if function == "%" { 2 } else { 1 };
        calls.push((function, vec![Value::int(by)]));
    }
    let limit = random.below(14) as i64 - 2;
    if random.below(2) == 0 {
        calls.push(("<", vec![Value::int(limit)]));
        return finish(calls, Literal::Bool(true), random);
    }
    finish(calls, Literal::Number(Number::Int(limit)), random)
}

fn finish(calls: Vec<(&'static str, Vec<Value>)>, wanted: Literal, random: &mut Random) -> Condition {
    Condition { calls, wanted, holds: random.below(3) > 0 }
}

/// All texts of these letters up to a length. Some conditions can only hold together for a longer one, and count as impossible.
fn texts() -> Vec<Value> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..5 {
        last = last.iter().flat_map(|text| ["a", "b", "A", "-"].map(|letter| format!("{text}{letter}"))).collect();
        all.extend(last.iter().cloned());
    }
    all.extend(["~", "~~", "~~~", "~-~", "~-~-~"].map(str::to_owned));
    all.into_iter().map(Value::string).collect()
}

fn check(rounds: usize, values: &[Value], make: fn(&mut Random) -> Condition) -> (usize, usize) {
    let unknown = Symbol::new("x", "x");
    let mut random = Random(11);
    let (mut impossible, mut not_seen) = (0, 0);
    let mut missed: Vec<String> = Vec::new();
    for round in 0..rounds {
        let conditions: Vec<Condition> = (0..2 + round % 2).map(|_| make(&mut random)).collect();
        let meets = |or_fails: bool| {
            values.iter().any(|value| conditions.iter().all(|condition| condition.is_met(value, or_fails)))
        };
        let is_possible = meets(false);
        let world = conditions
            .iter()
            .try_fold(World::any(), |world, condition| world.assume(&condition.atom(&unknown), condition.holds));
        if world.is_none() && is_possible {
            missed.push(format!("{conditions:?}"));
        }
        if !is_possible && !meets(true) {
            impossible += 1;
            not_seen += usize::from(world.is_some());
        }
    }
    missed.sort_by_key(String::len);
    assert!(missed.is_empty(), "{} are said to be impossible: {:#?}", missed.len(), &missed[..missed.len().min(40)]);
    (impossible, not_seen)
}

#[test]
fn parts_of_a_text_that_can_be_together_are_not_excluded() {
    let (impossible, not_seen) = check(1_200, &texts(), on_text);
    assert!(impossible > 300 && not_seen * 5 < impossible, "{not_seen} of {impossible} impossible ones are not seen");
}

#[test]
fn numbers_that_can_be_together_are_not_excluded() {
    let values: Vec<Value> = (-200..400).map(Value::int).collect();
    let (impossible, not_seen) = check(3_000, &values, on_number);
    assert!(impossible > 300 && not_seen * 20 < impossible, "{not_seen} of {impossible} impossible ones are not seen");
}
