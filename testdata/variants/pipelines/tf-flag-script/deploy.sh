#!/bin/sh
terraform init
terraform apply -auto-approve -var "disk_location=northeurope"
