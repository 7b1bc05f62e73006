"""The command line: one module per command, loaded when it is asked for; the only code that prints or exits."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from io import StringIO
from typing import NoReturn

import click

from hardener import __version__
from hardener.cli.group import CommandGroup
from hardener.cli.streams import say
from hardener.text.terminal import printable

# \b keeps click from filling the lines.
EXIT_CODES = """\b
Exit code:
  0  done
  1  --check found something
  2  wrong usage, or a file could not be read, parsed or written (the others are done)
"""


@click.group(
    epilog=EXIT_CODES,
    cls=CommandGroup,
    default="fix",
    default_if_no_args=True,
    modules={
        "fix": "hardener.cli.fix",
        "rules": "hardener.cli.rules",
        "explain": "hardener.cli.rules",
        "config": "hardener.cli.config",
        "exception": "hardener.cli.exception",
        "compliance": "hardener.cli.compliance",
        "policy": "hardener.cli.policy",
        "verify": "hardener.cli.verify",
        "trial": "hardener.cli.trial",
        "pr": "hardener.cli.pr",
        "report": "hardener.cli.report",
        "audit": "hardener.cli.audit",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="harden")
def harden() -> None:
    """Harden Dockerfiles, Compose files and Kubernetes manifests by rewriting them.

    Finds what can be hardened in PATHS (default: the current folder). Changes nothing unless told to.
    A PATH of - is standard input: with --diff the diff is printed, with --write the new text.
    """


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: with 2 for what is wrong with it, said in words that are safe to show."""
    gc.disable()  # a run keeps nearly all that it makes until it ends, and looking for garbage takes a quarter of it
    try:
        code = harden.main(args, prog_name="harden", standalone_mode=False)
    except click.ClickException as error:
        complaint = StringIO()
        error.show(complaint)
        say(printable(complaint.getvalue(), keep="\n"))
        code = error.exit_code
    except click.Abort:
        code = 130
    except Exception:  # 1, which the interpreter would exit with, says that --check found something
        import traceback  # noqa: PLC0415 - a fifth of the start-up time

        say(printable(traceback.format_exc(), keep="\n") + "This is a fault of harden; no file is half written.\n")
        code = 2
    gc.freeze()  # nor does freeing it all at the end serve anybody
    sys.exit(code or 0)
