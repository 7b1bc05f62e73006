package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

warn contains finding if {
	some subject in kubernetes.subjects
	seccomp_type(subject) == "Unconfined"
	finding := harden.finding("kubernetes-seccomp", subject.subject, "runs without a seccomp profile")
}

warn contains finding if {
	some container in kubernetes.all_containers
	has_own_seccomp_file(container)
	message := "has its seccomp profile in an annotation, which is ignored"
	finding := harden.finding("kubernetes-seccomp", container.subject, message)
}

warn contains finding if {
	some pod in kubernetes.pods
	not seccomp_type(pod)
	some container in kubernetes.containers(pod)
	not seccomp_type(container)
	not has_own_seccomp_file(container)
	finding := harden.finding("kubernetes-seccomp", pod.subject, missing_seccomp(pod))
}

seccomp_type(subject) := subject.spec.securityContext.seccompProfile.type

# Its own annotation asks for a profile of the node, and no field says otherwise.
has_own_seccomp_file(container) if {
	startswith(annotated_seccomp(container), "localhost/")
	annotated_seccomp(container) != "localhost/"
	not seccomp_type(container)
	not seccomp_type(container.pod)
}

annotated_seccomp(container) := text if {
	annotation := concat("", ["container.seccomp.security.alpha.kubernetes.io/", container.name])
	text := container.pod.template.metadata.annotations[annotation]
}

missing_seccomp(pod) := "has its seccomp profile in an annotation, which is ignored" if {
	is_asked_for_seccomp(pod)
}

missing_seccomp(pod) := "runs without a seccomp profile" if not is_asked_for_seccomp(pod)

is_asked_for_seccomp(pod) if pod.template.metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"] != null

is_asked_for_seccomp(pod) if {
	some container in kubernetes.containers(pod)
	not seccomp_type(container)
	not has_own_seccomp_file(container)
	annotated_seccomp(container)
}
