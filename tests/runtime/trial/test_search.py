import pytest

from hardener.runtime.trial.observation import Observation
from hardener.runtime.trial.relaxation import Relaxation
from hardener.runtime.trial.search import Search
from tests.runtime.trial.test_relaxation import AFTER, BEFORE


def seen(written=()):
    return Observation("sha256:1", "", True, None, "", (), (), tuple(written), (), "", 1.0)


def search(observation, needs, users=()):
    """Return what is found of a service that works when `needs` says so, and how often it was started."""
    starts = []

    def works(back):
        starts.append(back)
        return needs(back)

    found = Search(BEFORE, AFTER, observation, works, lambda: users).least()
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


def test_the_first_user_that_it_works_as_is_taken_and_what_only_root_needed_left_out():
    def needs(back):
        if "user" not in back.controls or back.user == "1:1":
            return False
        return back.user in ("70:70", "80:80") or "capabilities" in back.controls

    found, _ = search(seen(), needs, ["1:1", "70:70", "80:80"])
    assert found == Relaxation(("user",), user="70:70")


def test_a_user_as_whom_nothing_works_is_not_taken():
    found, _ = search(seen(), lambda back: "user" in back.controls and not back.user, ["70:70"])
    assert found == Relaxation(("user",))


def test_thirty_starts_are_enough_whatever_is_needed():
    def needs(back):
        as_root = {"user", "capabilities"} <= set(back.controls) and not back.user
        return as_root and (back.capabilities is None or {"CHOWN", "NET_RAW"} <= set(back.capabilities))

    found, starts = search(seen(["/run/x"]), needs, ["1:1", "2:2", "3:3", "4:4"])
    assert found is not None
    assert found.capabilities == ("CHOWN", "NET_RAW")
    assert starts + 3 <= 30  # with the two of all services, and the last after a restart


def test_what_is_only_proposed_is_the_first_to_be_taken_back():
    starts = []

    def works(back):
        starts.append(back)
        return "user" in back.controls and back.user != "70:70"

    search = Search(BEFORE, AFTER, seen(), works, lambda: ["70:70", "80:80"], proposed=("user",))
    assert search.least() == Relaxation(("user",), user="80:80")
    assert starts == [Relaxation(("user",), user=user) for user in ("", "70:70", "80:80")]


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
        Search(BEFORE, AFTER, seen(), works).least()


def test_what_is_known_stays_and_is_not_asked_about_again():
    def works(back):
        assert "capabilities" in back.controls
        assert back.capabilities is None or "CHOWN" in back.capabilities
        return back.capabilities is None or {"CHOWN", "DAC_OVERRIDE"} <= set(back.capabilities)

    known = Relaxation(("capabilities",), capabilities=("CHOWN",))
    found = Search(BEFORE, AFTER, seen(), works).least(known)
    assert found == Relaxation(("capabilities",), capabilities=("CHOWN", "DAC_OVERRIDE"))


def test_a_root_that_is_written_to_itself_is_no_place_for_a_mount():
    found, _ = search(seen(["/"]), lambda back: "read-only" in back.controls and back.places is None)
    assert found == Relaxation(("read-only",))
