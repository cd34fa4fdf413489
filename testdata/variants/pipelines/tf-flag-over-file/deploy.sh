terraform apply -var disk_location=westeurope
