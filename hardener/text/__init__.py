"""Bytes, characters and spans. Nothing here knows what a container is."""
