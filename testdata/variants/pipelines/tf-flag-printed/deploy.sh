echo "run: terraform apply -var disk_location=northeurope"
# terraform apply -var disk_location=northeurope
