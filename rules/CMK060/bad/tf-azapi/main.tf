terraform {
  required_providers {
    azapi = {
      source  = "Azure/azapi"
      version = "~> 2.0"
    }
  }
}

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "images" {
  name     = "rg-images"
  location = "westeurope"
}

variable "image_id" {
  description = "Managed image the version is made from."
  type        = string
}

variable "image_definition_id" {
  type = string
}

resource "azurerm_disk_encryption_set" "west" {
  name                = "des-west"
  resource_group_name = azurerm_resource_group.images.name
  location            = azurerm_resource_group.images.location
  key_vault_key_id    = "https://kv-images-weu.vault.azure.net/keys/images/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

resource "azapi_resource" "version" {
  type      = "Microsoft.Compute/galleries/images/versions@2023-07-03"
  parent_id = var.image_definition_id
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
            name = "swedencentral"
            encryption = {
              osDiskImage = {
                diskEncryptionSetId = azurerm_disk_encryption_set.west.id # expect: CMK060
              }
            }
          },
        ]
      }
    }
  }
}
