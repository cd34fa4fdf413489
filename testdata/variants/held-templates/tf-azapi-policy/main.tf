resource "azapi_resource" "policy" {
  type      = "Microsoft.Authorization/policyDefinitions@2023-04-01"
  name      = "deploy-disk"
  parent_id = "/subscriptions/00000000-0000-0000-0000-000000000001"
  body = {
    properties = {
      mode       = "Indexed"
      policyRule = jsondecode(file("${path.module}/rule.json"))
    }
  }
}
