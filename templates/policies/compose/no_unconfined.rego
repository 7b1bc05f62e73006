package main

import rego.v1

import data.lib.compose
import data.lib.harden

filters_off := {"seccomp:unconfined", "apparmor:unconfined", "label:disable", "systempaths:unconfined"}

deny contains finding if {
	some name, _ in compose.services
	found := [text |
		some text in compose.own_texts(name, "security_opt")
		compose.option(text) in filters_off
	]
	count(found) > 0
	message := concat("", ["runs with ", concat(", ", found)])
	finding := harden.finding("compose-no-unconfined", compose.subject(name), message)
}
