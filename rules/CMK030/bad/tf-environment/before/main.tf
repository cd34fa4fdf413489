variable "group" {
  type = string
}

module "disks" {
  source = "./modules/disks"
  group  = var.group
  set    = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-security/providers/Microsoft.Compute/diskEncryptionSets/des-disks"
}
