module "m0" {
  source = "../m6"
  count  = 10
}
module "m1" {
  source = "../m6"
  count  = 10
}
module "m2" {
  source = "../m6"
  count  = 10
}
module "m3" {
  source = "../m6"
  count  = 10
}
module "m4" {
  source = "../m6"
  count  = 10
}
