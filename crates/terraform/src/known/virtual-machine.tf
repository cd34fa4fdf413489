# Stand-in for Azure/virtual-machine/azurerm. The machine has the platform's own shape, so that it need not be known whether it runs
# Linux or Windows.

variable "name" {}
variable "location" {}
variable "resource_group_name" {}

variable "source_image_id" {
  default = null
}

variable "os_disk" {
  default = {}
}

variable "data_disks" {
  default = []
}

data "azurerm_client_config" "current" {}

locals {
  group = "/subscriptions/${data.azurerm_client_config.current.subscription_id}/resourceGroups/${var.resource_group_name}"
  disks = var.data_disks == null ? {} : { for disk in var.data_disks : disk.name => disk }
}

resource "azapi_resource" "this" {
  type      = "Microsoft.Compute/virtualMachines@2024-07-01"
  name      = var.name
  location  = var.location
  parent_id = local.group
  body = {
    properties = {
      storageProfile = {
        imageReference = {
          id = var.source_image_id
        }
        osDisk = {
          name         = try(var.os_disk.name, null)
          createOption = "FromImage"
          managedDisk = {
            storageAccountType = try(var.os_disk.storage_account_type, null)
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
        dataDisks = [
          for key, disk in local.disks :
          { lun = try(disk.attach_setting.lun, null), createOption = "Attach", managedDisk = { id = azapi_resource.disk[key].id } }
        ]
      }
    }
  }
}

resource "azapi_resource" "disk" {
  for_each  = local.disks
  type      = "Microsoft.Compute/disks@2024-03-02"
  name      = each.value.name
  location  = var.location
  parent_id = local.group
  body = {
    sku = {
      name = try(each.value.storage_account_type, null)
    }
    properties = {
      creationData = {
        createOption     = try(each.value.create_option, "Empty")
        sourceResourceId = try(each.value.source_resource_id, null)
        sourceUri        = try(each.value.source_uri, null)
        imageReference = {
          id = try(each.value.image_reference_id, null)
        }
        galleryImageReference = {
          id = try(each.value.gallery_image_reference_id, null)
        }
      }
      encryption = {
        diskEncryptionSetId = try(each.value.disk_encryption_set_id, null)
      }
      securityProfile = {
        securityType                = try(each.value.security_type, null)
        secureVMDiskEncryptionSetId = try(each.value.secure_vm_disk_encryption_set_id, null)
      }
    }
  }
}

output "vm_id" {
  value = azapi_resource.this.id
}

output "vm_name" {
  value = var.name
}

output "data_disk_ids" {
  value = [for disk in azapi_resource.disk : disk.id]
}
