from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from hardener.runtime.trial import start
from hardener.runtime.trial.composetool import ComposeError
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


@pytest.mark.parametrize("refused", [False, True])
def test_what_is_hardened_has_three_times_as_long_to_start_as_it_took_before(monkeypatch, tmp_path, refused):
    """Also where a part of the project could not be started as it was: the other services took as long."""
    now, allowed = [0.0], []

    def up(_project, _file, timeout):
        allowed.append(timeout)
        now[0] += 30
        if refused:
            raise ComposeError("the engine refuses one of them")

    class Watch:
        def __init__(self, *_what):
            pass

        def until_ready(self, _services, _expected):
            return {}

    monkeypatch.setattr(start, "Watch", Watch)
    monkeypatch.setattr(start, "isolated", lambda model, *_: model)
    monkeypatch.setattr(start, "take_down", lambda *_: None)
    monkeypatch.setattr(start.time, "monotonic", lambda: now[0])
    tool = SimpleNamespace(up=up, build=lambda *_: None)
    engine, how = SimpleNamespace(project=lambda _: {"a": {}}), SimpleNamespace(name="trial", label=("key", "value"))
    starter = Starter(engine=engine, tool=tool, how=how, work=tmp_path, settle=1, end=1000, max_runs=4)
    starter.run({"services": {}}, ["a"])
    starter.run({"services": {}}, ["a"], {})
    assert allowed == [1000, 3 * 30 + start.GRACE]
