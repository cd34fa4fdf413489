targetScope = 'subscription'

module encryptionSet 'modules/encryption-set.bicep' = {
  name: 'encryption-set'
  scope: resourceGroup('22222222-2222-2222-2222-222222222222', 'rg-apps')
}
