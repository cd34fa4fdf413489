key_type = "EC"
