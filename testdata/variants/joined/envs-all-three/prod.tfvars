location = "eastus"
