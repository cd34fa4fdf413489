module m 'm11.bicep' = [for i in range(0, 11): {
  name: 'm${i}'
}]
