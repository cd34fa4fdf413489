root "main.bicep" {
  subscription   = "11111111-1111-1111-1111-111111111111"
  resource_group = "rg-app"
}
