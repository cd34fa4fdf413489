//! Inventories as files hold them: forms, compression, faults and limits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests are tests

use std::io::{Cursor, Write as _};

use cmklint_graph::{DeploymentId, Estate, Fold, ResourceId, Target, Value, World};
use cmklint_inventory::{Inventory, InventoryError, Limits};
use cmklint_source::{Diagnostic, MemoryLoader, Severity, Sources};

const SUB: &str = "11111111-1111-1111-1111-111111111111";

fn disk(name: &str) -> String {
    format!(
        r#"{{"id": "/subscriptions/{SUB}/resourceGroups/rg/providers/Microsoft.Compute/disks/{name}", "location": "westeurope", "properties": {{"diskState": "Unattached"}}}}"#
    )
}

fn read(bytes: &[u8]) -> Inventory {
    let mut inventory = Inventory::default();
    inventory.add("stands", Cursor::new(bytes.to_vec()), &Limits::default()).unwrap();
    inventory
}

fn diagnostics(inventory: &Inventory) -> Vec<Diagnostic> {
    inventory.diagnostics(&Sources::new(MemoryLoader::default()))
}

/// All of `inventory` as an estate without code.
fn estate(inventory: &Inventory) -> Estate {
    inventory.join(Estate::default(), &Sources::new(MemoryLoader::default()), true).0
}

fn names(inventory: &Inventory) -> Vec<String> {
    let estate = estate(inventory);
    estate.resources().map(|r| r.names.last().and_then(Value::as_str).unwrap().to_owned()).collect()
}

