import os
import subprocess
import sys

from hardener.runtime.trial import leftovers
from hardener.runtime.trial.leftovers import LABEL, owner, remove_kept, workplace


class Shelf:
    """An engine that only keeps labelled things."""

    def __init__(self, **things):
        self.things = things

    def labelled(self, label):
        assert label == LABEL
        return {"container": list(self.things.items())}

    def discard(self, kind, name):
        assert kind == "container"
        del self.things[name]


def of_an_ended_process():
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    return owner().replace(f"-{os.getpid()}-", f"-{ended.stdout.decode().strip()}-")


def test_what_an_ended_trial_left_goes_first_and_what_is_others_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers.tempfile, "tempdir", str(tmp_path))
    (tmp_path / f"harden-trial-{of_an_ended_process()}_abc").mkdir()
    other_host = owner().replace(owner().rpartition("-")[0].rpartition("-")[0], "elsewhere")
    shelf = Shelf(left=of_an_ended_process(), elsewhere=other_host)
    with workplace(shelf, keep=False) as work:
        assert [path.name for path in tmp_path.iterdir()] == [work.name]
        assert list(shelf.things) == ["elsewhere"]
        shelf.things["mine"] = owner()
    assert list(shelf.things) == ["elsewhere"]
    assert not work.exists()


def test_a_number_that_another_process_got_is_not_the_owner():
    value = owner()
    assert not leftovers._is_over(value)
    assert leftovers._is_over(value + "1")


def test_what_is_kept_stays_until_it_is_asked_to_go(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers.tempfile, "tempdir", str(tmp_path))
    shelf = Shelf()
    with workplace(shelf, keep=True) as work:
        shelf.things["mine"] = owner(keep=True)
    shelf.things["earlier"] = f"kept-{of_an_ended_process()}"
    earlier = tmp_path / f"harden-trial-{shelf.things['earlier']}_abc"
    earlier.mkdir()
    with workplace(shelf, keep=False):
        pass
    assert (list(shelf.things), work.exists(), earlier.exists()) == (["mine", "earlier"], True, True)
    assert remove_kept(shelf) == 1
    assert (list(shelf.things), work.exists(), earlier.exists()) == (["mine"], True, False)


def test_a_trial_that_runs_keeps_its_folder_whatever_its_random_name(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers.tempfile, "tempdir", str(tmp_path))
    running = tmp_path / f"harden-trial-{owner()}_v_qlfy08"
    running.mkdir()
    with workplace(Shelf(), keep=False):
        assert running.exists()
