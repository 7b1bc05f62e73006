package main

import rego.v1

import data.lib.compose
import data.lib.harden
import data.lib.host

deny contains finding if {
	some name, _ in compose.services
	found := [mount | some mount in compose.mounts(name); host.is_sensitive(mount.source)]
	count(found) > 0
	words := concat(", ", [mount.words | some mount in found])
	message := concat(" ", [does_to_host(found), "the host's system:", words])
	finding := harden.finding("compose-sensitive-mount", compose.subject(name), message)
}

does_to_host(mounts) := "reads" if {
	every mount in mounts { mount.read_only }
}

does_to_host(mounts) := "writes to" if {
	some mount in mounts
	not mount.read_only
}
