"""Text that is mended before it is read, and fixes that are tried."""
from common import BICEP_DISK, DISK, SET, arm, lines, tree

X = 'variable "x" {}\n'
FAULT = SET.replace("/keys/", "/secrets/")
VAULT = 'resource "azurerm_key_vault" "v{0}" {{\n name = "v{0}"\n location = "westus"\n}}\nresource "azurerm_key_vault_key" "k{0}" {{\n name = "k"\n key_vault_id = azurerm_key_vault.v{0}.id\n key_type = "RSA"\n key_size = 2048\n}}\nresource "azurerm_disk_encryption_set" "s{0}" {{\n name = "s{0}"\n location = "westus"\n key_vault_key_id = azurerm_key_vault_key.k{0}.id\n identity {{\n  type = "SystemAssigned"\n }}\n}}\n'


def num(t, i): return t.replace('"d"', f'"d{i}"').replace('"s"', f'"s{i}"')


@tree  # 4.8-5.1 s
def hcl_mend_attempts():
    deep = "(" * 390 + '"' + "a" * 900000 + '"' + "+ {" + ", ".join("a=1" for _ in range(70)) + "}.a" + ")" * 390
    return {"main.tf": "locals {\n x = " + deep + "\n}\n" + FAULT}


@tree
def hcl_mend_attempts_files():
    deep = "(" * 390 + "[" + "1," * 20000 + "1]" + "+ {" + ", ".join("a=1" for _ in range(70)) + "}.a" + ")" * 390
    return {f"f{i}.tf": f"locals {{\n x{i} = " + deep + "\n}\n" for i in range(22)}


@tree
def hcl_mend_numbers():
    return {f"f{i}.tf": f"locals {{\n x{i} = [" + "1," * 22000 + ",".join("1e99999999999999999999" for _ in range(70)) + "]\n}\n" for i in range(20)}


@tree
def hcl_heredocs_nested():
    letters = "".join(chr(c) + "\n" for c in list(range(65, 91)) + list(range(97, 123)))
    n = 150
    return {"main.tf": "locals {\n x = " + "<<M\nMx\n${" * n + '<<Q\n' + "\n" * 800000 + letters + "Q\n" + "}\nM\n" * n + "}\n" + FAULT}


@tree
def bicep_short_strings():
    return {f"f{i}.bicep": BICEP_DISK.format("'a'") + "'a\n" * 20000 for i in range(15)}


@tree
def fixes_tf():
    return {"main.tf": lines(lambda i: VAULT.format(i), 2200), ".args": "-f\nsarif"}


@tree
def fixes_tf_diff():
    return {"main.tf": lines(lambda i: VAULT.format(i), 2200), ".args": "--fix\n--diff"}


@tree
def fixes_bicep():
    v = lambda i: f"resource v{i} 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n name: 'v{i}'\n location: 'a'\n properties: {{\n  tenantId: 't'\n }}\n}}\nresource k{i} 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {{\n parent: v{i}\n name: 'k'\n properties: {{ kty: 'RSA', keySize: 2048 }}\n}}\nresource s{i} 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {{\n name: 's{i}'\n location: 'a'\n identity: {{ type: 'SystemAssigned' }}\n properties: {{ activeKey: {{ keyUrl: k{i}.properties.keyUriWithVersion, sourceVault: {{ id: v{i}.id }} }} }}\n}}\n"
    return {"main.bicep": lines(v, 1500), ".args": "-f\nsarif"}


@tree
def fixes_arm():
    def r(i):
        return [{"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": f"v{i}", "location": "a", "properties": {"tenantId": "t"}},
            {"type": "Microsoft.KeyVault/vaults/keys", "apiVersion": "2023-07-01", "name": f"v{i}/k", "properties": {"kty": "RSA"}},
            {"type": "Microsoft.Compute/diskEncryptionSets", "apiVersion": "2024-03-02", "name": f"s{i}", "location": "a", "identity": {"type": "SystemAssigned"}, "properties": {"activeKey": {"keyUrl": f"[reference(resourceId('Microsoft.KeyVault/vaults/keys', 'v{i}', 'k')).keyUriWithVersion]", "sourceVault": {"id": f"[resourceId('Microsoft.KeyVault/vaults', 'v{i}')]"}}}}]
    return {"azuredeploy.json": arm([x for i in range(1200) for x in r(i)]), ".args": "-f\nsarif"}


@tree
def fixes_unsafe_disks():
    return {"main.tf": X + SET + lines(lambda i: num(DISK.format('"eastus"\n  disk_encryption_set_id = azurerm_disk_encryption_set.s.id'), i), 7000), ".args": "--fix\n--diff"}


@tree
def fixes_few():
    return {"main.tf": lines(lambda i: VAULT.format(i), 100), ".args": "-f\nsarif"}
