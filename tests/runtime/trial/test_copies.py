from pathlib import Path

import pytest

from hardener.runtime.client import MissingError
from hardener.runtime.trial.copies import Copies
from hardener.runtime.trial.isolation import NotTriedError

MODEL = {"name": "shop", "volumes": {"data": {}, "media": {"external": True, "name": "pictures"}}}


class Volumes:
    """An engine that has volumes in a folder."""

    def __init__(self, folder, address="unix:///run/docker.sock", **options):
        self.folder = folder
        self.address = address
        self.options = options

    def volume(self, name):
        if not (self.folder / name).exists():
            raise MissingError(name)
        return {"Driver": "local", "Mountpoint": str(self.folder / name), **self.options}

    def create_volume(self, name, labels):
        assert labels == {"key": "value"}
        (self.folder / name).mkdir()
        return self.volume(name)


def copies(engine, tmp_path, limit=100):
    return Copies(engine, MODEL, "trial", {"key": "value"}, tmp_path / "copies", limit)


def bind(source, **more):
    return {"type": "bind", "source": str(source), "target": "/x", **more}


def test_a_folder_is_copied_once_and_a_file_that_cannot_be_written_not_at_all(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a").write_text("1")
    made = copies(Volumes(tmp_path), tmp_path)
    first, second = made.mount(bind(tmp_path / "src")), made.mount(bind(tmp_path / "src"))
    assert first == second != bind(tmp_path / "src")
    assert made.mount(bind(tmp_path / "src" / "a", read_only=True))["source"] == str(tmp_path / "src" / "a")


@pytest.mark.parametrize("source", ["link", "way/data", "data/inside"])
def test_of_a_link_what_it_leads_to_is_copied(tmp_path, source):
    """A copy of the link itself would lead to the original, which the engine would mount."""
    for name in ("real", "data"):
        (tmp_path / name).mkdir()
    (tmp_path / "real" / "a").write_text("1")
    (tmp_path / "real" / "data").mkdir()
    (tmp_path / "real" / "data" / "a").write_text("1")
    for link in ("link", "way", "data/inside"):
        (tmp_path / link).symlink_to(tmp_path / "real")
    model = MODEL | {"services": {"a": {"volumes": [bind(tmp_path / "data")]}}}
    made = Copies(Volumes(tmp_path), model, "trial", {}, tmp_path / "copies").mount(bind(tmp_path / source))
    copy = Path(made["source"])
    assert copy.resolve().is_relative_to(tmp_path / "copies")
    assert (copy / "a").read_text() == "1"


def test_what_a_link_leads_to_counts_for_its_size(tmp_path):
    (tmp_path / "big").write_bytes(b"x" * 101)
    (tmp_path / "link").symlink_to("big")
    with pytest.raises(NotTriedError, match="too much to copy"):
        copies(Volumes(tmp_path), tmp_path).measured(bind(tmp_path / "link"))


def test_a_link_to_itself_is_a_folder_that_is_not_there(tmp_path):
    (tmp_path / "link").symlink_to("link")
    made = copies(Volumes(tmp_path), tmp_path).mount(bind(tmp_path / "link"))
    assert list(Path(made["source"]).iterdir()) == []


@pytest.mark.parametrize("first", ["data", "data/sub"])
def test_what_is_mounted_inside_of_another_mount_is_inside_of_its_copy(tmp_path, first):
    (tmp_path / "data" / "sub").mkdir(parents=True)
    (tmp_path / "data" / "sub" / "a").write_text("1")
    mounts = {name: bind(tmp_path / name) for name in ("data", "data/sub", "data/new")}
    made = Copies(
        Volumes(tmp_path),
        MODEL | {"services": {"a": {"volumes": [*mounts.values()]}}},
        "trial",
        {},
        tmp_path / "copies",
    )
    for name in (first, *mounts):
        mounts[name] = made.mount(bind(tmp_path / name))
    outer = mounts["data"]["source"]
    assert mounts["data/sub"]["source"] == f"{outer}/sub"
    assert mounts["data/new"]["source"] == f"{outer}/new"
    assert (tmp_path / "copies").joinpath("0", "data", "sub", "a").read_text() == "1"
    assert not (tmp_path / "data" / "new").exists()


def test_what_is_too_big_around_it_is_not_copied_with_it(tmp_path):
    (tmp_path / "data" / "sub").mkdir(parents=True)
    (tmp_path / "data" / "big").write_bytes(b"x" * 101)
    model = MODEL | {"services": {"a": {"volumes": [bind(tmp_path / "data")]}}}
    made = Copies(Volumes(tmp_path), model, "trial", {}, tmp_path / "copies", 100)
    assert made.mount(bind(tmp_path / "data" / "sub"))["source"] == str(tmp_path / "copies" / "0" / "sub")


@pytest.mark.parametrize(("source", "own"), [("data", "shop_data"), ("media", "pictures")])
def test_a_volume_is_copied_by_the_name_that_the_engine_has_for_it(tmp_path, source, own):
    (tmp_path / own / "deep").mkdir(parents=True)
    (tmp_path / own / "deep" / "a").write_text("1")
    copies(Volumes(tmp_path), tmp_path).mount({"type": "volume", "source": source, "target": "/x"})
    assert (tmp_path / f"trial_{source}" / "deep" / "a").read_text() == "1"


def test_a_volume_that_is_not_there_starts_empty(tmp_path):
    copies(Volumes(tmp_path), tmp_path).mount({"type": "volume", "source": "data", "target": "/x"})
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_refused_before_anything_is_copied(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a").write_bytes(b"x" * 101)
    with pytest.raises(NotTriedError, match="too much to copy"):
        copies(Volumes(tmp_path), tmp_path).measured(bind(tmp_path / "src"))


@pytest.mark.parametrize(
    "options", [{"Driver": "nfs"}, {"Options": {"type": "none", "o": "bind", "device": "/srv/data"}}]
)
def test_a_volume_that_mounts_something_else_is_refused(tmp_path, options):
    (tmp_path / "shop_data").mkdir()
    with pytest.raises(NotTriedError, match="cannot be copied"):
        copies(Volumes(tmp_path, **options), tmp_path).measured({"type": "volume", "source": "data", "target": "/x"})


def test_a_folder_of_another_host_is_refused(tmp_path):
    with pytest.raises(NotTriedError, match="run the trial there"):
        copies(Volumes(tmp_path, "tcp://elsewhere:2375"), tmp_path).measured(bind(tmp_path))
