resource id 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' existing = {
  name: 'id-des'
}
resource r 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(id.id)
  properties: {
    principalId: id.properties.principalId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'e147488a-f6f5-4113-8e2d-b22465e65bf6')
    principalType: 'ServicePrincipal'
  }
}
