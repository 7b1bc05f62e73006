# METADATA
# title: What every policy uses
# description: Findings in one shape, texts and paths. The data comes from `harden policy export`.
package lib.harden

import rego.v1

# A finding as conftest takes it; undefined where the rule is not selected or an exception covers the subject.
finding(rule, subject, message) := {"msg": concat(" ", [subject, message]), "rule": rule, "subject": subject} if {
	is_selected(rule)
	not is_excepted(rule, subject)
}

is_selected(rule) if rule in data.harden.rules

is_excepted(rule, subject) if {
	some exception in exceptions_about(subject)
	exception.rule == rule
}

# Capabilities that exceptions grant.
granted(subject) := {exception.capability | some exception in exceptions_about(subject)}

# Those in force: until the end of their last day, in UTC.
exceptions_about(subject) := [exception |
	some exception in data.harden.exceptions
	exception.until >= today
	some pattern in exception.subjects
	glob.match(pattern, null, subject)
	is_of_file(exception.file)
]

is_of_file(pattern) if pattern == "*"

# conftest tells the file; where it does not, an exception for some files does not count.
is_of_file(pattern) if {
	path := concat("/", [data.conftest.file.dir, data.conftest.file.name])
	some place in [pattern, concat("/", ["*", pattern])]
	glob.match(place, null, path)
}

today := substring(time.format(time.now_ns()), 0, 10)

# A scalar as it stands in the file; undefined for lists, mappings and null.
text(value) := value if is_string(value)

text(value) := sprintf("%v", [value]) if is_number(value)

text(value) := sprintf("%v", [value]) if is_boolean(value)

# A capability as Docker names it.
capability(word) := trim_prefix(upper(word), "CAP_")

# A path by its one name, without `.`, doubled slashes and a slash at the end.
clean(path) := concat("", [root, concat("/", parts)]) if {
	root := {true: "/", false: ""}[startswith(path, "/")]
	parts := [part | some part in split(path, "/"); not part in {"", "."}]
}

is_at_or_below(path, folder) if path == folder

is_at_or_below(path, folder) if startswith(path, concat("", [trim_right(folder, "/"), "/"]))

# Each once, in the order in which they came.
distinct(texts) := [text | text := texts[index]; not text in array.slice(texts, 0, index)]
