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
    scriptContent: 'Move-AzResource -Force -DestinationSubscriptionId 22222222-2222-2222-2222-222222222222 -DestinationResourceGroupName rg-app -ResourceId /subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-app/providers/Microsoft.Compute/disks/d' // expect: CMK031
  }
}
