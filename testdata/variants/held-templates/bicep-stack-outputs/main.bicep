resource stack 'Microsoft.Resources/deploymentStacks@2024-03-01' = {
  name: 'stack'
  properties: {
    actionOnUnmanage: { resources: 'delete' }
    denySettings: { mode: 'none' }
    template: {
        '$schema': 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
        contentVersion: '1.0.0.0'
        resources: [
          {
            type: 'Microsoft.Compute/diskEncryptionSets'
            apiVersion: '2023-10-02'
            name: 'des'
            location: 'westeurope'
            identity: { type: 'SystemAssigned' }
            properties: { activeKey: { keyUrl: 'https://kv-x1.vault.azure.net/keys/k/0123456789abcdef0123456789abcdef' } }
          }
        ]
        outputs: {
          id: { type: 'string', value: '[resourceId(\'Microsoft.Compute/diskEncryptionSets\', \'des\')]' }
        }
      }
  }
}

resource disk 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'disk'
  location: 'northeurope'
  sku: { name: 'Premium_LRS' }
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 32
    encryption: { diskEncryptionSetId: stack.properties.outputs.id.value }
  }
}
