//! Parameters with their types, variables, functions, outputs, and what is passed over.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use cmklint_template::{Parameter, ParameterType, TargetScope};
use support::{diagnostics, maybe, show, template, template_beside};

/// Kind, nullable and allowed values of the parameter `p` of the text.
fn facts(text: &str) -> (ParameterType, bool, Option<String>) {
    of(&template(text).parameters["p"])
}

fn of(parameter: &Parameter) -> (ParameterType, bool, Option<String>) {
    let allowed = parameter.allowed.as_ref();
    let allowed = allowed.map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
    (parameter.kind, parameter.nullable, allowed)
}

#[test]
fn a_parameter_has_the_kind_of_its_type() {
    use ParameterType::{Any, Array, Bool, Int, Object, String};
    for (ty, kind) in [
        ("string", String),
        ("int", Int),
        ("bool", Bool),
        ("array", Array),
        ("object", Object),
        ("string[]", Array),
        ("[int, string]", Array),
        ("{ a: string }", Object),
        ("sys.string", String),
        ("any", Any),
        ("resourceInput<'Microsoft.Storage/storageAccounts@2023-01-01'>", Object),
        ("resourceInput<'Microsoft.Storage/storageAccounts@2023-01-01'>.properties", Any),
        ("'a' | 1", Any),
    ] {
        assert_eq!(facts(&format!("param p {ty}")).0, kind, "{ty}");
    }
}

#[test]
fn the_values_of_a_union_are_those_allowed() {
    assert_eq!(facts("param p 'a' | 'b'"), (ParameterType::String, false, Some("'a' 'b'".to_owned())));
    assert_eq!(facts("param p ('a' | 'b')?"), (ParameterType::String, true, Some("'a' 'b' null".to_owned())));
    assert_eq!(facts("param p 'a' | null"), (ParameterType::String, true, Some("'a' null".to_owned())));
    assert_eq!(facts("param p 1 | -2"), (ParameterType::Int, false, Some("1 -2".to_owned())));
    assert_eq!(facts("param p true | !true"), (ParameterType::Bool, false, Some("true false".to_owned())));
    assert_eq!(facts("param p 'a' | string").2, None, "some text or any");
}

#[test]
fn the_decorator_says_what_is_allowed_but_not_of_arrays() {
    assert_eq!(
        facts(
            r"@description('x')
@sys.allowed([
  'a'
  'b'
])
param p string"
        ),
        (ParameterType::String, false, Some("'a' 'b'".to_owned()))
    );
    assert_eq!(facts("@allowed(['a'])\nparam p string?").2, Some("'a' null".to_owned()));
    assert_eq!(facts("@allowed(['a'])\nparam p array").2, None, "it says what the items can be");
    assert_eq!(facts("var v = 'a'\n@allowed([v])\nparam p string").2, None);
}

#[test]
fn types_are_followed_through_names_properties_and_items() {
    let types = "type size = 'S' | 'M'
type disk = { size: size, tier: ('P10' | 'P20')?, *: int }
type disks = disk[]
type pair = [bool, size]
type same = disks[*].size
";
    for (ty, allowed) in [
        ("size", Some("'S' 'M'")),
        ("disk.size", Some("'S' 'M'")),
        ("disk.tier", Some("'P10' 'P20' null")),
        ("disk.tier!", Some("'P10' 'P20'")),
        ("pair[1]", Some("'S' 'M'")),
        ("same", Some("'S' 'M'")),
        ("disk.*", None),
    ] {
        assert_eq!(facts(&format!("{types}param p {ty}")).2.as_deref(), allowed, "{ty}");
    }
    assert_eq!(facts(&format!("{types}param p disk.*")).0, ParameterType::Int);
    assert_eq!(facts(&format!("{types}param p disks?")), (ParameterType::Array, true, None));
}

#[test]
fn types_of_other_files_are_followed_too() {
    let shared = r"type inner = 'a' | 'b'
@export()
type outer = { inner: inner }
@export()
type flag = bool?";
    let files = [("lib/types.bicep", shared)];
    let template = template_beside(
        "import { outer as o, flag } from '../lib/types.bicep'\nimport * as all from '../lib/types.bicep'
param a o.inner\nparam b flag\nparam c all.outer.inner\nparam d all.flag!",
        &files,
    );
    let facts = |name: &str| of(&template.parameters[name]);
    assert_eq!(facts("a"), (ParameterType::String, false, Some("'a' 'b'".to_owned())));
    assert_eq!(facts("b"), (ParameterType::Bool, true, None));
    assert_eq!(facts("c"), facts("a"));
    assert_eq!(facts("d"), (ParameterType::Bool, false, None));
}

