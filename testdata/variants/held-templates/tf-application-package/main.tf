resource "azurerm_managed_application_definition" "app" {
  name                = "app"
  location            = "westeurope"
  resource_group_name = "rg"
  lock_level          = "ReadOnly"
  display_name        = "disks"
  package_file_uri    = "https://example.com/app.zip"
}
