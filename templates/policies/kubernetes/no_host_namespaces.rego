package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

deny contains finding if {
	some pod in kubernetes.pods
	shared := [key | some key in ["hostPID", "hostIPC", "hostNetwork"]; pod.spec[key] == true]
	count(shared) > 0
	message := concat("", ["shares a namespace with its node: ", concat(", ", shared)])
	finding := harden.finding("kubernetes-no-host-namespaces", pod.subject, message)
}
