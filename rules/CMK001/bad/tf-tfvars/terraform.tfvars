key_type = "EC" # expect: CMK001
