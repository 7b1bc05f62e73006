# METADATA
# title: Stages of a Dockerfile
# description: As conftest parses it, a list of instructions, with build arguments replaced by their defaults.
package lib.dockerfile

import rego.v1

# By the number of the stage: its FROM.
froms := {instruction.Stage: instruction | instruction := input[_]; instruction.Cmd == "from"}

names := {number: lower(from.Value[2]) | from := froms[number]; lower(from.Value[1]) == "as"}

subject(number) := concat(" ", ["stage", names[number]]) if not is_taken(number)

subject(number) := concat(" ", ["stage", format_int(number + 1, 10)]) if is_taken(number)

# It has no name, or an earlier stage has it already.
is_taken(number) if not names[number]

is_taken(number) if {
	some earlier in object.keys(names)
	earlier < number
	names[earlier] == names[number]
}

# Build arguments that stand in front of the first FROM and have a default.
arguments := {marked: value |
	instruction := input[index]
	instruction.Cmd == "arg"
	every before in array.slice(input, 0, index) { before.Cmd != "from" }
	some assignment in instruction.Value
	contains(assignment, "=")
	name := split(assignment, "=")[0]
	marked := concat("", ["<", name, ">"])
	value := trim(substring(assignment, count(name) + 1, -1), "\"'")
}

# The image that a stage is built from; undefined where an argument without a default hides it.
base(number) := image if {
	image := filled(filled(froms[number].Value[0]))
	not contains(image, "$")
	not contains(image, "<")
}

written_base(number) := froms[number].Value[0]

filled(text) := strings.replace_n(arguments, regex.replace(text, `\$\{?([A-Za-z_]\w*)\}?`, "<$1>"))

# An earlier stage of that name is its base.
is_built_on_stage(number) if {
	some earlier in object.keys(names)
	earlier < number
	names[earlier] == lower(base(number))
}
