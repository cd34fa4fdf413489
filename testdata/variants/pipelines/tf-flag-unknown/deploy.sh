terraform apply -var disk_location=northeurope -var set_location=$LOCATION
