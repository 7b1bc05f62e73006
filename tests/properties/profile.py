"""How many examples are tried: few and always the same ones, or as many as HARDEN_EXAMPLES says, new ones each time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

WANTED = os.environ.get("HARDEN_EXAMPLES")

ordinary = settings(
    max_examples=int(WANTED or 60),
    derandomize=WANTED is None,
    database=None,
    deadline=None,
    print_blob=False,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
