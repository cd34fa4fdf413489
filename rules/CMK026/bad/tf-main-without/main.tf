# Only the worker nodes have a set.

provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                = "des-disks"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location
  key_vault_key_id    = "https://kv-disks-weu.vault.azure.net/keys/disks/0123456789abcdef0123456789abcdef"

  identity {
    type = "SystemAssigned"
  }
}

variable "main_subnet_id" {
  type = string
}

variable "worker_subnet_id" {
  type = string
}

resource "azurerm_redhat_openshift_cluster" "apps" {
  name                = "aro-apps"
  resource_group_name = azurerm_resource_group.disks.name
  location            = azurerm_resource_group.disks.location

  cluster_profile {
    domain  = "apps"
    version = "4.15.27"
  }

  network_profile {
    pod_cidr     = "10.128.0.0/14"
    service_cidr = "172.30.0.0/16"
  }

  main_profile {
    vm_size   = "Standard_D8s_v5"
    subnet_id = var.main_subnet_id
  }

  worker_profile {
    vm_size                = "Standard_D4s_v5"
    disk_size_gb           = 128
    node_count             = 3
    subnet_id              = var.worker_subnet_id
    disk_encryption_set_id = azurerm_disk_encryption_set.disks.id # expect: CMK026
  }

  api_server_profile {
    visibility = "Private"
  }

  ingress_profile {
    visibility = "Private"
  }

  service_principal {
    client_id     = "00000000-0000-0000-0000-000000000009"
    client_secret = "not-a-secret"
  }
}
