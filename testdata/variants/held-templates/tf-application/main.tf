resource "azurerm_managed_application_definition" "app" {
  name                = "app"
  location            = "westeurope"
  resource_group_name = "rg"
  lock_level          = "ReadOnly"
  display_name        = "disks"
  main_template       = <<POLICY_RULE
{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {
      "type": "Microsoft.Compute/diskEncryptionSets",
      "apiVersion": "2023-10-02",
      "name": "des",
      "location": "westeurope",
      "identity": { "type": "SystemAssigned" },
      "properties": { "activeKey": { "keyUrl": "https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef" } }
    },
    {
      "type": "Microsoft.Compute/disks",
      "apiVersion": "2023-10-02",
      "name": "disk",
      "location": "northeurope",
      "properties": {
        "creationData": { "createOption": "Empty" },
        "encryption": { "diskEncryptionSetId": "[resourceId('Microsoft.Compute/diskEncryptionSets', 'des')]" }
      }
    }
  ]
}
POLICY_RULE
}
