"""Passwords, tokens and keys in texts: names that mean one, values that are one, files that hold one.

A value is never repeated to the user: what names it is enough to find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = re.compile(
    r"""(?:.*[_.-])?(?:
      \w*password | passwd | pass | passphrase | \w*secret | secret_?key(?:_base)? | credentials?
      | (?:api|app|auth|access|account|client|encryption|master|private|secret|session|signing|storage)[_-]?key
      | token | (?:api|auth|access|bearer|refresh)token
    ) | .+[_.-]pwd""",
    re.IGNORECASE | re.VERBOSE,
)
"""Names like DB_PASSWORD, GITHUB_TOKEN, SECRET_KEY_BASE; not PASSWORD_FILE, MAX_TOKENS or GPG_KEY."""

_IN_NAMES = re.compile("pass|secret|key|credential|token|pwd", re.IGNORECASE)
"""One of these is in every such name, which is cheap to see."""

_HARMLESS_NAME = re.compile(
    r"(?i).*(?:public|empty|random|disable|enable|require|allow|check|dummy).*|(?:.*[_.-])?(?:max|min)(?:[_.-].*)?"
)
_HARMLESS = re.compile(
    r"""(?:true|false|yes|no|on|off|none|null|nil|undefined|default|0|1)?
      | [*.x#-]+ | <.*> | \[.*\] | \{.*\} | %.*%
      | [~.]?/.* | \w+://[^@]* | file:.* | \w*
        (?:dummy|placeholder|example|fake|unused|ignored|todo|redacted
          |not[-_ ]?(?:used|needed|required|secure|real|set)|your[-_ ]|my[-_ ]|insert|replace|fixme)
      .*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""Values that are none: switches, paths, addresses, and words that say that they stand for another."""

_THROWN_AWAY = re.compile(r".{0,7}|.*(?:build|static|temp|tmp|test|only|none|secret|password).*", re.IGNORECASE)
"""Values that a build step needs for its settings to load, and that are not meant to protect anything."""

_TOKENS = re.compile(
    r"""(?=[-Aghxnspd][-KSIhilopkfyc])(?:  # how they begin, so that few places of a text are looked at closer
      -----BEGIN[ ](?:[A-Z0-9]+[ ])*PRIVATE[ ]KEY-----
    | \b(?:AKIA|ASIA)[0-9A-Z]{16}\b(?<!EXAMPLE)
    | \bgh[opsur]_[A-Za-z0-9]{36,}\b | \bgithub_pat_\w{40,}\b | \bglpat-[\w-]{20,}
    | \bxox[abprs]-[\w-]{20,} | \bnpm_[A-Za-z0-9]{36}\b | \bAIza[\w-]{35}\b | \bsk_live_[0-9A-Za-z]{20,}\b
    | \bhf_[A-Za-z]{34}\b | \bpypi-AgE[\w-]{50,} | \bdckr_pat_[\w-]{20,} | \bsk-(?:proj|ant)-[\w-]{40,}
    )""",
    re.VERBOSE,
)
"""Private keys, and tokens by the marks that their issuers give them."""

_IN_ADDRESS = re.compile(r"""\b[a-z][a-z0-9+.-]*://[^\s/:@"'$<{]*:(?P<value>[^\s/@"'$<{`\\]+)@(?P<host>[^\s/:"']+)""")
_HERE = re.compile(r"localhost|127\.|0\.0\.0\.0|.*example\.(?:com|org)|\.\.\.", re.IGNORECASE)
_WEAK = re.compile(r"pass(?:word|wd)?|pwd|secret|token|postgres|root|user|guest|admin|test", re.IGNORECASE)
_OF_REGISTRIES = ("_auth", "_password", "machine")
"""One of these is in all that the next two find."""
_AUTH = re.compile(r"""_(?:auth|authToken|password)\s*=\s*(?P<value>[^\s"'$]{8,})""")
_MACHINE = re.compile(r"""\bmachine\s+\S+\s+login\s+\S+\s+password\s+(?P<value>[^\s"'$]+)""")
_LINE = re.compile(r"""^[ \t]*(?:export[ ]+)?(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*(?P<value>[^\s#]+)""", re.MULTILINE)

_FILE = re.compile(
    r"""(?:.*/)?(?:
      id_(?:rsa|dsa|ecdsa|ed25519) | \.env(?:\.(?:local|dev|development|prod|production|staging))? | \.npmrc | \.netrc
      | \.pypirc | \.git-credentials | \.dockercfg | \.docker/config\.json | \.aws/credentials | kubeconfig
      | [\w.-]*key\.pem | [\w.-]+\.(?:key|p12|pfx|kdbx|ppk)
    )""",
    re.VERBOSE,
)


def is_secret(name: str, value: str) -> bool:
    """Whether a variable with this name holds a secret, given its value as it is written."""
    value = value.strip("\"' \t\r")
    if _TOKENS.search(value):
        return True
    if "$" in value or not _IN_NAMES.search(name) or _HARMLESS.fullmatch(value):
        return False
    return _NAME.fullmatch(name) is not None and _HARMLESS_NAME.fullmatch(name) is None


def is_kept_secret(name: str, value: str) -> bool:
    """As `is_secret`, for a variable that only one build step sees: values made for that do not count."""
    return is_secret(name, value) and (
        _TOKENS.search(value) is not None or _THROWN_AWAY.fullmatch(value.strip("\"' ")) is None
    )


def literal(text: str) -> str:
    """Return what kind of secret a text has by its form alone, whatever names it; empty where it has none."""
    if match := _TOKENS.search(text):
        return "a private key" if match[0].startswith("-----") else "a token"
    for match in _IN_ADDRESS.finditer(text) if "://" in text else ():
        if not (_HERE.match(match["host"]) or _WEAK.fullmatch(match["value"]) or _HARMLESS.fullmatch(match["value"])):
            return "a password in an address"
    if not any(map(text.__contains__, _OF_REGISTRIES)):
        return ""
    found = (match["value"] for pattern in (_AUTH, _MACHINE) for match in pattern.finditer(text))
    return "" if all(map(_HARMLESS.fullmatch, found)) else "a password of a registry"


def assignments(text: str) -> Iterator[tuple[str, str]]:
    """Yield names and values of a file of settings: `NAME=value` lines."""
    for match in _LINE.finditer(text):
        yield match["name"], match["value"]


def is_file_of_secrets(path: str) -> bool:
    """Whether files of this name are there to hold secrets."""
    return _FILE.fullmatch(path) is not None


def holds_secret(text: str) -> bool:
    """Whether a file with this text holds a secret."""
    return bool(literal(text)) or any(is_secret(name, value) for name, value in assignments(text))
