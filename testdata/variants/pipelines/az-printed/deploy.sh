echo "az deployment group create -g rg -f main.bicep -p diskLocation=northeurope"
# az deployment group create -g rg -f main.bicep -p diskLocation=northeurope
