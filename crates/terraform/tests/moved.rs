//! `moved` blocks.

mod common;

use common::root;

const MODULE: &str = "resource \"azurerm_managed_disk\" \"new\" {\n name = \"d\"\n}\n\
    moved {\n from = azurerm_managed_disk.old\n to = azurerm_managed_disk.new\n}\n";

fn moves(files: &[(&str, &str)]) -> Vec<String> {
    root(files).lowered.moves.iter().map(|m| format!("{} -> {}", m.from, m.to)).collect()
}

#[test]
fn addresses_are_whole_ones_with_keys_as_resources_have_them() {
    let main = "module \"m\" {\n source = \"./m\"\n for_each = toset([\"a\"])\n}\n\
        moved {\n from = module.old\n to = module.m[\"a\"]\n}\n\
        moved {\n from = azurerm_managed_disk.d[0]\n to = azurerm_managed_disk.d[\"x y\"]\n}\n";
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
fn they_stand_in_json_too_and_what_is_no_address_is_passed_over() {
    let json = r#"{"moved": [{"from": "azurerm_snapshot.a", "to": "azurerm_snapshot.b"}]}"#;
    assert_eq!(moves(&[("main.tf.json", json)]), ["azurerm_snapshot.a -> azurerm_snapshot.b"]);
    let odd = "moved {\n from = azurerm_snapshot.a\n}\nmoved {\n from = 1 + 2\n to = azurerm_snapshot.b\n}\n\
        moved {\n from = azurerm_snapshot.a[var.x]\n to = azurerm_snapshot.b\n}\n";
    assert_eq!(moves(&[("main.tf", odd)]), [""; 0]);
}
