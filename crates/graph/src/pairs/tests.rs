use super::*;
use crate::concat;
use crate::{Deployment, DeploymentKey, Object, ResourceType, Scope};
use cmklint_source::{MemoryLoader, Sources, Span};

struct Root {
    id: DeploymentId,
    span: Span,
    resources: Vec<Resource>,
}

impl Root {
    fn new(id: u32) -> Self {
        let file = Sources::new(MemoryLoader::new([("a", "")])).load("a").unwrap().id();
        Self { id: DeploymentId(id), span: Span::new(file, 0, 0), resources: Vec::new() }
    }

    fn with(mut self, address: &str, name: Value, group: Value) -> Self {
        let index = u32::try_from(self.resources.len()).unwrap();
        self.resources.push(Resource {
            id: NodeId { deployment: self.id, index },
            kind: ResourceType::new("Microsoft.Compute/disks"),
            address: address.into(),
            names: vec![name],
            scope: Scope { subscription: Value::string("s"), resource_group: group },
            location: Value::null(),
            presence: Presence::Declared,
            condition: Value::bool(true),
            body: Value::object(Object::default()),
            further: 0,
            extends: Value::null(),
            span: self.span,
            whole: self.span,
            calls: Vec::new(),
            dialect: crate::Dialect::Json,
        });
        self
    }

    fn disk(self, address: &str, name: &str) -> Self {
        let group = Value::string(format!("rg-of-{}", self.id));
        self.with(address, Value::string(name), group)
    }

    fn estate(self) -> Estate {
        Estate::new(vec![Deployment {
            id: self.id,
            key: DeploymentKey::of(crate::Root::module("r")),
            resources: self.resources,
            handed_out: Vec::new(),
            further_subscriptions: Vec::new(),
            order: None,
        }])
    }
}

fn pair(before: &Estate, after: &Estate, moves: &[(&str, &str)], by_name: bool) -> Vec<String> {
    let moves = moves.iter().map(|(from, to)| Move { from: (*from).into(), to: (*to).into() }).collect();
    pair_with(before, after, vec![Moves { within: "".into(), moves }], by_name)
}

fn pair_with(before: &Estate, after: &Estate, moves: Vec<Moves>, by_name: bool) -> Vec<String> {
    let roots = DeploymentPair { before: DeploymentId(1), after: DeploymentId(2), moves, by_name, relocated: false };
    let address = |estate: &Estate, node| estate.resource(node).unwrap().address.to_string();
    let pairs = Pairs::new(before, after, &[roots]);
    pairs.all().into_iter().map(|(a, b)| format!("{} -> {}", address(before, a), address(after, b))).collect()
}

#[test]
fn a_resource_is_known_by_its_address_unless_its_name_is_another() {
    let before = Root::new(1).disk("a", "x").disk("b", "y").disk("c", "z").estate();
    let after = Root::new(2).disk("a", "X").disk("b", "other").disk("d", "z").estate();
    assert_eq!(pair(&before, &after, &[], false), ["a -> a"]);
}

#[test]
fn type_and_name_tell_a_resource_of_a_template_and_two_of_one_name_are_none() {
    let before = Root::new(1).disk("a", "x").disk("b", "y").disk("c", "y").estate();
    let after = Root::new(2).disk("d", "x").disk("e", "y").estate();
    assert_eq!(pair(&before, &after, &[], true), ["a -> d"]);
}

#[test]
fn what_stands_where_it_stood_is_the_same_whatever_its_place_in_a_loop() {
    let at = |group: &str| (Value::string("x"), Value::string(group));
    let ((x, a), (_, b)) = (at("rg-a"), at("rg-b"));
    let before = Root::new(1).with("m[0].d", x.clone(), a.clone()).estate();
    let after = Root::new(2).with("m[0].d", x.clone(), b).with("m[1].d", x, a).estate();
    assert_eq!(pair(&before, &after, &[], true), ["m[0].d -> m[1].d"]);
}

#[test]
fn moves_are_followed_along_chains_through_modules_and_to_keys() {
    let before = Root::new(1)
        .disk("t.a", "1")
        .disk("module.m.t.a", "2")
        .disk("module.m.t.b[0]", "3")
        .disk("t.c[1]", "4")
        .disk("t.old", "5")
        .estate();
    let after = Root::new(2)
        .disk("t.z", "1")
        .disk("module.n[\"k\"].t.a", "2")
        .disk("module.n[\"k\"].t.b[\"x\"]", "3")
        .disk("t.d[1]", "4")
        .disk("t.new", "5")
        .estate();
    let moves = [
        ("t.m", "t.z"),
        ("t.a", "t.m"),
        ("module.m", "module.n[\"k\"]"),
        ("module.n[\"k\"].t.b[0]", "module.n[\"k\"].t.b[\"x\"]"),
        ("t.c", "t.d"),
    ];
    assert_eq!(
        pair(&before, &after, &moves, false),
        [
            "t.a -> t.z",
            "module.m.t.a -> module.n[\"k\"].t.a",
            "module.m.t.b[0] -> module.n[\"k\"].t.b[\"x\"]",
            "t.c[1] -> t.d[1]"
        ]
    );
}

