package main

import rego.v1

import data.lib.compose
import data.lib.harden
import data.lib.images

warn contains finding if {
	some name, _ in compose.services
	written := compose.own(name, "image")
	not compose.is_built(name)
	not contains(written, "@")
	finding := harden.finding("compose-pin-image", compose.subject(name), image_words(name))
}

image_words(name) := "runs whatever a variable names" if not compose.image(name)

image_words(name) := concat("", ["runs whatever ", trim_suffix(image, ":latest"), " is latest"]) if {
	image := compose.image(name)
	images.tag(image) == "latest"
}

image_words(name) := concat("", ["runs ", image, ", which can be moved"]) if {
	image := compose.image(name)
	images.tag(image) != "latest"
}
