"""Give no token for the API server to a pod that does not talk to it.

Every pod gets a token of its service account as a file, which whoever breaks in can use at the API server. Most
programs never do.

It stays where the manifest names a service account: that is somebody's identity there.

What may break: programs that ask the API server (operators, service discovery, leader election) fail with "no such
file or directory" for /var/run/secrets/kubernetes.io/serviceaccount/token.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.model.evidence import Control, Situation, Start, Verdict, decide
from hardener.model.finding import Finding, Safety
from hardener.model.kubernetes.fields import not_boolean, span_of, text_at, value_at
from hardener.model.kubernetes.manifest import KubernetesFile
from hardener.model.kubernetes.workload import Pod
from hardener.model.project import Project
from hardener.rules import Rule
from hardener.text.changes import Put

RULE = Rule(
    title="give no token for the API server to a pod",
    level="opt-in",
    caveat="a program that asks the API server does not find its token",
)
KEY = "automountServiceAccountToken"


def check(_project: Project, document: KubernetesFile) -> Iterator[Finding]:
    for pod in document.pods:
        value = value_at(pod.spec, KEY)
        if value is None or value.truth is not False:
            yield pod.finding(
                "gets a token for the API server",
                Put(pod.path(KEY), False, before=("containers", "initContainers")),
                verdict=_verdict(pod),
                span=span_of(value) or pod.span,
            )


def _verdict(pod: Pod) -> Verdict:
    value = value_at(pod.spec, KEY)
    account = text_at(pod.spec, "serviceAccountName") or text_at(pod.spec, "serviceAccount")
    reason = not_boolean(value)
    if reason or account not in ("", "default"):
        return Verdict(Safety.HELD, reason or f"`serviceAccountName: {account}` is its identity at the API server")
    return decide(
        Situation(
            Control.ISOLATION,
            Start.UNKNOWN,
            opposite="" if value is None else f"{KEY}: {value.text}",
            reasoned=value is not None and pod.document.has_comment_beside(value.end),
            unknown="whether it asks the API server",
        )
    )
