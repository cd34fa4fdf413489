export TF_VAR_disk_location=northeurope
terraform apply -var set_location=northeurope
