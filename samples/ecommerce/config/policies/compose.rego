# Advisory checks on the Compose file, run by CI with:
#   conftest test --policy config/policies deploy/docker/compose/production.yml
package main

import rego.v1

# These start as root on purpose and give it up by themselves.
steps_down := {"postgres", "postgres-ai", "redis", "vault"}

warn contains msg if {
	some name, service in input.services
	not service.user
	not name in steps_down
	msg := sprintf("service %q names no user, so it may run as root", [name])
}

deny contains msg if {
	some name, service in input.services
	service.privileged == true
	msg := sprintf("service %q is privileged", [name])
}
