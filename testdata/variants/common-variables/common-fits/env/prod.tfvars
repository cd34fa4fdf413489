dloc = "westeurope"
