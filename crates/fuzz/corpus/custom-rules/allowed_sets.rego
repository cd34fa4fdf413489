# METADATA
# title: Disks name only the disk encryption sets of the list
# description: |
#   Each environment has a set of its own, which the platform team keeps. A disk that names another one is out of its sight.
#   A set whose name only a deployment knows is not reported.
# custom:
#   id: ORG001
#   level: error
#   help: Name one of the sets of the list, or have the platform team add yours to it.
package org.allowed_sets

import data.cmklint

allowed := {"des-prod", "des-test"}

deny contains finding if {
	some disk in input.resources
	some edge in cmklint.edges(disk, "encryptedWith")
	set := cmklint.resource(edge.to)
	some name in cmklint.values(set, "name")
	cmklint.known(name)
	not lower(name.value) in allowed
	finding := {
		"at": edge,
		"values": [name],
		"message": sprintf("%s names the disk encryption set '%s', which is not on the list", [disk.address, name.value]),
	}
}
