# METADATA
# title: What services run
# description: As far as the name of a public image tells it.
package lib.programs

import rego.v1

import data.lib.compose
import data.lib.harden
import data.lib.images

# It starts as root, and all of it becomes another user by itself.
steps_down(name) if {
	facts_of(name).starts == "steps-down"
	not replaces_program(name)
}

# Capabilities that it is known to need.
needed(name) := {capability |
	not starts_non_root(name)
	some capability in facts_of(name).capabilities
}

facts_of(name) := images.facts(compose.image(name)) if not compose.is_built(name)

starts_non_root(name) if {
	user := harden.text(compose.get(name, "user"))
	not split(user, ":")[0] in {"", "0", "root"}
}

# It starts something else than its image does.
replaces_program(name) if compose.get(name, "entrypoint") != null

replaces_program(name) if {
	first := words(compose.get(name, "command"))[0]
	not startswith(first, "-")
	program := regex.replace(first, "^.*/", "")
	not program in facts_of(name).programs
}

words(command) := command if is_array(command)

words(command) := split(trim_space(command), " ") if is_string(command)
