//! The worlds that two values tell apart, against brute force: each has an assignment of the unknowns, and each assignment has its world.

use std::collections::BTreeMap;
use std::sync::Arc;

use cmklint_graph::{
    Atom, Case, Functions, Kind, Literal, Number, Outcome, Reshaping, Symbol, TextTest, Value, World, cases,
};

/// A language of a few functions, each with one argument and a constant.
#[derive(Debug)]
struct Toy;

const FUNCTIONS: [&str; 7] = ["lower", "starts", "less", "length", "part", "text", "look-up"];

impl Functions for Toy {
    fn evaluate(&self, function: &str, args: &[Value]) -> Outcome {
        let literals: Option<Vec<Literal>> = args
            .iter()
            .map(|arg| match arg.as_array().filter(|_| function == "look-up") {
                Some(table) => Some(Literal::String(
                    table.items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",").into(),
                )),
                None => arg.as_literal(),
            })
            .collect();
        let Some([of, constant]) = literals.as_deref() else {
            return if args.iter().all(Value::is_known) { Outcome::Fails } else { Outcome::Unknown };
        };
        result(function, of, constant).map_or(Outcome::Fails, |literal| Outcome::Value(value_of(&literal)))
    }

    fn only_compares(&self, function: &str) -> bool {
        !matches!(function, "part" | "text")
    }

    fn looks_for_parts(&self, function: &str) -> bool {
        function == "starts"
    }

    fn reshaping(&self, function: &str, _: &[Value]) -> Option<Reshaping> {
        (function == "lower").then_some(Reshaping::Cased(Case::Lower))
    }

    fn test(&self, function: &str, args: &[Value]) -> Option<TextTest> {
        let start = args.get(1)?.as_str().filter(|_| function == "starts")?;
        Some(TextTest::Starts(start.to_owned()))
    }

    fn counts(&self, function: &str) -> bool {
        function == "length"
    }

    fn catches_failure(&self, _: &str) -> bool {
        false
    }

    fn steps_into(&self, _: &str) -> bool {
        false
    }
}

/// What a function gives; `None` where it fails.
fn result(function: &str, of: &Literal, constant: &Literal) -> Option<Literal> {
    let text = |text: String| Literal::String(text.into());
    Some(match (function, of, constant) {
        ("lower", Literal::String(of), _) => text(of.to_lowercase()),
        ("starts", Literal::String(of), Literal::String(start)) => Literal::Bool(of.starts_with(&**start)),
        ("less", Literal::Number(of), Literal::Number(limit)) => Literal::Bool(of < limit),
        ("length", Literal::String(of), _) => Literal::Number(Number::Int(of.len() as i64)),
        ("part", Literal::String(of), _) => text(of.split('-').nth(1)?.to_owned()),
        ("text", Literal::Bool(of), _) => text(if *of { "True" } else { "False" }.to_owned()),
        ("look-up", Literal::String(of), Literal::String(in_these)) => {
            Literal::Bool(in_these.split(',').position(|name| name == &**of)? % 2 == 0)
        }
        _ => return None,
    })
}

fn value_of(literal: &Literal) -> Value {
    Value::new(match literal {
        Literal::Null => Kind::Null,
        Literal::Bool(value) => Kind::Bool(*value),
        Literal::Number(number) => Kind::Number(*number),
        Literal::String(text) => Kind::String(Arc::clone(text)),
    })
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }
}

/// An unknown and, function after function, what is applied to it.
#[derive(Clone)]
struct Expression {
    unknown: usize,
    calls: Vec<(&'static str, Literal)>,
}

impl Expression {
    fn symbol(&self, unknowns: &[Symbol]) -> Symbol {
        self.calls.iter().fold(unknowns[self.unknown].clone(), |of, (function, constant)| {
            let constant = match constant {
                Literal::String(table) if *function == "look-up" => {
                    Value::array(table.split(',').map(Value::string).collect())
                }
                other => value_of(other),
            };
            let Kind::Symbol(symbol) = Value::call(&Toy, function, &[Value::symbol(of), constant], None).kind else {
                unreachable!("a call is a symbol")
            };
            symbol
        })
    }

    fn result(&self, given: &[Literal]) -> Option<Literal> {
        self.calls
            .iter()
            .try_fold(given[self.unknown].clone(), |of, (function, constant)| result(function, &of, constant))
    }
}

enum Tree {
    Leaf(i64),
    If(Expression, Literal, Box<[Self; 2]>),
}

struct Maker {
    random: Random,
    unknowns: Vec<Symbol>,
    /// The expressions by the keys of their symbols.
    known: BTreeMap<String, Expression>,
}

fn texts(all: &[&str]) -> Vec<Literal> {
    all.iter().map(|text| Literal::String((*text).into())).collect()
}

impl Maker {
    fn tree(&mut self, depth: usize) -> Tree {
        if depth == 0 || self.random.below(5) == 0 {
            return Tree::Leaf(self.random.below(3) as i64);
        }
        let unknown = self.random.below(self.unknowns.len());
        let (functions, own): (&[&'static str], Vec<Literal>) = match unknown {
            0 => (&["lower", "starts", "part", "length"], texts(&["prod-eu", "dev-us", "Prod-us"])),
            1 => (&["lower", "starts", "length", "look-up"], texts(&["a", "b", "ab", "A"])),
            2 => (&["less"], [0, 2, 3].map(|n| Literal::Number(Number::Int(n))).to_vec()),
            _ => (&["text"], vec![Literal::Bool(true)]),
        };
        let mut expression = Expression { unknown, calls: Vec::new() };
        let mut wanted = self.random.pick(&own).clone();
        if self.random.below(3) > 0 {
            let function = *self.random.pick(functions);
            assert!(FUNCTIONS.contains(&function));
            let constant = match function {
                "starts" => self.random.pick(&texts(&["a", "prod", "b", "dev"])).clone(),
                "less" => self.random.pick(&own).clone(),
                "look-up" => texts(&["a,b,ab"])[0].clone(),
                _ => Literal::Null,
            };
            wanted = match function {
                "lower" => self.random.pick(&texts(&["a", "prod-us", "A"])).clone(),
                "part" => self.random.pick(&texts(&["eu", "us"])).clone(),
                "text" => self.random.pick(&texts(&["True", "False"])).clone(),
                "length" => Literal::Number(Number::Int([0, 1, 6, 7][self.random.below(4)])),
                _ => Literal::Bool(true),
            };
            expression.calls.push((function, constant));
        }
        self.known.insert(expression.symbol(&self.unknowns).key().to_owned(), expression.clone());
        let arms = Box::new([self.tree(depth - 1), self.tree(depth - 1)]);
        Tree::If(expression, wanted, arms)
    }
}

impl Tree {
    fn value(&self, unknowns: &[Symbol]) -> Value {
        match self {
            Self::Leaf(leaf) => Value::int(*leaf),
            Self::If(expression, wanted, arms) => Value::choice(
                Atom::equals(expression.symbol(unknowns), wanted.clone()),
                arms[0].value(unknowns),
                arms[1].value(unknowns),
            ),
        }
    }

