disk_location = "northeurope"
