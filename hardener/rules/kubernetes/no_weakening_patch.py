"""Let no patch take away what its base has.

Kustomize lays patches over manifests just before they are applied. A patch with `privileged: true` or `runAsUser: 0`
undoes what the base says, and who reads the base does not see it.

It is reported only: whether something depends on it shows in the manifest that the patch is for, and in what else is
laid over that. To check: `kubectl kustomize FOLDER`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Verdict
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.weakening import weakenings
from hardener.model.project import Project
from hardener.rules import Rule

RULE = Rule(
    title="let no patch take away what its base has",
    level="baseline",
)
_REASON = "it stands in a patch: what depends on it shows in its base; take it out here, or accept it with a reason"


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.patches:
        for subject in pod.subjects:
            found = list(weakenings(subject))
            if found:
                yield subject.finding(
                    f"weakens what it is laid over: {', '.join(each.words for each in found)}",
                    verdict=Verdict(Safety.HELD, _REASON),
                    span=(found[0].value.key_start, found[0].value.end),
                )
