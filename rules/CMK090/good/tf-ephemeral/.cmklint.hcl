rule "CMK090" {
  enabled = true
}
