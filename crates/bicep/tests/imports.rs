//! Variables and functions of other files.
#![allow(clippy::unwrap_used)] // in helpers too

mod support;

use cmklint_template::Inputs;
use support::{deploy, diagnostics_beside, output, show, sources, template_beside};

const SHARED: &str = "
var secret = 'inner'
@export()
var greeting = 'hello ${secret}'
@export()
var sizes = [1, 2]
@export()
func greet(name string) string => '${greeting}, ${shout(name)}'
func shout(t string) string => toUpper(t)
@export()
type kind = 'a' | 'b'
";

#[test]
fn imported_functions_have_the_file_they_come_from_as_their_home() {
    let template = template_beside(
        "import { greet as hi, greeting } from '../lib/shared.bicep'\nvar x = hi('me')\nvar y = greeting",
        &[("lib/shared.bicep", SHARED)],
    );
    assert_eq!(show(&template.variables["x"].value), "user:hi('me')");
    let home = template.functions["hi"].home.as_ref().unwrap();
    assert!(home.functions.contains_key("shout") && home.variables.contains_key("secret"));
    assert_eq!(show(&template.variables["y"].value), "var:greeting");
    assert_eq!(show(&template.variables["greeting"].value), "user:lib/shared.bicep#greeting()");
}

#[test]
fn imported_names_mean_what_they_mean_in_their_file() {
    let main = "import { greet as hi, greeting, sizes } from 'lib/shared.bicep'
import * as all from 'lib/shared.bicep'
var secret = 'outer'
output a string = hi('me')
output b string = '${greeting} ${secret}'
output c string = all.greet('you')
output d int = all.sizes[1] + sizes[0]";
    let sources = sources(&[("main.bicep", main), ("lib/shared.bicep", SHARED)]);
    let done = deploy(&sources, "main.bicep", &Inputs::default());
    assert_eq!(output(&done, "a"), "'hello inner, ME'");
    assert_eq!(output(&done, "b"), "'hello inner outer'");
    assert_eq!(output(&done, "c"), "'hello inner, YOU'");
    assert_eq!(output(&done, "d"), "3");
}

#[test]
fn imports_of_imports_are_followed() {
    let files = [
        ("main.bicep", "import { b } from 'x/b.bicep'\noutput o string = b('1')"),
        ("x/b.bicep", "import * as c from './y/c.bicep'\n@export()\nfunc b(t string) string => c.c('b${t}${c.mark}')"),
        (
            "x/y/c.bicep",
            r"@export()
var mark = '!'
@export()
func c(t string) string => 'c${t}'",
        ),
    ];
    let done = deploy(&sources(&files), "main.bicep", &Inputs::default());
    assert_eq!(output(&done, "o"), "'cb1!'");
}

#[test]
fn what_a_file_does_not_export_is_reported() {
    assert_eq!(
        diagnostics_beside(
            "import { nothing, greeting } from '../lib/shared.bicep'\nimport * as all from '../lib/shared.bicep'\nvar x = [nothing, all.gone]",
            &[("lib/shared.bicep", SHARED)]
        ),
        [
            "Warning unknown-name: nothing here is called 'nothing' at `nothing`",
            "Warning unknown-name: nothing here is called 'all.gone' at `gone`"
        ]
    );
}

#[test]
fn what_is_out_of_reach_is_unknown_and_said_where_it_is_named() {
    assert_eq!(
        diagnostics_beside(
            "import { a } from 'br/public:avm/utl/types/x:0.1.0'
import { b } from './gone.bicep'
import { c } from '../../far.bicep'
import { d } from './d.json'
param p a
var x = [a, b(1), c, d.e]",
            &[("app/d.json", "{}")]
        ),
        [
            "Note opaque-import: the import is of a module of a registry that is not in the local restore cache at `'br/public:avm/utl/types/x:0.1.0'`",
            "Warning import: app/gone.bicep: no such file at `'./gone.bicep'`",
            "Warning outside-tree: the import leads out of the tree at `'../../far.bicep'`",
            "Warning import: app/d.json is not a template at `'./d.json'`",
        ]
    );
}

#[test]
fn files_that_import_from_each_other_end() {
    let messages = diagnostics_beside(
        r"import { b } from './b.bicep'
@export()
var a = b
output o string = a",
        &[("app/b.bicep", "import { a } from './main.bicep'\n@export()\nvar b = a")],
    );
    assert_eq!(messages, ["Error import-cycle: app/main.bicep imports from itself at `'./main.bicep'`"]);
    let own = diagnostics_beside("import { a } from './main.bicep'\nvar a2 = a", &[]);
    assert_eq!(own.first().unwrap(), "Error import-cycle: app/main.bicep imports from itself at `'./main.bicep'`");
}

#[test]
fn a_long_chain_of_imports_is_cut() {
    let files: Vec<(String, String)> = (0..100)
        .map(|i| (format!("app/f{i}.bicep"), format!("import {{ v{0} }} from './f{0}.bicep'\nvar v{i} = v{0}", i + 1)))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let messages = diagnostics_beside("import { v0 } from './f0.bicep'\nvar x = v0", &files);
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].starts_with("Warning too-many-imports"), "{messages:?}");
}

#[test]
fn an_error_in_an_imported_file_is_reported() {
    let messages =
        diagnostics_beside("import { b } from './b.bicep'\nvar x = b", &[("app/b.bicep", "@export()\nvar b = \n")]);
    assert!(messages.iter().all(|line| line.starts_with("Error syntax")) && !messages.is_empty(), "{messages:?}");
}
