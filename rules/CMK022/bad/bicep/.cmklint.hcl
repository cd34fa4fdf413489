config {
  edition = "latest"
}
