# Aliases of aliases.
resource "azurerm_managed_disk" "d" {
  name     = "d"
  location = yamldecode(file("bomb.yaml")).a9[0][0]
}
