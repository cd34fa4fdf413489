export TF_VAR_disk_location=northeurope
./run