#[test]
fn a_move_to_where_something_stood_and_a_circle_of_moves_are_none() {
    let before = Root::new(1).disk("t.a", "x").disk("t.b", "x").estate();
    let after = Root::new(2).disk("t.b", "x").estate();
    assert_eq!(pair(&before, &after, &[("t.a", "t.b")], false), ["t.b -> t.b"]);
    let after = Root::new(2).disk("t.c", "x").estate();
    assert_eq!(pair(&before, &after, &[("t.c", "t.d"), ("t.d", "t.c")], false), [""; 0]);
}

#[test]
fn the_first_of_several_is_the_one_that_had_no_count() {
    let before = Root::new(1).disk("module.m.t.a", "x").disk("t.b[0]", "y").disk("t.b[1]", "z").estate();
    let after = Root::new(2).disk("module.m[0].t.a[0]", "x").disk("t.b", "y").estate();
    assert_eq!(pair(&before, &after, &[], false), ["module.m.t.a -> module.m[0].t.a[0]", "t.b[0] -> t.b"]);
}

#[test]
fn a_whole_id_tells_a_resource_in_whatever_root() {
    let here = |name: &str| (Value::string(name), Value::string("rg"));
    let (name, group) = here("x");
    let before = Root::new(1).with("a", name.clone(), group.clone()).estate();
    let after = Root::new(7).with("b", name, group).estate();
    assert_eq!(pair(&before, &after, &[], false), ["a -> b"]);
}

#[test]
fn an_input_is_the_same_in_both_and_what_is_reported_by_its_place_is_not() {
    let before = Root::new(1).disk("a", "x").estate();
    let after = Root::new(2).disk("a", "x").estate();
    let pairs = Pairs::new(&before, &after, &[]);
    let text = |value: &Value, end: &str| concat(&[value.clone(), Value::string(end)]);
    let compared = |a: &Value, b: &Value| pairs.compare(&before, a, &after, b, Fold::Case);
    let called = |value: &Value| Value::apply("f", std::slice::from_ref(value), None);
    // A key that looks like a resource's number or a place is a name like any other.
    for key in ["d1:param:p", "d1:disk[\"d1.2\"]", "d1:a@b:unknown:1"] {
        let input = Value::symbol(Symbol::new(key, "s"));
        for input in [called(&input), input] {
            assert_eq!(compared(&text(&input, "-a"), &text(&input, "-A")), Comparison::Equal, "{key}");
            assert_eq!(compared(&text(&input, "-a"), &text(&input, "-b")), Comparison::Different, "{key}");
        }
    }
    let third = NodeId { deployment: DeploymentId(1), index: 3 };
    let long = Value::string("x".repeat(1_000));
    for symbol in [Symbol::attribute(third, "name", "s"), Symbol::at_place("main.bicep:x:3-9", "s")] {
        let symbol = Value::symbol(symbol);
        let list = Value::array(vec![long.clone(), symbol.clone()]);
        for value in [called(&symbol), called(&called(&symbol)), called(&list), symbol] {
            assert_eq!(compared(&text(&value, "-a"), &text(&value, "-a")), Comparison::Unknown, "{}", value.describe());
        }
    }
    let node = NodeId { deployment: DeploymentId(1), index: 0 };
    let other = NodeId { deployment: DeploymentId(2), index: 0 };
    let (a, b) = (Value::reference(node, "properties.x"), Value::reference(other, "properties.x"));
    assert_eq!(compared(&a, &b), Comparison::Unknown, "the two are not known to be one resource");
}

#[test]
fn the_moves_of_a_module_are_followed_in_each_of_its_instances_and_the_first_that_applies_wins() {
    let moved = |pairs: &[(&str, &str)]| -> Arc<[Move]> {
        pairs.iter().map(|(from, to)| Move { from: (*from).into(), to: (*to).into() }).collect()
    };
    let of_root = moved(&[("module.old", "module.m[0]"), ("module.m[1].a", "module.m[1].z")]);
    let of_module = moved(&[("a", "b"), ("b", "c"), ("a", "never")]);
    let moves = vec![
        Moves { within: "".into(), moves: of_root },
        Moves { within: "module.m[0].".into(), moves: Arc::clone(&of_module) },
        Moves { within: "module.m[1].".into(), moves: of_module },
    ];
    let before = Root::new(1).disk("module.old.a[\"x.y\"]", "0").disk("module.m[1].a", "1").disk("module.m[1].b", "2");
    let after = Root::new(2).disk("module.m[0].c[\"x.y\"]", "0").disk("module.m[1].z", "1").disk("module.m[1].c", "2");
    assert_eq!(
        pair_with(&before.estate(), &after.estate(), moves, false),
        [
            "module.old.a[\"x.y\"] -> module.m[0].c[\"x.y\"]",
            "module.m[1].a -> module.m[1].z",
            "module.m[1].b -> module.m[1].c"
        ]
    );
}
