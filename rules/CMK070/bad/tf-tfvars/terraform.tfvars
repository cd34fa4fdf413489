# Handy while testing, forgotten since.
purge_protection = false # expect: CMK070
