package main

import rego.v1

import data.lib.compose
import data.lib.harden

deny contains finding if {
	some name, _ in compose.services
	keys := ["pid", "ipc", "network_mode", "userns_mode", "uts", "cgroup"]
	shared := [concat("", ["`", key, "`"]) | some key in keys; compose.own(name, key) == "host"]
	count(shared) > 0
	message := concat("", ["shares ", concat(", ", shared), " with the host"])
	finding := harden.finding("compose-no-host-namespaces", compose.subject(name), message)
}
