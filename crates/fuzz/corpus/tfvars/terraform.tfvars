location = "West Europe"
names    = ["a", "b"]
zones = {
  one = { size = 4 }
  two = { size = "8", name = null }
}
