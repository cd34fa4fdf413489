//! Whatever a template says, its evaluation ends, soon, with a diagnostic and without exhausting memory.

mod common;

use std::time::{Duration, Instant};

use cmklint_template::{Expr, Function, TemplateRef};
use common::*;

/// Evaluates on a thread with the stack that worker threads have, and returns the codes of the diagnostics.
fn survives(root: Root) -> Vec<&'static str> {
    let start = Instant::now();
    let codes = codes(&root.evaluate());
    assert!(start.elapsed() < Duration::from_secs(60), "took {:?}", start.elapsed());
    codes
}

fn nested(levels: usize, inner: Expr, wrap: impl Fn(Expr) -> Expr) -> Expr {
    (0..levels).fold(inner, |inner, _| wrap(inner))
}

#[test]
fn expressions_nested_beyond_the_bound_are_unknown() {
    // The nesting is within what a front-end lets through.
    for wrap in [
        |inner: Expr| call("not", [inner]),
        |inner: Expr| text([s("x"), inner]),
        |inner: Expr| arr([inner]),
        |inner: Expr| obj([("a", inner)]),
        |inner: Expr| call("if", [p("c"), inner, s("b")]),
        |inner: Expr| call("concat", [inner, s("x")]),
        |inner: Expr| get(inner, "a"),
        |inner: Expr| index(inner, n(0)),
        |inner: Expr| call("map", [ints(&[1]), lambda(["x"], inner)]),
        |inner: Expr| for_each(times(n(1), "c"), None, inner),
        |inner: Expr| call("coalesce", [p("c"), inner]),
        |inner: Expr| call("reference", [inner]),
    ] {
        let root = Root::new().param("c").output("o", nested(400, b(true), wrap));
        assert!(survives(root).contains(&"too-deep"));
    }
}

#[test]
fn a_chain_of_variables_is_as_deep_as_an_expression() {
    let mut root = Root::new().var("v0", s("x"));
    for i in 1..1000 {
        root = root.var(&format!("v{i}"), arr([v(&format!("v{}", i - 1))]));
    }
    assert!(survives(root.clone().output("o", v("v999"))).contains(&"too-deep"));
    // From the other end each is evaluated when it is asked for: then it is the value that is too deep.
    for i in 0..1000 {
        root = root.output(&format!("o{i}"), v(&format!("v{i}")));
    }
    assert!(survives(root).contains(&"too-large"));
}

#[test]
fn what_needs_itself_is_a_cycle() {
    assert_eq!(survives(Root::new().var("a", v("b")).var("b", v("a")).output("o", v("a"))), ["cycle"]);
    assert_eq!(survives(Root::new().default("a", p("b")).default("b", p("a")).output("o", p("a"))), ["cycle"]);
}

#[test]
fn a_function_that_calls_itself_ends() {
    let mut root = Root::new().output("o", s("x"));
    let again = cmklint_template::ExprKind::UserCall { function: "f".into(), args: vec![] };
    let body = call("concat", [e(again.clone()), e(again.clone())]);
    root.template.functions.insert("f".into(), Function { span: at(0), parameters: vec![], body, home: None });
    let mut root = root.output("p", e(again));
    root.limits.budget.steps = 200_000;
    let codes = survives(root);
    assert!(codes.contains(&"too-deep") || codes.contains(&"too-complex"), "{codes:?}");
}

#[test]
fn a_template_that_deploys_itself_is_a_cycle() {
    let file = || TemplateRef::File { path: "main.bicep".into(), span: at(7) };
    let inner = Root::new().resource(module_ref("again", file(), obj([])));
    let root = inner.clone().file("main.bicep", &inner);
    assert_eq!(survives(root), ["module-cycle"]);
}

#[test]
fn templates_within_templates_are_bounded() {
    let mut root = Root::new().output("o", s("x"));
    for i in 0..30 {
        let inner = module(&format!("m{i}"), &root, obj([]));
        root = Root::new().resource(inner).output("o", get(res(&format!("m{i}")), "outputs.o"));
    }
    assert!(survives(root).contains(&"too-deep"));
}

