# Stand-in for Azure/avm-res-compute-disk/azurerm.

variable "name" {}
variable "location" {}
variable "resource_group_name" {}
variable "create_option" {}
variable "storage_account_type" {}

variable "source_resource_id" {
  default = null
}

variable "source_uri" {
  default = null
}

variable "image_reference_id" {
  default = null
}

variable "gallery_image_reference_id" {
  default = null
}

variable "disk_encryption_set_id" {
  default = null
}

# What later versions have in its place.
variable "disk_encryption_set" {
  default = null
}

variable "secure_vm_disk_encryption_set_id" {
  default = null
}

variable "security_type" {
  default = null
}

variable "encryption_settings" {
  default = null
}

resource "azurerm_managed_disk" "this" {
  name                             = var.name
  location                         = var.location
  resource_group_name              = var.resource_group_name
  create_option                    = var.create_option
  storage_account_type             = var.storage_account_type
  source_resource_id               = var.source_resource_id
  source_uri                       = var.source_uri
  image_reference_id               = var.image_reference_id
  gallery_image_reference_id       = var.gallery_image_reference_id
  disk_encryption_set_id           = var.disk_encryption_set == null ? var.disk_encryption_set_id : var.disk_encryption_set.id
  secure_vm_disk_encryption_set_id = var.secure_vm_disk_encryption_set_id
  security_type                    = var.security_type

  dynamic "encryption_settings" {
    for_each = var.encryption_settings == null ? [] : [var.encryption_settings]
    content {
      enabled = try(encryption_settings.value.enabled, true)
    }
  }
}

output "resource_id" {
  value = azurerm_managed_disk.this.id
}

output "location" {
  value = var.location
}

output "resource_group_name" {
  value = var.resource_group_name
}
