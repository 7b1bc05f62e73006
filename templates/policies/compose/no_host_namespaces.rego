package main

import rego.v1

import data.lib.compose
import data.lib.harden

deny contains finding if {
	some name, _ in compose.services
	keys := ["pid", "ipc", "network_mode", "userns_mode", "uts", "cgroup"]
	shared := [concat("", ["`", key, "`"]) | some key in keys; may_share(compose.own(name, key))]
	count(shared) > 0
	message := concat("", ["shares ", concat(", ", shared), " with the host"])
	finding := harden.finding("compose-no-host-namespaces", compose.subject(name), message)
}

may_share(mode) if compose.plain(mode) == "host"

# A variable without a default decides.
may_share(mode) if {
	is_string(mode)
	not compose.plain(mode)
	not startswith(mode, "service:")
	not startswith(mode, "container:")
}
