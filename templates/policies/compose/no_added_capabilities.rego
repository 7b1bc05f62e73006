package main

import rego.v1

import data.lib.compose
import data.lib.harden
import data.lib.programs

deny contains finding if {
	some name, _ in compose.services
	added := [capability |
		some text in compose.own_texts(name, "cap_add")
		text != ""
		capability := harden.capability(text)
		not capability in (programs.needed(name) | harden.granted(compose.subject(name)))
	]
	count(added) > 0
	message := concat("", ["adds ", concat(", ", added), ", which nothing is known to need"])
	finding := harden.finding("compose-no-added-capabilities", compose.subject(name), message)
}
