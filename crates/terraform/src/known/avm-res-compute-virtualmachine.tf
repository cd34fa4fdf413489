# Stand-in for Azure/avm-res-compute-virtualmachine/azurerm. The machine has the platform's own shape, so that it need not be known
# whether it runs Linux or Windows.

variable "name" {}
variable "location" {}
variable "resource_group_name" {}

# What later versions take besides the group's name.
variable "parent_id" {
  default = null
}

variable "source_image_resource_id" {
  default = null
}

variable "os_managed_disk_id" {
  default = null
}

variable "os_disk" {
  default = {}
}

variable "data_disk_managed_disks" {
  default = {}
}

variable "data_disk_existing_disks" {
  default = {}
}

variable "extensions" {
  default = {}
}

data "azurerm_client_config" "current" {}

locals {
  group = "/subscriptions/${data.azurerm_client_config.current.subscription_id}/resourceGroups/"
  parents = {
    for key, disk in var.data_disk_managed_disks :
    key => try(disk.resource_group_name, null) != null ? "${local.group}${disk.resource_group_name}" : var.parent_id == null ? "${local.group}${var.resource_group_name}" : var.parent_id
  }
  disks = concat(
    [for key, disk in var.data_disk_managed_disks : { lun = disk.lun, createOption = "Attach", managedDisk = { id = azapi_resource.disk[key].id } }],
    [for key, disk in var.data_disk_existing_disks : { lun = disk.lun, createOption = "Attach", managedDisk = { id = disk.managed_disk_resource_id } }],
  )
}

resource "azapi_resource" "this" {
  type      = "Microsoft.Compute/virtualMachines@2024-07-01"
  name      = var.name
  location  = var.location
  parent_id = var.parent_id == null ? "${local.group}${var.resource_group_name}" : var.parent_id
  body = {
    properties = {
      storageProfile = {
        imageReference = {
          id = var.os_managed_disk_id == null ? var.source_image_resource_id : null
        }
        osDisk = {
          createOption = var.os_managed_disk_id == null ? "FromImage" : "Attach"
          managedDisk = {
            id = var.os_managed_disk_id
            diskEncryptionSet = {
              id = try(var.os_disk.disk_encryption_set_id, null)
            }
            securityProfile = {
              securityEncryptionType = try(var.os_disk.security_encryption_type, null)
              diskEncryptionSet = {
                id = try(var.os_disk.secure_vm_disk_encryption_set_id, null)
              }
            }
          }
        }
        dataDisks = local.disks
      }
    }
  }
}

resource "azapi_resource" "disk" {
  for_each  = var.data_disk_managed_disks
  type      = "Microsoft.Compute/disks@2024-03-02"
  name      = each.value.name
  location  = var.location
  parent_id = local.parents[each.key]
  body = {
    sku = {
      name = each.value.storage_account_type
    }
    properties = {
      creationData = {
        createOption     = try(each.value.create_option, "Empty")
        sourceResourceId = try(each.value.source_resource_id, null)
        sourceUri        = try(each.value.source_uri, null)
        imageReference = {
          id = try(each.value.image_reference_resource_id, null)
        }
        galleryImageReference = {
          id = try(each.value.gallery_image_reference_resource_id, null)
        }
      }
      encryption = {
        diskEncryptionSetId = try(each.value.disk_encryption_set_resource_id, null)
      }
      securityProfile = {
        securityType                = try(each.value.security_type, null)
        secureVMDiskEncryptionSetId = try(each.value.secure_vm_disk_encryption_set_resource_id, null)
      }
      encryptionSettingsCollection = {
        enabled = length(try(each.value.encryption_settings, [])) > 0
      }
    }
  }
}

resource "azurerm_virtual_machine_extension" "this" {
  for_each           = var.extensions
  name               = each.value.name
  virtual_machine_id = azapi_resource.this.id
  publisher          = each.value.publisher
  type               = each.value.type
  settings           = try(each.value.settings, null)
}

output "resource_id" {
  value = azapi_resource.this.id
}

output "name" {
  value = var.name
}

output "data_disks" {
  value = azapi_resource.disk
}
