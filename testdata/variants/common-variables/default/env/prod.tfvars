dloc = "northeurope"
