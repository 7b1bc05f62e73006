"""The rules for Compose files."""
