terraform apply -var disk_location=northeurope -var nothing=x
