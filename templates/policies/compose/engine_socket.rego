package main

import rego.v1

import data.lib.compose
import data.lib.harden

engine_sockets := `/(docker|podman|containerd|containerd-shim|crio|cri-dockerd|buildkitd|balena-engine)(\.raw)?\.sock$`

deny contains finding if {
	some name, _ in compose.services
	found := [mount.words | some mount in compose.mounts(name); regex.match(engine_sockets, mount.source)]
	count(found) > 0
	not is_socket_proxy(name)
	message := concat("", ["has the engine's socket: ", found[0]])
	finding := harden.finding("compose-engine-socket", compose.subject(name), message)
}

is_socket_proxy(name) if regex.match("socket-?proxy", lower(compose.image(name)))
