resource "azurerm_policy_definition" "disk" {
  name         = "deploy-disk"
  policy_type  = "Custom"
  mode         = "Indexed"
  display_name = "deploy a disk"
  policy_rule = jsonencode({
    if   = { field = "type", equals = "Microsoft.Compute/disks" }
    then = { effect = "audit" }
  })
}
