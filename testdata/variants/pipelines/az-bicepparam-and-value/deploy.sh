az deployment group create -g rg --parameters main.bicepparam --parameters setLocation=westeurope
