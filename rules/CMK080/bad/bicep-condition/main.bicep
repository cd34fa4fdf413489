param location string = resourceGroup().location
param confidential bool

resource ordinarySet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-ordinary'
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
  }
}

resource confidentialSet 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = {
  name: 'des-confidential'
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    activeKey: {
      keyUrl: 'https://kv-cvm-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef'
    }
    encryptionType: 'ConfidentialVmEncryptedWithCustomerKey'
  }
}

resource disk 'Microsoft.Compute/disks@2024-03-02' = {
  name: 'disk-data'
  location: location
  sku: {
    name: 'Premium_LRS'
  }
  properties: {
    creationData: {
      createOption: 'Empty'
    }
    diskSizeGB: 128
    encryption: {
      diskEncryptionSetId: confidential ? confidentialSet.id : ordinarySet.id // expect: CMK080
    }
  }
}
