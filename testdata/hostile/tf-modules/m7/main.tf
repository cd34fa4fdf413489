module "m0" {
  source = "../m8"
  count  = 10
}
module "m1" {
  source = "../m8"
  count  = 10
}
module "m2" {
  source = "../m8"
  count  = 10
}
module "m3" {
  source = "../m8"
  count  = 10
}
module "m4" {
  source = "../m8"
  count  = 10
}
