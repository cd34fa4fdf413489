group = "rg-prod"
