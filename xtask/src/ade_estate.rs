//! `cargo xtask ade-estate`: writes an estate whose machines have Azure Disk Encryption, to read what `cmklint ade` says of one of some size.
//!
//! Two fifths of the machines are in Terraform, three tenths in Bicep, a tenth in ARM JSON, the others in an inventory alone. Each root also has what people make of such machines:
//! snapshots, disks restored from them with an encryption set, images, uploaded disks (which have no mark), and encryption at host where it can't be.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// Where roots are deployed: subscription and region.
const PLACES: [(&str, &str); 4] = [
    ("11111111-1111-1111-1111-111111111111", "westeurope"),
    ("11111111-1111-1111-1111-111111111111", "northeurope"),
    ("22222222-2222-2222-2222-222222222222", "westeurope"),
    ("33333333-3333-3333-3333-333333333333", "eastus"),
];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to write it: a folder that is not there yet
    folder: PathBuf,
    /// How many machines
    #[arg(long, default_value_t = 200)]
    machines: usize,
}

/// Writes the estate.
pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    fs::create_dir(&args.folder).with_context(|| format!("cannot make {}", args.folder.display()))?;
    let (terraform, bicep, arm) = (args.machines * 2 / 5, args.machines * 3 / 10, args.machines / 10);
    let standing = args.machines - terraform - bicep - arm;
    let mut places = String::new();
    for (at, (subscription, region)) in PLACES.iter().enumerate() {
        let here = |all: usize| all / PLACES.len() + usize::from(at < all % PLACES.len());
        let text = in_terraform(here(terraform), subscription, region);
        write(&args.folder, &format!("terraform/site-{at}/main.tf"), &text)?;
        for (language, file) in [("bicep", "main.bicep"), ("arm", "azuredeploy.json")] {
            let path = format!("{language}/site-{at}/{file}");
            let text = if language == "bicep" { in_bicep(here(bicep), region) } else { in_arm(here(arm), region) };
            write(&args.folder, &path, &text)?;
            writeln!(
                places,
                "root \"{path}\" {{\n  subscription   = \"{subscription}\"\n  resource_group = \"rg-{language}-{at}\"\n}}\n"
            )?;
        }
    }
    write(&args.folder, ".cmklint.hcl", &places)?;
    write(&args.folder, "inventory.jsonl", &rows(standing))?;
    println!(
        "{} machines in {}: {terraform} in Terraform, {bicep} in Bicep, {arm} in ARM JSON, {standing} in inventory.jsonl",
        args.machines,
        args.folder.display()
    );
    Ok(ExitCode::SUCCESS)
}

/// A root of Terraform with so many machines, of which every other one is a Windows machine and every fifth asks for encryption at host.
fn in_terraform(machines: usize, subscription: &str, region: &str) -> String {
    let of = |windows: bool| {
        let names =
            (0..machines).filter(|i| (i % 2 == 0) == windows).map(|i| format!("\"vm-{i:03}\" = {}", i % 5 == 0));
        names.collect::<Vec<_>>().join(", ")
    };
    let mut text = format!(
        "provider \"azurerm\" {{\n  features {{}}\n  subscription_id = \"{subscription}\"\n}}\n\nlocals {{\n  # Each with whether it asks for encryption at host.\n  windows = {{ {} \
         }}\n  linux   = {{ {} }}\n}}\n",
        of(true),
        of(false)
    );
    for (system, extension) in [("windows", "AzureDiskEncryption"), ("linux", "AzureDiskEncryptionForLinux")] {
        text += &TERRAFORM_MACHINES.replace("SYSTEM", system).replace("EXTENSION", extension).replace("REGION", region);
    }
    text + &TERRAFORM_COPIES.replace("REGION", region)
}

const TERRAFORM_MACHINES: &str = r#"
resource "azurerm_SYSTEM_virtual_machine" "SYSTEM" {
  for_each                   = local.SYSTEM
  name                       = each.key
  resource_group_name        = "rg-machines"
  location                   = "REGION"
  size                       = "Standard_D4s_v5"
  admin_username             = "operator"
  network_interface_ids      = []
  encryption_at_host_enabled = each.value

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
  }
}

resource "azurerm_virtual_machine_extension" "SYSTEM" {
  for_each             = azurerm_SYSTEM_virtual_machine.SYSTEM
  name                 = "ade"
  virtual_machine_id   = each.value.id
  publisher            = "Microsoft.Azure.Security"
  type                 = "EXTENSION"
  type_handler_version = "2.2"
  settings = jsonencode({
    EncryptionOperation = "EnableEncryption"
    KeyVaultURL         = "https://kv-ade.vault.azure.net/"
    VolumeType          = "All"
  })
}
"#;

const TERRAFORM_COPIES: &str = r#"
resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  resource_group_name = "rg-keys"
  location            = "REGION"
  key_vault_key_id    = "https://kv-disks.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_snapshot" "nightly" {
  for_each            = azurerm_windows_virtual_machine.windows
  name                = "snap-${each.key}"
  resource_group_name = "rg-backup"
  location            = "REGION"
  create_option       = "Copy"
  source_resource_id  = each.value.os_disk[0].id
}

# A restore, with the encryption set that is to come.
resource "azurerm_managed_disk" "restored" {
  for_each               = azurerm_snapshot.nightly
  name                   = "disk-${each.key}"
  resource_group_name    = "rg-machines"
  location               = "REGION"
  storage_account_type   = "Premium_LRS"
  create_option          = "Copy"
  source_resource_id     = each.value.id
  disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
}

