package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

warn contains finding if {
	some container in kubernetes.all_containers
	not demands_non_root(container)
	message := unprotected_user(container)
	finding := harden.finding("kubernetes-run-as-non-root", container.subject, message)
}

demands_non_root(container) if {
	kubernetes.effective(container, "runAsNonRoot") == true
	not may_be_root(container)
}

may_be_root(container) if {
	user := kubernetes.effective(container, "runAsUser")
	not user > 0
}

unprotected_user(container) := "runs as root" if kubernetes.effective(container, "runAsUser") == 0

unprotected_user(container) := "does not say as which non-root user it must run" if {
	kubernetes.effective(container, "runAsUser") > 0
}

unprotected_user(container) := "may run as root" if not is_number(kubernetes.effective(container, "runAsUser"))
