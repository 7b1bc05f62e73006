package main

import rego.v1

import data.lib.compose
import data.lib.harden

deny contains finding if {
	some name, _ in compose.services
	devices := [device |
		some item in compose.own_items(name, "devices")
		device := compose.device(item)
		device != ""
	]
	count(devices) > 0
	message := concat("", ["may use ", concat(", ", devices), " of the host"])
	finding := harden.finding("compose-no-devices", compose.subject(name), message)
}
