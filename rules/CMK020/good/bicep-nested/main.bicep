// A deployment as a resource: Bicep's expressions are of this file, text in brackets is of the template within.
param prefix string = 'app'
param diskNames array = ['data']

resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-${prefix}'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

#disable-next-line no-deployments-resources
resource disks 'Microsoft.Resources/deployments@2024-03-01' = {
  name: 'disks'
  properties: {
    mode: 'Incremental'
    parameters: {
      region: {
        value: 'westeurope'
      }
    }
    template: {
      '$schema': 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
      contentVersion: '1.0.0.0'
      parameters: {
        region: {
          type: 'string'
        }
      }
      resources: [
        {
          type: 'Microsoft.Compute/disks'
          apiVersion: '2024-03-02'
          name: 'disk-${prefix}-${diskNames[0]}'
          location: '[parameters(\'region\')]'
          sku: { name: 'Premium_LRS' }
          properties: {
            creationData: { createOption: 'Empty' }
            diskSizeGB: 64
            encryption: {
              type: 'EncryptionAtRestWithCustomerKey'
              diskEncryptionSetId: encryptionSet.id
            }
          }
        }
      ]
      outputs: {
        diskId: {
          type: 'string'
          value: '[resourceId(\'Microsoft.Compute/disks\', \'a\')]'
        }
      }
    }
  }
}
