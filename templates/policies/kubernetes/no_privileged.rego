package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

deny contains finding if {
	some container in kubernetes.all_containers
	container.spec.securityContext.privileged == true
	finding := harden.finding("kubernetes-no-privileged", container.subject, "has every privilege on its node")
}
