// Modules that deploy the next one eleven times.
module m 'm1.bicep' = [for i in range(0, 11): {
  name: 'm${i}'
}]
