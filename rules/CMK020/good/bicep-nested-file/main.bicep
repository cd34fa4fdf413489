resource encryptionSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-disks'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/9f1c0d6be4a84d2f8c35a7e1b0d24c66'
    }
  }
}

resource disks 'Microsoft.Resources/deployments@2024-03-01' = {
  name: 'disks'
  properties: {
    mode: 'Incremental'
    expressionEvaluationOptions: {
      scope: 'Outer'
    }
    template: loadJsonContent('nested.json')
    parameters: {
      encryptionSetId: {
        value: encryptionSet.id
      }
    }
  }
}

resource snapshot 'Microsoft.Compute/snapshots@2024-03-02' = {
  name: 'snap-data'
  location: 'westeurope'
  properties: {
    creationData: {
      createOption: 'Copy'
      sourceResourceId: disks.properties.outputs.diskId.value
    }
    encryption: {
      type: 'EncryptionAtRestWithCustomerKey'
      diskEncryptionSetId: encryptionSet.id
    }
  }
}
