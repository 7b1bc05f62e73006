package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

warn contains finding if {
	some container in kubernetes.all_containers
	object.get(container.spec, ["securityContext", "allowPrivilegeEscalation"], true) != false
	message := "may gain privileges through setuid programs"
	finding := harden.finding("kubernetes-no-privilege-escalation", container.subject, message)
}
