package main

import rego.v1

import data.lib.harden
import data.lib.kubernetes

warn contains finding if {
	some container in kubernetes.all_containers
	dropped := {capability | some capability in container.spec.securityContext.capabilities.drop}
	not "ALL" in dropped
	finding := harden.finding("kubernetes-drop-capabilities", container.subject, kept_capabilities(dropped))
}

warn contains finding if {
	some container in kubernetes.all_containers
	not container.spec.securityContext.capabilities.drop
	finding := harden.finding("kubernetes-drop-capabilities", container.subject, kept_capabilities(set()))
}

kept_capabilities(dropped) := "drops capabilities under a name that Pod Security admission does not accept" if {
	some capability in dropped
	upper(capability) == "ALL"
}

kept_capabilities(dropped) := "keeps the runtime's default capabilities" if {
	count([capability | some capability in dropped; upper(capability) == "ALL"]) == 0
}
