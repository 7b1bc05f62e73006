# METADATA
# title: Passwords, tokens and keys
# description: Names that mean one, and values that are one.
package lib.credentials

import rego.v1

secret_name := concat("|", [
	`^([a-z0-9_.-]*[_.-])?(\w*password|passwd|pass|passphrase|\w*secret|secret_?key(_base)?|credentials?)$`,
	`^([a-z0-9_.-]*[_.-])?(api|app|auth|access|account|client|encryption|master|private)[_-]?key$`,
	`^([a-z0-9_.-]*[_.-])?(secret|session|signing|storage)[_-]?key$`,
	`^([a-z0-9_.-]*[_.-])?(token|(api|auth|access|bearer|refresh)token)$`,
	`^.+[_.-]pwd$`,
])

harmless_name := concat("|", [
	"public|empty|random|disable|enable|require|allow|check|dummy",
	`^(.*[_.-])?(max|min)([_.-].*)?$`,
])

# Switches, paths, addresses, and words that say that they stand for another.
harmless_value := concat("|", [
	`^(true|false|yes|no|on|off|none|null|nil|undefined|default|0|1)?$`,
	`^[*.x#-]+$`,
	`^<(.|\n)*>$`,
	`^\[(.|\n)*\]$`,
	`^\{(.|\n)*\}$`,
	`^%(.|\n)*%$`,
	`^[~.]?/`,
	`^\w+://[^@]*$`,
	`^file:`,
	`^\w*(dummy|placeholder|example|fake|unused|ignored|todo|redacted)`,
	`^\w*not[-_ ]?(used|needed|required|secure|real|set)`,
	`^\w*(your[-_ ]|my[-_ ]|insert|replace|fixme)`,
])

# Private keys, and tokens by the marks that their issuers give them.
tokens := concat("|", [
	`-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----`,
	`\bgh[opsur]_[A-Za-z0-9]{36,}\b`,
	`\bgithub_pat_\w{40,}\b`,
	`\bglpat-[\w-]{20,}`,
	`\bxox[abprs]-[\w-]{20,}`,
	`\bnpm_[A-Za-z0-9]{36}\b`,
	`\bAIza[\w-]{35}\b`,
	`\bsk_live_[0-9A-Za-z]{20,}\b`,
	`\bhf_[A-Za-z]{34}\b`,
	`\bpypi-AgE[\w-]{50,}`,
	`\bdckr_pat_[\w-]{20,}`,
	`\bsk-(proj|ant)-[\w-]{40,}`,
])

address := "\\b[a-z][a-z0-9+.-]*://[^\\s/:@\"'$<{]*:([^\\s/@\"'$<{`\\\\]+)@([^\\s/:\"']+)"

here := `^(localhost|127\.|0\.0\.0\.0|.*example\.(com|org)|\.\.\.)`

weak := `^(pass|password|passwd|pwd|secret|token|postgres|root|user|guest|admin|test)$`

of_registries := [
	"_(auth|authToken|password)\\s*=\\s*([^\\s\"'$]{8,})",
	"\\bmachine\\s+(\\S+)\\s+login\\s+\\S+\\s+password\\s+([^\\s\"'$]+)",
]

# A variable that holds a secret, by its name or by its value as it is written.
is_secret(_, value) if has_token(value)

is_secret(name, value) if {
	not contains(value, "$")
	regex.match(secret_name, lower(name))
	not regex.match(harmless_name, lower(name))
	not is_harmless(trim(value, "\"' \t\r"))
}

# A text that is a secret by its form alone.
has_secret(text) if has_token(text)

has_secret(text) if {
	some found in regex.find_all_string_submatch_n(address, text, -1)
	not regex.match(here, lower(found[2]))
	not regex.match(weak, found[1])
	not is_harmless(found[1])
}

has_secret(text) if {
	some pattern in of_registries
	some found in regex.find_all_string_submatch_n(pattern, text, -1)
	not is_harmless(found[2])
}

has_token(text) if regex.match(tokens, text)

has_token(text) if {
	some key in regex.find_n(`\b(AKIA|ASIA)[0-9A-Z]{16}\b`, text, -1)
	not endswith(key, "EXAMPLE")
}

is_harmless(value) if regex.match(harmless_value, lower(value))
