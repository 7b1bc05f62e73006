from hardener.model.capabilities import DEFAULT
from hardener.runtime.trial.relaxation import Place, Relaxation, changed, granted, relaxed

BEFORE = {"image": "redis:7", "volumes": [{"type": "volume", "source": "data", "target": "/data"}]}
AFTER = {
    **BEFORE,
    "cap_add": ["SETGID", "SETUID"],
    "cap_drop": ["ALL"],
    "privileged": False,
    "read_only": True,
    "security_opt": ["no-new-privileges:true"],
    "tmpfs": ["/tmp"],
    "user": "999:999",
}


def test_controls_are_named_user_first():
    assert changed(BEFORE, AFTER) == ("user", "capabilities", "no-new-privileges", "read-only", "privileged")
    assert changed(AFTER, AFTER) == ()


def test_another_dockerfile_is_a_change_of_the_user():
    old, new = {"build": {"dockerfile": "Dockerfile"}}, {"build": {"dockerfile": "/new/Dockerfile"}}
    assert changed(old, new) == ("user",)
    assert relaxed(old, new, Relaxation(("user",))) == old


def test_nothing_taken_back_is_hardened_and_all_is_before():
    assert relaxed(BEFORE, AFTER, Relaxation()) == AFTER
    assert relaxed(BEFORE, AFTER, Relaxation(changed(BEFORE, AFTER))) == BEFORE


def test_some_capabilities_are_granted_though_all_are_dropped():
    service = relaxed(BEFORE, AFTER, Relaxation(("capabilities",), capabilities=("CHOWN",)))
    assert (service["cap_drop"], service["cap_add"]) == (["ALL"], ["CHOWN"])


def test_places_are_writable_below_a_root_that_is_not():
    places = tuple(map(Place.at, ("/run", "/app/logs", "/data")))
    service = relaxed(BEFORE, AFTER, Relaxation(("read-only",), places=places))
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp", "/run:uid=999,gid=999"]
    assert service["volumes"] == [*BEFORE["volumes"], {"type": "volume", "target": "/app/logs"}]


def test_a_user_that_was_seen_takes_the_place_of_the_one_that_failed():
    assert relaxed(BEFORE, AFTER, Relaxation(("user",), user="70:70"))["user"] == "70:70"
    assert "user" not in relaxed(BEFORE, AFTER, Relaxation(("user",)))


def test_kinds_of_places():
    assert Place.at("/var/cache/nginx").kind == "scratch"
    assert Place.at("/run/nginx").kind == "runtime"
    assert Place.at("/var/lib/x").kind == "data"
    assert Place.at("/runner").kind == "data"


def test_capabilities_as_they_stand():
    assert granted({}) == DEFAULT
    assert granted({"cap_drop": ["ALL"], "cap_add": ["CAP_CHOWN"]}) == ("CHOWN",)
    assert "NET_RAW" not in granted({"cap_drop": ["net_raw"]})
    assert granted({"cap_add": ["SYS_NICE"]}) == (*DEFAULT, "SYS_NICE")
