disk_location = "northeurope" # expect: CMK020
