param name string
param location string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  properties: { sku: { family: 'A', name: 'premium' }, tenantId: subscription().tenantId }
}

resource set 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des-${name}'
  location: location
  properties: { activeKey: { keyUrl: '${vault.properties.vaultUri}keys/k/0', sourceVault: { id: vault.id } } }
}

output setId string = set.id
@secure()
output secret string = 's-${name}'
