provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}

resource "azurerm_resource_group" "disks" {
  name     = "rg-disks"
  location = "westeurope"
}

resource "azurerm_disk_encryption_set" "disks" {
  name                      = "des-disks"
  resource_group_name       = azurerm_resource_group.disks.name
  location                  = azurerm_resource_group.disks.location
  key_vault_key_id          = "https://kv-disks-weu.vault.azure.net/keys/disks"
  auto_key_rotation_enabled = true

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_kubernetes_cluster" "apps" {
  name                   = "aks-apps"
  resource_group_name    = azurerm_resource_group.disks.name
  location               = azurerm_resource_group.disks.location
  dns_prefix             = "apps"
  disk_encryption_set_id = azurerm_disk_encryption_set.disks.id

  default_node_pool {
    name         = "system"
    vm_size      = "Standard_D4s_v5"
    node_count   = 3
    os_disk_type = "Managed"
  }

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "jobs" {
  name                  = "jobs"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.apps.id
  vm_size               = "Standard_D8ds_v5"
  node_count            = 2
  os_disk_type          = "Managed"
}

# A pool of another cluster, whose set is not known.
resource "azurerm_kubernetes_cluster_node_pool" "elsewhere" {
  name                  = "jobs"
  kubernetes_cluster_id = var.other_cluster_id
  vm_size               = "Standard_D8ds_v5"
  node_count            = 2
  os_disk_type          = "Ephemeral"
}

# AKS chooses by the machine's size.
resource "azurerm_kubernetes_cluster_node_pool" "unsaid" {
  name                  = "more"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.apps.id
  vm_size               = "Standard_D8ds_v5"
}

variable "other_cluster_id" {
  type = string
}
