import pytest

from hardener.runtime.processes import parse
from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import Relaxation
from hardener.runtime.trial.search import relaxation_of
from tests.runtime.test_processes import STATUS
from tests.runtime.trial.test_relaxation import AFTER, BEFORE

WORKER = STATUS.replace("\t101\t101\t101", "\t70\t70\t70").replace("\t102\t102\t102", "\t70\t70\t70")


def seen(written=(), processes=()):
    return Observation("sha256:1", "", True, None, "", (), tuple(processes), tuple(written), (), "", 1.0)


def search(observation, needs):
    """Return what is found of a service that works when `needs` says so, and how often it was started."""
    starts = []

    def works(back):
        starts.append(back)
        return needs(back)

    found = relaxation_of(BEFORE, AFTER, observation, works)
    return found, len(starts)


def test_needed_capabilities_are_found_and_no_others():
    def needs(back):
        has = "capabilities" in back.controls
        return has and (back.capabilities is None or {"CHOWN", "SETUID"} <= set(back.capabilities))

    found, starts = search(seen(), needs)
    assert found == Relaxation(("capabilities",), capabilities=("CHOWN", "SETUID"))
    assert starts <= 22


def test_places_that_it_wrote_to_keep_the_root_read_only():
    def needs(back):
        return "read-only" in back.controls and back.places is not None

    found, _ = search(seen(["/run/redis"]), needs)
    assert found is not None
    assert [tuple(place) for place in found.places or ()] == [("/run/redis", "runtime")]


def test_a_root_that_cannot_be_read_only_is_given_back():
    found, _ = search(seen(["/run/redis"]), lambda back: "read-only" in back.controls and back.places is None)
    assert found == Relaxation(("read-only",))


def test_a_user_that_its_own_processes_had_is_tried():
    worker = parse(WORKER)
    assert worker is not None
    found, _ = search(seen(processes=[worker]), lambda back: "user" in back.controls and back.user in ("", "70:70"))
    assert found == Relaxation(("user",), user="70:70")


def test_two_reasons_are_both_found():
    found, _ = search(seen(), lambda back: {"no-new-privileges", "user"} <= set(back.controls))
    assert found == Relaxation(("user", "no-new-privileges"))


def test_what_nothing_helps_is_none():
    assert search(seen(), lambda _back: False)[0] is None


def test_what_works_after_all_needs_nothing():
    assert search(seen(), lambda _back: True)[0] == Relaxation()


def test_a_limit_ends_the_search():
    class EnoughError(Exception):
        pass

    def works(_back):
        raise EnoughError

    with pytest.raises(EnoughError):
        relaxation_of(BEFORE, AFTER, seen(), works)


def test_what_is_known_stays_and_is_not_asked_about_again():
    def works(back):
        assert "capabilities" in back.controls
        assert back.capabilities is None or "CHOWN" in back.capabilities
        return back.capabilities is None or {"CHOWN", "DAC_OVERRIDE"} <= set(back.capabilities)

    known = Relaxation(("capabilities",), capabilities=("CHOWN",))
    found = relaxation_of(BEFORE, AFTER, seen(), works, known)
    assert found == Relaxation(("capabilities",), capabilities=("CHOWN", "DAC_OVERRIDE"))


def test_a_root_that_is_written_to_itself_is_no_place_for_a_mount():
    found, _ = search(seen(["/"]), lambda back: "read-only" in back.controls and back.places is None)
    assert found == Relaxation(("read-only",))
