"""Reports of findings for programs, by the name of their format."""

from __future__ import annotations

from hardener.cli.request import Format
from hardener.report import github, gitlab, json, junit, markdown, sarif

REPORTS = {
    Format.JSON: json.report,
    Format.SARIF: sarif.report,
    Format.GITHUB: github.report,
    Format.GITLAB: gitlab.report,
    Format.JUNIT: junit.report,
    Format.MARKDOWN: markdown.report,
}
