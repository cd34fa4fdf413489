group = "rg-production"
