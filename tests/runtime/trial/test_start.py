from contextlib import contextmanager

import pytest

from hardener.runtime.trial import start
from hardener.runtime.trial.start import Starter
from hardener.runtime.trial.watch import OutOfTimeError


@pytest.fixture
def starter(monkeypatch, tmp_path):
    """A starter that only counts."""

    class Watch:
        def __init__(self, *_what):
            pass

        def until_ready(self, services, _expected):
            return dict.fromkeys(services)

    class Counts(Starter):
        @contextmanager
        def _up(self, *_what, **_how):
            self._count()
            yield "project", tmp_path, ""

    monkeypatch.setattr(start, "Watch", Watch)
    return Counts(engine=None, tool=None, how=None, work=tmp_path, settle=1, end=0, max_runs=4)


def test_the_limit_is_each_services_own(starter):
    for _ in ("as they are", "hardened"):
        starter.run({}, ["a", "b"])
    for service in ("a", "b"):
        starter.begin_search()
        for number in (3, 4):
            starter.run({}, [service])
            assert starter.used == number
        with pytest.raises(OutOfTimeError, match="not found within 4 starts: allow more with --max-runs"):
            starter.run({}, [service])
    assert starter.runs == 6
