package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

handlers := [
	["livenessProbe"], ["readinessProbe"], ["startupProbe"],
	["lifecycle", "postStart"], ["lifecycle", "preStop"],
]

deny contains finding if {
	some container in kubernetes.all_containers
	hosts := probed_hosts(container)
	count(hosts) > 0
	words := concat(", ", harden.distinct(hosts))
	message := concat(" ", ["has probes or hooks that go to an address of their own:", words])
	finding := harden.finding("kubernetes-no-probe-host", container.subject, message)
}

probed_hosts(container) := [harden.text(host) |
	some handler in handlers
	some request in ["httpGet", "tcpSocket"]
	host := object.get(container.spec, array.concat(handler, [request, "host"]), "")
	not host in {"", null}
]
