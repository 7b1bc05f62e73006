package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

# Those that Pod Security Standards allow.
selinux_types := {"container_t", "container_init_t", "container_kvm_t", "container_engine_t"}

deny contains finding if {
	some subject in kubernetes.subjects
	own := [concat(": ", [key, harden.text(value)]) |
		some key in ["user", "role", "type"]
		value := subject.spec.securityContext.seLinuxOptions[key]
		not value in {"", null}
		not is_allowed_label(key, value)
	]
	count(own) > 0
	message := concat("", ["chooses its SELinux label itself: ", concat(", ", own)])
	finding := harden.finding("kubernetes-selinux", subject.subject, message)
}

is_allowed_label("type", value) if value in selinux_types
