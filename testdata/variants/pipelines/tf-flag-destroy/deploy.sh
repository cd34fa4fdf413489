terraform apply -var disk_location=northeurope -var set_location=northeurope
terraform destroy -var disk_location=northeurope
