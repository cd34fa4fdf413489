use super::{declaration, file, written};
use crate::syntax::{DeclarationKind, ExpressionKind, Imports, Object, Resource, TypeKind};

fn resource(text: &str) -> Resource {
    let DeclarationKind::Resource(resource) = declaration(text).kind else { panic!("{text} is a resource") };
    resource
}

fn names(object: &Object) -> Vec<&str> {
    object.properties().map(|(name, _)| name).collect()
}

#[test]
fn an_empty_file_declares_nothing() {
    assert_eq!(file("").declarations, []);
    assert_eq!(file("\u{feff}\r\n\n  // only a remark").comments.len(), 1);
}

#[test]
fn scope_and_metadata_have_values() {
    let DeclarationKind::TargetScope { value } = declaration("targetScope = 'subscription'").kind else { panic!() };
    assert_eq!(written(&value), "'subscription'");
    let DeclarationKind::Metadata { name, value } = declaration("metadata owner = 'me'").kind else { panic!() };
    assert_eq!((name.text.as_str(), written(&value)), ("owner", "'me'".to_owned()));
}

#[test]
fn a_parameter_has_a_type_and_may_have_a_default_and_decorators() {
    let text = "@secure() // why\n@sys.allowed([\n  'a'\n])\nparam name string = 'a'\n";
    let parameter = declaration(text);
    let decorators: Vec<_> = parameter.decorators.iter().map(|d| (d.name(), d.arguments().len())).collect();
    assert_eq!(decorators, [(Some("secure"), 0), (Some("allowed"), 1)]);
    assert_eq!(parameter.range, 0..text.len() as u32 - 1);
    let DeclarationKind::Parameter { name, ty, default } = parameter.kind else { panic!() };
    assert_eq!(&text[name.range.start as usize..name.range.end as usize], "name");
    assert_eq!(ty.kind, TypeKind::Name("string".to_owned()));
    assert_eq!(written(&default.unwrap()), "'a'");
    let DeclarationKind::Parameter { default, .. } = declaration("param name string?").kind else { panic!() };
    assert_eq!(default, None);
}

#[test]
fn a_variable_may_be_typed() {
    let DeclarationKind::Variable { ty, .. } = declaration("var a = 1").kind else { panic!() };
    assert_eq!(ty, None);
    let DeclarationKind::Variable { ty, .. } = declaration("var a int[] = [1]").kind else { panic!() };
    assert!(matches!(ty.unwrap().kind, TypeKind::Array(_)));
}

#[test]
fn outputs_types_assertions_and_tests() {
    let DeclarationKind::Output { name, value, .. } = declaration("output id string = disk.id").kind else { panic!() };
    assert_eq!((name.text.as_str(), written(&value)), ("id", "disk.id".to_owned()));
    let DeclarationKind::Output { ty, .. } = declaration("output r resource = disk").kind else { panic!() };
    assert_eq!(ty.kind, TypeKind::Resource(None));
    assert!(matches!(declaration("@export()\ntype t = {}").kind, DeclarationKind::Type { .. }));
    let DeclarationKind::Assert { value, .. } = declaration("assert big = size > 32").kind else { panic!() };
    assert_eq!(written(&value), "(size Greater 32)");
    let DeclarationKind::Test { path, body, .. } = declaration("test t 'main.bicep' = { params: {} }").kind else {
        panic!()
    };
    assert_eq!((path.plain(), names(&body)), (Some("main.bicep"), vec!["params"]));
}

#[test]
fn a_function_has_typed_parameters_and_a_result() {
    let text = "func greet(\n  name string,\n  n int?\n) string[] =>\n  [name]";
    let DeclarationKind::Function { name, parameters, return_type, body } = declaration(text).kind else { panic!() };
    assert_eq!(name.text, "greet");
    assert_eq!(parameters.iter().map(|p| p.name.text.as_str()).collect::<Vec<_>>(), ["name", "n"]);
    assert!(matches!(parameters[1].ty.kind, TypeKind::Nullable(_)));
    assert!(matches!(return_type.kind, TypeKind::Array(_)));
    assert!(matches!(body.kind, ExpressionKind::Array(_)));
}

#[test]
fn a_resource_has_a_type_and_an_object() {
    let disk = resource("resource disk 'Microsoft.Compute/disks@2023-10-02' = {\n  name: 'd'\n  location: l\n}");
    assert_eq!((disk.name.text.as_str(), disk.ty.plain()), ("disk", Some("Microsoft.Compute/disks@2023-10-02")));
    assert_eq!(names(&disk.body.object), ["name", "location"]);
    assert!(!disk.existing && disk.body.each.is_none() && disk.body.condition.is_none() && !disk.body.object.broken);
    assert!(resource("resource v 'a/b@1' existing = { name: 'v' }").existing);
}

#[test]
fn a_resource_may_have_a_condition_a_loop_and_both() {
    let only = resource("resource r 'a/b@1' =\n  if (on) { name: 'r' }");
    assert_eq!(written(&only.body.condition.unwrap()), "on");
    let each = resource("resource r 'a/b@1' = [for n in ns: {\n  name: n\n}]").body;
    assert_eq!(each.each.unwrap().item.text, "n");
    assert_eq!(each.condition, None);
    let both = resource("resource r 'a/b@1' = [for (n, i) in ns: if (i > 0) {\n  name: n\n}]").body;
    assert_eq!(both.each.unwrap().index.unwrap().text, "i");
    assert_eq!(written(&both.condition.unwrap()), "(i Greater 0)");
    assert_eq!(names(&both.object), ["name"]);
}

