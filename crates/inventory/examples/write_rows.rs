//! Writes an inventory of N rows to standard output, as Resource Graph answers: `write_rows N [all]`. Of a hundred rows ten are disks, five VMs and one a vault or an
//! encryption set; the rest are of types that no rule looks at. With `all`, every row is of a type that is kept: seven disks, two VMs and one snapshot in ten.
#![allow(clippy::print_stderr)] // an example speaks to its user

use std::io::{self, BufWriter, Write};

const SUBSCRIPTIONS: u64 = 40;
const REGIONS: [&str; 4] = ["westeurope", "northeurope", "eastus", "uksouth"];

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let Some(rows) = args.next().and_then(|n| n.parse::<u64>().ok()) else {
        eprintln!("usage: write_rows N [all]");
        return Ok(());
    };
    let all = args.next().is_some_and(|a| a == "all");
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    for i in 0..rows {
        writeln!(out, "{}", row(i, all))?;
    }
    out.flush()
}

fn row(i: u64, all: bool) -> String {
    let subscription = format!("{:08x}-0000-4000-8000-000000000000", i % SUBSCRIPTIONS);
    let group = format!("rg-{}", i % 997);
    let location = REGIONS[(i / SUBSCRIPTIONS % 4) as usize];
    let front = format!("/subscriptions/{subscription}/resourceGroups/{group}/providers");
    let set = format!("{front}/Microsoft.Compute/diskEncryptionSets/des-{}", i % 50);
    let (kind, name, properties) = match (i % 100, all) {
        (0, _) => ("microsoft.keyvault/vaults", format!("kv-{i}"), vault(i)),
        (1, _) => ("microsoft.compute/diskencryptionsets", format!("des-{i}"), encryption_set(&front, i)),
        (n, false) if n < 12 => ("microsoft.compute/disks", format!("disk-{i}"), disk(&set, i)),
        (n, true) if n % 10 < 7 => ("microsoft.compute/disks", format!("disk-{i}"), disk(&set, i)),
        (n, false) if n < 17 => ("microsoft.compute/virtualmachines", format!("vm-{i}"), vm(&front, i)),
        (n, true) if n % 10 < 9 => ("microsoft.compute/virtualmachines", format!("vm-{i}"), vm(&front, i)),
        (_, true) => ("microsoft.compute/snapshots", format!("snap-{i}"), disk(&set, i)),
        (_, false) => ("microsoft.network/networkinterfaces", format!("nic-{i}"), interface(&front, i)),
    };
    format!(
        r#"{{"id":"{front}/{kind}/{name}","name":"{name}","type":"{kind}","tenantId":"99999999-0000-4000-8000-000000000000","kind":"","location":"{location}","resourceGroup":"{group}","subscriptionId":"{subscription}","managedBy":"","sku":{{"name":"Premium_LRS","tier":"Premium"}},"plan":null,"properties":{properties},"tags":{{"owner":"team-{}","environment":"prod","costCenter":"{}"}},"identity":null,"zones":["1"],"extendedLocation":null}}"#,
        i % 31,
        i % 7919
    )
}

fn vault(i: u64) -> String {
    format!(
        r#"{{"sku":{{"family":"A","name":"premium"}},"tenantId":"99999999-0000-4000-8000-000000000000","accessPolicies":[],"enabledForDeployment":false,"enabledForDiskEncryption":true,"enableSoftDelete":true,"softDeleteRetentionInDays":90,"enableRbacAuthorization":true,"enablePurgeProtection":true,"vaultUri":"https://kv-{i}.vault.azure.net/","provisioningState":"Succeeded","publicNetworkAccess":"Disabled"}}"#
    )
}

fn encryption_set(front: &str, i: u64) -> String {
    let vault = i - 1;
    format!(
        r#"{{"activeKey":{{"sourceVault":{{"id":"{front}/Microsoft.KeyVault/vaults/kv-{vault}"}},"keyUrl":"https://kv-{vault}.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"}},"encryptionType":"EncryptionAtRestWithCustomerKey","rotationToLatestKeyVersionEnabled":false,"provisioningState":"Succeeded","previousKeys":[]}}"#
    )
}

