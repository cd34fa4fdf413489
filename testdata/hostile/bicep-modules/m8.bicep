module m 'm9.bicep' = [for i in range(0, 11): {
  name: 'm${i}'
}]
