# Forty conditions, each on an input of its own.
variable "x0" {
  type = bool
}
variable "x1" {
  type = bool
}
variable "x2" {
  type = bool
}
variable "x3" {
  type = bool
}
variable "x4" {
  type = bool
}
variable "x5" {
  type = bool
}
variable "x6" {
  type = bool
}
variable "x7" {
  type = bool
}
variable "x8" {
  type = bool
}
variable "x9" {
  type = bool
}
variable "x10" {
  type = bool
}
variable "x11" {
  type = bool
}
variable "x12" {
  type = bool
}
variable "x13" {
  type = bool
}
variable "x14" {
  type = bool
}
variable "x15" {
  type = bool
}
variable "x16" {
  type = bool
}
variable "x17" {
  type = bool
}
variable "x18" {
  type = bool
}
variable "x19" {
  type = bool
}
variable "x20" {
  type = bool
}
variable "x21" {
  type = bool
}
variable "x22" {
  type = bool
}
variable "x23" {
  type = bool
}
variable "x24" {
  type = bool
}
variable "x25" {
  type = bool
}
variable "x26" {
  type = bool
}
variable "x27" {
  type = bool
}
variable "x28" {
  type = bool
}
variable "x29" {
  type = bool
}
variable "x30" {
  type = bool
}
variable "x31" {
  type = bool
}
variable "x32" {
  type = bool
}
variable "x33" {
  type = bool
}
variable "x34" {
  type = bool
}
variable "x35" {
  type = bool
}
variable "x36" {
  type = bool
}
variable "x37" {
  type = bool
}
variable "x38" {
  type = bool
}
variable "x39" {
  type = bool
}
locals {
  a0 = "westeurope"
  a1 = var.x0 ? "region1" : local.a0
  a2 = var.x1 ? "region2" : local.a1
  a3 = var.x2 ? "region3" : local.a2
  a4 = var.x3 ? "region4" : local.a3
  a5 = var.x4 ? "region5" : local.a4
  a6 = var.x5 ? "region6" : local.a5
  a7 = var.x6 ? "region7" : local.a6
  a8 = var.x7 ? "region8" : local.a7
  a9 = var.x8 ? "region9" : local.a8
  a10 = var.x9 ? "region10" : local.a9
  a11 = var.x10 ? "region11" : local.a10
  a12 = var.x11 ? "region12" : local.a11
  a13 = var.x12 ? "region13" : local.a12
  a14 = var.x13 ? "region14" : local.a13
  a15 = var.x14 ? "region15" : local.a14
  a16 = var.x15 ? "region16" : local.a15
  a17 = var.x16 ? "region17" : local.a16
  a18 = var.x17 ? "region18" : local.a17
  a19 = var.x18 ? "region19" : local.a18
  a20 = var.x19 ? "region20" : local.a19
  a21 = var.x20 ? "region21" : local.a20
  a22 = var.x21 ? "region22" : local.a21
  a23 = var.x22 ? "region23" : local.a22
  a24 = var.x23 ? "region24" : local.a23
  a25 = var.x24 ? "region25" : local.a24
  a26 = var.x25 ? "region26" : local.a25
  a27 = var.x26 ? "region27" : local.a26
  a28 = var.x27 ? "region28" : local.a27
  a29 = var.x28 ? "region29" : local.a28
  a30 = var.x29 ? "region30" : local.a29
  a31 = var.x30 ? "region31" : local.a30
  a32 = var.x31 ? "region32" : local.a31
  a33 = var.x32 ? "region33" : local.a32
  a34 = var.x33 ? "region34" : local.a33
  a35 = var.x34 ? "region35" : local.a34
  a36 = var.x35 ? "region36" : local.a35
  a37 = var.x36 ? "region37" : local.a36
  a38 = var.x37 ? "region38" : local.a37
  a39 = var.x38 ? "region39" : local.a38
  a40 = var.x39 ? "region40" : local.a39
}
resource "azurerm_disk_encryption_set" "s" {
  count            = 20
  name             = "s${count.index}"
  location         = local.a40
  key_vault_key_id = "https://v.vault.azure.net/keys/k"
}
resource "azurerm_managed_disk" "d" {
  count                  = 200
  name                   = "d${count.index}"
  location               = var.x0 ? local.a39 : local.a38
  disk_encryption_set_id = azurerm_disk_encryption_set.s[count.index % 20].id
}
