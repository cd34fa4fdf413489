param name string
param zones array
param principal string

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: toLower(name)
  location: resourceGroup().location

  resource blobs 'blobServices' = {
    name: 'default'

    resource container 'containers' = [for zone in zones: {
      name: zone
    }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'lock'
  scope: account
  properties: { level: 'CanNotDelete' }
}

resource above 'Microsoft.Authorization/locks@2020-05-01' = {
  name: 'above'
  scope: lock
  properties: { level: 'ReadOnly', of: lock.id }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' existing = [for zone in zones: {
  name: zone
}]

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (z, i) in zones: {
  name: guid(zone[i].id, principal)
  scope: zone[i]
  properties: { principalId: principal, roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '123') }
}]
