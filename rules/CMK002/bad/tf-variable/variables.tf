variable "key_size" {
  type    = number
  default = 1024
}
