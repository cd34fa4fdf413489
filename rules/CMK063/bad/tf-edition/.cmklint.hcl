config {
  edition = "2023-02"
}
