targetScope = 'subscription'

module pool 'modules/pool.bicep' = {
  name: 'pool'
  scope: resourceGroup('00000000-0000-0000-0000-000000000001', 'rg-batch')
}
