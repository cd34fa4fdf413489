//! Parameters, variables, expressions on values that are not known, and trails.

mod common;

use cmklint_graph::{Literal, StepKind, Value};
use cmklint_template::{ExprKind, ParameterType};
use common::*;

#[test]
fn a_parameter_without_a_value_is_one_symbol_with_its_allowed_values() {
    let root = Root::new().allowed("sku", &["Premium_LRS", "Standard_LRS"]).output("o", p("sku"));
    let value = root.evaluate().outputs["o"].clone();
    assert_eq!(show(&value), "<d3:param:sku>");
    let cmklint_graph::Kind::Symbol(symbol) = &value.kind else { panic!() };
    assert_eq!(symbol.label(), "parameter sku");
    assert_eq!(symbol.allowed().unwrap().len(), 2);
}

#[test]
fn a_default_may_use_other_parameters_and_an_input_replaces_it() {
    let root = Root::new().default("name", text([p("prefix"), s("-kv")])).default("prefix", s("contoso"));
    assert_eq!(root.clone().shows(p("name")), "'contoso-kv'");
    let given = root.input("PREFIX", Value::string("fabrikam"));
    assert_eq!(given.shows(p("name")), "'fabrikam-kv'", "names of inputs have no case");
}

#[test]
fn null_is_the_default_of_a_nullable_parameter_and_means_the_default_of_another() {
    let nullable = Root::new().parameter("p", None, None, true);
    assert_eq!(nullable.clone().shows(p("p")), "null");
    assert_eq!(nullable.input("p", Value::int(1)).shows(p("p")), "1");
    let defaulted = Root::new().default("p", n(7)).input("p", Value::null());
    assert_eq!(defaulted.shows(p("p")), "7");
}

#[test]
fn a_trail_leads_from_the_property_back_to_the_literal() {
    let mut disk = decl("disk", "Microsoft.Compute/disks", s("d"));
    disk.body = obj([("properties", obj([("diskSizeGB", placed(v("size"), 30))]))]);
    let root = Root::new().default("gb", placed(n(32), 20)).var("size", p("gb")).resource(disk);
    let evaluated = root.evaluate();
    let value = resource(&evaluated, "disk").get("properties.diskSizeGB");
    let steps: Vec<_> = value.trail.steps().map(|s| (s.kind, s.name.to_string(), s.span)).collect();
    assert_eq!(
        steps,
        [
            (StepKind::Attribute, "diskSizeGB".to_owned(), at(30)),
            (StepKind::Variable, "size".to_owned(), at(3)),
            (StepKind::Default, "gb".to_owned(), at(10)),
            (StepKind::Literal, String::new(), at(20)),
        ]
    );
}

#[test]
fn equality_with_a_literal_is_a_condition_on_the_symbol() {
    let root = Root::new().param("env");
    let is_prod = || call("equals", [p("env"), s("prod")]);
    assert_eq!(root.clone().shows(is_prod()), "(d3:param:env=='prod' ? true : false)");
    let size = call("if", [is_prod(), n(4096), n(2048)]);
    assert_eq!(root.clone().shows(size.clone()), "(d3:param:env=='prod' ? 4096 : 2048)");
    let flipped = call("if", [call("not", [is_prod()]), size, n(2048)]);
    assert_eq!(root.shows(flipped), "2048", "in the worlds where it is not prod, the inner condition is decided");
}

#[test]
fn a_comparison_that_its_allowed_values_decide_is_known() {
    let root = Root::new().allowed("sku", &["Premium_LRS", "Standard_LRS"]);
    assert_eq!(root.clone().shows(call("equals", [p("sku"), s("UltraSSD_LRS")])), "false");
    let premium = call("startsWith", [p("sku"), s("Premium")]);
    assert_eq!(root.clone().shows(premium), "(d3:param:sku=='Premium_LRS' ? true : false)");
    assert_eq!(root.shows(call("endsWith", [p("sku"), s("_LRS")])), "true");
}

#[test]
fn and_or_not_come_apart_into_conditions_on_symbols() {
    let root = Root::new().param("a").param("b");
    let both = call("and", [p("a"), p("b")]);
    assert_eq!(root.clone().shows(both), "(d3:param:a==true ? (d3:param:b==true ? true : false) : false)");
    let contradiction = call("and", [p("a"), call("not", [p("a")])]);
    assert_eq!(root.clone().shows(contradiction), "false");
    assert_eq!(root.clone().shows(call("or", [p("a"), b(true)])), "true");
    assert_eq!(root.shows(call("and", [b(false), call("noSuch", [])])), "false");
}

#[test]
fn an_arm_that_is_not_taken_is_not_evaluated() {
    let root = Root::new().var("bad", v("bad"));
    let evaluated = root.output("o", call("if", [b(true), s("x"), v("bad")])).evaluate();
    assert_eq!(show(&evaluated.outputs["o"]), "'x'");
    assert!(evaluated.diagnostics.is_empty());
}

