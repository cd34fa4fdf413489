set_id = "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg-keys/providers/Microsoft.Compute/diskEncryptionSets/des-images-weu" # expect: CMK061
