# A template that renders itself twice.
resource "azurerm_managed_disk" "d" {
  name     = "d"
  location = templatefile("self.tpl", { a = "x" })
}
