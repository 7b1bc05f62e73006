from hardener.runtime.trial.shadow import inside, lay_out, outside


def test_only_the_named_files_have_other_texts(tmp_path):
    project = tmp_path / "project"
    (project / "api").mkdir(parents=True)
    (project / "compose.yaml").write_text("old")
    (project / "api" / "Dockerfile").write_text("old")
    (project / "api" / "main.py").write_text("code")
    (project / ".env").write_text("A=1")
    at = tmp_path / "work"
    at.mkdir()
    lay_out(at, {project / "compose.yaml": b"new"})
    assert inside(at, project / "compose.yaml").read_text() == "new"
    assert (project / "compose.yaml").read_text() == "old"
    assert inside(at, project / ".env").read_text() == "A=1"
    assert inside(at, project / "api" / "main.py").read_text() == "code"
    assert (inside(at, project / "api") / ".." / "compose.yaml").exists()


def test_paths_lead_back(tmp_path):
    assert outside(tmp_path, inside(tmp_path, tmp_path / "x" / "y")) == tmp_path / "x" / "y"
    assert outside(tmp_path, inside(tmp_path, tmp_path / "x") / ".." / "y") == tmp_path / "y"