resource "azurerm_image" "golden" {
  name                = "img-golden"
  resource_group_name = "rg-images"
  location            = "REGION"

  os_disk {
    os_type         = "Windows"
    os_state        = "Generalized"
    storage_type    = "Standard_LRS"
    managed_disk_id = values(azurerm_managed_disk.restored)[0].id
  }
}

resource "azurerm_managed_disk" "uploaded" {
  name                   = "disk-clean"
  resource_group_name    = "rg-machines"
  location               = "REGION"
  storage_account_type   = "Premium_LRS"
  create_option          = "Upload"
  upload_size_bytes      = 21474836992
  disk_encryption_set_id = azurerm_disk_encryption_set.disks.id
}
"#;

fn in_bicep(machines: usize, region: &str) -> String {
    BICEP.replace("COUNT", &machines.to_string()).replace("REGION", region)
}

const BICEP: &str = r"param encryptionSetId string

resource machines 'Microsoft.Compute/virtualMachines@2024-07-01' = [for i in range(0, COUNT): {
  name: 'app-${i}'
  location: 'REGION'
  properties: {
    storageProfile: {
      osDisk: {
        name: 'app-${i}-os'
        osType: i % 3 == 0 ? 'Windows' : 'Linux'
        createOption: 'FromImage'
        managedDisk: {
          storageAccountType: 'Premium_LRS'
        }
      }
      dataDisks: [
        {
          lun: 0
          name: 'app-${i}-data'
          createOption: 'Empty'
          diskSizeGB: 64
        }
      ]
    }
  }
}]

resource encryption 'Microsoft.Compute/virtualMachines/extensions@2024-07-01' = [for i in range(0, COUNT): {
  parent: machines[i]
  name: 'ade'
  location: 'REGION'
  properties: {
    publisher: 'Microsoft.Azure.Security'
    type: i % 3 == 0 ? 'AzureDiskEncryption' : 'AzureDiskEncryptionForLinux'
    typeHandlerVersion: '1.1'
    settings: {
      EncryptionOperation: 'EnableEncryption'
      KeyVaultURL: 'https://kv-ade.vault.azure.net/'
      VolumeType: i % 3 == 1 ? 'Data' : 'All'
    }
  }
}]

resource copies 'Microsoft.Compute/disks@2024-03-02' = [for i in range(0, COUNT): {
  name: 'app-${i}-copy'
  location: 'REGION'
  properties: {
    creationData: {
      createOption: 'Copy'
      sourceResourceId: machines[i].properties.storageProfile.dataDisks[0].managedDisk.id
    }
    encryption: {
      diskEncryptionSetId: encryptionSetId
    }
  }
}]
";

/// Machines of old, which state it in their own settings, and a scale set.
fn in_arm(machines: usize, region: &str) -> String {
    let disk = json!({
        "name": "[concat('old-', copyIndex(), '-os')]", "osType": "Linux", "createOption": "FromImage",
        "encryptionSettings": { "enabled": true }, "managedDisk": { "storageAccountType": "Standard_LRS" }
    });
    let machine = json!({
        "type": "Microsoft.Compute/virtualMachines", "apiVersion": "2018-10-01", "name": "[concat('old-', copyIndex())]", "location": region,
        "copy": { "name": "machines", "count": machines }, "properties": { "storageProfile": { "osDisk": disk } }
    });
    let extension = json!({
        "name": "ade",
        "properties": {
            "publisher": "Microsoft.Azure.Security", "type": "AzureDiskEncryptionForLinux", "typeHandlerVersion": "1.1",
            "settings": { "EncryptionOperation": "EnableEncryption", "VolumeType": "[parameters('volumes')]" }
        }
    });
    let profile = json!({
        "storageProfile": { "osDisk": { "osType": "Linux", "createOption": "FromImage" } }, "extensionProfile": { "extensions": [extension] }
    });
    let scale_set = json!({
        "type": "Microsoft.Compute/virtualMachineScaleSets", "apiVersion": "2024-07-01", "name": "workers", "location": region,
        "properties": { "virtualMachineProfile": profile }
    });
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
        "parameters": { "volumes": { "type": "string" } }, "resources": [machine, scale_set]
    });
    format!("{template:#}\n")
}

/// Rows of machines that no code knows, each with its OS disk and a copy of that.
fn rows(machines: usize) -> String {
    let mut out = String::new();
    for at in 0..machines {
        let Some((subscription, region)) = PLACES.get(at % PLACES.len()) else { continue };
        let id = |kind: &str, name: &str| {
            format!("/subscriptions/{subscription}/resourceGroups/rg-old/providers/Microsoft.Compute/{kind}/{name}")
        };
        let row = |kind: &str, name: &str, properties: Value| json!({ "id": id(kind, name), "type": format!("microsoft.compute/{}", kind.to_lowercase()), "location": region, "properties": properties });
        let (machine, disk) = (format!("legacy-{at:03}"), format!("legacy-{at:03}-os"));
        let system = if at % 4 == 0 { "Windows" } else { "Linux" };
        let os_disk =
            json!({ "osType": system, "createOption": "FromImage", "managedDisk": { "id": id("disks", &disk) } });
        let copy = json!({ "creationData": { "createOption": "Copy", "sourceResourceId": id("disks", &disk) } });
        for row in [
            row("virtualMachines", &machine, json!({ "storageProfile": { "osDisk": os_disk, "dataDisks": [] } })),
            row("disks", &disk, json!({ "osType": system, "encryptionSettingsCollection": { "enabled": true } })),
            row("snapshots", &format!("{disk}-snap"), copy),
        ] {
            let _ = writeln!(out, "{row}");
        }
    }
    out
}

fn write(folder: &Path, path: &str, text: &str) -> Result<()> {
    let path = folder.join(path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}
