# METADATA
# title: Places of the host
# description: Which of them are its system's, or its users' secrets.
package lib.host

import rego.v1

import data.lib.harden

all_below := [
	"/boot", "/dev", "/lib", "/proc", "/root", "/sys", "/usr", "/var/lib/docker", "/var/lib/kubelet",
	"/etc/cron.d", "/etc/crontab", "/etc/gshadow", "/etc/kubernetes", "/etc/pam.d", "/etc/shadow", "/etc/ssh",
	"/etc/sudoers", "/etc/sudoers.d", "/etc/systemd",
]

itself := {"/", "/etc", "/home", "/run", "/var", "/var/lib", "/var/log", "/var/run"}

of_users := {".aws", ".config/gcloud", ".docker", ".gnupg", ".kube", ".ssh"}

harmless := ["/dev/null", "/dev/shm", "/usr/local", "/usr/share"]

home := `^(~|\$HOME|\$\{HOME\})/`

is_sensitive(place) if {
	regex.match(home, place)
	trim_right(regex.replace(place, home, ""), "/") in of_users
}

is_sensitive(place) if {
	startswith(place, "/")
	harden.clean(place) in itself
}

is_sensitive(place) if {
	startswith(place, "/")
	path := harden.clean(place)
	some folder in all_below
	harden.is_at_or_below(path, folder)
	not is_harmless(path)
}

is_harmless(path) if {
	some folder in harmless
	harden.is_at_or_below(path, folder)
}
