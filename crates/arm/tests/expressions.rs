//! The expression language inside JSON strings.
#![allow(clippy::unwrap_used, clippy::panic)] // in helpers too

mod support;

use cmklint_template::{Expr, ExprKind};
use support::{diagnostics, read, show};

const PARAMETERS: &str = r#""parameters": {"Location": {"type": "string"}}, "functions": [{"namespace": "Contoso", "members": {"Name": {}}}]"#;

/// The JSON string as the value of a variable.
fn lowered(json: &str) -> Expr {
    let (file, parsed) = read(&format!("{{{PARAMETERS}, \"variables\": {{\"Base\": 1, \"x\": {json}}}}}"));
    assert!(parsed.diagnostics.is_empty(), "{:?}", diagnostics(&file, &parsed));
    parsed.template.unwrap().variables["x"].value.clone()
}

fn fault(json: &str) -> String {
    let (file, parsed) = read(&format!("{{\"variables\": {{\"x\": {json}, \"y\": \"[1]\"}}}}"));
    let template = parsed.template.as_ref().unwrap();
    assert!(matches!(template.variables["x"].value.kind, ExprKind::Unknown(_)));
    assert_eq!(show(&template.variables["y"].value), "1", "the rest of the file is read");
    diagnostics(&file, &parsed).join("; ")
}

#[test]
fn text_is_an_expression_only_between_single_brackets() {
    assert_eq!(show(&lowered(r#""a[b]""#)), "'a[b]'");
    assert_eq!(show(&lowered(r#""[test""#)), "'[test'");
    assert_eq!(show(&lowered(r#""[[test]""#)), "'[test]'");
    assert_eq!(show(&lowered(r#""[[test""#)), "'[[test'");
    assert_eq!(show(&lowered(r#""[[]""#)), "'[]'");
    assert_eq!(show(&lowered(r#"" [1]""#)), "' [1]'");
    assert_eq!(show(&lowered(r#""[1]""#)), "1");
}

#[test]
fn literals_calls_members_and_indices_are_read() {
    assert_eq!(
        show(&lowered(r#""[concat('it''s', '', -5, true(), FALSE(), null())]""#)),
        "concat('it's', '', -5, true, false, null)"
    );
    assert_eq!(show(&lowered(r#""[ resourceGroup( ) . location ]""#)), "resourceGroup().location");
    assert_eq!(show(&lowered(r#""[reference('x').a[0]['b c'].?d[?1][^2]]""#)), "reference('x').a[0].b c.?d[?1][^2]");
    assert_eq!(show(&lowered(r#""[range(0, 10)[copyIndex('n')]]""#)), "range(0, 10)[copyIndex('n')]");
    assert_eq!(
        show(&lowered(r#""[createObject('a', createArray('[', ']'))]""#)),
        "createObject('a', createArray('[', ']'))"
    );
    assert_eq!(show(&lowered("\"[concat(\n  'a',\r\n\t'b'\n)]\"")), "concat('a', 'b')");
}

#[test]
fn names_are_folded_to_their_declaration_and_computed_ones_stay_calls() {
    assert_eq!(show(&lowered(r#""[PARAMETERS('LOCATION')]""#)), "param:Location");
    assert_eq!(show(&lowered(r#""[variables('base')]""#)), "var:Base");
    assert_eq!(show(&lowered(r#""[parameters('gone')]""#)), "param:gone");
    assert_eq!(show(&lowered(r#""[parameters(concat('lo', 'cation'))]""#)), "parameters(concat('lo', 'cation'))");
    assert_eq!(show(&lowered(r#""[contoso.name('a')]""#)), "user:Contoso.Name('a')");
    assert_eq!(show(&lowered(r#""[sys.concat('a')]""#)), "concat('a')");
}

#[test]
fn lambdas_bind_their_variables_whatever_the_case() {
    assert_eq!(
        show(&lowered(
            r#""[map(parameters('location'), lambda('Item', 'i', concat(lambdaVariables('item'), lambdaVariables('i'))))]""#
        )),
        "map(param:Location, (Item, i) => concat(local:Item, local:i))"
    );
}

#[test]
fn an_expression_has_the_span_of_its_part_of_the_string() {
    let text =
        r#"{"variables": {"x": "[concat('a\u00e4\\\"', parameters('p\u00F6'), 'Ä\"', variables('\ud83d\ude00').b)]"}}"#;
    let (file, parsed) = read(text);
    assert!(parsed.diagnostics.is_empty(), "{:?}", diagnostics(&file, &parsed));
    let template = parsed.template.unwrap();
    let value = &template.variables["x"].value;
    assert!(file.slice(value.span).starts_with("\"[concat(") && file.slice(value.span).ends_with(")]\""));
    let ExprKind::Call { args, .. } = &value.kind else { panic!("{value:?}") };
    let parts: Vec<&str> = args.iter().map(|a| file.slice(a.span)).collect();
    assert_eq!(parts, [r#"'a\u00e4\\\"'"#, r"parameters('p\u00F6')", r#"'Ä\"'"#, r"variables('\ud83d\ude00').b"]);
    let shown: Vec<String> = args.iter().map(show).collect();
    assert_eq!(shown, ["'aä\\\"'", "param:pö", "'Ä\"'", "var:😀.b"]);
}

#[test]
fn a_fault_is_a_warning_at_its_place_and_the_value_unknown() {
    assert_eq!(fault(r#""[concat('a' 'b')]""#), "Warning expression: a ',' or a ')' is expected here at `'`");
    assert_eq!(
        fault(r#""[concat('a', )]""#),
        "Warning expression: a function call, a string or a number is expected here at `)`"
    );
    assert_eq!(fault(r#""[concat('a'))]""#), "Warning expression: the expression continues after its end at `)`");
    assert_eq!(fault(r#""[x.y]""#), "Warning expression: 'x.y' is neither a call nor a string at `x.y`");
    assert_eq!(fault(r#""[concat('a\u0022)]""#), r"Warning expression: the string does not end at `'a\u0022)`");
    assert_eq!(fault(r#""[]""#), "Warning expression: the expression ends too early at `]`");
    assert_eq!(fault(r#""[f().]""#), "Warning expression: a property's name is expected here at `]`");
    assert_eq!(fault(r#""[f()[0]""#), "Warning expression: a ']' is expected here at `]`");
    assert_eq!(fault(r#""[12x]""#), "Warning expression: '12x' is not a number at `12x`");
    assert_eq!(
        fault(r#""[f(ä)]""#),
        "Warning expression: a function call, a string or a number is expected here at `ä`"
    );
}

#[test]
fn depth_is_bounded_whatever_makes_it() {
    let calls = format!("\"[{}1{}]\"", "f(".repeat(100_000), ")".repeat(100_000));
    assert!(fault(&calls).contains("nested too deeply"));
    let members = format!("\"[f(){}]\"", ".a".repeat(100_000));
    assert!(fault(&members).contains("nested too deeply"));
    let indices = format!("\"[{}0{}]\"", "f()[".repeat(100_000), "]".repeat(100_000));
    assert!(fault(&indices).contains("nested too deeply"));
    let mixed = format!("\"[{}1{}]\"", "f(".repeat(60), format!("){}", ".a".repeat(20)).repeat(60));
    assert!(fault(&mixed).contains("nested too deeply"));
    let fine = format!("\"[{}1{}]\"", "f(".repeat(100), ")".repeat(100));
    assert_eq!(show(&lowered(&fine)).matches("f(").count(), 100);
}
