package main

import rego.v1

import data.lib.compose
import data.lib.harden

deny contains finding if {
	some name, _ in compose.services
	value := compose.own(name, "privileged")
	not compose.is_false(value)
	finding := harden.finding("compose-no-privileged", compose.subject(name), "has every privilege on its host")
}