    fn result(&self, given: &[Literal]) -> Option<i64> {
        match self {
            Self::Leaf(leaf) => Some(*leaf),
            Self::If(expression, wanted, arms) => arms[usize::from(expression.result(given)? != *wanted)].result(given),
        }
    }
}

/// Whether the world is so where the unknowns are what is `given`.
fn holds(world: &World, known: &BTreeMap<String, Expression>, given: &[Literal]) -> bool {
    world.facts().all(|(atom, holds)| {
        known[atom.symbol.key()].result(given).is_some_and(|found| (found == atom.literal) == holds)
    })
}

fn assignments() -> Vec<Vec<Literal>> {
    let mut second = vec![String::new()];
    for _ in 0..3 {
        let longer = second.iter().flat_map(|text| ["a", "b", "A", "~"].map(|end| format!("{text}{end}")));
        second = second.clone().into_iter().chain(longer).collect();
        second.sort();
        second.dedup();
    }
    second.extend(
        ["~~~~~~", "~~~~~~~", "prod~~", "dev~~~", "prod~~~", "dev~~~~", "a~~~~~", "a~~~~~~", "b~~~~~", "b~~~~~~"]
            .map(str::to_owned),
    );
    second.extend(
        ["prod", "dev", "proda", "prodb", "deva", "devb", "prod-us", "PROD-US", "PROD", "PROD~~~", "PROD~~"]
            .map(str::to_owned),
    );
    let mut out = Vec::new();
    for first in texts(&["prod-eu", "dev-us", "Prod-us"]) {
        for second in &second {
            for n in -1..5 {
                for flag in [true, false] {
                    let number = Literal::Number(Number::Int(n));
                    out.push(vec![first.clone(), Literal::String(second.as_str().into()), number, Literal::Bool(flag)]);
                }
            }
        }
    }
    out
}

#[test]
fn each_world_has_an_assignment_and_each_assignment_its_world() {
    let assignments = assignments();
    let first = Symbol::new("first", "first").with_allowed(texts(&["prod-eu", "dev-us", "Prod-us"]));
    let flag = Symbol::new("flag", "flag").with_allowed([Literal::Bool(true), Literal::Bool(false)]);
    let unknowns = vec![first, Symbol::new("second", "second"), Symbol::new("n", "n"), flag];
    let mut maker = Maker { random: Random(7), unknowns, known: BTreeMap::new() };
    for (at, unknown) in maker.unknowns.iter().enumerate() {
        maker.known.insert(unknown.key().to_owned(), Expression { unknown: at, calls: Vec::new() });
    }
    let mut worlds = 0;
    for round in 0..60 {
        let (x, y) = (maker.tree(3), maker.tree(3));
        let (left, right) = (x.value(&maker.unknowns), y.value(&maker.unknowns));
        let all: Vec<(World, Value, Value)> = cases(&left, &World::any())
            .into_iter()
            .flat_map(|(world, a)| cases(&right, &world).into_iter().map(move |(world, b)| (world, a.clone(), b)))
            .collect();
        for (world, ..) in &all {
            let possible = assignments.iter().any(|given| holds(world, &maker.known, given));
            assert!(possible, "round {round}: nothing makes it so that {}", world.describe());
        }
        for given in &assignments {
            let (Some(a), Some(b)) = (x.result(given), y.result(given)) else { continue };
            let here: Vec<_> = all.iter().filter(|(world, ..)| holds(world, &maker.known, given)).collect();
            let [(_, left, right)] = here[..] else {
                panic!("round {round}: {} worlds for {given:?} {a:?} {b:?}", here.len());
            };
            let found = [left, right].map(|value| value.as_number().and_then(Number::as_i64));
            assert_eq!(found, [Some(a), Some(b)], "round {round}: {given:?} {} {x:?} {y:?}", here[0].0.describe());
        }
        worlds += all.len();
    }
    assert!(worlds > 250, "only {worlds} worlds");
}
impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Leaf(leaf) => write!(f, "{leaf}"),
            Self::If(e, wanted, arms) => {
                write!(f, "({} {:?} == {wanted} ? {:?} : {:?})", e.unknown, e.calls, arms[0], arms[1])
            }
        }
    }
}
