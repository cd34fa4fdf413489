terraform apply -var-file="$FILE" -var disk_location=northeurope
