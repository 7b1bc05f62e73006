# METADATA
# title: Services of a Compose file
# description: What one document says of them, through `extends` within it and the defaults of variables.
package lib.compose

import rego.v1

import data.lib.harden

services := {name: service | service := input.services[name]; is_object(service)}

subject(name) := concat("", ["service ", name])

# The service itself and what it extends in this document, the nearest first.
chain(name) := path if some path in graph.reachable_paths(bases, {name})

bases := {name: [base | base := extended(service)] | service := services[name]}

extended(service) := service.extends if is_string(service.extends)

extended(service) := service.extends.service if not service.extends.file

# What stands under a key, in the service's own words; null is nothing.
own(name, key) := value if {
	value := services[name][key]
	value != null
}

# All that is said of a key, what wins first.
said(name, key) := [value | some part in chain(name); value := own(part, key)]

get(name, key) := said(name, key)[0]

# The texts of a list, or of the one scalar that stands for it.
items(name, key) := [text |
	some value in said(name, key)
	some item in listed(value)
	text := harden.text(item)
]

own_items(name, key) := listed(own(name, key))

own_texts(name, key) := [text | some item in own_items(name, key); text := harden.text(item)]

listed(value) := value if is_array(value)

listed(value) := [value] if harden.text(value)

# Its image and build are those of a service that it extends, or it is only part of one.
inherits(name) if {
	not "image" in object.keys(services[name])
	not "build" in object.keys(services[name])
}

# Services that may lack something: what one lacks that inherits its image, its base lacks.
complete contains name if {
	some name, _ in services
	not inherits(name)
}

# The same, and those that say something of a key themselves.
complete_or_with(key) := complete | {name |
	services[name]
	own(name, key) != null
	some part in chain(name)
	part in complete
}

# A scalar with its variables replaced by their defaults; undefined where one has none.
plain(value) := replace(known, "\u0001", "$") if {
	marked := replace(harden.text(value), "$$", "\u0001")
	known := default_of(default_of(default_of(marked)))
	not contains(known, "$")
}

default_of(text) := regex.replace(text, `\$\{[A-Za-z_]\w*:?-([^${}]*)\}`, "$1")

plain_or_written(value) := plain(value)

plain_or_written(value) := harden.text(value) if not plain(value)

truths := {"true", "yes", "y", "on", "1", "t"}

is_true(value) if lower(plain(value)) in truths

is_false(value) if {
	known := plain(value)
	not lower(known) in truths
}

is_on(name, key) if is_true(get(name, key))

capabilities(name, key) := {harden.capability(text) | some text in items(name, key)}

# An option of security_opt in one spelling.
option(text) := replace(replace(text, "=", ":"), " ", "")

is_built(name) if get(name, "build") != null

image(name) := plain(get(name, "image"))

# What is mounted from where, as far as `volumes` of the service itself says.
mounts(name) := [mount | some item in own_items(name, "volumes"); mount := volume(item)]

volume(item) := {"source": parts[0], "read_only": locked, "words": item} if {
	is_string(item)
	parts := colon_parts(plain_or_written(item))
	count(parts) > 1
	options := split(concat(",", array.slice(parts, 2, 3)), ",")
	locked := "ro" in options
}

volume(item) := {"source": source, "read_only": locked, "words": words} if {
	is_object(item)
	target := plain_or_written(item.target)
	kind := plain_or_written(object.get(item, "type", "volume"))
	kind != "tmpfs"
	source := plain_or_written(object.get(item, "source", ""))
	locked := object.get(item, "read_only", kind == "image") == true
	shown := {true: kind, false: source}[source == ""]
	words := concat("", [shown, ":", target])
}

# Split at colons, but not at those within `${…}`.
colon_parts(text) := regex.find_n(`(\$\{[^}]*\}|[^:$]|\$[^{])+`, text, -1)

# The path on the host that an item of `devices` names; a device by class (CDI) names none.
device(item) := path if {
	path := colon_parts(item)[0]
	not contains(path, "=")
}

device(item) := item.source if is_object(item)
