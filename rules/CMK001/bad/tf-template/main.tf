provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

# The key comes from the template, the set that uses it from Terraform.
resource "azurerm_resource_group_template_deployment" "key" {
  name                = "key"
  resource_group_name = azurerm_resource_group.disks.name
  deployment_mode     = "Incremental"
  template_content    = file("${path.module}/key.json")
  parameters_content  = jsonencode({ keyType = { value = "EC" } }) # expect: CMK001
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = jsondecode(azurerm_resource_group_template_deployment.key.output_content).keyUri.value

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "disks" {
  scope                = jsondecode(azurerm_resource_group_template_deployment.key.output_content).vaultId.value
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = azurerm_disk_encryption_set.disks.identity[0].principal_id
}
