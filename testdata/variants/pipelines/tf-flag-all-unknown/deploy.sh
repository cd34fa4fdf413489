terraform apply -var disk_location="${LOCATION}"
