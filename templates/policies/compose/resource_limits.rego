package main

import rego.v1

import data.lib.compose
import data.lib.harden

limited_resources := {"memory": ["mem_limit", "memory"], "processes": ["pids_limit", "pids"]}

warn contains finding if {
	some name in compose.complete
	missing := [word |
		keys := limited_resources[word]
		not limits_service(name, keys)
	]
	count(missing) > 0
	message := concat("", ["has no limit of ", concat(" and of ", missing)])
	finding := harden.finding("compose-resource-limits", compose.subject(name), message)
}

limits_service(name, keys) if compose.get(name, keys[0]) != null

limits_service(name, keys) if {
	some deploy in compose.said(name, "deploy")
	deploy.resources.limits[keys[1]] != null
}
