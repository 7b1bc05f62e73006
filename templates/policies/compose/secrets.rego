package main

import rego.v1

import data.lib.compose
import data.lib.credentials
import data.lib.harden

deny contains finding if {
	some name, _ in compose.services
	names := [setting.name | some setting in environment_of(name); is_secret_setting(setting)]
	count(names) > 0
	message := concat("", ["has a secret in plain text: ", concat(", ", names)])
	finding := harden.finding("compose-secrets", compose.subject(name), message)
}

# What stands under `environment`, in either form.
environment_of(name) := [setting | some item in value; setting := assignment(item)] if {
	value := compose.own(name, "environment")
	is_array(value)
}

environment_of(name) := [setting |
	given := value[key]
	setting := {"name": key, "value": harden.text(given)}
] if {
	value := compose.own(name, "environment")
	is_object(value)
}

assignment(item) := {"name": parts[0], "value": concat("=", array.slice(parts, 1, count(parts)))} if {
	parts := split(item, "=")
}

is_secret_setting(setting) if credentials.is_secret(setting.name, replace(setting.value, "$$", ""))

is_secret_setting(setting) if credentials.has_secret(replace(setting.value, "$$", ""))
