package main

import rego.v1

import data.lib.compose
import data.lib.harden

warn contains finding if {
	some name in compose.complete_or_with("read_only")
	not compose.is_on(name, "read_only")
	message := "can write to its own root file system"
	finding := harden.finding("compose-read-only", compose.subject(name), message)
}
