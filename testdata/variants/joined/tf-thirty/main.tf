resource "azurerm_key_vault" "v" {
  name                       = "kv-v-x1"
  resource_group_name        = "rg"
  location                   = "westeurope"
  tenant_id                  = "11111111-1111-1111-1111-111111111111"
  sku_name                   = "premium"
  purge_protection_enabled   = true
}
resource "azurerm_key_vault_key" "k" {
  name         = "k"
  key_vault_id = azurerm_key_vault.v.id
  key_type     = "EC"
  key_size     = 2048
  key_opts     = ["wrapKey", "unwrapKey"]
}
resource "azurerm_disk_encryption_set" "s0" {
  name                = "s0"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s1" {
  name                = "s1"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s2" {
  name                = "s2"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s3" {
  name                = "s3"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s4" {
  name                = "s4"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s5" {
  name                = "s5"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s6" {
  name                = "s6"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s7" {
  name                = "s7"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s8" {
  name                = "s8"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s9" {
  name                = "s9"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s10" {
  name                = "s10"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s11" {
  name                = "s11"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s12" {
  name                = "s12"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s13" {
  name                = "s13"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s14" {
  name                = "s14"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s15" {
  name                = "s15"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s16" {
  name                = "s16"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s17" {
  name                = "s17"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s18" {
  name                = "s18"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s19" {
  name                = "s19"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s20" {
  name                = "s20"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s21" {
  name                = "s21"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s22" {
  name                = "s22"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s23" {
  name                = "s23"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s24" {
  name                = "s24"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s25" {
  name                = "s25"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s26" {
  name                = "s26"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s27" {
  name                = "s27"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s28" {
  name                = "s28"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
resource "azurerm_disk_encryption_set" "s29" {
  name                = "s29"
  resource_group_name = "rg"
  location            = "westeurope"
  key_vault_key_id    = azurerm_key_vault_key.k.id
  identity {
    type = "SystemAssigned"
  }
}
