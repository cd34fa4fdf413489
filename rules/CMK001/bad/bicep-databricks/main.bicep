param tenantId string
param managedGroupId string
param keyVersion string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-lake-weu'
  location: 'westeurope'
  properties: {
    tenantId: tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2023-07-01' = {
  parent: vault
  name: 'disks'
  properties: {
    kty: 'EC' // expect: CMK001
    curveName: 'P-256'
  }
}

resource workspace 'Microsoft.Databricks/workspaces@2024-05-01' = {
  name: 'dbw-lake'
  location: 'westeurope'
  sku: {
    name: 'premium'
  }
  properties: {
    managedResourceGroupId: managedGroupId
    encryption: {
      entities: {
        managedDisk: {
          keySource: 'Microsoft.Keyvault'
          keyVaultProperties: {
            keyVaultUri: vault.properties.vaultUri
            keyName: 'disks'
            keyVersion: keyVersion
          }
          rotationToLatestKeyVersionEnabled: true
        }
      }
    }
  }
}

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid('disks')
  properties: {
    principalId: workspace.properties.managedDiskIdentity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/e147488a-f6f5-4113-8e2d-b22465e65bf6'
  }
}
