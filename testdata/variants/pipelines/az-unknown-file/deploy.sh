az deployment group create -g rg --template-file main.bicep --parameters "@$FILE" diskLocation=northeurope
