#!/bin/sh
az group create -n rg -l westeurope
az deployment group create \
  --resource-group rg \
  --template-file main.bicep \
  --parameters diskLocation=northeurope environment=$ENV
