//! What Terraform reads and `hcl-edit` alone would not. Each text was accepted by `terraform` 1.11.

mod common;

use common::eval_with;

/// What `local.out` is where `locals` holds that text.
fn out(locals: &str) -> String {
    eval_with(&format!("locals {{\n{locals}\n}}"), "local.out").replace(",}", "}").replace(",]", "]")
}

#[test]
fn line_breaks_inside_a_for_do_not_count() {
    assert_eq!(out("out = {\n for l in [\"a\"] :\n l =>\n true &&\n anytrue([true])\n}"), "{\"a\":true}");
    assert_eq!(
        out("out = { for l in [\"a\"] : # why\n l => l == \"a\"\n ? 1 // yes\n : 2\n if l\n != \"b\" }"),
        "{\"a\":1}"
    );
    assert_eq!(out("out = {for l in\n [\"a\"]\n : l\n => { x = 1\n y = 2 } }"), "{\"a\":{\"x\":1,\"y\":2}}");
    assert_eq!(out("out = [ for k, v in { a = 1 } : v\n + 1\n if v\n > 0 ]"), "[2]");
    assert_eq!(out("out = { for l in [\"a\", \"b\"] : \"k\" => l\n ... }"), "{\"k\":[\"a\",\"b\"]}");
    assert_eq!(out("out = \"x${ 1 ==\n 1\n ? \"a\" :\n \"b\" }\""), "\"xa\"");
    assert_eq!(out("out = \"%{ if 1\n == 1 }a%{ endif }\"\r\n"), "\"a\"");
}

#[test]
fn a_heredoc_ends_at_a_line_that_is_its_marker_and_nothing_else() {
    assert_eq!(out("out = <<-EOT\n  A=$(cat <<EOT\n  x\n  EOT)\n  b\n  EOT\n"), "\"A=$(cat <<EOT\\nx\\nEOT)\\nb\\n\"");
    assert_eq!(out("out = <<E\nE.\nE F\n E, ${1 +\n1}\nE\n"), "\"E.\\nE F\\n E, 2\\n\"");
    assert_eq!(out("out = [<<EOT\nEOT;\nEOT\n, \"z\"]"), "[\"EOT;\\n\",\"z\"]");
    assert_eq!(out("out = <<EOT\r\nEOT!\r\n  EOT  \r\n"), "\"EOT!\\r\\n\"");
}

#[test]
fn of_members_of_one_name_the_last_one_is_taken() {
    assert_eq!(out("out = { a = 1, a = 2 }"), "{\"a\":2}");
    assert_eq!(out("x = \"k\"\nout = { \"${local.x}-a\" = 1, \"${local.x}-a\" = 2 }"), "{\"k-a\":2}");
    assert_eq!(out("x = \"k\"\nout = { (local.x) = 1, (local.x) = 2, \"k\" = 3 }"), "{\"k\":3}");
    assert_eq!(out("x = { y = \"k\" }\nout = { (local.x[\"y\"]) : 1\n (local.x[\"y\"]) : 2 }"), "{\"k\":2}");
    assert_eq!(out("out = { (\"a=b\") = 1, (\"a=b\") = 2 }"), "{\"a=b\":2}");
}

#[test]
fn what_is_nested_deeply_is_read() {
    for depth in [20, 63, 64, 65, 150, 300] {
        let lists = format!("out = length({}1{})", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(out(&lists), "1", "{depth} lists");
        let parentheses = format!("out = {}1{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(out(&parentheses), "1", "{depth} parentheses");
        let calls = format!("out = {}\"A\"{}", "lower(".repeat(depth), ")".repeat(depth));
        assert_eq!(out(&calls), "\"a\"", "{depth} calls");
        let branches = format!(
            "x = 7\nout = {}0",
            (0..depth).map(|i| format!("local.x == {} ? {i} : ", i + 7)).collect::<String>()
        );
        assert_eq!(out(&branches), "0", "{depth} else-branches");
        let objects =
            format!("x = {}1{}\nout = local.x{}", "{ a = ".repeat(depth), " }".repeat(depth), ".a".repeat(depth));
        assert_eq!(out(&objects), "1", "{depth} objects");
        let lists = format!("x = {}1{}\nout = local.x{}", "[".repeat(depth), "]".repeat(depth), "[0]".repeat(depth));
        assert_eq!(out(&lists), "1", "{depth} lists in each other");
        let json = format!(
            "x = jsondecode(jsonencode({}1{}))\nout = local.x{}",
            "{ a = ".repeat(depth),
            " }".repeat(depth),
            ".a".repeat(depth)
        );
        assert_eq!(out(&json), "1", "{depth} objects in JSON");
        let merged = format!(
            "x = merge({{}}, {}1{})\nout = local.x{}",
            "{ a = ".repeat(depth),
            " }".repeat(depth),
            ".a".repeat(depth)
        );
        assert_eq!(out(&merged), "1", "{depth} merged objects");
        let depth = depth.min(100);
        let indexes = format!("x = [0]\nout = {}0{}", "local.x[".repeat(depth), "]".repeat(depth));
        assert_eq!(out(&indexes), "0", "{depth} indexes");
        let templates = format!("out = {}a{}", "\"${".repeat(depth) + "\"", "\"".to_owned() + &"}\"".repeat(depth));
        assert_eq!(out(&templates), "\"a\"", "{depth} templates");
    }
}

#[test]
fn what_is_nested_far_too_deeply_is_an_error_of_its_file() {
    let text = format!("locals {{\n out = {}1{}\n}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let root = common::root(&[("main.tf", &text), ("b.tf", "locals { b = 1 }\n")]);
    assert_eq!(root.codes(), ["syntax"]);
}
