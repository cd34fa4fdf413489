terraform apply -var-file=env/prod.tfvars -var disk_location=westeurope
