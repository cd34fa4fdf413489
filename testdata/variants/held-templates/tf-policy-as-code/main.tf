locals {
  policies = { for name in fileset(path.module, "*.json") : trimsuffix(name, ".json") => jsondecode(file("${path.module}/${name}")) }
}

resource "azurerm_policy_definition" "all" {
  for_each     = local.policies
  name         = each.value.name
  policy_type  = "Custom"
  mode         = each.value.properties.mode
  display_name = each.value.properties.displayName
  policy_rule  = jsonencode(each.value.properties.policyRule)
}
