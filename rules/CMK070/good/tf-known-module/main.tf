# The module turns purge protection on by itself.
module "vault" {
  source  = "Azure/avm-res-keyvault-vault/azurerm"
  version = "0.9.1"

  name                     = "kv-disks"
  location                 = "westeurope"
  resource_group_name      = "rg-disks"
  tenant_id                = "00000000-0000-0000-0000-000000000000"

  keys = {
    disks = {
      name     = "disks"
      key_type = "RSA"
      key_size = 3072
    }
  }
}

module "set" {
  source = "Azure/avm-res-compute-diskencryptionset/azurerm"

  name                  = "des-disks"
  location              = "westeurope"
  resource_group_name   = "rg-disks"
  key_vault_key_id      = module.vault.keys["disks"].id
  key_vault_resource_id = module.vault.resource_id

  managed_identities = {
    system_assigned = true
  }
}
