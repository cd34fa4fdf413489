# METADATA
# title: The vault of a storage account's key is in the account's region
# description: |
#   Azure takes a vault of another region for a storage account. A failure of that region then takes the account with it.
# custom:
#   id: ORG003
#   level: warning
#   help: Use a key of a vault in the storage account's region.
package org.storage_vault_region

import data.cmklint

paths := [
	"properties.encryption.keyvaultproperties.keyvaulturi",
	"properties.encryption.keyvaultproperties.currentVersionedKeyIdentifier",
]

# The vaults that an edge leads to: that of a key, or the vault itself.
vaults(edge) := [vault |
	named := cmklint.resource(edge.to)
	some vault in array.concat([named], [cmklint.resource(up.to) | some up in cmklint.edges(named, "parent")])
	lower(vault.type) == "microsoft.keyvault/vaults"
]

deny contains finding if {
	some account in cmklint.resources("Microsoft.Storage/storageAccounts")
	some path in paths
	some edge in cmklint.named_by(account, path)
	some vault in vaults(edge)
	some here in cmklint.values(account, "location")
	some there in cmklint.values(vault, "location")
	cmklint.differ(here, there)
	finding := {
		"at": edge,
		"values": [here, there],
		"message": sprintf("the storage account %s is in %s, the vault of its key in %s", [account.address, here.value, there.value]),
	}
}
