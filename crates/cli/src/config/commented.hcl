# cmklint's configuration. It holds for this directory and everything below it.
# Every line that begins with `#` shows the default; take the `#` away to change it.

config {
  # The edition of the documentation's restrictions: "2020-08", "2022-10", "2023-02", "2024-06", "2024-11",
  # "2025-02", or "latest". Without this line all are checked, and what a later edition lifted is a warning.
  edition = "2025-02"

  # The report's format: "default", "compact", "json", "sarif", "github", "junit", ... (`cmklint --help` lists all).
  # format = "default"

  # Which Terraform module calls to follow: "local", "all" or "none".
  # call_module_type = "all"

  # Look at each boolean and enumerated input of a root that is left at its default with its other values too, one at a time.
  # explore = false

  # Paths to leave out, relative to this file.
  # exclude = ["**/testdata/**"]

  # The lowest level of a finding that makes the exit code 2: "error", "warning" or "notice".
  # minimum_failure_severity = "notice"

  # Known findings, which `cmklint --write-baseline cmklint-baseline.json` writes: they don't fail the run.
  # baseline = "cmklint-baseline.json"

  # Folders with rules of your own in Rego, relative to this file, besides `cmklint-rules` beside the code.
  # custom_rules = []

  # Switch all rules off but those that a `rule` block switches on.
  # disabled_by_default = false

  # Variables of the Terraform roots.
  # varfile   = ["prod.tfvars"]
  # variables = ["location=westeurope"]
}

# A rule, by its id or its name: `cmklint rules` lists them, `cmklint explain CMK090` says what one reports.
# rule "CMK090" {
#   enabled = true
#   level   = "error"
#   exclude = ["sandbox/**"]
# }

# The limit of encryption sets in one region of one subscription (5000, in the edition of 2020-08: 1000).
# rule "CMK050" {
#   limit = 5000
# }

# Where a template is deployed, which its own text doesn't say.
# root "encryption/azuredeploy.json" {
#   subscription   = "00000000-0000-0000-0000-000000000001"
#   resource_group = "rg-encryption"
#   location       = "westeurope"
# }

# Outputs of one root that another is deployed with, as a pipeline passes them on: a variable or parameter here, an output there.
# link "apps/disks.bicep" {
#   from   = "encryption"
#   inputs = { diskEncryptionSetId = "disk_encryption_set_id" }
# }
