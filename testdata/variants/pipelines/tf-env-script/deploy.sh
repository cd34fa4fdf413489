#!/bin/bash
export TF_VAR_disk_location="northeurope" # for now
terraform apply
