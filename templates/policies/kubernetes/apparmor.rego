package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

apparmor_annotation := "container.apparmor.security.beta.kubernetes.io/"

deny contains finding if {
	some subject in kubernetes.subjects
	subject.spec.securityContext.appArmorProfile.type == "Unconfined"
	not annotated_apparmor(subject)
	finding := harden.finding("kubernetes-apparmor", subject.subject, "runs without AppArmor's profile")
}

deny contains finding if {
	some container in kubernetes.all_containers
	annotated_apparmor(container) == "unconfined"
	finding := harden.finding("kubernetes-apparmor", container.subject, "runs without AppArmor's profile")
}

deny contains finding if {
	some container in kubernetes.all_containers
	annotated_apparmor(container) != "unconfined"
	message := "has its AppArmor profile in an annotation, which is deprecated"
	finding := harden.finding("kubernetes-apparmor", container.subject, message)
}

annotated_apparmor(container) := text if {
	annotation := concat("", [apparmor_annotation, container.name])
	text := container.pod.template.metadata.annotations[annotation]
	text != null
}
