package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

opposites := {
	"allowPrivilegeEscalation": true,
	"privileged": true,
	"procMount": "Unmasked",
	"readOnlyRootFilesystem": false,
	"runAsNonRoot": false,
	"runAsUser": 0,
}

deny contains finding if {
	some pod in kubernetes.patches
	some subject in array.concat([pod], kubernetes.containers(pod))
	found := array.concat(weak_settings(subject), array.concat(weak_pod(subject), weak_ports(subject)))
	count(found) > 0
	message := concat("", ["weakens what it is laid over: ", concat(", ", found)])
	finding := harden.finding("kubernetes-no-weakening-patch", subject.subject, message)
}

weak_settings(subject) := [words |
	value := subject.spec.securityContext[key]
	some words in weak_setting(key, value)
]

weak_setting(key, value) := [concat(": ", [key, harden.text(value)])] if value == opposites[key]

weak_setting(key, value) := [concat("", [key, ": Unconfined"])] if {
	key in {"appArmorProfile", "seccompProfile"}
	value.type == "Unconfined"
}

weak_setting("capabilities", value) := [concat(" ", ["add:", capability]) |
	some capability in value.add
	capability != "NET_BIND_SERVICE"
]

weak_pod(subject) := array.concat(
	[concat("", [key, ": true"]) | some key in ["hostIPC", "hostNetwork", "hostPID"]; subject.spec[key] == true],
	[concat(" ", ["hostPath:", volume.hostPath.path]) | some volume in subject.spec.volumes],
)

weak_ports(subject) := [concat(" ", ["hostPort:", harden.text(port.hostPort)]) |
	some port in subject.spec.ports
	port.hostPort != 0
]
