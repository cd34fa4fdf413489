param location string = 'westeurope'
resource id 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-des'
  location: location
}
resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-shop'
  location: location
  properties: { sku: { family: 'A', name: 'premium' }, tenantId: tenant().tenantId, enableRbacAuthorization: true, enablePurgeProtection: true }
}
resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: kv
  name: 'disk'
  properties: { kty: 'RSA', keySize: 2048 }
}
resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' = {
  name: 'des'
  location: location
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${id.id}': {} } }
  properties: { activeKey: { sourceVault: { id: kv.id }, keyUrl: key.properties.keyUriWithVersion }, encryptionType: 'EncryptionAtRestWithCustomerKey' }
}
