tenants = 3
