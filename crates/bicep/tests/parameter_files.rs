//! Parameter files.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use std::sync::Arc;

use cmklint_bicep::{ParameterFile, parse_parameters};
use support::{given, messages, show, slice, sources};

fn read(text: &str) -> (ParameterFile, Vec<String>) {
    let sources = sources(&[("env/prod.bicepparam", text)]);
    let read = parse_parameters(&sources.load("env/prod.bicepparam").unwrap(), &sources);
    let messages = messages(&sources, &read.diagnostics);
    (read, messages)
}

fn pairs(values: &[(String, String)]) -> Vec<(&str, &str)> {
    values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn assignments_are_lowered_in_the_scope_of_the_file() {
    let (read, messages) = read(
        "using '../main.bicep'
var env = 'prod'
param region = 'westeurope'
param name = '${env}-${region}'
param secret = readEnvironmentVariable('SECRET', '')",
    );
    assert_eq!(messages, [""; 0]);
    assert_eq!(read.template.as_deref(), Some("main.bicep"));
    assert_eq!(show(read.assignments.get("region").unwrap()), "'westeurope'");
    assert_eq!(show(read.assignments.get("name").unwrap()), "\"{var:env}{'-'}{param:region}\"");
    assert_eq!(show(read.assignments.get("secret").unwrap()), "readEnvironmentVariable('SECRET', '')");
}

#[test]
fn a_parameter_file_may_name_no_template_in_the_tree() {
    for (using, notes) in [("using none", 0), ("using 'br:reg.azurecr.io/x:1'", 1), ("using 'ts/a:b:1'", 1), ("", 0)] {
        let (read, messages) = read(&format!("{using}\nparam a = 1"));
        assert_eq!((read.template, messages.len()), (None, notes), "{using}");
        assert!(messages.iter().all(|line| line.starts_with("Note opaque-module: the template is ")), "{messages:?}");
    }
    let (read, messages) = read("using '../../main.bicep'\nparam a = 1");
    assert_eq!(read.template, None);
    assert_eq!(messages, ["Warning outside-tree: the template lies outside of the tree at `'../../main.bicep'`"]);
}

#[test]
fn values_are_evaluated_and_where_they_are_given_is_known() {
    let files = [
        (
            "p.bicepparam",
            r"using 'main.bicep'
import { up } from 'f.bicep'
var v = 'x'
param a = up(v)
param b = [a, 1]
param c = null",
        ),
        ("f.bicep", "@export()\nfunc up(t string) string => toUpper(t)"),
    ];
    let sources = sources(&files);
    assert_eq!(pairs(&given(&sources, "p.bicepparam")), [("a", "'X'"), ("b", "a list of 2"), ("c", "null")]);
    let read = parse_parameters(&sources.load("p.bicepparam").unwrap(), &sources);
    assert_eq!(slice(&sources, read.assignments.get("a").unwrap().span), "up(v)");
}

#[test]
fn a_file_gives_what_the_one_it_extends_gives_and_its_own() {
    let files = [
        (
            "base/base.bicepparam",
            r"using none
import { up } from 'f.bicep'
var v = 'base'
param a = up(v)
param b = '${a}!'
param c = 'c'",
        ),
        ("base/f.bicep", "@export()\nfunc up(t string) string => toUpper(t)"),
        (
            "env/p.bicepparam",
            r"using '../main.bicep'
extends '../base/base.bicepparam'
var v = 'own'
param c = '${v} ${base.c}'
param d = base.a",
        ),
    ];
    let sources = sources(&files);
    let values = given(&sources, "env/p.bicepparam");
    assert_eq!(pairs(&values), [("a", "'BASE'"), ("b", "'BASE!'"), ("c", "'own c'"), ("d", "'BASE'")]);
    let read = parse_parameters(&sources.load("env/p.bicepparam").unwrap(), &sources);
    assert_eq!(read.template.as_deref(), Some("main.bicep"));
    assert_eq!(slice(&sources, read.assignments.get("a").unwrap().span), "up(v)", "in the file that is extended");
}

#[test]
fn files_that_extend_each_other_end() {
    let files = [
        ("a.bicepparam", "using 'main.bicep'\nextends 'b.bicepparam'\nparam x = 1"),
        ("b.bicepparam", "using none\nextends 'a.bicepparam'\nparam y = 2"),
    ];
    let sources = sources(&files);
    let read = parse_parameters(&sources.load("a.bicepparam").unwrap(), &sources);
    assert_eq!(
        messages(&sources, &read.diagnostics),
        ["Error import-cycle: a.bicepparam extends itself at `'a.bicepparam'`"]
    );
    assert_eq!(read.assignments.iter().map(|(name, _)| &**name).collect::<Vec<_>>(), ["y", "x"]);
}

#[test]
fn what_is_wrong_is_reported_and_the_rest_is_read() {
    let (read, messages) = read(
        r"using '../main.bicep'
extends 'gone.bicepparam'
param a string
resource r 'A.B/c@1' = {}
param b = oops
param c = 1",
    );
    assert_eq!(
        messages,
        [
            "Error import: env/gone.bicepparam: no such file at `'gone.bicepparam'`",
            "Error syntax: a parameter file gives parameters values; it does not declare them at `a`",
            "Error syntax: this belongs in a template at `resource r 'A.B/c@1' = {}`",
            "Warning unknown-name: nothing here is called 'oops' at `oops`",
        ]
    );
    assert_eq!(show(read.assignments.get("c").unwrap()), "1");
}

#[test]
fn a_value_is_left_out_only_where_the_command_line_gives_it() {
    let (read, messages) = read(
        r"using none
@inline()
param a
param b
",
    );
    assert_eq!(messages, ["Error syntax: a value is missing; only '@inline()' leaves it out at `b`"]);
    assert_eq!(show(read.assignments.get("a").unwrap()), "?(a value that the command line gives)");
}

#[test]
fn files_that_extend_one_file_share_its_values() {
    let base: String = (0..300).map(|i| format!("param p{i} = '{i}'\n")).collect();
    let base = format!("using none\n{base}");
    let own =
        |i: usize| format!("using 'main.bicep'\nextends 'base.bicepparam'\nparam p{i} = '${{base.p{i}}} of {i}'\n");
    let (first, second) = (own(1), own(2));
    let files = [("base.bicepparam", base.as_str()), ("a.bicepparam", &first), ("b.bicepparam", &second)];
    let sources = sources(&files);
    let read = |path: &str| parse_parameters(&sources.load(path).unwrap(), &sources);
    let (a, b) = (read("a.bicepparam"), read("b.bicepparam"));
    assert_eq!((a.assignments.own().len(), a.assignments.iter().count()), (1, 300));
    assert!(a.scope.variables.is_empty());
    assert!(Arc::ptr_eq(a.scope.extends.as_ref().unwrap(), b.scope.extends.as_ref().unwrap()));
    let values = given(&sources, "b.bicepparam");
    assert!(values.contains(&("p2".to_owned(), "'2 of 2'".to_owned())));
    assert!(values.contains(&("p299".to_owned(), "'299'".to_owned())));
}
