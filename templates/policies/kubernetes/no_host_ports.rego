package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

deny contains finding if {
	some container in kubernetes.all_containers
	ports := [harden.text(port.hostPort) | some port in container.spec.ports; port.hostPort != 0]
	count(ports) > 0
	message := concat("", ["takes a port of its node: ", concat(", ", ports)])
	finding := harden.finding("kubernetes-no-host-ports", container.subject, message)
}
