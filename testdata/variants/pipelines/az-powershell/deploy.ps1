New-AzResourceGroupDeployment -ResourceGroupName rg `
  -TemplateFile "$PSScriptRoot/main.bicep" `
  -diskLocation northeurope -Verbose
