# METADATA
# title: Pods of a Kubernetes manifest
# description: The pods that one document makes, in whatever workload they stand, and their containers.
package lib.kubernetes

import rego.v1

import data.lib.harden
import data.lib.images

# By kind: the API groups that it is of, and where its pod stands.
workloads := {
	"Pod": {"groups": {""}, "path": []},
	"PodTemplate": {"groups": {""}, "path": ["template"]},
	"ReplicationController": {"groups": {""}, "path": ["spec", "template"]},
	"Deployment": {"groups": {"apps", "extensions"}, "path": ["spec", "template"]},
	"ReplicaSet": {"groups": {"apps", "extensions"}, "path": ["spec", "template"]},
	"StatefulSet": {"groups": {"apps", "extensions"}, "path": ["spec", "template"]},
	"DaemonSet": {"groups": {"apps", "extensions"}, "path": ["spec", "template"]},
	"Job": {"groups": {"batch"}, "path": ["spec", "template"]},
	"CronJob": {"groups": {"batch"}, "path": ["spec", "jobTemplate", "spec", "template"]},
}

container_lists := {
	"containers": "container",
	"initContainers": "init container",
	"ephemeralContainers": "ephemeral container",
}

# The document itself, or the items of a list; those of a PodList need not say that they are pods.
manifests contains input if {
	is_object(input)
	not endswith(object.get(input, "kind", ""), "List")
}

manifests contains manifest if {
	endswith(input.kind, "List")
	some item in input.items
	manifest := object.union({"kind": trim_suffix(input.kind, "List"), "apiVersion": input.apiVersion}, item)
}

written contains pod if {
	some manifest in manifests
	workload := workloads[manifest.kind]
	group_of(manifest.apiVersion) in workload.groups
	template := template_of(manifest, workload.path)
	pod := {
		"subject": concat("/", [manifest.kind, name_of(manifest)]),
		"manifest": manifest,
		"template": template,
		"spec": template.spec,
	}
}

template_of(manifest, path) := manifest if count(path) == 0

template_of(manifest, path) := object.get(manifest, path, null) if count(path) > 0

group_of(version) := split(version, "/")[0] if contains(version, "/")

group_of(version) := "" if not contains(version, "/")

name_of(manifest) := manifest.metadata.name

name_of(manifest) := object.get(manifest, ["metadata", "generateName"], "?") if not manifest.metadata.name

# Pods as they will run: with an image, no patch for another manifest, and not on Windows.
pods contains pod if {
	some pod in written
	has_image(pod)
	not is_patch(pod)
	not is_windows(pod)
}

patches contains pod if {
	some pod in written
	not pod in pods
	not is_whole(pod)
}

# Complete, but nothing that we look at.
is_whole(pod) if {
	has_image(pod)
	not is_patch(pod)
}

has_image(pod) if {
	some container in containers(pod)
	object.get(container.spec, "image", "") != ""
}

# A directive of a strategic merge patch, or a whole manifest would have a selector.
is_patch(pod) if {
	some part in array.concat([pod.manifest, pod.template, pod.spec], [each.spec | some each in containers(pod)])
	some key in object.keys(part)
	startswith(key, "$")
}

is_patch(pod) if {
	pod.manifest.apiVersion == "apps/v1"
	not pod.manifest.spec.selector
}

is_windows(pod) if pod.spec.os.name == "windows"

is_windows(pod) if {
	some label in ["kubernetes.io/os", "beta.kubernetes.io/os"]
	pod.spec.nodeSelector[label] == "windows"
}

is_windows(pod) if {
	some term in pod.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms
	some expression in term.matchExpressions
	expression.key in ["kubernetes.io/os", "beta.kubernetes.io/os"]
	expression.operator == "In"
	"windows" in expression.values
}

is_windows(pod) if {
	some part in array.concat([pod.spec], [each.spec | some each in containers(pod)])
	count(part.securityContext.windowsOptions) > 0
}

is_windows(pod) if {
	some container in containers(pod)
	images.facts(container.spec.image).windows == true
}

containers(pod) := [container |
	some key in ["containers", "initContainers", "ephemeralContainers"]
	listed := object.get(pod.spec, key, null)
	is_array(listed)
	spec := listed[index]
	is_object(spec)
	name := harden.text(object.get(spec, "name", concat("", ["#", format_int(index + 1, 10)])))
	container := {
		"subject": concat("", [container_lists[key], " ", name, " of ", pod.subject]),
		"name": name,
		"spec": spec,
		"pod": pod,
	}
]

all_containers contains container if {
	some pod in pods
	some container in containers(pod)
}

# What has a securityContext: the pod itself and its containers.
subjects contains pod if some pod in pods

subjects contains container if some container in all_containers

# The value in force: the container's own, else the pod's; undefined for null.
effective(container, key) := value if {
	value := container.spec.securityContext[key]
	value != null
}

effective(container, key) := value if {
	object.get(container.spec, ["securityContext", key], null) == null
	value := container.pod.spec.securityContext[key]
	value != null
}
