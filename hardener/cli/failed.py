"""The one error of commands that could not do what they were asked for."""

from __future__ import annotations

import click


class FailedError(click.ClickException):
    """What was asked for could not be done; the message says why. The command exits with 2."""

    exit_code = 2
