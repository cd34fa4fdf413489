set_location = "northeurope"
