// One vault, and more sets that use its key than a report lists.

var identity = {
  type: 'SystemAssigned'
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-disks-weu'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enablePurgeProtection: true
    enableSoftDelete: false // expect: CMK070
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: vault
  name: 'disks'
  properties: {
    kty: 'RSA'
  }
}

// Who may use the key is decided elsewhere.
output principals array = [
  set00.identity.principalId
  set01.identity.principalId
  set02.identity.principalId
  set03.identity.principalId
  set04.identity.principalId
  set05.identity.principalId
  set06.identity.principalId
  set07.identity.principalId
  set08.identity.principalId
  set09.identity.principalId
  set10.identity.principalId
  set11.identity.principalId
  set12.identity.principalId
  set13.identity.principalId
  set14.identity.principalId
  set15.identity.principalId
  set16.identity.principalId
  set17.identity.principalId
  set18.identity.principalId
  set19.identity.principalId
  set20.identity.principalId
  set21.identity.principalId
  set22.identity.principalId
  set23.identity.principalId
  set24.identity.principalId
  set25.identity.principalId
]

resource set00 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-00', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set01 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-01', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set02 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-02', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set03 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-03', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set04 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-04', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set05 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-05', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set06 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-06', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set07 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-07', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set08 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-08', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set09 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-09', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set10 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-10', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set11 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-11', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set12 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-12', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set13 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-13', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set14 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-14', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set15 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-15', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set16 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-16', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set17 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-17', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set18 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-18', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set19 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-19', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set20 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-20', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set21 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-21', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set22 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-22', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set23 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-23', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set24 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-24', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
resource set25 'Microsoft.Compute/diskEncryptionSets@2024-03-02' = { name: 'des-25', location: 'westeurope', identity: identity, properties: { activeKey: { keyUrl: key.properties.keyUri }, rotationToLatestKeyVersionEnabled: true } }
