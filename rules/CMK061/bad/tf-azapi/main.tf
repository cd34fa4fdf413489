terraform {
  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.0"
    }
  }
}

resource "azapi_resource" "version" {
  type      = "Microsoft.Compute/galleries/images/versions@2023-07-03"
  parent_id = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/gal_platform/images/ubuntu-base"
  name      = "1.0.0"
  location  = "westeurope"

  body = {
    properties = {
      storageProfile = {
        source = {
          id = var.image_id
        }
      }
      publishingProfile = {
        targetRegions = [
          {
            name = "westeurope"
            encryption = {
              osDiskImage = {
                diskEncryptionSetId = "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-images-weu" # expect: CMK061
              }
            }
          },
        ]
      }
    }
  }
}

variable "image_id" {
  description = "Managed image the version is made from."
  type        = string
}
