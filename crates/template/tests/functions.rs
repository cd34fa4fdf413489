//! The functions, by the examples of the ARM and Bicep references.

mod common;

use cmklint_template::{Expr, ExprKind};
use common::*;

fn sample() -> cmklint_template::Expr {
    obj([("one", s("a")), ("two", s("b")), ("three", s("c"))])
}

#[test]
fn base64_goes_to_text_and_back() {
    assert_eq!(eval(call("base64", [s("one, two, three")])), "'b25lLCB0d28sIHRocmVl'");
    assert_eq!(eval(call("base64ToString", [s("b25lLCB0d28sIHRocmVl")])), "'one, two, three'");
    let json = call("base64", [s("{'one': 'a'}")]);
    assert_eq!(eval(call("base64ToString", [json])), "'{'one': 'a'}'");
    assert_eq!(eval(call("base64ToJson", [call("base64", [s(r#"{"one": "a"}"#)])])), "{one: 'a'}");
}

#[test]
fn concat_joins_texts_or_lists() {
    assert_eq!(eval(call("concat", [s("prefix"), s("-"), n(5)])), "'prefix-5'");
    let lists = [strs(&["1-1", "1-2"]), strs(&["2-1"])];
    assert_eq!(eval(call("concat", lists)), "['1-1', '1-2', '2-1']");
}

#[test]
fn contains_reads_texts_objects_and_lists() {
    assert_eq!(eval(call("contains", [s("OneTwoThree"), s("e")])), "true");
    assert_eq!(eval(call("contains", [s("OneTwoThree"), s("z")])), "false");
    assert_eq!(eval(call("contains", [sample(), s("ONE")])), "true");
    assert_eq!(eval(call("contains", [sample(), s("a")])), "false");
    assert_eq!(eval(call("contains", [strs(&["one", "two"]), s("three")])), "false");
    assert_eq!(eval(call("contains", [strs(&["one", "two"]), s("two")])), "true");
}

#[test]
fn a_data_uri_holds_base64() {
    assert_eq!(eval(call("dataUri", [s("Hello")])), "'data:text/plain;charset=utf8;base64,SGVsbG8='");
    let uri = s("data:;base64,SGVsbG8sIFdvcmxkIQ==");
    assert_eq!(eval(call("dataUriToString", [uri])), "'Hello, World!'");
}

#[test]
fn empty_is_null_and_nothing() {
    for value in [null(), s(""), arr([]), obj([])] {
        assert_eq!(eval(call("empty", [value])), "true");
    }
    for value in [s("x"), arr([null()]), sample()] {
        assert_eq!(eval(call("empty", [value])), "false");
    }
}

#[test]
fn the_ends_of_texts_compare_without_case() {
    assert_eq!(eval(call("startsWith", [s("abcdef"), s("AB")])), "true");
    assert_eq!(eval(call("startsWith", [s("abcdef"), s("e")])), "false");
    assert_eq!(eval(call("endsWith", [s("abcdef"), s("EF")])), "true");
    assert_eq!(eval(call("indexOf", [s("abcdef"), s("DEF")])), "3");
    assert_eq!(eval(call("indexOf", [s("test"), s("t")])), "0");
    assert_eq!(eval(call("lastIndexOf", [s("test"), s("t")])), "3");
    assert_eq!(eval(call("lastIndexOf", [s("abcdef"), s("z")])), "-1");
}

#[test]
fn format_fills_placeholders_as_dotnet_does() {
    let pattern = s("{0}, {1}. Formatted number: {2:N0}");
    let filled = call("format", [pattern, s("Hello"), s("User"), n(8_175_133)]);
    assert_eq!(eval(filled), "'Hello, User. Formatted number: 8,175,133'");
    assert_eq!(eval(call("format", [s("{0:D3}|{1:X4}|{2:000}"), n(7), n(255), n(5)])), "'007|00FF|005'");
    assert_eq!(eval(call("format", [s("{{{0}}}|{0,4}|{0,-4}|"), n(1)])), "'{1}|   1|1   |'");
    assert_eq!(eval(call("format", [s("{0}"), b(true)])), "'True'");
    assert!(eval(call("format", [s("{0:yyyy}"), n(1)])).starts_with('<'), "a format that is not understood");
    assert!(eval(call("format", [s("{1}"), n(1)])).starts_with('<'), "a placeholder without its argument");
}

#[test]
fn guid_is_a_uuid_of_version_5_and_the_same_for_the_same_texts() {
    let first = eval(call("guid", [s("a"), s("b")]));
    assert_eq!(first, eval(call("guid", [s("a-b")])));
    assert_ne!(first, eval(call("guid", [s("b"), s("a")])));
    assert_eq!(first.len(), 38);
    assert_eq!(&first[15..16], "5");
}

#[test]
fn first_and_last_take_an_item_or_a_character() {
    assert_eq!(eval(call("first", [strs(&["one", "two"])])), "'one'");
    assert_eq!(eval(call("first", [s("One Two")])), "'O'");
    assert_eq!(eval(call("last", [strs(&["one", "two"])])), "'two'");
    assert_eq!(eval(call("last", [s("One Two")])), "'o'");
    assert_eq!(eval(call("first", [arr([])])), "null");
}

#[test]
fn join_puts_the_delimiter_between() {
    assert_eq!(eval(call("join", [strs(&["one", "two"]), s(";")])), "'one;two'");
}

#[test]
fn json_text_becomes_a_value_and_back() {
    assert_eq!(eval(call("json", [s(r#"{"a": [1, 2.5, true, null]}"#)])), "{a: [1, 2.5, true, null]}");
    assert_eq!(eval(call("json", [s("null")])), "null");
    assert_eq!(eval(call("string", [obj([("a", ints(&[1])), ("b", b(true))])])), r#"'{"a":[1],"b":true}'"#);
    assert_eq!(eval(call("string", [b(true)])), "'True'");
    assert_eq!(eval(call("string", [n(5)])), "'5'");
    assert!(eval(call("json", [s("{")])).starts_with('<'), "what is no JSON is unknown");
}

#[test]
fn length_counts_items_members_and_characters() {
    assert_eq!(eval(call("length", [strs(&["one", "two", "three"])])), "3");
    assert_eq!(eval(call("length", [s("One Two Three")])), "13");
    assert_eq!(eval(call("length", [sample()])), "3");
}

#[test]
fn texts_are_cut_and_padded() {
    assert_eq!(eval(call("padLeft", [s("123"), n(10), s("0")])), "'0000000123'");
    assert_eq!(eval(call("replace", [s("123-123-1234"), s("-"), s("")])), "'1231231234'");
    assert_eq!(eval(call("skip", [s("one two three"), n(4)])), "'two three'");
    assert_eq!(eval(call("take", [s("one two three"), n(2)])), "'on'");
    assert_eq!(eval(call("substring", [s("one two three"), n(4), n(3)])), "'two'");
    assert_eq!(eval(call("trim", [s("    one two three   ")])), "'one two three'");
    assert_eq!(eval(call("toLower", [s("One Two")])), "'one two'");
    assert_eq!(eval(call("toUpper", [s("One Two")])), "'ONE TWO'");
    assert!(eval(call("substring", [s("abc"), n(2), n(5)])).starts_with('<'), "beyond the end is an error of ARM's");
}

#[test]
fn split_takes_one_delimiter_or_several() {
    assert_eq!(eval(call("split", [s("one,two,three"), s(",")])), "['one', 'two', 'three']");
    assert_eq!(eval(call("split", [s("one;two,three"), strs(&[",", ";"])])), "['one', 'two', 'three']");
    assert_eq!(eval(call("split", [s(""), s(",")])), "['']");
}

#[test]
fn uris_are_joined_and_escaped() {
    let link = s("http://contoso.com/resources/azuredeploy.json");
    let joined = call("uri", [link, s("nested/azuredeploy.json")]);
    assert_eq!(eval(joined), "'http://contoso.com/resources/nested/azuredeploy.json'");
    assert_eq!(eval(call("uri", [s("http://contoso.org/firstpath/"), s("../x")])), "'http://contoso.org/x'");
    let escaped = eval(call("uriComponent", [s("http://contoso.com/a b")]));
    assert_eq!(escaped, "'http%3A%2F%2Fcontoso.com%2Fa%20b'");
    assert_eq!(eval(call("uriComponentToString", [s("http%3A%2F%2Fcontoso.com")])), "'http://contoso.com'");
}

#[test]
fn numbers_are_64_bit_integers() {
    assert_eq!(eval(call("add", [n(5), n(3)])), "8");
    assert_eq!(eval(call("sub", [n(7), n(3)])), "4");
    assert_eq!(eval(call("mul", [n(5), n(3)])), "15");
    assert_eq!(eval(call("div", [n(8), n(3)])), "2");
    assert_eq!(eval(call("mod", [n(7), n(3)])), "1");
    assert_eq!(eval(call("int", [s("4")])), "4");
    assert_eq!(eval(call("float", [s("3.5")])), "3.5");
    assert_eq!(eval(call("min", [ints(&[0, 3, 2, 5, 4])])), "0");
    assert_eq!(eval(call("max", [n(0), n(3), n(5)])), "5");
    for overflow in [call("add", [n(i64::MAX), n(1)]), call("div", [n(1), n(0)]), call("mod", [n(1), n(0)])] {
        assert!(eval(overflow).starts_with('<'));
    }
}

#[test]
fn lists_are_made_cut_and_compared() {
    assert_eq!(eval(call("createArray", [s("a"), n(1)])), "['a', 1]");
    assert_eq!(eval(call("array", [n(1)])), "[1]");
    assert_eq!(eval(call("range", [n(5), n(3)])), "[5, 6, 7]");
    assert_eq!(eval(call("skip", [strs(&["one", "two", "three"]), n(2)])), "['three']");
    assert_eq!(eval(call("take", [strs(&["one", "two", "three"]), n(2)])), "['one', 'two']");
    assert_eq!(eval(call("flatten", [arr([strs(&["one"]), strs(&["two", "three"])])])), "['one', 'two', 'three']");
    assert_eq!(eval(call("intersection", [ints(&[1, 2, 3]), ints(&[3, 2])])), "[2, 3]");
    assert_eq!(eval(call("union", [ints(&[1, 2]), ints(&[2, 3])])), "[1, 2, 3]");
    assert_eq!(eval(call("indexOf", [ints(&[1, 2, 2]), n(2)])), "1");
    assert_eq!(eval(call("lastIndexOf", [ints(&[1, 2, 2]), n(2)])), "2");
    assert_eq!(eval(call("indexFromEnd", [ints(&[1, 2, 3]), n(1)])), "3");
    assert_eq!(eval(from_end(ints(&[1, 2, 3]), 2)), "2");
}

#[test]
fn union_of_objects_merges_at_every_depth_and_lets_later_lists_win() {
    let first = obj([("property", obj([("one", s("a")), ("two", s("b"))])), ("nestedArray", ints(&[1, 2]))]);
    let second = obj([("property", obj([("three", s("c"))])), ("nestedArray", ints(&[3]))]);
    let merged = "{property: {one: 'a', two: 'b', three: 'c'}, nestedArray: [3]}";
    assert_eq!(eval(call("union", [first, second])), merged);
    let cased = call("union", [obj([("Name", n(1))]), obj([("name", n(2))])]);
    assert_eq!(eval(cased), "{Name: 2}");
}

#[test]
fn objects_are_made_listed_and_merged() {
    let object = call("createObject", [s("b"), n(1), s("a"), b(true)]);
    assert_eq!(eval(object.clone()), "{b: 1, a: true}");
    assert_eq!(eval(call("items", [object.clone()])), "[{key: 'a', value: true}, {key: 'b', value: 1}]");
    assert_eq!(eval(call("objectKeys", [object.clone()])), "['a', 'b']");
    assert_eq!(eval(call("shallowMerge", [arr([object.clone(), obj([("a", null())])])])), "{b: 1, a: null}");
    assert_eq!(eval(call("tryGet", [object.clone(), s("x"), s("y")])), "null");
    assert_eq!(eval(call("intersection", [object, obj([("a", b(true)), ("b", n(2))])])), "{a: true}");
}

#[test]
fn logic_and_comparison() {
    assert_eq!(eval(call("equals", [s("a"), s("A")])), "false");
    assert_eq!(eval(call("equals", [ints(&[1]), ints(&[1])])), "true");
    assert_eq!(eval(call("less", [n(1), n(2)])), "true");
    assert_eq!(eval(call("greaterOrEquals", [n(1), n(2)])), "false");
    assert_eq!(eval(call("not", [call("or", [b(false), b(true)])])), "false");
    assert_eq!(eval(call("and", [b(true), b(true), b(false)])), "false");
    assert_eq!(eval(call("bool", [s("true")])), "true");
    assert_eq!(eval(call("coalesce", [null(), null(), s("x")])), "'x'");
    assert_eq!(eval(call("if", [b(false), s("x"), s("y")])), "'y'");
    assert_eq!(eval(call("true", [])), "true");
}

#[test]
fn functions_take_functions() {
    let dogs = || arr([obj([("name", s("Evie")), ("age", n(5))]), obj([("name", s("Casper")), ("age", n(3))])]);
    let names = call("map", [dogs(), lambda(["dog"], get(local("dog"), "name"))]);
    assert_eq!(eval(names), "['Evie', 'Casper']");
    let numbered = call("map", [strs(&["a", "b"]), lambda(["x", "i"], text([local("x"), local("i")]))]);
    assert_eq!(eval(numbered), "['a0', 'b1']");
    let old = call("filter", [dogs(), lambda(["dog"], call("greaterOrEquals", [get(local("dog"), "age"), n(5)]))]);
    assert_eq!(eval(old), "[{name: 'Evie', age: 5}]");
    let total =
        call("reduce", [ints(&[5, 3, 2]), n(0), lambda(["cur", "next"], call("add", [local("cur"), local("next")]))]);
    assert_eq!(eval(total), "10");
    let by_age = call("sort", [ints(&[5, 3, 9, 3]), lambda(["a", "b"], call("less", [local("a"), local("b")]))]);
    assert_eq!(eval(by_age), "[3, 3, 5, 9]");
    let keyed =
        call("toObject", [dogs(), lambda(["d"], get(local("d"), "name")), lambda(["d"], get(local("d"), "age"))]);
    assert_eq!(eval(keyed), "{Evie: 5, Casper: 3}");
    let initial = || lambda(["x"], call("substring", [local("x"), n(0), n(1)]));
    let upper = call("groupBy", [strs(&["foo", "bar"]), initial(), lambda(["x"], call("toUpper", [local("x")]))]);
    assert_eq!(eval(upper), "{f: ['FOO'], b: ['BAR']}");
    let grouped =
        call("groupBy", [strs(&["foo", "bar", "baz"]), lambda(["x"], call("substring", [local("x"), n(0), n(1)]))]);
    assert_eq!(eval(grouped), "{f: ['foo'], b: ['bar', 'baz']}");
    let doubled = call("mapValues", [obj([("a", n(1))]), lambda(["x"], call("mul", [local("x"), n(2)]))]);
    assert_eq!(eval(doubled), "{a: 2}");
}

#[test]
fn files_become_values() {
    let mut root = Root::new();
    root.texts.insert("a.json".into(), r#"{"keys": [{"kty": "RSA"}]}"#.into());
    let content = call("loadJsonContent", [s("a.json")]);
    assert_eq!(root.clone().shows(content), "{keys: [{kty: 'RSA'}]}");
    assert_eq!(root.clone().shows(call("loadJsonContent", [s("a.json"), s("$.keys[0].kty")])), "'RSA'");
    assert_eq!(root.clone().shows(call("length", [call("loadTextContent", [s("a.json")])])), "26");
    let missing = root.output("o", call("loadTextContent", [s("b.txt")])).evaluate();
    assert_eq!(codes(&missing), ["unreadable"]);
}

#[test]
fn function_names_have_no_case() {
    assert_eq!(eval(call("TOLOWER", [s("A")])), "'a'");
}

#[test]
fn what_only_the_platform_answers_is_a_symbol_that_equal_calls_share() {
    let zones = |kind: &str| eval(call("pickZones", [s("Microsoft.Compute"), s(kind), s("westus2")]));
    assert!(zones("virtualMachines").starts_with('<'));
    assert_eq!(zones("virtualMachines"), zones("virtualMachines"));
    assert_ne!(zones("virtualMachines"), zones("disks"));
    assert!(eval(call("noSuchFunction", [])).starts_with('<'));
}

#[test]
fn what_fails_is_a_symbol() {
    for call in [
        call("cidrSubnet", [s("10.0.0.0/16"), n(8), n(0)]),
        call("cidrHost", [s("10.0.0.0/30"), n(2)]),
        call("parseCidr", [s("10.0.0.0")]),
        call("dateTimeAdd", [s("2020-02-30T00:00:00Z"), s("P1D")]),
        call("dateTimeAdd", [s("2020-02-20T00:00:00Z"), s("1D")]),
        call("dateTimeAdd", [s("9999-12-31T00:00:00Z"), s("P1D")]),
        call("dateTimeToEpoch", [s("2020-04-07T14:53:14")]),
        call("dateTimeFromEpoch", [n(i64::MAX)]),
        call("buildUri", [obj([("host", s("contoso.com"))])]),
        call("parseUri", [s("contoso.com/x")]),
        call("uniqueString", []),
    ] {
        assert!(eval(call.clone()).starts_with('<'), "{call:?}");
    }
}

#[test]
fn what_is_made_anew_each_time_equals_only_itself() {
    let two = arr([placed(call("newGuid", []), 5), placed(call("newGuid", []), 6)]);
    let shown = Root::new().output("o", call("equals", [index(two.clone(), n(0)), index(two, n(1))])).evaluate();
    assert!(show(&shown.outputs["o"]).starts_with('('), "not known to be equal");
}

#[test]
fn texts_are_ordered_where_every_order_agrees() {
    for (a, b, less) in [
        ("northeurope", "westeurope", "true"),
        ("westus2", "westus3", "true"),
        ("westus", "westus2", "true"),
        ("kv-b-x", "kv-ab", "false"),
        ("Kv-A", "Kv-B", "true"),
        ("a1", "aB", "true"),
        ("x", "x", "false"),
    ] {
        assert_eq!(eval(call("less", [s(a), s(b)])), less, "{a} {b}");
        assert_eq!(eval(call("greaterOrEquals", [s(a), s(b)])), (less == "false").to_string(), "{a} {b}");
    }
    for (a, b) in [("a", "B"), ("a-b", "ab"), ("a_", "ab"), ("ü", "z")] {
        assert!(eval(call("less", [s(a), s(b)])).starts_with('<'), "{a} {b}: by code units or by a culture");
    }
    let sorted = call(
        "sort",
        [strs(&["westus", "eastus", "eastus2"]), lambda(["a", "b"], call("less", [local("a"), local("b")]))],
    );
    assert_eq!(eval(sorted), "['eastus', 'eastus2', 'westus']");
}

#[test]
fn json_of_a_text_known_in_part_keeps_what_is_known() {
    let root = || Root::new().param("p").param("q");
    let json = |parts: Vec<Expr>| {
        let whole = e(ExprKind::Call { function: "concat".into(), args: parts });
        root().shows(call("json", [whole]))
    };
    assert_eq!(
        json(vec![s(r#"{"type":"Cmk","id":""#), p("p"), s(r#"","n":[1,"x"#), p("q"), s(r#"y"]}"#)]),
        "{type: 'Cmk', id: <d3:param:p>, n: [1, `x<d3:param:q>y`]}"
    );
    // What stands in a text's place for it is a part of it.
    let filled = call("replace", [s(r#"{"a": "@", "b": ["@", "c"]}"#), s("@"), p("p")]);
    assert_eq!(root().shows(call("json", [filled])), "{a: <d3:param:p>, b: [<d3:param:p>, 'c']}");
    // With ARM's single quotes, and twice in one text.
    assert_eq!(json(vec![s("{'a': '"), p("p"), s("/"), p("q"), s("'}")]), "{a: `<d3:param:p>/<d3:param:q>`}");
    // A whole value is any JSON.
    assert_eq!(json(vec![s(r#"{"n": "#), p("p"), s(r#", "m": 1}"#)]), "{n: <json(<d3:param:p>)>, m: 1}");
    for opaque in [
        vec![p("p")],
        vec![s(r#"{"a": 1"#), p("p"), s("}")],
        vec![s(r#"{"a": "#), p("p"), p("q"), s("}")],
        vec![s(r#"{""#), p("p"), s(r#"": 1}"#)],
        vec![s(r#"{"a": "\"#), p("p"), s(r#""}"#)],
        vec![s("["), p("p"), s("1]")],
    ] {
        let shown = json(opaque.clone());
        assert!(shown.starts_with('<'), "{opaque:?}: {shown}");
    }
}
