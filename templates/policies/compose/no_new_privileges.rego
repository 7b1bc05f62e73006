package main

import rego.v1

import data.lib.compose
import data.lib.harden

warn contains finding if {
	some name in compose.complete
	not forbids_new_privileges(name)
	message := "may gain privileges through setuid programs"
	finding := harden.finding("compose-no-new-privileges", compose.subject(name), message)
}

forbids_new_privileges(name) if {
	some text in compose.items(name, "security_opt")
	compose.option(text) in {"no-new-privileges", "no-new-privileges:true"}
}
