# Loops within loops.
resource "azurerm_managed_disk" "d" {
  name     = "d"
  location = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a + b + c]]][0][0][0]
}
