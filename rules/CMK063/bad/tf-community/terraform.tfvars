permission = "Community" # expect: CMK063
