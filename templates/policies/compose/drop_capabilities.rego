package main

import rego.v1

import data.lib.compose
import data.lib.harden

warn contains finding if {
	some name in compose.complete
	not "ALL" in compose.capabilities(name, "cap_drop")
	message := "keeps Docker's default capabilities"
	finding := harden.finding("compose-drop-capabilities", compose.subject(name), message)
}
