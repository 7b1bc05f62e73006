package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

warn contains finding if {
	some container in kubernetes.all_containers
	object.get(container.spec, ["securityContext", "readOnlyRootFilesystem"], false) != true
	message := "can write to its own root file system"
	finding := harden.finding("kubernetes-read-only-root", container.subject, message)
}
