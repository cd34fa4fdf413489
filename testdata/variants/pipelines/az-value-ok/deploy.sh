az deployment group create -g rg -f main.bicep -p diskLocation='northeurope' setLocation=northeurope
