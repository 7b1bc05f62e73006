package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

warn contains finding if {
	some pod in kubernetes.pods
	object.get(pod.spec, "automountServiceAccountToken", true) != false
	message := "gets a token for the API server"
	finding := harden.finding("kubernetes-no-service-account-token", pod.subject, message)
}
