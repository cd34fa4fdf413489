az deployment group create -g rg --template-file main.bicep --parameters @main.parameters.json setLocation=northeurope