#[test]
fn coalesce_asks_whether_a_symbol_is_null_only_where_it_can_be() {
    let root = Root::new().param("any").typed("text", ParameterType::String);
    assert_eq!(root.clone().shows(call("coalesce", [p("any"), s("x")])), "(d3:param:any==null ? 'x' : <d3:param:any>)");
    assert_eq!(root.shows(call("coalesce", [p("text"), s("x")])), "<d3:param:text>");
}

#[test]
fn whether_a_text_parameter_is_empty_is_a_condition_on_it() {
    let root = Root::new().typed("id", ParameterType::String);
    assert_eq!(root.shows(call("empty", [p("id")])), "(d3:param:id=='' ? true : false)");
}

#[test]
fn text_with_symbols_keeps_what_is_known() {
    let root = Root::new().param("p");
    let name = || text([s("Disk-"), p("p"), s("-X")]);
    assert_eq!(root.clone().shows(name()), "`Disk-<d3:param:p>-X`");
    assert_eq!(root.clone().shows(call("toLower", [name()])), "`disk-<tolower(<d3:param:p>)>-x`");
    assert_eq!(root.clone().shows(call("startsWith", [name(), s("disk-")])), "true");
    assert_eq!(root.clone().shows(call("endsWith", [name(), s("-y")])), "false");
    assert_eq!(root.clone().shows(call("take", [name(), n(4)])), "'Disk'");
    assert_eq!(root.clone().shows(call("empty", [name()])), "false");
    assert_eq!(root.clone().shows(call("format", [s("{0}{1}"), p("p"), n(1)])), "`<d3:param:p>1`");
    assert!(root.shows(call("length", [name()])).starts_with("<length("));
}

#[test]
fn the_segments_of_an_id_are_known_where_its_names_are_symbols() {
    let root = Root::new().param("vault");
    let id = || call("resourceId", [s("Microsoft.KeyVault/vaults"), p("vault")]);
    let segment = |at| index(call("split", [id(), s("/")]), n(at));
    assert_eq!(root.clone().shows(segment(2)), "<d3:subscription().subscriptionId>");
    assert_eq!(root.clone().shows(segment(4)), "<d3:resourceGroup().name>");
    assert_eq!(root.clone().shows(call("last", [call("split", [id(), s("/")])])), "<d3:param:vault>");
    let other = call("split", [text([s("a/"), p("vault")]), s("/")]);
    assert!(root.shows(other).starts_with('<'), "a parameter that is no part of an id may hold slashes");
}

#[test]
fn a_value_is_looked_up_for_each_name_that_a_symbol_can_be() {
    let sizes = || obj([("dev", n(1)), ("prod", n(2))]);
    let root = Root::new().allowed("env", &["dev", "prod"]);
    assert_eq!(root.shows(index(sizes(), p("env"))), "(d3:param:env=='dev' ? 1 : 2)");
    let root = Root::new().allowed("env", &["dev", "prod"]);
    let looked_up = root.shows(call("tryGet", [sizes(), p("env")]));
    assert_eq!(looked_up, "(d3:param:env=='dev' ? 1 : 2)", "as the JSON of a compiler has it");
    let shown = Root::new().param("env").shows(index(sizes(), p("env")));
    assert!(shown.starts_with("(d3:param:env=='dev' ? 1 : (d3:param:env=='prod' ? 2 : <index("), "{shown}");
}

#[test]
fn members_have_no_case_and_missing_ones_are_null() {
    let object = || obj([("keyName", s("k"))]);
    assert_eq!(eval(get(object(), "KEYNAME")), "'k'");
    assert_eq!(eval(get(object(), "other.further")), "null");
    assert_eq!(eval(index(object(), s("keyname"))), "'k'");
    assert_eq!(eval(index(ints(&[1, 2]), n(5))), "null");
    assert_eq!(Root::new().param("o").shows(get(p("o"), "a.b")), "<member:b(<member:a(<d3:param:o>)>)>");
}

#[test]
fn what_is_spread_replaces_what_came_before() {
    let known = obj_spread(&[("a", 1), ("b", 1)], obj([("b", n(2)), ("c", n(2))]), &[("c", 3)]);
    assert_eq!(eval(known), "{a: 1, b: 2, c: 3}");
    let unknown = || obj_spread(&[("a", 1)], p("o"), &[("c", 3)]);
    let root = Root::new().param("o");
    assert_eq!(root.clone().shows(unknown()), "{c: 3, …}", "whether a is still 1 is not known");
    assert_eq!(root.clone().shows(get(unknown(), "c")), "3");
    assert!(root.shows(get(unknown(), "a")).starts_with('<'));
}

#[test]
fn union_with_an_unknown_object_keeps_only_what_comes_later() {
    let root = Root::new().param("o");
    let before = call("union", [obj([("a", n(1))]), p("o")]);
    assert_eq!(root.clone().shows(before), "{, …}");
    let after = call("union", [p("o"), obj([("a", n(1)), ("tags", obj([("x", n(1))]))])]);
    assert_eq!(root.shows(after), "{a: 1, tags: {x: 1, …}, …}");
}

