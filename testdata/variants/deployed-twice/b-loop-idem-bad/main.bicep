module a 'a.bicep' = [for p in ['init', 'idem']: {
 name: p
}]
