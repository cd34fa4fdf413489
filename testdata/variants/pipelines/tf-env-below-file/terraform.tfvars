disk_location = "westeurope"
