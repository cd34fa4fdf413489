// One set for the disks of two subscriptions.

targetScope = 'subscription'

var subscriptions = [
  '11111111-1111-1111-1111-111111111111'
  '22222222-2222-2222-2222-222222222222'
]

module encryptionSet 'modules/encryption-set.bicep' = {
  name: 'encryption-set'
  scope: resourceGroup(subscriptions[0], 'rg-security')
}

module disks 'modules/disk.bicep' = [
  for id in subscriptions: {
    name: 'disk'
    scope: resourceGroup(id, 'rg-apps')
    params: { encryptionSetId: encryptionSet.outputs.id } // expect: CMK021
  }
]