#[test]
fn values_that_double_stay_small() {
    for wrap in [
        |x: Expr| call("concat", [x.clone(), x]),
        |x: Expr| arr([x.clone(), x]),
        |x: Expr| obj([("a", x.clone()), ("b", x)]),
        |x: Expr| text([x.clone(), x]),
        |x: Expr| call("createArray", [x.clone(), x]),
        |x: Expr| call("format", [s("{0}{0}{0}"), x]),
        |x: Expr| call("replace", [x.clone(), s("x"), x]),
        |x: Expr| call("if", [call("equals", [p("c"), x.clone()]), x, s("x")]),
        |x: Expr| call("union", [obj([("a", x.clone())]), obj([("b", x)])]),
        |x: Expr| call("join", [call("map", [call("range", [n(0), n(9)]), lambda(["i"], x)]), s(",")]),
    ] {
        let mut root = Root::new().param("c").var("v0", s("xxxxxxxx"));
        root.limits.size = 100_000; // a tenth of the default: this is about the shape of the work, not its amount
        for i in 1..60 {
            root = root.var(&format!("v{i}"), wrap(v(&format!("v{}", i - 1))));
            root = root.output(&format!("o{i}"), v(&format!("v{i}")));
        }
        survives(root);
    }
}

#[test]
fn loops_within_loops_run_out_of_steps() {
    let inner = nested(6, s("x"), |inner| for_each(times(n(10_000), "c"), None, inner));
    let mut root = Root::new().output("o", inner);
    root.limits.budget.steps = 200_000;
    assert!(survives(root).contains(&"too-complex"));
    let lambdas = nested(6, s("x"), |inner| call("map", [call("range", [n(0), n(10_000)]), lambda(["x"], inner)]));
    let mut root = Root::new().output("o", lambdas);
    root.limits.budget.steps = 200_000;
    assert!(survives(root).contains(&"too-complex"));
}

#[test]
fn a_deployment_of_too_many_resources_says_so() {
    let mut inner = Root::new();
    for i in 0..100 {
        let mut disk = decl(&format!("r{i}"), "Microsoft.Compute/disks", s(&format!("d{i}")));
        disk.repeat = Some(times(n(1_000_000), "c"));
        inner = inner.resource(disk);
    }
    let mut many = module("m", &inner, obj([]));
    many.repeat = Some(times(n(1_000_000), "c"));
    let root = Root::new().resource(many);
    let evaluated = root.evaluate();
    // Each loop by itself is only long, a note; the whole is too much.
    let codes: Vec<_> = codes(&evaluated).into_iter().filter(|code| *code != "long-loop").collect();
    assert_eq!(codes, ["too-many-resources"]);
    assert_eq!(evaluated.deployment.resources.len(), 20_000);
}

#[test]
fn many_conditions_stay_within_a_few_worlds() {
    let mut root = Root::new();
    let mut value = s("x");
    for i in 0..60 {
        let name = format!("p{i}");
        root = root.param(&name);
        value = call("if", [p(&name), value.clone(), call("concat", [value, s("y")])]);
        root = root.var(&format!("v{i}"), value);
        value = v(&format!("v{i}"));
    }
    survives(root.output("o", value));
}

/// A root in which `make` is applied to its own result again and again, and each result is kept.
fn amplified(start: Expr, make: impl Fn(Expr) -> Expr) -> Root {
    let mut root = Root::new().param("c").var("v0", start);
    root.limits.budget = cmklint_graph::Budget { steps: 1_000_000, bytes: 1 << 20 };
    for i in 1..200 {
        root =
            root.var(&format!("v{i}"), make(v(&format!("v{}", i - 1)))).output(&format!("o{i}"), v(&format!("v{i}")));
    }
    root
}

