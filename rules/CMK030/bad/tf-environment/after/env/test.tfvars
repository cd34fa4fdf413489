group = "rg-test"
