targetScope = 'subscription'

param groupName string = 'rg-pair'
param otherGroup string?
param deployVault bool

resource rg 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: groupName
  location: deployment().location
}

module vault './inner/vault.bicep' = if (deployVault) {
  name: 'vault'
  scope: rg
  params: { name: 'kv-${uniqueString(rg.id)}', location: rg.location }
}

module registry 'br/public:avm/res/compute/disk:0.1.0' = [for i in range(0, 2): {
  name: 'disk-${i}'
  scope: resourceGroup(otherGroup ?? groupName)
  params: { name: 'disk-${i}', setId: vault.?outputs.?setId ?? '', secret: i == 0 ? vault!.outputs.secret : null }
}]

module nowhere './inner/vault.bicep' = if (false) {
  name: 'nowhere'
  scope: resourceGroup('', '')
  params: { name: 'kv-nowhere', location: 'westeurope' }
}
