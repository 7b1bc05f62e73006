package main

import rego.v1

import data.lib.dockerfile
import data.lib.harden
import data.lib.images

warn contains finding if {
	some number, _ in dockerfile.froms
	not dockerfile.is_built_on_stage(number)
	not is_fixed_base(dockerfile.base(number))
	written := dockerfile.written_base(number)
	not is_fixed_base(written)
	finding := harden.finding("dockerfile-pin-base", dockerfile.subject(number), base_words(number))
}

is_fixed_base(image) if image == "scratch"

is_fixed_base(image) if contains(image, "@")

base_words(number) := "is built from whatever a build argument names" if not dockerfile.base(number)

base_words(number) := concat(" ", ["is built from whatever", trim_suffix(image, ":latest"), "is latest"]) if {
	image := dockerfile.base(number)
	images.tag(image) == "latest"
}

base_words(number) := concat("", ["is built from ", image, ", which can be moved"]) if {
	image := dockerfile.base(number)
	images.tag(image) != "latest"
}