#[test]
fn concat_with_an_unknown_list_is_open_from_there_on() {
    let root = Root::new().param("xs");
    let list = call("concat", [ints(&[1]), p("xs"), ints(&[2])]);
    assert_eq!(root.clone().shows(list.clone()), "[1, …]");
    assert!(root.clone().shows(call("length", [list.clone()])).starts_with('<'));
    assert_eq!(root.clone().shows(call("empty", [list.clone()])), "false");
    assert_eq!(root.shows(call("contains", [list, n(1)])), "true");
}

#[test]
fn contains_of_a_known_list_is_a_condition_for_each_item() {
    let root = Root::new().param("env");
    let shown = root.shows(call("contains", [strs(&["a", "b"]), p("env")]));
    assert_eq!(shown, "(d3:param:env=='a' ? true : (d3:param:env=='b' ? true : false))");
}

#[test]
fn loops_in_expressions_give_lists() {
    let each = for_each(over(strs(&["a", "b"]), "x"), None, text([local("x"), local("i")]));
    assert_eq!(eval(each), "['a0', 'b1']");
    let counted = for_each(times(n(3), "c"), None, call("copyIndex", [s("C"), n(1)]));
    assert_eq!(eval(counted), "[1, 2, 3]");
    let odd = call("equals", [call("mod", [local("x"), n(2)]), n(1)]);
    assert_eq!(eval(for_each(over(ints(&[1, 2, 3]), "x"), Some(odd), local("x"))), "[1, 3]");
}

#[test]
fn an_item_under_a_condition_is_in_the_list_in_the_worlds_where_it_holds() {
    let wanted = call("equals", [local("x"), p("only")]);
    let shown = Root::new().param("only").shows(for_each(over(ints(&[1]), "x"), Some(wanted), local("x")));
    assert_eq!(shown, "(d3:param:only==1 ? [1] : [])");
}

#[test]
fn a_loop_longer_than_the_bound_is_open() {
    let mut root = Root::new();
    root.limits.items = 3;
    assert_eq!(root.clone().shows(for_each(times(n(1_000_000), "c"), None, s("x"))), "['x', 'x', 'x', …]");
    assert_eq!(root.shows(for_each(times(n(3), "c"), None, s("x"))), "['x', 'x', 'x']");
}

#[test]
fn nested_loops_tell_their_indexes_apart() {
    let inner = for_each(times(n(2), "b"), None, arr([call("copyIndex", [s("a")]), call("copyIndex", [s("b")])]));
    assert_eq!(eval(for_each(times(n(2), "a"), None, inner)), "[[[0, 0], [0, 1]], [[1, 0], [1, 1]]]");
}

#[test]
fn functions_of_the_user_see_their_parameters_only() {
    let mut root = Root::new();
    let body = text([local("name"), s("!")]);
    let function = cmklint_template::Function { span: at(0), parameters: vec!["name".into()], body, home: None };
    root.template.functions.insert("greet".into(), function);
    let called = ExprKind::UserCall { function: "greet".into(), args: vec![s("hi")] };
    assert_eq!(root.shows(e(called)), "'hi!'");
}

#[test]
fn functions_that_are_imported_see_the_names_of_their_own_file() {
    let home = Root::new().var("suffix", s("-theirs")).template;
    let body = text([local("name"), v("suffix")]);
    let mut root = Root::new().var("suffix", s("-ours"));
    let home = Some(std::sync::Arc::new(home));
    let function = cmklint_template::Function { span: at(0), parameters: vec!["name".into()], body, home };
    root.template.functions.insert("f".into(), function);
    let called = ExprKind::UserCall { function: "f".into(), args: vec![s("kv")] };
    assert_eq!(root.shows(e(called)), "'kv-theirs'");
}

#[test]
fn assignments_of_a_parameters_file_are_evaluated_in_its_scope() {
    let scope = std::sync::Arc::new(Root::new().var("region", s("westeurope")).template);
    let assignments = [("location".into(), v("region")), ("copy".into(), p("location"))].into_iter().collect();
    let library = Root::new();
    let (values, diagnostics) = cmklint_template::evaluate_parameters(
        &scope,
        &assignments,
        None,
        cmklint_graph::DeploymentId(3),
        &library,
        &cmklint_template::Limits::default(),
    );
    assert!(diagnostics.is_empty());
    assert_eq!(show(&values["location"]), "'westeurope'");
    assert_eq!(show(&values["copy"]), "'westeurope'");
    assert_eq!(values["location"].trail.newest().unwrap().kind, StepKind::Input);
}

#[test]
fn a_known_condition_in_text_counts() {
    assert_eq!(eval(call("if", [s("True"), n(1), n(2)])), "1");
    let literal = e(ExprKind::Literal(Literal::Bool(true)));
    assert_eq!(eval(text([literal, null(), n(1)])), "'True1'");
}

#[test]
fn the_suffixes_of_the_cloud_are_symbols_that_name_themselves() {
    let dns = get(call("environment", []), "suffixes.keyvaultDns");
    assert_eq!(eval(dns), "<environment().suffixes.keyvaultDns>");
}
