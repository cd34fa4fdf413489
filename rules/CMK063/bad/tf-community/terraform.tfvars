permission = "Community"
