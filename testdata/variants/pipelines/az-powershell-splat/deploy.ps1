New-AzResourceGroupDeployment -ResourceGroupName rg -TemplateFile main.bicep -diskLocation northeurope @more
