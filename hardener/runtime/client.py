"""The only importer of docker: containers and images of an engine, and in plain words why it cannot be asked."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from threading import Thread
from typing import Any, Self, cast

try:
    import docker
    import requests
    from docker.context import ContextAPI
    from docker.errors import APIError, DockerException, ImageNotFound, NotFound
    from docker.utils import kwargs_from_env
except ModuleNotFoundError as missing:  # an optional extra
    raise ImportError("the container engine's library is not there: `pip install 'harden[runtime]'`") from missing

Record = Mapping[str, Any]
"""What the engine answers, as its API documents it: https://docs.docker.com/reference/api/engine/version/v1.41/."""

PATIENCE = 60
"""Seconds to wait for an answer."""


_FOLDER = 1 << 31
"""Go's os.ModeDir, in which the API counts."""


class EngineError(Exception):
    """The engine cannot be asked, or does not do what it is asked; the message is a sentence for people."""


class MissingError(EngineError):
    """There is no such container or image."""


class Engine:
    """One engine: Docker's, or Podman's behind its compatible socket."""

    def __init__(self, api: docker.APIClient, address: str) -> None:
        self._api = api
        self.address = address

    @classmethod
    def connect(cls, host: str | None = None) -> Self:
        """Return the engine at `host`, else at DOCKER_HOST, else of Docker's context in use. Raises EngineError."""
        address = host or os.environ.get("DOCKER_HOST") or _of_context() or "unix:///var/run/docker.sock"
        try:
            _reach(address)
            settings = kwargs_from_env()
            tls = settings.get("tls", False)
            return cls(docker.APIClient(base_url=address, tls=tls, version="auto", timeout=PATIENCE), address)
        except (DockerException, requests.RequestException, OSError, ValueError) as error:
            raise EngineError(_why_unreachable(address, error)) from None

    def close(self) -> None:
        """Close the connections to it."""
        self._api.close()

    def about(self) -> Record:
        """Return what the engine says of itself and its host."""
        return cast(Record, self._ask(self._api.info))

    def containers(self) -> list[Record]:
        """Return what the engine knows of every running container."""
        return list(self._inspected(self._ask(self._api.containers)))

    def container(self, name: str) -> Record:
        """Return what the engine knows of a container. Raises MissingError."""
        return cast(Record, self._ask(self._api.inspect_container, name))

    def project(self, name: str) -> dict[str, Record]:
        """Return what the engine knows of the containers of a Compose project, running or not, by service."""
        label = {"label": f"com.docker.compose.project={name}"}
        found = self._inspected(self._ask(self._api.containers, all=True, filters=label))
        return {record["Config"]["Labels"]["com.docker.compose.service"]: record for record in found}

    def image(self, reference: str) -> Record:
        """Return what the engine knows of an image. Raises MissingError."""
        try:
            return cast(Record, self._ask(self._api.inspect_image, reference))
        except MissingError:
            raise MissingError(f"no such image: {reference}: build or pull it first") from None

    def files(self, container: str) -> Iterator[bytes]:
        """Yield a container's file system as a tar archive, without what is mounted into it."""
        return cast(Iterator[bytes], self._ask(self._api.export, container))

    def execute(self, container: str, command: Sequence[str], user: str = "") -> tuple[int, bytes]:
        """Run a command in a running container and return its exit code and all that it printed.

        Raises EngineError too where it does not end within PATIENCE seconds; then it goes on in its container.
        """
        made = self._ask(self._api.exec_create, container, list(command), user=user)
        answers: list[bytes | EngineError] = []

        def ask() -> None:
            try:
                answers.append(self._ask(self._api.exec_start, made["Id"]))
            except EngineError as error:
                answers.append(error)

        asking = Thread(target=ask, daemon=True)  # the library waits for the command's output without a limit
        asking.start()
        asking.join(PATIENCE)
        answer = answers[0] if answers else EngineError(f"`{' '.join(command)}` did not end within {PATIENCE} seconds")
        if isinstance(answer, EngineError):
            raise answer
        return int(self._ask(self._api.exec_inspect, made["Id"])["ExitCode"] or 0), answer

    def create(self, image: str, command: Sequence[str], labels: Mapping[str, str]) -> str:
        """Make a container of an image, without a network, and return its id. Raises MissingError."""
        limits = self._api.create_host_config(network_mode="none")
        made = self._ask(
            self._api.create_container, image, list(command) or None, labels=dict(labels), host_config=limits
        )
        return cast(str, made["Id"])

    def start(self, container: str) -> None:
        """Start a container that was made here."""
        self._ask(self._api.start, container)

    def changes(self, container: str) -> list[Record]:
        """Return what a container changed in its image's files: `Path`, and `Kind` 0 changed, 1 added, 2 deleted."""
        return cast(list[Record], self._ask(self._api.diff, container) or [])

    def is_folder(self, container: str, path: str) -> bool:
        """Return whether a path in a container is a folder."""
        chunks, status = self._ask(self._api.get_archive, container, path)
        chunks.close()
        return bool(status["mode"] & _FOLDER)

    @contextmanager
    def archive(self, container: str, path: str) -> Iterator[Iterator[bytes]]:
        """Give a file or folder of a container, running or not, as chunks of a tar archive. Raises MissingError."""
        chunks, _ = self._ask(self._api.get_archive, container, path)
        with closing(chunks):
            yield chunks

    def volume(self, name: str) -> Record:
        """Return what the engine knows of a volume. Raises MissingError."""
        return cast(Record, self._ask(self._api.inspect_volume, name))

    def create_volume(self, name: str, labels: Mapping[str, str]) -> Record:
        """Make a volume and return what the engine knows of it."""
        return cast(Record, self._ask(self._api.create_volume, name, labels=dict(labels)))

    def labelled(self, label: str) -> dict[str, list[tuple[str, str]]]:
        """Return what carries a label's key, by kind: names or ids with the label's value, containers first."""
        wanted = {"label": label}
        containers = self._ask(self._api.containers, all=True, filters=wanted)
        networks = self._ask(self._api.networks, filters=wanted)
        volumes = self._ask(self._api.volumes, filters=wanted)["Volumes"] or []
        images = self._ask(self._api.images, filters=wanted)
        return {
            "container": [(found["Id"], found["Labels"][label]) for found in containers],
            "network": [(found["Id"], found["Labels"][label]) for found in networks],
            "volume": [(found["Name"], found["Labels"][label]) for found in volumes],
            "image": [(found["Id"], found["Labels"][label]) for found in images],
        }

    def discard(self, kind: str, name: str) -> None:
        """Remove a container, network, volume or image that was made here; one that has gone is no error."""
        how: dict[str, Callable[[], Any]] = {
            "container": lambda: self._api.remove_container(name, v=True, force=True),
            "network": lambda: self._api.remove_network(name),
            "volume": lambda: self._api.remove_volume(name, force=True),
            "image": lambda: self._api.remove_image(name, force=True),
        }
        with suppress(MissingError):
            self._ask(how[kind])

    def logs(self, container: str, lines: int = 20) -> str:
        """Return the last lines that a container printed."""
        return cast(bytes, self._ask(self._api.logs, container, tail=lines)).decode(errors="replace")

    def remove(self, container: str) -> None:
        """Remove a container that was made here, running or not, with its anonymous volumes."""
        self._ask(self._api.remove_container, container, v=True, force=True)

    def _inspected(self, listed: Sequence[Record]) -> Iterator[Record]:
        for entry in listed:
            with suppress(MissingError):  # it has gone meanwhile
                yield self.container(entry["Id"])

    def _ask(self, question: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return question(*arguments, **options)
        except ImageNotFound as error:
            raise MissingError(f"{_said(error)}: build or pull it first") from None
        except NotFound as error:
            raise MissingError(_said(error)) from None
        except APIError as error:
            raise EngineError(_said(error)) from None
        except requests.Timeout:
            raise EngineError(f"the engine at {self.address} did not answer within {PATIENCE} seconds") from None
        except (DockerException, requests.RequestException, OSError) as error:
            raise EngineError(_why_unreachable(self.address, error)) from None


def _reach(address: str) -> None:
    """Raise OSError where nobody listens on a Unix socket: docker leaves its own end of such a one open."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as ours:
            ours.settimeout(PATIENCE)
            ours.connect(address.removeprefix("unix://"))


def _of_context() -> str:
    try:
        context = ContextAPI.get_current_context()
    except (DockerException, OSError, ValueError):
        return ""
    return str(context.Host or "") if context else ""


def _said(error: APIError) -> str:
    return str(error.explanation or error).strip()


def _why_unreachable(address: str, error: BaseException) -> str:
    causes = list(_causes(error))
    if any(isinstance(cause, NameError) for cause in causes):  # the library's own way to say that a package is missing
        return f"{address} is reached through ssh, for which a package is missing: `pip install paramiko`"
    if any(isinstance(cause, PermissionError) for cause in causes):
        return f"no permission for {address}: run as root, or as a member of the socket's group"
    if any(isinstance(cause, FileNotFoundError | ConnectionRefusedError) for cause in causes):
        return f"no container engine answers at {address}: start it, or name another with --host"
    return f"the container engine at {address} cannot be asked: {causes[-1]}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what lies behind it, which requests keeps in arguments."""
    yield error
    behind = [error.__cause__, error.__context__, *error.args]
    for cause in behind:
        if isinstance(cause, BaseException):
            yield from _causes(cause)
            return
