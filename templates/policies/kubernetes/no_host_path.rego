package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

deny contains finding if {
	some pod in kubernetes.pods
	places := [object.get(volume, ["hostPath", "path"], "") |
		some volume in pod.spec.volumes
		"hostPath" in object.keys(volume)
	]
	count(places) > 0
	message := concat("", ["has places of its node as volumes: ", concat(", ", places)])
	finding := harden.finding("kubernetes-no-host-path", pod.subject, message)
}
