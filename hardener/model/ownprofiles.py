"""Image profiles that a project adds in `.harden/images/*.yaml`: found, read, and refused with the line that is wrong.

They are written as those in templates/images (schema.json beside them says how), save that `evidence` may be left out:
the file's own project answers for them. `image` names the image, or several with `*`. They go before those that ship.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple, cast

from hardener.model.images import ImageName, is_shipped
from hardener.text.source import Source, UnreadableError, read_regular
from hardener.text.unparsable import UnparsableError
from hardener.text.yamlcursor import Cursor
from hardener.text.yamlplain import to_python
from hardener.text.yamltree import parse

FOLDER = Path(".harden") / "images"

_FAMILIES = ("shadow", "busybox", "none", "windows")
_STARTS = ("root", "steps-down", "non-root")
_KINDS = ("data", "runtime", "scratch")
_IDS = re.compile(r"(?:0|[1-9][0-9]*):(?:0|[1-9][0-9]*)", re.ASCII)
_CAPABILITY = re.compile(r"[A-Z][A-Z_]+", re.ASCII)


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
    errors: tuple[ProfileError, ...]


class _WrongError(Exception):
    def __init__(self, at: Cursor, message: str) -> None:
        super().__init__(message)
        self.at = at
        self.message = message


def find_folder(start: Path) -> Path | None:
    """Return the nearest `.harden/images` upwards from a file or folder, none above the project's root (a .git)."""
    real = start.resolve()
    for folder in (real, *real.parents):
        if (folder / FOLDER).is_dir():
            return folder / FOLDER
        if (folder / ".git").exists():
            return None
    return None


def read_profiles(folder: Path | None) -> OwnProfiles:
    """Return what the profiles of a folder say."""
    documents: dict[str, Mapping[str, Any]] = {}
    errors = []
    for path in sorted(folder.glob("*.yaml")) if folder else ():
        found = _read(path)
        if isinstance(found, ProfileError):
            errors.append(found)
        elif found["image"] in documents:
            errors.append(ProfileError(path, None, f'another file here is about "{found["image"]}" too'))
        else:
            documents[found["image"]] = found
    errors += [
        ProfileError(path, None, message) for path, message in _bad_references(folder, documents)
    ]  # fmt: skip
    return OwnProfiles(documents, tuple(errors))


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
        _check_profile(root)
        return cast(Mapping[str, Any], to_python(root))
    except UnreadableError as error:
        return ProfileError(path, None, error.reason)
    except UnparsableError as error:
        return ProfileError(path, error.line, error.reason)
    except _WrongError as wrong:
        return ProfileError(path, text.count("\n", 0, wrong.at.key_start) + 1, wrong.message)


def _check_profile(root: Cursor) -> None:
    _check_mapping(root, {"image": _image, "like": _text, "variants": _list_of(_variant), **_SHARED})
    if root.get("image") is None:
        raise _WrongError(root, "`image` is missing: which image it is about")
    if root.get("like") is None and (root.get("base") is None or root.get("family") is None):
        raise _WrongError(root, "`base` and `family` are missing, or `like`, the image that it is like")


def _check_mapping(value: Cursor, known: Mapping[str, Callable[[Cursor], None]]) -> None:
    if value.kind != "mapping":
        raise _WrongError(value, "expected keys with values")
    for key, item in value.entries():
        if key not in known:
            near = get_close_matches(key, known, n=1)
            raise _WrongError(item, f'unknown key "{key}"{f": did you mean {near[0]}?" if near else ""}')
        known[key](item)


def _variant(value: Cursor) -> None:
    _check_mapping(value, {"names": _list_of(_text), "tags": _list_of(_text), **_SHARED})
    if value.get("names") is None and value.get("tags") is None:
        raise _WrongError(value, "`names` or `tags` is missing: when it holds")


