"""All documents of a run, linked: what a service builds, what an image name stands for, one identity each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hardener.model.document import Document
from hardener.model.program import Program
from hardener.model.settings import Settings, User

if TYPE_CHECKING:
    from hardener.model.dockerfile import Dockerfile, Stage
    from hardener.text.source import Reader


class Project:
    """What rules may ask about more than one file. Everything is computed once."""

    def __init__(self, documents: list[Document], settings: Settings, reader: Reader) -> None:
        self.documents = documents
        self.settings = settings
        self.reader = reader

    def program(self, image: str) -> Program:
        """Return what is known of an image by its name: built by this project, configured, or in a profile."""
        raise NotImplementedError

    def runs_confined(self, image: str) -> bool:
        """Return whether a Compose service of this project runs the image under Docker's default seccomp profile."""
        raise NotImplementedError

    def selects(self, rule: str) -> bool:
        """Return whether this run applies the rule: by level, select and ignore."""
        raise NotImplementedError

    def user_for(self, dockerfile: Dockerfile, stage: Stage) -> User:
        """Return the user that a new account in the stage gets: by path, by service, else the default."""
        raise NotImplementedError

    def context_of(self, dockerfile: Dockerfile) -> Path | None:
        """Return the folder that COPY reads from: what a service that builds the file says, else the file's folder."""
        raise NotImplementedError

    def targets_of(self, dockerfile: Dockerfile) -> frozenset[str]:
        """Return the stages that services build by name, besides the last one."""
        raise NotImplementedError

    def mounts_of(self, dockerfile: Dockerfile, stage: Stage) -> tuple[str, ...]:
        """Return the writable volumes and bind mounts of the services that run the stage, as they stand there."""
        raise NotImplementedError
