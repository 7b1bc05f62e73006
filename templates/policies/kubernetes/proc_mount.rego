package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

deny contains finding if {
	some container in kubernetes.all_containers
	not container.spec.securityContext.procMount in {"", "Default", null}
	container.spec.securityContext.procMount
	finding := harden.finding("kubernetes-proc-mount", container.subject, "sees all of the node's /proc")
}
