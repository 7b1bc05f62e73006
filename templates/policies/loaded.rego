package main

import rego.v1

# METADATA
# scope: rule
# title: Load the data
# description: Without the data of the export no rule is selected, and nothing would be found.
deny contains finding if {
	not data.harden.rules
	finding := {"msg": "the data of `harden policy export` is not loaded: give conftest --data DIR/data"}
}
