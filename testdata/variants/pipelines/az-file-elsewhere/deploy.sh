az deployment group create -g rg --template-file infra/main.bicep --parameters @deploy/weu.json
