package main

import rego.v1

import data.lib.harden
import data.lib.images
import data.lib.kubernetes

deny contains finding if {
	some container in kubernetes.all_containers
	added := [capability |
		some capability in container.spec.securityContext.capabilities.add
		not harden.capability(capability) in allowed_capabilities(container)
	]
	count(added) > 0
	message := concat("", ["adds capabilities that nothing is known to need: ", concat(", ", added)])
	finding := harden.finding("kubernetes-no-added-capabilities", container.subject, message)
}

# The one that Pod Security Standards restricted allows, and what an image that starts as root is known to need.
allowed_capabilities(container) := ({"NET_BIND_SERVICE"} | harden.granted(container.subject)) | {capability |
	not starts_non_root(container)
	some capability in images.facts(container.spec.image).capabilities
}

starts_non_root(container) if kubernetes.effective(container, "runAsUser") > 0

starts_non_root(container) if {
	not kubernetes.effective(container, "runAsUser")
	kubernetes.effective(container, "runAsNonRoot") == true
}
