//! What the compiler refuses is reported, and nothing that it accepts.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use support::diagnostics;

#[test]
fn an_extension_is_no_value() {
    let text = "extension kubernetes as k8s
extension microsoftGraph
param a string = k8s.config.namespace
var b = microsoftGraph
module m 'm.bicep' = {
  name: 'm'
  extensionConfigs: { k8s: k8s.config }
}
resource r 'k8s:core/Namespace@v1' = { metadata: { name: 'n' } }
";
    assert_eq!(
        diagnostics(text),
        [
            "Warning extension-value: 'k8s' is an extension, which only the configuration of a module's extensions can refer to at `k8s`",
            "Warning extension-value: 'microsoftGraph' is an extension, which only the configuration of a module's extensions can refer to at `microsoftGraph`",
        ]
    );
    assert_eq!(
        diagnostics(
            r"extension e as x
var a = map([1], x => x)
extension az
var c = az.resourceGroup().id
"
        ),
        [""; 0]
    );
}

#[test]
fn some_functions_are_for_the_defaults_of_parameters() {
    assert_eq!(diagnostics("param a string = newGuid()\nparam b string = utcNow('u')\n"), [""; 0]);
    assert_eq!(diagnostics("func utcNow() string => 'x'\nvar a = utcNow()\n"), [""; 0], "one of the file's own");
    assert_eq!(
        diagnostics("var a = '${newGuid()}'\nresource r 'A.B/c@1' = { name: utcNow() }\n"),
        [
            "Warning only-default: 'newGuid' can only be called in the default of a parameter at `newGuid`",
            "Warning only-default: 'utcNow' can only be called in the default of a parameter at `utcNow`",
        ]
    );
}

#[test]
fn a_loop_of_a_variable_knows_of_a_resource_what_is_known_at_the_start() {
    let with = |value: &str| {
        diagnostics(&format!(
            r"resource r 'A.B/c@1' = {{ name: 'r'
 resource k 'd' = {{ name: 'k' }}
}}
resource s 'A.B/c@1' = [for i in [1]: {{ name: 's${{i}}' }}]
param p object
var v = {value}
"
        ))
    };
    for known in [
        "[for i in [1]: { a: r.id, b: s[i].name, c: r::k.type, d: p.properties }]",
        "[for r in [p]: r.properties]",
        "[for i in [1]: r['id'].length]",
        "[for i in [1]: map([p], r => r.properties)]",
        "r.properties",
        "[r.properties]",
    ] {
        assert_eq!(with(known), [""; 0], "{known}");
    }
    for unknown in ["r.properties.x", "s[i].properties", "r::k.properties", "r.location", "union(p, r.tags)"] {
        let messages = with(&format!("[for i in [1]: {{ a: {unknown} }}]"));
        assert_eq!(messages.len(), 1, "{unknown}: {messages:?}");
        assert!(messages[0].starts_with("Warning runtime-value: "), "{messages:?}");
    }
}

#[test]
fn modules_of_one_scope_have_different_names() {
    let text = "module a 'm.bicep' = { name: 'x' }
module b 'm.bicep' = { name: 'X' }
module c 'm.bicep' = { name: 'x', scope: resourceGroup('g') }
module d 'm.bicep' = if (e) { name: 'x' }
module f 'm.bicep' = [for i in [1]: { name: 'x' }]
module g 'm.bicep' = { name: 'x', scope: resourceGroup( 'g' ) }
param e bool
";
    assert_eq!(
        diagnostics(text),
        [
            "Warning duplicate-deployment: the module 'a' has this name in the same scope, too at `'X'`",
            "Warning duplicate-deployment: the module 'c' has this name in the same scope, too at `'x'`",
        ]
    );
}
