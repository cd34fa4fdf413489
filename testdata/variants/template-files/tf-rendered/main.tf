data "template_file" "disk" {
  template = file("${path.module}/disk.json.tpl")

  vars = {
    region = "northeurope"
  }
}

resource "azurerm_resource_group_template_deployment" "disk" {
  name                = "disk"
  resource_group_name = "rg-a"
  deployment_mode     = "Incremental"
  template_content    = data.template_file.disk.rendered
}
