package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

allowed_volumes := {
	"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
	"image", "persistentVolumeClaim", "projected", "secret",
}

warn contains finding if {
	some pod in kubernetes.pods
	kinds := [kind |
		some volume in pod.spec.volumes
		value := volume[kind]
		is_object(value)
		not kind in (allowed_volumes | {"name", "hostPath"})
	]
	count(kinds) > 0
	message := concat("", ["names its storage itself: ", concat(", ", harden.distinct(kinds))])
	finding := harden.finding("kubernetes-volume-types", pod.subject, message)
}
