if [ "$1" = a ]; then export TF_VAR_disk_location=northeurope; else
export TF_VAR_disk_location=westeurope
fi
export TF_VAR_env=prod
terraform apply
