resource "azurerm_managed_application_definition" "app" {
  name                = "app"
  location            = "westeurope"
  resource_group_name = "rg"
  lock_level          = "ReadOnly"
  display_name        = "disks"
  main_template        = file("mainTemplate.json")
  create_ui_definition = file("createUiDefinition.json")
}
