# The platform allows 1000; a low limit keeps the example short.
rule "CMK050" {
  limit = 3
}
