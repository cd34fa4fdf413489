# METADATA
# title: A key with an expiry date rotates by itself
# description: |
#   A key that expires and is not rotated before takes every disk with it that is encrypted with it. A key without an expiry date is not reported,
#   nor is one whose expiry date or rotation policy is not known.
# custom:
#   id: ORG002
#   level: warning
#   help: Give the key a rotation policy with a `rotate` action before the expiry.
package org.key_rotation

import data.cmklint

types := ["Microsoft.KeyVault/vaults/keys", "Microsoft.KeyVault/managedHSMs/keys"]

deny contains finding if {
	some type in types
	some key in cmklint.resources(type)
	cmklint.made(key)
	some expiry in cmklint.values(key, "properties.attributes.exp")
	cmklint.known(expiry)
	not cmklint.absent(expiry)
	some rotation in cmklint.values(key, "properties.rotationPolicy.lifetimeActions")
	cmklint.absent(rotation)
	finding := {
		"at": expiry,
		"values": [rotation],
		"message": sprintf("%s expires at %s and does not rotate", [key.address, cmklint.text(expiry)]),
	}
}