#[test]
fn resources_lie_in_resources() {
    let text = "resource v 'a/b@1' = {\n  name: 'v'\n  resource k 'keys' = {\n    name: 'k'\n  }\n\n  @batchSize(1)\n  \
                resource s 'secrets' existing = [for n in ns: { name: n }]\n  resource: 1\n}";
    let vault = resource(text);
    let nested: Vec<_> = vault.body.object.resources().collect();
    assert_eq!(nested.iter().filter_map(|n| n.name()).map(|n| n.text.as_str()).collect::<Vec<_>>(), ["k", "s"]);
    assert_eq!(nested[1].decorators.len(), 1);
    assert_eq!(names(&vault.body.object), ["name", "resource"]);
}

#[test]
fn a_module_has_a_path_and_a_body() {
    let DeclarationKind::Module(module) =
        declaration("module m 'br/public:avm/res/compute/disk:0.1.0' = if (a) {\n  params: {}\n}").kind
    else {
        panic!()
    };
    assert_eq!(module.path.plain(), Some("br/public:avm/res/compute/disk:0.1.0"));
    assert_eq!(written(&module.body.condition.unwrap()), "a");
    assert_eq!(names(&module.body.object), ["params"]);
}

#[test]
fn imports_name_symbols_or_all() {
    let text = "import {\n  foo\n  bar as baz, 'odd name' as odd\n} from 't.bicep'";
    let DeclarationKind::Import { imports: Imports::Symbols(symbols), path } = declaration(text).kind else { panic!() };
    let pairs: Vec<_> =
        symbols.iter().map(|s| (s.name.text.as_str(), s.alias.as_ref().map(|a| a.text.as_str()))).collect();
    assert_eq!(pairs, [("foo", None), ("bar", Some("baz")), ("odd name", Some("odd"))]);
    assert_eq!(path.plain(), Some("t.bicep"));
    let DeclarationKind::Import { imports: Imports::All(name), .. } = declaration("import * as t from 't.bicep'").kind
    else {
        panic!()
    };
    assert_eq!(name.text, "t");
}

#[test]
fn extensions_in_all_their_spellings() {
    for (text, expected) in [
        ("extension az", ("az", false, None)),
        ("extension kubernetes as k8s", ("kubernetes", false, Some("k8s"))),
        ("extension 'br:x/y:1' with {\n  a: 1\n} as z", ("br:x/y:1", true, Some("z"))),
        ("provider 'p@1.0' as q", ("p@1.0", false, Some("q"))),
        ("import 'sys@1.0' as system", ("sys@1.0", false, Some("system"))),
    ] {
        let DeclarationKind::Extension { specification, config, alias } = declaration(text).kind else { panic!() };
        let alias = alias.as_ref().map(|alias| alias.text.as_str());
        assert_eq!((specification.plain().unwrap(), config.is_some(), alias), expected, "{text}");
    }
}

#[test]
fn a_parameter_file_uses_extends_and_assigns() {
    let text = "using './main.bicep' with { mode: 'stack' }\nextends 'base.bicepparam'\nextensionConfig k8s with {}\n\
                param a = 1\nparam b = az.getSecret('s', 'g', 'v', 'n')\nvar c = a\n";
    let kinds = file(text).declarations;
    let DeclarationKind::Using { path: Some(path), config: Some(_) } = &kinds[0].kind else { panic!() };
    assert_eq!(path.plain(), Some("./main.bicep"));
    let DeclarationKind::Extends { path } = &kinds[1].kind else { panic!() };
    assert_eq!(path.plain(), Some("base.bicepparam"));
    assert!(matches!(&kinds[2].kind, DeclarationKind::ExtensionConfig { config: Some(_), .. }));
    assert!(matches!(&kinds[3].kind, DeclarationKind::ParameterAssignment { name, .. } if name.text == "a"));
    assert!(matches!(&kinds[5].kind, DeclarationKind::Variable { .. }));
    assert_eq!(declaration("using none").kind, DeclarationKind::Using { path: None, config: None });
}

#[test]
fn comments_and_directives_are_listed_with_their_places() {
    let text = "#disable-next-line no-unused-vars // why\nvar a = /* in */ 1 // end\n// last";
    let file = file(text);
    let of = |range: &std::ops::Range<u32>| &text[range.start as usize..range.end as usize];
    assert_eq!(file.comments.iter().map(of).collect::<Vec<_>>(), ["// why", "/* in */", "// end", "// last"]);
    assert_eq!(
        file.directives.iter().map(|r| of(r).trim_end()).collect::<Vec<_>>(),
        ["#disable-next-line no-unused-vars"]
    );
}

#[test]
fn carriage_returns_change_no_value() {
    let unix = "@secure()\nparam a string\n\nresource r 'a/b@1' = {\n  name: a\n  x: [\n    1\n    2\n  ]\n}\n";
    let (one, other) = (file(unix), file(&unix.replace('\n', "\r\n")));
    assert_eq!(one.declarations.len(), other.declarations.len());
    for (one, other) in one.declarations.iter().zip(&other.declarations) {
        assert_eq!(one.name().map(|n| &n.text), other.name().map(|n| &n.text));
        assert_eq!(one.broken, other.broken);
    }
}