#[test]
fn a_row_is_found_whatever_stands_around_it() {
    let (a, b) = (disk("a"), disk("b"));
    for text in [
        format!("[{a},{b}]"),
        format!(" [ {a} , {b} ] "),
        format!("{a}\n{b}\n"),
        format!("{a}{b}"),
        format!("[{a}]\n[{b}]"),
        format!(r#"{{"data": [{a}, {b}]}}"#),
        format!(r#"{{"totalRecords": 2, "x": {{"data": []}}, "value": [{a}], "nextLink": null}} {{"value": [{b}]}}"#),
        format!("\u{feff}[{a}\r\n,{b}]"),
    ] {
        let inventory = read(text.as_bytes());
        assert_eq!(names(&inventory), ["a", "b"], "{text}");
        assert!(diagnostics(&inventory).is_empty(), "{text}: {:?}", diagnostics(&inventory));
        assert_eq!(inventory.counts().rows, 2, "{text}");
    }
}

#[test]
fn braces_and_quotes_in_texts_end_nothing() {
    let row =
        r#"{"tags": {"a": "}{\"][\\"}, "id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d"}"#;
    assert_eq!(names(&read(format!("[{row}, {}]", disk("e")).as_bytes())), ["d", "e"]);
}

#[test]
fn rows_longer_than_a_buffer_and_rows_across_buffers_are_whole() {
    let long = format!(r#"{{"tags": {{"t": "{}"}}, {}"#, "x".repeat(9 << 20), &disk("long")[1..]);
    let many: String = (0..60_000).map(|i| disk(&format!("d{i}")) + "\n").collect();
    assert!(many.len() > 8 << 20);
    let inventory = read(format!("{many}{long}\n{}", disk("last")).as_bytes());
    assert!(diagnostics(&inventory).is_empty());
    assert_eq!(inventory.counts().kept, 60_002);
    assert_eq!(names(&inventory)[59_999..], ["d59999", "long", "last"]);
}

#[test]
fn a_resource_that_two_pages_or_two_files_hold_is_one() {
    let mut inventory = read(format!("[{}]\n[{}]", disk("a"), disk("A")).as_bytes());
    inventory.add("more", Cursor::new(format!("[{}, {}]", disk("a"), disk("b"))), &Limits::default()).unwrap();
    assert_eq!(names(&inventory), ["a", "b"]);
}

#[test]
fn gzip_and_zstandard_are_reported_by_their_content_and_may_have_several_members() {
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let zstd =
        |text: &str| ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    let halves = [disk("a") + "\n", disk("b") + "\n"];
    for bytes in [
        halves.iter().flat_map(|h| gzip(h)).collect::<Vec<u8>>(),
        halves.iter().flat_map(|h| zstd(h)).collect(),
        // A skippable frame between.
        [zstd(&halves[0]), b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc".to_vec(), zstd(&halves[1])].concat(),
    ] {
        let inventory = read(&bytes);
        assert_eq!(names(&inventory), ["a", "b"]);
        assert!(diagnostics(&inventory).is_empty());
    }
}

#[test]
fn compressed_data_that_breaks_off_is_reported_and_the_rows_before_count() {
    let many: String = (0..50_000).map(|i| disk(&format!("d{i}")) + "\n").collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(many.as_bytes()).unwrap();
    let bytes = encoder.finish().unwrap();
    let inventory = read(&bytes[..bytes.len() / 2]);
    let out = diagnostics(&inventory);
    assert!(out.iter().any(|d| d.severity == Severity::Error && d.message.contains("cut off")), "{out:?}");
    assert!(inventory.counts().kept > 1000, "{:?}", inventory.counts());
}

#[test]
fn a_compressed_file_grows_no_further_than_the_limit() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let text = format!("{}{}{}", disk("a"), " ".repeat(9 << 20), disk("b"));
    encoder.write_all(text.as_bytes()).unwrap();
    let bytes = encoder.finish().unwrap();
    assert!(bytes.len() < 1 << 20);
    let mut inventory = Inventory::default();
    let limits = Limits { bytes: 6 << 20, ..Limits::default() };
    inventory.add("bomb", Cursor::new(bytes), &limits).unwrap();
    assert_eq!(names(&inventory), ["a"]);
    let out = diagnostics(&inventory);
    assert!(
        out.iter().any(|d| d.severity == Severity::Error && d.message.contains("only the first 6291456 bytes")),
        "{out:?}"
    );
}

#[test]
fn a_row_longer_than_the_limit_and_more_rows_than_are_kept_are_reported() {
    let limits = Limits { row_bytes: 1000, ..Limits::default() };
    let long = format!(r#"{{"x": "{}"}}"#, "x".repeat(2000));
    let mut inventory = Inventory::default();
    inventory.add("long", Cursor::new(format!("[{},{long},{}]", disk("a"), disk("b"))), &limits).unwrap();
    assert_eq!(names(&inventory), ["a", "b"]);
    assert!(
        diagnostics(&inventory)[0].message.contains("row 2: the row is longer than 1000 bytes"),
        "{:?}",
        diagnostics(&inventory)
    );
    let limits = Limits { kept_bytes: 1000, ..Limits::default() };
    let mut inventory = Inventory::default();
    let rows: String = (0..100).map(|i| disk(&format!("d{i}")) + "\n").collect();
    inventory.add("many", Cursor::new(rows), &limits).unwrap();
    assert!(inventory.counts().kept < 20);
    assert!(diagnostics(&inventory)[0].message.contains("are left out"), "{:?}", diagnostics(&inventory));
}

#[test]
fn a_million_faults_are_counted_not_listed() {
    let inventory = read("{}\n".repeat(1_000_000).as_bytes());
    let out = diagnostics(&inventory);
    assert_eq!(out.len(), 21);
    assert!(out.iter().any(|d| d.message == "999980 further rows have faults"), "{:?}", out.last());
}

#[test]
fn no_beginning_of_a_file_and_no_byte_of_it_is_too_strange() {
    let text = format!(r#"{{"count": 2, "data": [{}, {}], "skip_token": "x\"y"}}"#, disk("a"), disk("b"));
    for cut in 0..text.len() {
        let mut inventory = Inventory::default();
        let _ = inventory.add("cut", Cursor::new(text.as_bytes()[..cut].to_vec()), &Limits::default());
        let _ = (diagnostics(&inventory), estate(&inventory));
        for byte in [b'"', b'{', b'}', b'[', b']', b'\\', b'\n', 0, 0xff] {
            let mut bytes = text.as_bytes().to_vec();
            bytes[cut] = byte;
            let mut inventory = Inventory::default();
            let _ = inventory.add("changed", Cursor::new(bytes), &Limits::default());
            let _ = (diagnostics(&inventory), estate(&inventory));
        }
    }
    let deep = format!("[{}", "{\"a\":".repeat(200_000));
    let _ = Inventory::default().add("deep", Cursor::new(deep), &Limits::default());
    let identity = format!(
        r#"{{"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/d", "identity": {}1{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(diagnostics(&read(identity.as_bytes()))[0].message.contains("recursion"));
}

#[test]
fn what_a_row_leaves_out_is_absent_or_not_known_as_the_platform_lists_it() {
    let vm = |profile: &str| {
        format!(
            r#"{{"id": "/subscriptions/{SUB}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm", "properties": {{"storageProfile": {profile}}}}}"#
        )
    };
    let get = |row: &str, path: &str| {
        let estate = estate(&read(row.as_bytes()));
        let value = estate.resources().next().unwrap().get(path);
        let known = value.is_known();
        (known, value)
    };
    let set = "properties.storageProfile.osDisk.managedDisk.diskEncryptionSet.id";
    assert!(!get(&vm(r#"{"osDisk": {"managedDisk": {"id": "/x"}}}"#), set).0, "a VM that is off is listed without it");
    let (known, value) = get(&vm(r#"{"osDisk": {"managedDisk": {"diskEncryptionSet": {"id": "/x"}}}}"#), set);
    assert!(known && value.as_str() == Some("/x"));
    let (known, value) = get(&vm(r#"{"osDisk": {}}"#), "properties.storageProfile.imageReference");
    assert!(known && value.is_null(), "absent is absent");
    assert!(!get(&vm(r#"{"osDisk": {}}"#), "location").0, "a column that is not there says nothing");
    assert!(!get(&vm(r#"{"osDisk": {}}"#), "properties.licenseType").0, "what is not kept is not known");
    assert!(!get(&vm("7"), "properties.storageProfile.osDisk").0, "what has the wrong type is not known");
}

#[test]
fn a_vault_that_stands_is_found_by_its_name_alone_and_a_set_only_by_its_whole_id() {
    let row = |kind: &str, name: &str| {
        format!("{{\"id\": \"/subscriptions/{SUB}/resourceGroups/rg/providers/{kind}/{name}\"}}\n")
    };
    let text = row("Microsoft.KeyVault/vaults", "kv") + &row("Microsoft.Compute/diskEncryptionSets", "des");
    let estate = estate(&read(text.as_bytes()));
    let home = DeploymentId(77);
    let found = |id: &str| {
        let id = ResourceId::parse(&Value::string(id)).unwrap();
        estate.find(&id, &World::any(), home).into_iter().map(|(_, t)| matches!(t, Target::Node(_))).collect::<Vec<_>>()
    };
    assert_eq!(
        found(&format!("/subscriptions/{SUB}/resourcegroups/RG/providers/microsoft.keyvault/vaults/KV")),
        [true]
    );
    assert_eq!(found("/providers/Microsoft.KeyVault/vaults/kv"), [true]);
    assert_eq!(
        found("/subscriptions/22222222-2222-2222-2222-222222222222/providers/Microsoft.KeyVault/vaults/kv"),
        [false]
    );
    assert_eq!(
        found(&format!("/subscriptions/{SUB}/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/DES")),
        [true]
    );
    assert_eq!(found("/resourceGroups/rg/providers/Microsoft.Compute/diskEncryptionSets/des"), [false]);
    let name = Value::string("KV");
    let by_name = estate.find_by_global_name("Microsoft.KeyVault/vaults", &name, &World::any(), home);
    assert!(matches!(by_name.as_slice(), [(_, Target::Node(_))]));
    assert_eq!(estate.compare(&name, &Value::string("kv"), Fold::Case), cmklint_graph::Comparison::Equal);
}

#[test]
fn a_file_that_can_t_be_read_says_why() {
    struct Failing;
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no disk"))
        }
    }
    let error = Inventory::default().add("x.json", Failing, &Limits::default()).unwrap_err();
    assert_eq!(error, InventoryError::Io { name: "x.json".to_owned(), reason: "no disk".to_owned() });
}