fn disk(set: &str, i: u64) -> String {
    format!(
        r#"{{"osType":"Linux","hyperVGeneration":"V2","diskSizeGB":128,"diskSizeBytes":137438953472,"diskIOPSReadWrite":500,"diskMBpsReadWrite":100,"diskState":"Attached","encryption":{{"type":"EncryptionAtRestWithCustomerKey","diskEncryptionSetId":"{set}"}},"creationData":{{"createOption":"FromImage","imageReference":{{"id":"/Subscriptions/00000000-0000-4000-8000-000000000000/Providers/Microsoft.Compute/Locations/westeurope/Publishers/canonical/ArtifactTypes/VMImage/Offers/ubuntu-24_04-lts/Skus/server/Versions/24.04.2024{}"}}}},"networkAccessPolicy":"AllowAll","publicNetworkAccess":"Enabled","provisioningState":"Succeeded","timeCreated":"2024-03-01T10:11:12.131415+00:00","uniqueId":"{i:08x}-1111-4111-8111-111111111111","tier":"P10"}}"#,
        10_000 + i % 90_000
    )
}

fn vm(front: &str, i: u64) -> String {
    format!(
        r#"{{"vmId":"{i:08x}-2222-4222-8222-222222222222","provisioningState":"Succeeded","hardwareProfile":{{"vmSize":"Standard_D4s_v5"}},"storageProfile":{{"imageReference":{{"publisher":"canonical","offer":"ubuntu-24_04-lts","sku":"server","version":"latest","exactVersion":"24.04.202403010"}},"osDisk":{{"osType":"Linux","name":"disk-{i}","createOption":"FromImage","caching":"ReadWrite","managedDisk":{{"id":"{front}/Microsoft.Compute/disks/disk-{i}"}},"deleteOption":"Delete","diskSizeGB":128}},"dataDisks":[{{"lun":0,"name":"data-{i}","createOption":"Attach","caching":"None","managedDisk":{{"id":"{front}/Microsoft.Compute/disks/data-{i}"}},"toBeDetached":false}}],"diskControllerType":"SCSI"}},"osProfile":{{"computerName":"vm-{i}","adminUsername":"azureuser","linuxConfiguration":{{"disablePasswordAuthentication":true,"provisionVMAgent":true}},"secrets":[],"allowExtensionOperations":true}},"networkProfile":{{"networkInterfaces":[{{"id":"{front}/Microsoft.Network/networkInterfaces/nic-{i}"}}]}},"timeCreated":"2024-03-01T10:11:12.131415+00:00"}}"#
    )
}

fn interface(front: &str, i: u64) -> String {
    format!(
        r#"{{"provisioningState":"Succeeded","resourceGuid":"{i:08x}-3333-4333-8333-333333333333","ipConfigurations":[{{"name":"ipconfig1","id":"{front}/Microsoft.Network/networkInterfaces/nic-{i}/ipConfigurations/ipconfig1","etag":"W/\"{i:08x}\"","type":"Microsoft.Network/networkInterfaces/ipConfigurations","properties":{{"provisioningState":"Succeeded","privateIPAddress":"10.1.2.3","privateIPAllocationMethod":"Dynamic","subnet":{{"id":"{front}/Microsoft.Network/virtualNetworks/vnet/subnets/default"}},"primary":true,"privateIPAddressVersion":"IPv4"}}}}],"dnsSettings":{{"dnsServers":[],"appliedDnsServers":[]}},"macAddress":"00-0D-3A-00-00-00","enableAcceleratedNetworking":true,"enableIPForwarding":false,"virtualMachine":{{"id":"{front}/Microsoft.Compute/virtualMachines/vm-{i}"}},"nicType":"Standard"}}"#
    )
}
