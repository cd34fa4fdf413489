az deployment group create -g rg -f disk.bicep -p diskLocation=northeurope
