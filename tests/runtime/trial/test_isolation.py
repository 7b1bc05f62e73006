import pytest

from hardener.runtime.trial import isolation
from hardener.runtime.trial.isolation import Isolation, NotTriedError, isolated

ALONE = Isolation(("harden.trial", "me"), "harden-trial-1", network=False, secrets=False)
MODEL = {
    "services": {
        "web": {
            "build": {"context": "/src"},
            "image": "shop/web:1",
            "container_name": "shop-web",
            "depends_on": {"db": {"condition": "service_healthy"}},
            "networks": {"front": {"ipv4_address": "10.0.0.2", "aliases": ["shop"]}},
            "ports": ["8080:80"],
            "restart": "always",
            "volumes": [{"type": "volume", "source": "media", "target": "/media"}],
        },
        "db": {"image": "postgres:16", "deploy": {"replicas": 3, "resources": {"limits": {"memory": "1g"}}}},
        "other": {"image": "redis:7"},
    },
    "networks": {"front": {"external": True, "name": "proxy"}},
    "volumes": {"media": {"external": True}},
}


def alone(name="web", how=ALONE, **keys):
    model = {**MODEL, "services": {**MODEL["services"], name: {**MODEL["services"][name], **keys}}}
    return isolated(model, [name], how, lambda mount: mount)


def test_only_what_is_needed_is_started():
    assert list(alone()["services"]) == ["web", "db"]
    assert list(alone("other")["services"]) == ["other"]


def test_nothing_of_the_users_is_named():
    model = alone()
    web = model["services"]["web"]
    assert web["image"].startswith("harden-trial-1-")
    assert web["restart"] == "on-failure:3"
    assert not {"container_name", "ports"} & set(web)
    assert web["networks"] == {"front": {"aliases": ["shop"]}}
    assert model["networks"]["front"] == {"labels": {"harden.trial": "me"}, "internal": True}
    assert model["volumes"] == {"media": {"labels": {"harden.trial": "me"}}}


def test_all_that_is_made_carries_the_label():
    model = alone()
    label = {"harden.trial": "me"}
    assert all(service["labels"] == label for service in model["services"].values())
    assert model["services"]["web"]["build"]["labels"] == label


def test_limits_stay_and_copies_go():
    assert alone()["services"]["db"]["deploy"] == {"resources": {"limits": {"memory": "1g"}}}


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"network_mode": "host"}, "--network"),
        ({"network_mode": "container:mine"}, "another container"),
        ({"volumes_from": ["container:mine:ro"]}, "another container"),
        ({"secrets": [{"source": "key"}]}, "--secrets"),
        ({"volumes": [{"type": "bind", "source": "/var/run/docker.sock", "target": "/s"}]}, "the engine's socket"),
        ({"use_api_socket": True}, "the engine's socket"),
        ({"provider": {"type": "cloud"}}, "is no container"),
    ],
)
def test_what_reaches_the_users_own_is_not_tried(keys, said):
    with pytest.raises(NotTriedError, match=said):
        alone("other", **keys)


@pytest.mark.parametrize("source", ["link.sock", "run", "way"])
def test_the_engines_socket_is_found_behind_links_and_in_folders(tmp_path, monkeypatch, source):
    """What cannot be written is mounted as it is, and a socket in it takes connections all the same."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "docker.sock").touch()
    (tmp_path / "link.sock").symlink_to("run/docker.sock")
    (tmp_path / "way").symlink_to(tmp_path)
    monkeypatch.setattr(isolation, "_SOCKETS", (str(tmp_path / "run" / "docker.sock"),))
    mount = {"type": "bind", "source": str(tmp_path / source), "target": "/x", "read_only": True}
    with pytest.raises(NotTriedError, match="the engine's socket"):
        alone("other", volumes=[mount])


def test_of_a_folder_that_can_be_written_there_is_a_copy_in_which_nobody_listens(tmp_path, monkeypatch):
    (tmp_path / "docker.sock").touch()
    monkeypatch.setattr(isolation, "_SOCKETS", (str(tmp_path / "docker.sock"),))
    mount = {"type": "bind", "source": str(tmp_path), "target": "/x"}
    assert alone("other", volumes=[mount])["services"]["other"]["volumes"] == [mount]


def test_it_is_tried_where_that_is_allowed():
    allowed = Isolation(("harden.trial", "me"), "harden-trial-1", network=True, secrets=True)
    model = alone("other", allowed, network_mode="host", secrets=[{"source": "key"}])
    assert model["services"]["other"]["network_mode"] == "host"
    assert model["networks"]["default"]["internal"] is False


def test_another_build_is_another_image_and_only_that_is_made():
    build = {"context": "/src", "tags": ["shop/web:latest"], "cache_to": ["type=local,dest=/cache"]}
    built = alone(build=build)["services"]["web"]
    assert set(built["build"]) == {"context", "labels"}
    assert alone(build=build)["services"]["web"]["image"] == built["image"]
    assert alone(build={"context": "/other"})["services"]["web"]["image"] != built["image"]


def test_nothing_is_pulled():
    assert "pull_policy" not in alone("other", pull_policy="always")["services"]["other"]


def test_what_it_takes_volumes_from_is_started_too():
    assert list(alone("other", volumes_from=["db:ro"])["services"]) == ["db", "other"]


@pytest.mark.parametrize(
    ("check", "asked"),
    [
        ({}, {"interval": "2s", "retries": 45}),
        (
            {"test": ["CMD", "x"], "interval": "1m30s", "retries": 2},
            {"test": ["CMD", "x"], "interval": "2s", "retries": 90},
        ),
        ({"interval": "1s"}, {"interval": "1s"}),
        ({"disable": True}, {"disable": True}),
        ({"test": ["NONE"]}, {"test": ["NONE"]}),
    ],
)
def test_health_is_asked_often_and_may_fail_for_as_long(check, asked):
    assert alone("other", healthcheck=check)["services"]["other"]["healthcheck"] == asked


def test_many_services_are_asked_less_often():
    names = [f"service-{number}" for number in range(20)]
    model = {"services": {name: {"image": "redis:7"} for name in names}}
    services = isolated(model, names, ALONE, lambda mount: mount)["services"]
    assert {tuple(service["healthcheck"].items()) for service in services.values()} == {
        (("interval", "5s"), ("retries", 18))
    }
