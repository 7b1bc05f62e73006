"""The rules for Dockerfiles."""
