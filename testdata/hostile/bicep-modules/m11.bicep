module m 'm12.bicep' = [for i in range(0, 11): {
  name: 'm${i}'
}]
