group = "rg-production" # expect: CMK030
