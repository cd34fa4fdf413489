cd $DIR
terraform apply -var disk_location=northeurope
