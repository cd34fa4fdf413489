resource d 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'd'
  location: 'westeurope'
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 8
  }
}

resource move 'Microsoft.Resources/deploymentScripts@2023-08-01' = {
  name: 'move'
  location: 'westeurope'
  kind: 'AzureCLI'
  properties: {
    azCliVersion: '2.63.0'
    retentionInterval: 'P1D'
    scriptContent: 'az resource move --destination-group rg-new --ids ${d.id}'
  }
}
