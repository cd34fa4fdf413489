//! `moved` blocks.

mod common;

use common::root;

const MODULE: &str = r#"resource "azurerm_managed_disk" "new" {
 name = "d"
}
moved {
 from = azurerm_managed_disk.old
 to = azurerm_managed_disk.new
}
"#;

fn moves(files: &[(&str, &str)]) -> Vec<String> {
    let moves = root(files).lowered.moves;
    let all = moves.iter().flat_map(|of| of.moves.iter().map(|m| format!("{0}{1} -> {0}{2}", of.within, m.from, m.to)));
    all.collect()
}

#[test]
fn addresses_are_whole_ones_with_keys_as_resources_have_them() {
    let main = r#"module "m" {
 source = "./m"
 for_each = toset(["a"])
}
moved {
 from = module.old
 to = module.m["a"]
}
moved {
 from = azurerm_managed_disk.d[0]
 to = azurerm_managed_disk.d["x y"]
}
"#;
    assert_eq!(
        moves(&[("main.tf", main), ("m/main.tf", MODULE)]),
        [
            "module.old -> module.m[\"a\"]",
            "azurerm_managed_disk.d[0] -> azurerm_managed_disk.d[\"x y\"]",
            "module.m[\"a\"].azurerm_managed_disk.old -> module.m[\"a\"].azurerm_managed_disk.new",
        ]
    );
}

#[test]
fn they_stand_in_json_too_and_what_is_no_address_is_skipped() {
    let json = r#"{"moved": [{"from": "azurerm_snapshot.a", "to": "azurerm_snapshot.b"}]}"#;
    assert_eq!(moves(&[("main.tf.json", json)]), ["azurerm_snapshot.a -> azurerm_snapshot.b"]);
    let odd = r"moved {
 from = azurerm_snapshot.a
}
moved {
 from = 1 + 2
 to = azurerm_snapshot.b
}
moved {
 from = azurerm_snapshot.a[var.x]
 to = azurerm_snapshot.b
}
";
    assert_eq!(moves(&[("main.tf", odd)]), [""; 0]);
}

#[test]
fn the_instances_of_a_module_have_one_list() {
    let main = "module \"m\" {\n source = \"./m\"\n count = 3\n}\n";
    let moves = root(&[("main.tf", main), ("m/main.tf", MODULE)]).lowered.moves;
    assert_eq!(moves.len(), 3);
    assert!(moves.iter().all(|of| std::sync::Arc::ptr_eq(&of.moves, &moves[0].moves)));
}
