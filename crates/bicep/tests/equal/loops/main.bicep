param names array
param sizes array = []
param rules array

var twice = [for name in names: '${name}-2']

resource disks 'Microsoft.Compute/disks@2023-10-02' = [for (name, i) in names: {
  name: 'disk-${name}'
  location: resourceGroup().location
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: i + 4
  }
}]

resource known 'Microsoft.Compute/disks@2023-10-02' = [for i in range(0, 3): if (i != 1) {
  name: 'known-${i}'
  location: 'westeurope'
  properties: {
    creationData: { createOption: 'Copy', sourceResourceId: disks[i].id }
    diskSizeGB: sizes[?i] ?? 32
  }
}]

resource group 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: twice[0]
  location: resourceGroup().location
  properties: {
    securityRules: [for rule in rules ?? []: {
      name: rule.name
      properties: {
        priority: rule.?priority ?? 100
        ports: [for port in rule.ports: string(port)]
      }
    }]
  }
}
