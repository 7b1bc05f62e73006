package main

import rego.v1

import data.lib.compose
import data.lib.harden

every_address := {"0.0.0.0", "[::]", "::", "*"}

port_mapping := `^((\d+\.\d+\.\d+\.\d+|\[[0-9A-Fa-f:.]+\]|\*):)?(([^:/]*):)?(\d+(-\d+)?(/\w+)?)$`

warn contains finding if {
	some name, _ in compose.services
	open := [shown_port(item) | some item in compose.own_items(name, "ports"); not is_bound_port(item)]
	count(open) > 0
	message := concat("", ["listens on every address of the host: ", concat(", ", open)])
	finding := harden.finding("compose-localhost-ports", compose.subject(name), message)
}

# It names an address, which is not that of every interface.
is_bound_port(item) if {
	found := regex.find_all_string_submatch_n(port_mapping, compose.plain(item), 1)[0]
	not found[2] in (every_address | {""})
}

is_bound_port(item) if {
	is_object(item)
	address := compose.plain(item.host_ip)
	not address in (every_address | {""})
}

shown_port(item) := harden.text(item)

shown_port(item) := concat(":", [harden.text(item.published), target_port(item)])

shown_port(item) := target_port(item) if {
	is_object(item)
	not item.published
}

target_port(item) := harden.text(object.get(item, "target", ""))
