resource des 'Microsoft.Compute/diskEncryptionSets@2023-10-02' existing = {
  name: 'des'
}

resource d 'Microsoft.Compute/disks@2023-10-02' = {
  name: 'd'
  location: 'westeurope'
  properties: {
    creationData: { createOption: 'Empty' }
    diskSizeGB: 8
    encryption: { diskEncryptionSetId: des.id }
  }
}

resource move 'Microsoft.Resources/deploymentScripts@2023-08-01' = {
  name: 'move'
  location: 'westeurope'
  kind: 'AzurePowerShell'
  properties: {
    azPowerShellVersion: '12.0'
    retentionInterval: 'P1D'
    scriptContent: 'if (Get-AzDisk) { Move-AzResource -Force -DestinationResourceGroupName rg-new -ResourceId ${d.id} }' // expect: CMK030
  }
}
