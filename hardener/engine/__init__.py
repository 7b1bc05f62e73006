"""Plan and apply: rules over a project, then their changes into text, guarded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from hardener.engine.acceptance import Acceptance, give_up_needed, judge, outdated, outdated_notices
from hardener.engine.check import DIALECTS, check
from hardener.engine.examined import Examined, examined
from hardener.engine.justify import matched
from hardener.engine.read import Documents, compose_files, exclusions, kustomizations, read_all
from hardener.engine.render import render
from hardener.engine.result import FileChange, Notice, Outcome, Result, State
from hardener.engine.settle import missing_requirements, wanted
from hardener.model.compose.composefile import ComposeFile
from hardener.model.dockerfile.stages import Dockerfile
from hardener.model.dockerfile.targets import missing_target
from hardener.model.document import UNSUPPORTED, Document, Subject
from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Key, Safety
from hardener.model.images.ownprofiles import find_folder, read_profiles
from hardener.model.images.profiles import Images, using
from hardener.model.kubernetes.chart import hold_templates
from hardener.model.kubernetes.kustomize import kustomize
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.project import Project
from hardener.model.recorded import Recorded
from hardener.model.servicefacts import stale, stale_of_dockerfile
from hardener.model.settings import Settings, SettingsOf
from hardener.rules import selected
from hardener.text.find import find
from hardener.text.source import Reader

__all__ = ["Examined", "FileChange", "Notice", "Outcome", "Result", "State", "run"]


def run(  # noqa: PLR0913 - independent of each other, and given by name
    paths: Sequence[Path],
    settings: Settings | SettingsOf,
    *,
    overlay: Mapping[Path, bytes] | None = None,
    root: Path | None = None,
    force_exclude: bool = False,
    only: Callable[[Finding], bool] = lambda _: True,
) -> Result:
    """Look for files in `paths`, check them and prepare the new texts; writes nothing.

    `settings` are those of all files, or a function that gives each file's: it decides about what is found in it.
    `overlay` gives the bytes of files that an editor or standard input holds. `root` bounds what is read besides
    `paths` (default: the nearest folder upwards with a .git, else the current folder). Findings that are not `only`
    the wanted ones are left out.
    """
    here, settings_of = Path.cwd(), settings if callable(settings) else lambda _: settings
    reader = Reader(root or project_root(here), overlay)
    for path in paths:
        reader.allow(path)
    given = [here / path for path in paths]
    found = find(given, exclusions(settings_of), force_exclude=force_exclude)
    read = read_all(found, reader)
    own = read_profiles(find_folder(given[0] if given else here))
    read.errors += [Notice(reader.name(error.path), error.message, error.line) for error in own.errors]
    read.errors += _missing_targets(read.documents, settings_of)
    manifests = (document for document in read.documents if isinstance(document, KubernetesFile))
    kustomize(manifests, reader, lambda: kustomizations(reader.root, reader))
    hold_templates(read.documents, reader)
    project = Project(
        read.documents,
        cache(lambda folder: replace(settings_of(folder), trials=(*settings_of(folder).trials, *own.services))),
        reader,
        selected=selected,
        search=lambda: compose_files(reader.root, reader, read.documents),
    )
    with using(Images(own.documents)):
        read.skipped += _stale_trials(project) if own.services else ()
        folders = dict.fromkeys(path if path.is_dir() else path.parent for path in given)
        return _apply(
            project, read, only, _records([*map(settings_of, folders), *map(project.settings_of, read.documents)])
        )


def _records(settings: Iterable[Settings]) -> list[Recorded]:
    tables = {id(one.recorded): one.recorded for one in settings}.values()
    return list(dict.fromkeys(record for table in tables for records in table.values() for record in records))


def project_root(folder: Path) -> Path:
    """Return the nearest folder upwards that has a .git, else `folder` itself."""
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), folder)


def _stale_trials(project: Project) -> list[Notice]:
    """Return what is not counted of what trials showed, because something has changed since."""
    files = (document for document in project.documents if isinstance(document, ComposeFile))
    services = (service for file in files for service in file.services)
    told = ((service, stale(project, service)) for service in services)
    said = [Notice(service.document.file, f"service {service.name}: {reason}") for service, reason in told if reason]
    dockerfiles = (document for document in project.documents if isinstance(document, Dockerfile))
    by_themselves = ((found.file, stale_of_dockerfile(project, found)) for found in dockerfiles)
    return said + [Notice(file, reason) for file, reason in by_themselves if reason]


def _missing_targets(documents: Iterable[Document], settings_of: SettingsOf) -> list[Notice]:
    dockerfiles = (document for document in documents if isinstance(document, Dockerfile))
    missing = ((found.file, missing_target(settings_of(found.source.path.parent), found)) for found in dockerfiles)
    return [Notice(file, message) for file, message in missing if message]


def _apply(project: Project, read: Documents, only: Callable[[Finding], bool], records: Iterable[Recorded]) -> Result:
    decided: dict[Key, tuple[State, str]] = {}
    outcomes: list[Outcome] = []
    changes: list[FileChange] = []
    notices: list[Notice] = []
    settings = {document: project.settings_of(document) for document in sorted(read.documents, key=_rank)}
    judged = {doc: judge(doc, [*_held(doc), *check(project, doc)], settings[doc]) for doc in settings}
    gone = tuple(outdated(records, project, judged))
    found = {document: [*filter(only, one.findings)] for document, one in judged.items()}
    give_up_needed(found, judged, {document for document in judged if settings[document].unsafe_fixes})
    for document in _required_first(found):
        findings, accepted = found[document], judged[document].accepted
        change = _fix(document, findings, accepted, settings[document].unsafe_fixes, decided)
        notices += judged[document].notices
        changes += [change] if change is not None else []
        outcomes += (_outcome(finding, *decided[finding.key], accepted.get(finding.key)) for finding in findings)
    outcomes.sort(key=lambda outcome: (outcome.finding.file, outcome.finding.start, outcome.finding.rule))
    sources = {document.file: document.source for document in found if found[document]}
    exceptions = {one for document in found for one in project.settings_of(document).exceptions}
    return Result(
        tuple(outcomes),
        tuple(changes),
        tuple(read.errors),
        tuple(read.skipped + notices + outdated_notices(gone, project.reader)),
        read.files,
        sources,
        examined(project, found),
        frozenset(matched(exceptions, found)),
        gone,
    )


def _outcome(finding: Finding, state: State, reason: str, accepted: Acceptance | None) -> Outcome:
    if accepted is None:
        return Outcome(finding, state, reason)
    return Outcome(finding, state, reason, accepted.until, accepted.exception, accepted.recorded)


def _required_first(found: Mapping[Document, Sequence[Finding]]) -> list[Document]:
    """Return the files so that what findings require is decided before them; as they stand where that cannot be."""
    by_name = {document.file: document for document in found}
    required = {
        document.file: [key.file for finding in findings for key in finding.requires if key.file != document.file]
        for document, findings in found.items()
    }
    try:
        order = [*TopologicalSorter(required).static_order()]
    except CycleError:
        return [*found]
    return [by_name[name] for name in order if name in by_name]


def _fix(
    document: Document,
    findings: Sequence[Finding],
    accepted: Mapping[Key, Acceptance],
    unsafe_fixes: bool,
    decided: dict[Key, tuple[State, str]],
) -> FileChange | None:
    """Decide about every finding of a file and return the file's change; `accepted` says why people accept some.

    Each attempt drops at least one finding or is the last, so this ends.
    """
    remaining = []
    for finding in findings:
        if finding.key in accepted:
            decided[finding.key] = (State.SUPPRESSED, accepted[finding.key].reason)
        elif wanted(finding, unsafe_fixes):
            remaining.append(finding)
        else:
            decided[finding.key] = (State.HELD if finding.safety is Safety.HELD else State.UNSAFE, finding.reason)
    change = None
    while remaining:
        dropped = missing_requirements(remaining, decided)
        if not dropped:
            change, dropped = render(document, remaining)
        if not dropped:
            break
        decided |= dropped
        remaining = [finding for finding in remaining if finding.key not in dropped]
    decided |= {finding.key: (State.FIXED, "") for finding in remaining}
    return change


def _held(document: Document) -> list[Finding]:
    return [
        Subject(document, held.subject, held.start, held.end)
        .finding("cannot be hardened as it stands", verdict=Verdict(Safety.HELD, held.reason))
        ._replace(rule=UNSUPPORTED)
        for held in document.held
    ]


def _rank(document: Document) -> tuple[int, str]:
    kinds = list(DIALECTS.values())
    return kinds.index(type(document)) if type(document) in kinds else len(kinds), document.file
