# Modules that call the next one five times, ten deep.
module "m0" {
  source = "./m0"
  count  = 10
}
module "m1" {
  source = "./m0"
  count  = 10
}
module "m2" {
  source = "./m0"
  count  = 10
}
module "m3" {
  source = "./m0"
  count  = 10
}
module "m4" {
  source = "./m0"
  count  = 10
}
