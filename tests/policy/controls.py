"""Files to say something of, and what is said of one control."""

from __future__ import annotations

from pathlib import Path

from hardener.engine import Result
from hardener.model.settings import Settings
from hardener.policy.compliance import Assessment, assess
from hardener.policy.frameworks import frameworks
from hardener.policy.observed import Observed
from tests.conftest import harden

HARD = """\
services:
  web:
    image: acme/web:1
    user: "10001:10001"
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    read_only: true
"""
SOFT = "services:\n  web:\n    image: prom/prometheus:v2.55.1\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: acme/web:1}]
"""


def run(folder: Path, text: str, name: str = "compose.yaml", settings: Settings | None = None) -> Result:
    (folder / name).write_text(text)
    return harden(folder, settings or Settings())


def said(result: Result, number: str, framework: str = "cis-docker", *observed: Observed) -> Assessment:
    return next(each for each in assess(frameworks()[framework], result, observed) if each.control.id == number)
