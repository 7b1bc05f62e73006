package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

# By Pod Security Standards of version 1.34.
safe_sysctls := {
	"kernel.shm_rmid_forced",
	"net.ipv4.ip_local_port_range",
	"net.ipv4.ip_local_reserved_ports",
	"net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.ping_group_range",
	"net.ipv4.tcp_fin_timeout",
	"net.ipv4.tcp_keepalive_intvl",
	"net.ipv4.tcp_keepalive_probes",
	"net.ipv4.tcp_keepalive_time",
	"net.ipv4.tcp_rmem",
	"net.ipv4.tcp_syncookies",
	"net.ipv4.tcp_wmem",
}

deny contains finding if {
	some pod in kubernetes.pods
	names := [sysctl.name | some sysctl in pod.spec.securityContext.sysctls; not sysctl.name in safe_sysctls]
	count(names) > 0
	message := concat("", ["sets kernel parameters that reach beyond the pod: ", concat(", ", names)])
	finding := harden.finding("kubernetes-no-unsafe-sysctls", pod.subject, message)
}
