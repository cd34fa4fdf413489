packer build -var disk_location=northeurope image.pkr.hcl
