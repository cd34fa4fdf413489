//! The laws of the value domain, held for generated values.

use std::collections::BTreeMap;

use cmklint_graph::{
    Array, Atom, Comparison, Fold, Kind, Literal, Object, Symbol, Value, World, canonical, cases, compare, concat, lift,
};
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "a", "A", "ab", "b", "West Europe", "westeurope", "global", "kv-", "-x"])
        .prop_map(str::to_owned)
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        (-2_i64..3).prop_map(|i| Literal::Number(i.into())),
        text().prop_map(|t| Literal::String(t.into())),
    ]
}

/// Four symbols; two of them know what they can be.
fn symbol() -> impl Strategy<Value = Symbol> {
    prop::sample::select(vec![0, 1, 2, 3]).prop_map(|i| {
        let symbol = Symbol::new(format!("s{i}"), format!("parameter s{i}"));
        match i {
            2 => symbol.with_allowed([Literal::String("a".into()), Literal::String("b".into())]),
            3 => symbol.with_allowed([Literal::Bool(true), Literal::Bool(false)]),
            _ => symbol,
        }
    })
}

fn scalar(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::null(),
        Literal::Bool(b) => Value::bool(*b),
        Literal::Number(n) => Value::new(Kind::Number(*n)),
        Literal::String(s) => Value::string(s.clone()),
    }
}

fn atom() -> impl Strategy<Value = Atom> {
    (symbol(), literal(), any::<bool>()).prop_map(|(symbol, literal, flag)| {
        // What is a boolean in one condition is none of another type in another one.
        let is_flag = matches!(symbol.key(), "s1" | "s3");
        let literal = match literal {
            Literal::Bool(_) if !is_flag => Literal::String("a".into()),
            Literal::Number(_) | Literal::String(_) if is_flag => Literal::Bool(flag),
            literal => literal,
        };
        Atom::equals(symbol, literal)
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![literal().prop_map(|l| scalar(&l)), symbol().prop_map(Value::symbol)];
    leaf.prop_recursive(3, 24, 3, |inner| {
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..3), prop::option::of(symbol()))
                .prop_map(|(items, rest)| Value::new(Kind::Array(Array { items, rest, ..Array::default() }.into()))),
            (prop::collection::btree_map("[ab]", inner.clone(), 0..3), prop::option::of(symbol())).prop_map(
                |(entries, rest)| {
                    let mut object = Object { rest, ..Object::default() };
                    for (name, value) in entries {
                        object.insert(name, None, value);
                    }
                    Value::object(object)
                }
            ),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| concat(&parts)),
            (atom(), inner.clone(), inner).prop_map(|(atom, then, otherwise)| Value::choice(atom, then, otherwise)),
        ]
    })
}

fn fold() -> impl Strategy<Value = Fold> {
    prop::sample::select(vec![Fold::Exact, Fold::Case, Fold::Region])
}

/// A value each symbol could turn out to have.
type Assignment = BTreeMap<String, Literal>;

fn assignment() -> impl Strategy<Value = Assignment> {
    (literal(), literal(), prop::sample::select(vec!["a", "b"]), any::<bool>()).prop_map(|(s0, s1, s2, s3)| {
        let all = [s0, s1, Literal::String(s2.into()), Literal::Bool(s3)];
        all.into_iter().enumerate().map(|(i, l)| (format!("s{i}"), l)).collect()
    })
}

/// The value under an assignment, where it can be worked out without a symbol that stands for a whole remainder.
fn ground(value: &Value, given: &Assignment) -> Option<Value> {
    Some(match &value.kind {
        Kind::Symbol(symbol) => scalar(given.get(symbol.key())?),
        Kind::Array(array) => {
            if array.rest.is_some() {
                return None;
            }
            Value::array(array.items.iter().map(|v| ground(v, given)).collect::<Option<_>>()?)
        }
        Kind::Object(object) => {
            if object.rest.is_some() {
                return None;
            }
            let mut out = Object::default();
            for (name, entry) in &object.entries {
                out.insert(name.clone(), None, ground(&entry.value, given)?);
            }
            Value::object(out)
        }
        Kind::Template(parts) => {
            let parts: Option<Vec<Value>> = parts
                .iter()
                .map(|part| match part {
                    cmklint_graph::TextPart::Text(text) => Some(Value::string(text.clone())),
                    cmklint_graph::TextPart::Value(value) => ground(value, given),
                })
                .collect();
            concat(&parts?)
        }
        Kind::Choice(choice) => {
            let found = given.get(choice.atom.symbol.key())?;
            let is_allowed = match (&choice.atom.literal, found) {
                // What is used as a condition is a boolean; what is compared with `false` may be null too.
                (Literal::Bool(wanted), Literal::Null) => !wanted,
                (Literal::Bool(_), found) => matches!(found, Literal::Bool(_)),
                _ => true,
            };
            let holds = is_allowed.then_some(found == &choice.atom.literal)?;
            ground(if holds { &choice.then } else { &choice.otherwise }, given)?
        }
        _ => value.clone(),
    })
}

