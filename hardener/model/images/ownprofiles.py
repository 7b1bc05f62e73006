"""Image profiles that a project adds in `.harden/images/*.yaml`: found, read, and refused with the line that is wrong.

They are written as those in templates/images (schema.json beside them says how), save that `evidence` may be left out:
the file's own project answers for them. `image` names the image, or several with `*`. They go before those that ship.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

from hardener.model.images import profilevalues as values
from hardener.model.images.profiles import ImageName, is_shipped
from hardener.model.images.profilevalues import WrongProfileError
from hardener.model.servicefacts import ServiceFacts, check_service, facts_of
from hardener.text.find import nearest
from hardener.text.source import Source, UnreadableError, read_regular
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse

FOLDER = Path(".harden") / "images"

_FAMILIES = ("shadow", "busybox", "none", "windows")
_STARTS = ("root", "steps-down", "non-root")


class ProfileError(NamedTuple):
    """What is wrong with a profile."""

    path: Path
    line: int | None
    """Counted from 1; None where it concerns the whole file."""
    message: str


@dataclass(frozen=True, slots=True)
class OwnProfiles:
    """What a project's own profiles say, by the `image` that they name; and those that cannot be used."""

    documents: Mapping[str, Mapping[str, Any]]
    services: tuple[ServiceFacts, ...]
    """What trials showed of services, Dockerfiles and images: those files have `trial`."""
    errors: tuple[ProfileError, ...]


def find_folder(start: Path) -> Path | None:
    """Return the nearest `.harden/images` upwards from a file or folder, none above the project's root (a .git)."""
    return nearest(start, FOLDER)


def read_profiles(folder: Path | None) -> OwnProfiles:
    """Return what the profiles of a folder say."""
    documents: dict[str, Mapping[str, Any]] = {}
    services = []
    errors = []
    for path in sorted(folder.glob("*.yaml")) if folder else ():
        found = _read(path)
        if isinstance(found, ProfileError):
            errors.append(found)
        elif "trial" in found or "service" in found:
            services.append(facts_of(found, path))
        elif found["image"] in documents:
            errors.append(ProfileError(path, None, f'another file here is about "{found["image"]}" too'))
        else:
            documents[found["image"]] = found
    errors += [
        ProfileError(path, None, message) for path, message in _bad_references(folder, documents)
    ]  # fmt: skip
    return OwnProfiles(documents, tuple(services), tuple(errors))


def _bad_references(folder: Path | None, documents: dict[str, Mapping[str, Any]]) -> Iterator[tuple[Path, str]]:
    """Yield what `like` names and nobody knows, and remove those profiles."""
    for image, document in list(documents.items()):
        seen = {image}
        like = document.get("like")
        while like in documents and like not in seen:
            seen.add(like)
            like = documents[like].get("like")
        if like is not None and ((len(seen) > 1 and like in seen) or not is_shipped(like)):
            del documents[image]
            yield folder or FOLDER, f'there is no profile that "{image}" could be like: "{like}"'


def _read(path: Path) -> Mapping[str, Any] | ProfileError:
    text = ""
    try:
        text = Source.from_bytes(path, path.name, read_regular(path)).text
        root = parse(text).root(0)
        if root is None:
            return ProfileError(path, 1, "is empty")
        is_shown = root.get("trial") is not None or root.get("service") is not None
        (check_service if is_shown else _check_profile)(root)
        return cast(Mapping[str, Any], to_python(root))
    except UnreadableError as error:
        return ProfileError(path, None, error.reason)
    except UnparsableError as error:
        return ProfileError(path, error.line, error.reason)
    except WrongProfileError as wrong:
        return ProfileError(path, text.count("\n", 0, wrong.at.key_start) + 1, wrong.message)


def _check_profile(root: Cursor) -> None:
    values.mapping_of(root, {"image": _image, "like": values.text, "variants": values.list_of(_variant), **_SHARED})
    if root.get("image") is None:
        raise WrongProfileError(root, "`image` is missing: which image it is about")
    if root.get("like") is None and (root.get("base") is None or root.get("family") is None):
        raise WrongProfileError(root, "`base` and `family` are missing, or `like`, the image that it is like")


def _variant(value: Cursor) -> None:
    values.mapping_of(value, {"names": values.list_of(values.text), "tags": values.list_of(values.text), **_SHARED})
    if value.get("names") is None and value.get("tags") is None:
        raise WrongProfileError(value, "`names` or `tags` is missing: when it holds")


def _image(value: Cursor) -> None:
    values.text(value)
    name = ImageName.parse((value.text or "").replace("*", "x"))
    if name is None or "@" in (value.text or "") or ":" in (value.text or "").rpartition("/")[2]:
        raise WrongProfileError(value, f'"{value.text}" is no name of an image without tag and digest')


_FACTS: Mapping[str, Callable[[Cursor], None]] = {
    "family": values.one_of(_FAMILIES),
    "distribution": values.text,
    "shell": values.truth,
    "default_user": values.ids,
    "users": values.users,
    "starts": values.one_of(_STARTS),
    "runs_as": values.ids,
    "direct": values.truth,
    "capabilities": values.list_of(values.capability),
    "direct_capabilities": values.list_of(values.capability),
    "file_capabilities": values.list_of(values.path),
    "setuid": values.truth,
    "entrypoint": values.list_of(values.text),
    "environment": values.variables,
    "writable": values.list_of(values.writable),
    "ports": values.list_of(values.port),
    "no_new_privileges": values.truth,
    "read_only": values.truth,
}
_EVIDENCE: Mapping[str, Callable[[Cursor], None]] = {
    "facts": values.list_of(values.one_of(tuple(_FACTS))),
    "source": values.text,
    "read": values.text,
    "note": values.text,
}


def _proof(value: Cursor) -> None:
    values.mapping_of(value, _EVIDENCE)
    if value.get("facts") is None or value.get("source") is None:
        raise WrongProfileError(value, "`facts` and `source` are needed")


_SHARED: Mapping[str, Callable[[Cursor], None]] = {
    "base": values.truth,
    "evidence": values.list_of(_proof),
    **{fact: values.or_null(check) for fact, check in _FACTS.items()},
}
