# METADATA
# title: What is known of public images
# description: Names and facts, from the image profiles of `harden`.
package lib.images

import rego.v1

reference_parts := `^([^@]*?)(:([^/:@]*))?(@.*)?$`

# The name as people write it, without Docker Hub's registry, tag and digest.
name(reference) := trim_prefix(trim_prefix(parts[1], "docker.io/"), "library/") if {
	some parts in regex.find_all_string_submatch_n(reference_parts, reference, 1)
}

# The tag; `latest` where nothing is written, undefined where a digest or a variable stands instead.
tag(reference) := parts[3] if {
	some parts in regex.find_all_string_submatch_n(reference_parts, reference, 1)
	parts[3] != ""
	not contains(parts[3], "$")
}

tag(reference) := "latest" if {
	some parts in regex.find_all_string_submatch_n(reference_parts, reference, 1)
	concat("", [parts[3], parts[4]]) == ""
}

# What a profile says of an image: the layers that hold for its tag, laid over each other.
facts(reference) := object.union_n([known | some layer in layers(reference); known := told(layer, reference)])

layers(reference) := [layer |
	called := name(reference)
	some layer in data.harden.images
	glob.match(layer.image, null, called)
]

told(layer, _) := layer.facts if "*" in layer.tags

told(layer, reference) := layer.facts if {
	some pattern in layer.tags
	pattern != "*"
	glob.match(pattern, null, tag(reference))
}

# Without a tag, what depends on it is not known.
told(layer, reference) := {key: null | layer.facts[key]} if {
	not "*" in layer.tags
	not tag(reference)
}