/// How many generated values each law is tried with: `PROPTEST_CASES`, or 2000.
fn cases_to_try() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases_to_try(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equal_is_reflexive(v in value(), fold in fold()) {
        prop_assert_eq!(compare(&v, &v, fold), Comparison::Equal);
    }

    #[test]
    fn compare_is_symmetric(a in value(), b in value(), fold in fold()) {
        prop_assert_eq!(compare(&a, &b, fold), compare(&b, &a, fold));
    }

    #[test]
    fn a_choice_agrees_with_each_of_its_arms(c in value(), b in value(), fold in fold()) {
        let whole = compare(&c, &b, fold);
        for (world, c) in cases(&c, &World::any()) {
            for (world, b) in cases(&b, &world) {
                let arm = compare(&world.work_out(c.clone()), &b, fold);
                if whole != Comparison::Unknown {
                    prop_assert_eq!(whole, arm);
                }
            }
        }
    }

    #[test]
    fn unknown_never_becomes_different(a in value(), b in value(), given in assignment(), fold in fold()) {
        // What is said of the symbolic values holds of every value they could turn out to have.
        if let (Some(x), Some(y)) = (ground(&a, &given), ground(&b, &given)) {
            let certain = compare(&a, &b, fold);
            let real = compare(&x, &y, fold);
            // `global` and the empty text name no region, whatever else was said of the symbols.
            if certain != Comparison::Unknown && real != Comparison::Unknown {
                prop_assert_eq!(certain, real, "{:?} and {:?}", x, y);
            }
        }
    }

    #[test]
    fn a_bare_symbol_differs_from_nothing_it_may_be(given in literal(), fold in fold()) {
        let symbol = Value::symbol(Symbol::new("free", "free"));
        prop_assert_eq!(compare(&symbol, &scalar(&given), fold), Comparison::Unknown);
    }

    #[test]
    fn the_same_text_stands_for_the_same_value(a in value(), b in value()) {
        if canonical(&a) == canonical(&b) {
            prop_assert_eq!(compare(&a, &b, Fold::Exact), Comparison::Equal);
        }
    }

    #[test]
    fn lifting_the_identity_keeps_the_value(v in value(), given in assignment()) {
        let lifted = lift("identity", std::slice::from_ref(&v), &mut |args| args[0].clone());
        if let (Some(x), Some(y)) = (ground(&v, &given), ground(&lifted, &given)) {
            prop_assert_eq!(canonical(&x), canonical(&y));
        }
    }

    #[test]
    fn worlds_of_a_value_exclude_each_other_and_cover_every_assignment(v in value(), given in assignment()) {
        let holds = |world: &World| world.facts().all(|(atom, holds)| (given.get(atom.symbol.key()) == Some(&atom.literal)) == holds);
        let matching: Vec<_> = cases(&v, &World::any()).into_iter().filter(|(world, _)| holds(world)).collect();
        prop_assert_eq!(matching.len(), 1);
    }

    #[test]
    fn a_world_never_assumes_an_atom_and_its_opposite(atoms in prop::collection::vec((atom(), any::<bool>()), 0..6)) {
        let mut world = World::any();
        for (atom, holds) in &atoms {
            if let Some(next) = world.assume(atom, *holds) {
                prop_assert_eq!(next.decides(atom), Some(*holds));
                prop_assert!(next.assume(atom, !*holds).is_none());
                world = next;
            }
        }
    }
}

/// Found by `compare_is_symmetric`: that a boolean is not `true` and that it is `false` must fix the same value.
#[test]
fn an_excluded_value_fixes_the_last_allowed_one() {
    let flag = Symbol::new("flag", "flag").with_allowed([Literal::Bool(true), Literal::Bool(false)]);
    let text = |known: &str| concat(&[Value::string(known), Value::symbol(Symbol::new("rest", "rest"))]);
    let a = Value::choice(Atom::equals(flag.clone(), Literal::Bool(true)), text("x"), text("y"));
    let b =
        Value::choice(Atom::equals(flag.clone(), Literal::Bool(false)), Value::symbol(flag), Value::array(Vec::new()));
    assert_eq!(compare(&a, &b, Fold::Exact), Comparison::Different);
    assert_eq!(compare(&b, &a, Fold::Exact), Comparison::Different);
}

#[test]
fn a_function_of_thousands_of_choices_is_a_symbol_at_once() {
    let free = |i: usize| Symbol::new(format!("x{i}"), "x");
    let choices: Vec<Value> =
        (0..20_000).map(|i| Value::choice(Atom::truth(free(i)), Value::bool(true), Value::bool(false))).collect();
    let mut called = 0;
    let made = lift("f", &choices, &mut |_| {
        called += 1;
        Value::null()
    });
    assert!(matches!(made.kind, Kind::Symbol(_)));
    assert_eq!(called, 0);
    // One condition, however often, is two worlds.
    let same: Vec<Value> = (0..500).map(|_| choices[0].clone()).collect();
    let made = lift("f", &same, &mut |args| Value::bool(args.iter().all(|a| a.as_bool() == Some(true))));
    assert!(matches!(made.kind, Kind::Choice(_)));
}
