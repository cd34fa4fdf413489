data "azurerm_user_assigned_identity" "id" {
  name                = "id-shop"
  resource_group_name = "rg-shop"
}
data "azurerm_resource_group" "rg" {
  name = "rg-shop"
}
resource "azurerm_role_assignment" "r" {
  scope                = data.azurerm_resource_group.rg.id
  role_definition_name = "Key Vault Crypto Service Encryption User"
  principal_id         = data.azurerm_user_assigned_identity.id.principal_id
}
