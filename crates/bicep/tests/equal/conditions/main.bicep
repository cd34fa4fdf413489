param kind string
param managed bool
param extra object = {}
param accountId string

func label(name string, at int) string => '${toUpper(name)}-${at}'

var shared = { minTls: '1.2', ...extra }

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: last(split(accountId, '/'))
  scope: resourceGroup(split(accountId, '/')[2], split(accountId, '/')[4])
}

resource app 'Microsoft.Web/sites/slots@2023-12-01' = {
  name: 'app/${kind}'
  location: 'westeurope'
  identity: managed ? { type: 'SystemAssigned' } : null
  properties: {
    ...shared
    name: label(kind, 1)
    key: account.listKeys().keys[0].value
    ...(kind == 'plan' ? { size: managed ? 1 : 2, mode: 'a' } : {})
    list: [managed ? 'x' : 'y', 'z']
    joined: join([managed ? 'x' : 'y', 'z'], '-')
    either: managed || kind == 'plan'
  }
}

resource again 'Microsoft.Web/sites@2023-12-01' = if (managed && kind != 'plan') {
  name: 'again'
  location: 'westeurope'
  properties: { of: app.id, unique: guid(app.id, 'again') }
}
