az deployment group create -g rg --template-file main.bicep --parameters @common.json @prod.json
