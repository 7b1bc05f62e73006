package main

import rego.v1

import data.lib.compose
import data.lib.harden
import data.lib.programs

warn contains finding if {
	some name in compose.complete_or_with("user")
	not has_user(name)
	not excluded_from_user_spec(name)
	harden.is_selected("compose-user")
	not harden.is_excepted("compose-user", compose.subject(name))
	msg := concat("", ["Service '", name, "' should specify a non-root user"])
	finding := {"msg": msg, "rule": "compose-user", "subject": compose.subject(name)}
}

has_user(name) if {
	user := compose.plain(compose.get(name, "user"))
	not split(user, ":")[0] in {"", "0", "root"}
}

# At level baseline: images that start as root only to step down by themselves.
excluded_from_user_spec(name) if {
	data.harden.level == "baseline"
	not compose.get(name, "user")
	programs.steps_down(name)
}
