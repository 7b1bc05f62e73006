"""Dockerfiles as instructions with exact positions."""

from __future__ import annotations

from hardener.text.dockerchanges import DockerfileChange, Drop, Insert, Rewrite, SetFlag

__all__ = ["DockerfileChange", "Drop", "Insert", "Rewrite", "SetFlag"]
