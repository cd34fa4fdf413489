# A function that makes two gigabytes of blanks.
resource "azurerm_managed_disk" "d" {
  name     = "d"
  location = indent(2000000000, "a\nb")
}
