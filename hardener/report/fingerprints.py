"""Names of findings that stay the same while lines move, so that other programs know them again."""

from __future__ import annotations

from hashlib import sha256

from hardener.model.finding import Finding


def fingerprint(finding: Finding) -> str:
    """Return 64 hexadecimal digits made of the finding's rule, file and subject, which are its own in a run."""
    return fingerprint_of(*finding.key)


def fingerprint_of(*words: str) -> str:
    """Return 64 hexadecimal digits made of words that name something."""
    return sha256("\0".join(words).encode(errors="surrogatepass")).hexdigest()