#[test]
fn a_type_that_needs_itself_ends() {
    assert_eq!(facts("type a = b\ntype b = a\nparam p a").0, ParameterType::Any);
    assert_eq!(facts("type a = { next: a? }\nparam p a.next.next.next"), (ParameterType::Object, true, None));
    let doubled: String = (0..60).map(|i| format!("type t{i} = t{0} | t{0}\n", i + 1)).collect();
    assert_eq!(facts(&format!("{doubled}type t60 = 'a'\nparam p t0")).0, ParameterType::Any);
}

#[test]
fn defaults_variables_functions_and_outputs_are_lowered() {
    let template = template(
        "targetScope = 'subscription'
param base string = 'x'
param name string = '${base}-y'
param none string?
var list string[] = [for i in range(0, 2): 'a${i}']
func twice(text string, times int) string => times == 2 ? '${text}${text}' : other(text)
func other(t string) string => t
output both string = twice(name, 2)
@secure()
output each array = [for item in list: item]
metadata about = 'nothing'
assert fine = base == 'x'
test one 'other.bicep' = { params: { a: unknownNames } }
",
    );
    assert_eq!(template.scope, TargetScope::Subscription);
    assert_eq!(maybe(template.parameters["name"].default.as_ref()), "\"{param:base}{'-y'}\"");
    assert!(template.parameters["none"].nullable && template.parameters["none"].default.is_none());
    assert_eq!(show(&template.variables["list"].value), "for i in range(0, 2): \"{'a'}{local:i}\"");
    let twice = &template.functions["twice"];
    assert_eq!(twice.parameters, ["text".into(), "times".into()]);
    assert_eq!(show(&twice.body), "if(equals(local:times, 2), \"{local:text}{local:text}\", user:other(local:text))");
    assert!(twice.home.is_none());
    assert_eq!(show(&template.outputs["both"].value), "user:twice(param:name, 2)");
    assert_eq!(show(&template.outputs["each"].value), "for item in var:list: local:item");
    assert!(template.resources.is_empty());
}

#[test]
fn a_name_is_declared_once() {
    let text = "param a string\nvar a = 1\nvar b = a";
    assert_eq!(
        diagnostics(text),
        ["Warning duplicate-name: 'a' is declared more than once; only the first counts at `a`"]
    );
    let (_, parsed) = support::read_beside(text, &[]);
    let template = parsed.template.unwrap();
    assert_eq!(show(&template.variables["b"].value), "param:a");
    assert!(!template.variables.contains_key("a"));
}

#[test]
fn a_declaration_that_could_not_be_read_is_one_unknown_value() {
    let (_, parsed) = support::read_beside(
        r"var x = 
param p
var y = [x, p]
var z = 1",
        &[],
    );
    assert!(parsed.diagnostics.iter().all(|d| d.code == "syntax"), "{:?}", parsed.diagnostics);
    let template = parsed.template.unwrap();
    assert_eq!(show(&template.variables["y"].value), "[var:x, param:p]");
    assert!(show(&template.variables["x"].value).starts_with("?("));
    assert!(template.parameters.contains_key("p"));
    assert_eq!(show(&template.variables["z"].value), "1");
}

#[test]
fn what_belongs_in_a_parameter_file_is_reported() {
    assert_eq!(
        diagnostics("using 'main.bicep'\nparam p = 1"),
        [
            "Error syntax: this belongs in a parameter file at `using 'main.bicep'`",
            "Error syntax: a parameter of a template has a type at `p`"
        ]
    );
}

#[test]
fn extensions_are_names_without_a_value() {
    assert_eq!(
        diagnostics(
            "extension kubernetes with { namespace: 'default', kubeConfig: '' } as k8s
extension microsoftGraph
resource group 'Microsoft.Graph/groups@v1.0' = { uniqueName: 'g' }
resource service 'core/Service@v1' = { metadata: { name: 's' } }
var x = [k8s.config, group.id, service.metadata.name]"
        ),
        [
            "Warning extension-value: 'k8s' is an extension, which only the configuration of a module's extensions can refer to at `k8s`"
        ]
    );
}
