# Stand-in for Azure/avm-res-compute-virtualmachinescaleset/azurerm.

variable "name" {}
variable "location" {}
variable "resource_group_name" {}

variable "source_image_id" {
  default = null
}

variable "source_image_reference" {
  default = null
}

variable "os_disk" {
  default = null
}

variable "data_disk" {
  default = null
}

variable "extension" {
  default = null
}

resource "azurerm_orchestrated_virtual_machine_scale_set" "this" {
  name                = var.name
  location            = var.location
  resource_group_name = var.resource_group_name
  source_image_id     = var.source_image_id

  dynamic "source_image_reference" {
    for_each = var.source_image_reference == null ? [] : [var.source_image_reference]
    content {
      publisher = source_image_reference.value.publisher
      offer     = source_image_reference.value.offer
      sku       = source_image_reference.value.sku
      version   = source_image_reference.value.version
    }
  }

  dynamic "os_disk" {
    for_each = var.os_disk == null ? [] : [var.os_disk]
    content {
      caching                = try(os_disk.value.caching, null)
      storage_account_type   = try(os_disk.value.storage_account_type, null)
      disk_encryption_set_id = try(os_disk.value.disk_encryption_set_id, null)
    }
  }

  dynamic "data_disk" {
    for_each = var.data_disk == null ? [] : var.data_disk
    content {
      lun                    = try(data_disk.value.lun, null)
      create_option          = try(data_disk.value.create_option, null)
      storage_account_type   = try(data_disk.value.storage_account_type, null)
      disk_encryption_set_id = try(data_disk.value.disk_encryption_set_id, null)
    }
  }

  dynamic "extension" {
    for_each = var.extension == null ? [] : var.extension
    content {
      name      = extension.value.name
      publisher = extension.value.publisher
      type      = extension.value.type
      settings  = try(extension.value.settings, null)
    }
  }
}

output "resource_id" {
  value = azurerm_orchestrated_virtual_machine_scale_set.this.id
}
