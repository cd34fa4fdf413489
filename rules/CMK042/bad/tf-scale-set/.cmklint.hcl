rule "CMK042" {
  enabled = true
}