def _image(value: Cursor) -> None:
    _text(value)
    name = ImageName.parse((value.text or "").replace("*", "x"))
    if name is None or "@" in (value.text or "") or ":" in (value.text or "").rpartition("/")[2]:
        raise _WrongError(value, f'"{value.text}" is no name of an image without tag and digest')


def _text(value: Cursor) -> None:
    if not isinstance(to_python(value), str):
        raise _WrongError(value, "expected a text")


def _bool(value: Cursor) -> None:
    if not isinstance(to_python(value), bool):
        raise _WrongError(value, "expected true or false")


def _one_of(words: tuple[str, ...]) -> Callable[[Cursor], None]:
    def check(value: Cursor) -> None:
        if value.text not in words:
            raise _WrongError(value, f"expected one of {', '.join(words)}")

    return check


def _list_of(check_item: Callable[[Cursor], None]) -> Callable[[Cursor], None]:
    def check(value: Cursor) -> None:
        if value.kind != "sequence":
            raise _WrongError(value, "expected a list")
        for item in value.elements():
            check_item(item)

    return check


def _ids(value: Cursor) -> None:
    if not isinstance(to_python(value), str) or not _IDS.fullmatch(value.text or ""):
        raise _WrongError(value, f'expected "uid:gid" in quotes, found {value.text or "something else"}')


def _users(value: Cursor) -> None:
    if value.kind != "mapping":
        raise _WrongError(value, "expected names with their ids")
    for _, ids in value.entries():
        _ids(ids)


def _variables(value: Cursor) -> None:
    if value.kind != "mapping":
        raise _WrongError(value, "expected names with their values")
    for _, text in value.entries():
        _text(text)


def _capability(value: Cursor) -> None:
    if not _CAPABILITY.fullmatch(value.text or "") or (value.text or "").startswith("CAP_"):
        raise _WrongError(value, f'"{value.text}" is no capability as Docker names them, without CAP_')


def _path(value: Cursor) -> None:
    if not (value.text or "").startswith("/") or " " in (value.text or ""):
        raise _WrongError(value, f'"{value.text}" is no absolute path')


def _writable(value: Cursor) -> None:
    _check_mapping(value, {"path": _path, "kind": _one_of(_KINDS), "volume": _bool})
    if value.get("path") is None or value.get("kind") is None:
        raise _WrongError(value, "`path` and `kind` are needed")


def _port(value: Cursor) -> None:
    port = to_python(value)
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 65536:
        raise _WrongError(value, "expected a port")


def _or_null(check_value: Callable[[Cursor], None]) -> Callable[[Cursor], None]:
    return lambda value: None if value.is_null else check_value(value)


_FACTS: Mapping[str, Callable[[Cursor], None]] = {
    "family": _one_of(_FAMILIES),
    "distribution": _text,
    "shell": _bool,
    "default_user": _ids,
    "users": _users,
    "starts": _one_of(_STARTS),
    "runs_as": _ids,
    "direct": _bool,
    "capabilities": _list_of(_capability),
    "direct_capabilities": _list_of(_capability),
    "file_capabilities": _list_of(_path),
    "setuid": _bool,
    "entrypoint": _list_of(_text),
    "environment": _variables,
    "writable": _list_of(_writable),
    "ports": _list_of(_port),
    "no_new_privileges": _bool,
    "read_only": _bool,
}
_EVIDENCE: Mapping[str, Callable[[Cursor], None]] = {
    "facts": _list_of(_one_of(tuple(_FACTS))),
    "source": _text,
    "read": _text,
    "note": _text,
}


def _proof(value: Cursor) -> None:
    _check_mapping(value, _EVIDENCE)
    if value.get("facts") is None or value.get("source") is None:
        raise _WrongError(value, "`facts` and `source` are needed")


_SHARED: Mapping[str, Callable[[Cursor], None]] = {
    "base": _bool,
    "evidence": _list_of(_proof),
    **{fact: _or_null(check) for fact, check in _FACTS.items()},
}
