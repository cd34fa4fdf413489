resource "azurerm_policy_definition" "disk" {
  name         = "deploy-disk"
  policy_type  = "Custom"
  mode         = "Indexed"
  display_name = "deploy a disk"
  policy_rule  = <<POLICY_RULE
{
  "if": { "field": "type", "equals": "Microsoft.Compute/virtualMachines" },
  "then": {{
    "effect": "deployIfNotExists",
    "details": {
      "type": "Microsoft.Compute/disks",
      "roleDefinitionIds": ["/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"],
      "deployment": {
        "properties": {
          "mode": "incremental",
          "parameters": {},
          "template": {
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
        }
      }
    }
  }
}
POLICY_RULE
}
