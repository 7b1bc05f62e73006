import pytest

from hardener.runtime.trial.refusal import worded

SHIM = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: "
RLIMIT = (
    "error during container init: error setting rlimits for ready process: error setting rlimit type {}: {}: unknown"
)
FULL = "error creating overlay mount: write /var/lib/docker/overlay2/1/link: no space left on device"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", ""),
        ("one\n\n  two  \n\n", "two"),
        (
            SHIM + RLIMIT.format(8, "operation not permitted"),
            "the engine may not raise the limit memlock here, as `ulimits` asks",
        ),
        (SHIM + RLIMIT.format(8, "invalid argument"), SHIM + RLIMIT.format(8, "invalid argument")),
        (SHIM + RLIMIT.format(99, "operation not permitted"), SHIM + RLIMIT.format(99, "operation not permitted")),
        (FULL, f"the engine's disk is full: {FULL}"),
        (
            "ERROR: for db  Cannot start service db: no such device\nEncountered errors while bringing up the project.",
            "ERROR: for db  Cannot start service db: no such device",
        ),
    ],
)
def test_the_line_that_matters_is_told(said, words):
    assert worded(said) == words
