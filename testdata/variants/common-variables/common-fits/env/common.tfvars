loc = "westeurope"
