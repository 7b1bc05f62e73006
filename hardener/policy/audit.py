"""What a periodic audit asks, criterion by criterion: of the files, of the images that they build, and of exceptions.

The criteria are those that a policy of non-root containers with minimal capabilities is accepted by: a fixed user that
is not root, nothing privileged, every capability dropped, each one that is added justified and not past, an image that
runs as it says, and no setuid files in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from hardener.engine import Outcome, Result, State
from hardener.model.document import UNSUPPORTED
from hardener.model.exceptions import Accepted
from hardener.policy.observed import Observed


class Status(StrEnum):
    """What an audit says of a criterion."""

    MET = "met"
    NOT_MET = "not met"
    NOT_CHECKED = "not checked"
    NOT_APPLICABLE = "not applicable"


class Criterion(NamedTuple):
    """One requirement; rules look at files, `seen` names rules whose checks look at images."""

    id: str
    title: str
    rules: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


class Judged(NamedTuple):
    """What an audit says of a criterion, and why."""

    criterion: Criterion
    status: Status
    reasons: tuple[str, ...] = ()
    """Of what is not met or not checked, each with its place; else what was looked at."""


CRITERIA = (
    Criterion(
        "user",
        "images and workloads run as a fixed user that is not root, and their folders belong to it",
        (
            "compose-user",
            "dockerfile-non-root-user",
            "dockerfile-writable-paths",
            "kubernetes-run-as-non-root",
            "project-identity-mismatch",
        ),
    ),
    Criterion(
        "privileges",
        "no manifest is privileged, shares the host's namespaces or may gain privileges",
        (
            "compose-engine-socket",
            "compose-no-host-namespaces",
            "compose-no-new-privileges",
            "compose-no-privileged",
            "compose-no-unconfined",
            "kubernetes-no-host-namespaces",
            "kubernetes-no-privilege-escalation",
            "kubernetes-no-privileged",
        ),
    ),
    Criterion(
        "capabilities",
        "manifests drop all capabilities",
        ("compose-drop-capabilities", "kubernetes-drop-capabilities"),
    ),
    Criterion(
        "exceptions",
        "capabilities that are added are justified, and no justification is past",
        ("compose-no-added-capabilities", "kubernetes-no-added-capabilities"),
    ),
    Criterion(
        "runtime",
        "images that are built run as a user that is not root, without capabilities",
        seen=("dockerfile-non-root-user", "compose-drop-capabilities"),
    ),
    Criterion("setuid", "images that are built have no more setuid files than allowed", seen=("dockerfile-no-setuid",)),
)


class Image(NamedTuple):
    """What the record says of an image that was built."""

    name: str
    id: str
    users: tuple[str, ...]
    capabilities: tuple[str, ...]
    setuid: int | None
    """How many files have the bit; None where that could not be read."""


class Looked(NamedTuple):
    """What was seen of the images that files build."""

    observed: tuple[Observed, ...] = ()
    unseen: tuple[str, ...] = ()
    """Images that could not be built or started, each with the reason; or why none was."""
    images: tuple[Image, ...] = ()
    """Those that were started."""


def judge(result: Result, looked: Looked, faults: Sequence[Outcome]) -> list[Judged]:
    """Return what is said of each criterion; `faults` are what is wrong with the exceptions themselves.

    A finding that a fix would settle is not met either: an audit is about what stands in the files.
    """
    return [_of_images(one, result, looked) if one.seen else _of_files(one, result, faults) for one in CRITERIA]


def why_accepted(result: Result, exceptions: Collection[Accepted]) -> Callable[[Path, str], str]:
    """Return what tells why people accept what a rule finds in a file, by its real path; empty where they do not.

    Of what comments and records accept, all that the rule found in the file counts; an exception counts for rules too
    that did not look.
    """
    found: defaultdict[tuple[Path, str], list[Outcome]] = defaultdict(list)
    for outcome in result.outcomes:
        found[result.sources[outcome.finding.file].path, outcome.finding.rule].append(outcome)

    def why(path: Path, rule: str) -> str:
        outcomes = found[path, rule]
        if outcomes and all(outcome.state is State.SUPPRESSED for outcome in outcomes):
            return outcomes[0].reason
        about = (one for one in exceptions if one.rule == rule and not one.expired and not one.subjects)
        return next((one.words for one in about if one.concerns(path, "")), "")

    return why


def _of_files(criterion: Criterion, result: Result, faults: Sequence[Outcome]) -> Judged:
    rules = frozenset(criterion.rules)
    left = [outcome for outcome in result.outcomes if outcome.finding.rule in rules and _stands(outcome)]
    left += faults if criterion.id == "exceptions" else ()
    looked_at = [subject for subject in result.subjects if rules & subject.rules]
    unread = tuple(_unread(result))
    dialects = {rule.partition("-")[0] for rule in rules}
    unasked = {each.dialect for each in result.subjects if each.dialect in dialects and not rules & each.rules}
    unread += tuple(f"no rule about it is selected for {dialect} files" for dialect in sorted(unasked))
    if left:
        return Judged(criterion, Status.NOT_MET, (*map(_said, left), *_not_checked(unread)))
    if unread:
        return Judged(criterion, Status.NOT_CHECKED, unread)
    if not looked_at:
        return Judged(criterion, Status.NOT_APPLICABLE, ("the files define nothing that it is about",))
    return Judged(criterion, Status.MET, (f"{len(looked_at)} looked at",))


def _of_images(criterion: Criterion, result: Result, looked: Looked) -> Judged:
    about = [seen for seen in looked.observed if seen.rule in criterion.seen]
    failed = tuple(f"{seen.container}: {seen.message}" for seen in about if seen.status == "failed")
    unseen = [*looked.unseen, *(f"{seen.container}: {seen.message}" for seen in about if seen.status == "unknown")]
    unknown = tuple(dict.fromkeys([*unseen, *_errors(result)]))
    if failed:
        return Judged(criterion, Status.NOT_MET, (*failed, *_not_checked(unknown)))
    if unknown:
        return Judged(criterion, Status.NOT_CHECKED, unknown)
    if not looked.images:
        return Judged(criterion, Status.NOT_APPLICABLE, ("the files build no image",))
    return Judged(criterion, Status.MET, (f"{len(looked.images)} looked at",))


def _not_checked(reasons: Iterable[str]) -> Iterator[str]:
    yield from (f"not checked: {reason}" for reason in reasons)


def _stands(outcome: Outcome) -> bool:
    """Whether nobody accepts it for a reason: that it is recorded as known is none."""
    return outcome.state is not State.SUPPRESSED or outcome.recorded is not None


def _said(outcome: Outcome) -> str:
    finding = outcome.finding
    return f"{finding.file}:{finding.line}: {finding.subject}: {finding.message}"


def _unread(result: Result) -> Iterator[str]:
    held: Iterable[Outcome] = (outcome for outcome in result.outcomes if outcome.finding.rule == UNSUPPORTED)
    yield from (f"{outcome.finding.file}:{outcome.finding.line}: {outcome.reason}" for outcome in held)
    yield from _errors(result)


def _errors(result: Result) -> Iterator[str]:
    """Yield what keeps anything from being known of files: of all of them, where there are none."""
    if not (result.files or result.errors):
        yield "no Dockerfile, Compose file or Kubernetes manifest was found"
    for error in result.errors:
        place = error.path if error.line is None else f"{error.path}:{error.line}"
        yield f"{place}: {error.message}"