#[test]
fn every_function_that_makes_more_than_it_is_given_is_paid_before() {
    let long = || call("padLeft", [s("x"), n(16_000)]);
    let many = || call("range", [n(0), n(10_000)]);
    let kinds: Vec<(&str, Root)> = vec![
        ("padLeft", amplified(s("x"), |x| arr([x, long()]))),
        ("replace", amplified(s("x"), |x| arr([x, call("replace", [long(), s(" "), s("yyyyyyyy")])]))),
        ("concat", amplified(s("x"), |x| arr([x, call("concat", [long(), long(), long()])]))),
        ("join", amplified(s("x"), |x| arr([x, call("join", [many(), s("-----")])]))),
        ("format", amplified(s("x"), |x| arr([x, call("format", [s("{0}{0}{0}{0}"), long()])]))),
        ("text", amplified(s("x"), |x| arr([x, text([long(), long()])]))),
        ("range", amplified(s("x"), |x| arr([x, many()]))),
        ("union", amplified(s("x"), |x| arr([x, call("union", [call("take", [many(), n(1_500)]), ints(&[-1])])]))),
        ("string", amplified(s("x"), |x| arr([x, call("string", [many()])]))),
        ("base64", amplified(s("x"), |x| arr([x, call("base64", [long()])]))),
        ("json", amplified(s("x"), |x| arr([x, call("json", [call("string", [many()])])]))),
        ("split", amplified(s("x"), |x| arr([x, call("split", [call("string", [many()]), s(",")])]))),
        ("flatten", amplified(s("x"), |x| arr([x, call("flatten", [arr([many(), many()])])]))),
        ("map", amplified(s("x"), |x| arr([x, call("map", [many(), lambda(["i"], local("i"))])]))),
        ("for", amplified(s("x"), |x| arr([x, for_each(times(n(10_000), "c"), None, s("y"))]))),
        (
            "toObject",
            amplified(s("x"), |x| arr([x, call("toObject", [many(), lambda(["i"], text([s("k"), local("i")]))])])),
        ),
    ];
    for (kind, root) in kinds {
        let codes = survives(root);
        assert!(codes.contains(&"too-complex"), "{kind}: {codes:?}");
    }
}

#[test]
fn variables_that_double_share_their_halves() {
    let mut doubled = amplified(s("x"), |x| arr([x.clone(), x]));
    doubled.limits.budget.steps = 20_000_000; // measuring them is work
    let evaluated = doubled.evaluate();
    assert!(codes(&evaluated).contains(&"too-large"), "{:?}", codes(&evaluated));
    assert!(!codes(&evaluated).contains(&"too-complex"), "what is shared costs nothing");
}

#[test]
fn a_tree_of_modules_stays_within_the_budget_and_what_comes_after_it_is_read() {
    let disk = || decl("disk", "Microsoft.Compute/disks", s("disk"));
    let mut inner = Root::new().resource(disk());
    for level in 0..14 {
        let mut many = module(&format!("m{level}"), &inner, obj([]));
        many.repeat = Some(times(n(10), "c"));
        inner = Root::new().resource(many);
    }
    let mut root = inner.resource(disk());
    root.limits.budget.bytes = 16 << 20;
    let evaluated = root.evaluate();
    assert!(codes(&evaluated).contains(&"too-complex"));
    assert!(evaluated.deployment.resources.iter().any(|resource| &*resource.address == "disk"));
}

#[test]
fn a_loop_whose_names_are_those_of_its_own_instances_ends_at_once() {
    let mut root = Root::new().param("names");
    root.limits.budget.steps = 20_000;
    let of = |of: Expr| get(index(res("a"), of), "name");
    let mut looped = decl("a", "Microsoft.Compute/disks", s("x"));
    looped.repeat = Some(over(p("names"), "item"));
    looped.name = text([of(local("item")), of(text([local("item"), s("b")])), of(text([local("item"), s("c")]))]);
    let root = root.resource(looped);
    assert!(!survives(root).contains(&"too-complex"));
}

#[test]
fn loops_that_name_each_others_instances_are_bounded() {
    let mut root = Root::new().param("names");
    let of = |before: usize, at: Expr| get(index(res(&format!("a{before}")), at), "name");
    for level in 0..60 {
        let mut looped = decl(&format!("a{level}"), "Microsoft.Compute/disks", local("item"));
        looped.repeat = Some(over(p("names"), "item"));
        if level > 0 {
            let longer = call("add", [call("length", [local("item")]), n(1)]);
            looped.name = text([of(level - 1, call("length", [local("item")])), of(level - 1, longer)]);
        }
        root = root.resource(looped);
    }
    root.limits.budget.bytes = 4 << 20;
    let codes = survives(root.output("o", of(59, n(7))));
    assert!(codes.contains(&"too-complex"), "{codes:?}");
}
