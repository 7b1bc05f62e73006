"""Who asks: tokens, Apps, credential helpers; and who commits."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from hardener.bot.credentials import take
from hardener.bot.github import api_of
from hardener.bot.remote import Remote, RemoteError, of_slug, of_url
from tests.bot.conftest import Shop
from tests.bot.state import SLUG, TOKEN, git


def test_a_github_app(shop: Shop) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(encoding, form, serialization.NoEncryption()).decode()
    shop.monkeypatch.setenv("GITHUB_APP_ID", "3")
    shop.monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY", pem)
    done = shop.run(token="")
    assert done.exit_code == 0, done.stderr
    assert "POST /app/installations/7/access_tokens" in shop.forge.asked
    assert len(shop.forge.pulls) == 1


def test_a_key_that_is_none(shop: Shop) -> None:
    shop.monkeypatch.setenv("GITHUB_APP_ID", "3")
    shop.monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY", "not a key SECRET")
    done = shop.run(token="")
    assert done.exit_code == 2
    assert "GITHUB_APP_PRIVATE_KEY" in done.stderr
    assert "SECRET" not in done.stderr


def test_the_credential_helper_of_git(shop: Shop) -> None:
    helper = f"!f() {{ echo username=mona; echo password={TOKEN}; }}; f"
    git("config", "--file", str(Path.home() / ".gitconfig"), "credential.helper", helper, folder=shop.clone)
    done = shop.run(token="")
    assert done.exit_code == 0, done.stderr
    assert len(shop.forge.pulls) == 1


def test_no_token_at_all(shop: Shop) -> None:
    done = shop.run(token="")
    assert done.exit_code == 2
    assert "no token for" in done.stderr
    assert shop.forge.asked == []


def test_a_token_for_another_server_is_not_sent(shop: Shop) -> None:
    git("remote", "set-url", "origin", "https://git.evil.example/acme/shop.git", folder=shop.clone)
    done = shop.run()
    assert done.exit_code == 2
    assert f"there is one for {shop.forge.url}" in done.stderr


def test_a_token_for_a_server_is_not_sent_to_the_api_of_another(shop: Shop) -> None:
    """A workflow's GITHUB_API_URL belongs to its GITHUB_SERVER_URL; a clone can be of a repository elsewhere."""
    own = shop.forge.url.replace("127.0.0.1", "localhost")
    git("remote", "set-url", "origin", f"{own}/{SLUG}.git", folder=shop.clone)
    shop.monkeypatch.setenv("GH_ENTERPRISE_TOKEN", TOKEN)
    shop.monkeypatch.setenv("GITHUB_API_URL", "https://api.elsewhere.invalid")
    done = shop.run(token="ghp_of_the_workflow")
    assert shop.forge.asked[0] == f"GET /repos/{SLUG}"
    assert "names another server, which the token is not sent to (127.0.0.1)" in done.stderr, (
        "the stand-in has one name"
    )


def test_a_token_is_not_sent_where_others_can_read_it(shop: Shop) -> None:
    shop.monkeypatch.setenv("GITHUB_API_URL", "http://api.elsewhere.invalid")
    done = shop.run()
    assert done.exit_code == 2
    assert "GITHUB_API_URL" in done.stderr
    assert "others can read the token" in done.stderr


@pytest.mark.parametrize("name", ["GITHUB_SERVER_URL", "GITHUB_API_URL"])
def test_no_url_has_a_secret(name: str) -> None:
    taken = take({name: "https://mona:ghp_two@github.com"})
    with pytest.raises(RemoteError, match=f"{name} has a name or a password in it") as refusal:
        taken.api_for(of_slug("a/b", taken.server))
    assert "ghp_two" not in str(refusal.value)


@pytest.mark.parametrize("token", ["ghp_one\nghp_two", "ghp_\u2013two", "ghp two"])
def test_a_token_that_no_header_can_have_is_not_shown(shop: Shop, token: str) -> None:
    done = shop.run(token=token)
    assert done.exit_code == 2
    assert "the token has characters that no token has" in done.stderr
    assert "two" not in done.output + done.stderr
    assert shop.forge.asked == []


def test_a_repository_by_name_needs_no_clone(shop: Shop) -> None:
    git("remote", "remove", "origin", folder=shop.clone)
    assert shop.run("--repo", "acme/shop").exit_code == 0
    assert len(shop.forge.pulls) == 1


def test_commits_are_signed_where_git_is_set_up_for_it(shop: Shop, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    settings = {"user.name": "Mona", "user.email": "mona@example.org", "commit.gpgsign": "true", "gpg.format": "ssh"}
    for name, value in {**settings, "user.signingkey": str(key)}.items():
        git("config", "--file", str(Path.home() / ".gitconfig"), name, value, folder=shop.clone)
    done = shop.run()
    assert done.exit_code == 0, done.stderr
    for commit in shop.log("harden/all"):
        text = git("cat-file", "commit", commit, folder=shop.forge.bare)
        assert "\ngpgsig -----BEGIN SSH SIGNATURE-----" in text
        assert "author Mona <mona@example.org>" in text
    before = shop.forge.branches
    assert "is up to date" in shop.run().stderr
    assert shop.forge.branches == before


def test_a_key_for_signatures_that_is_not_there(shop: Shop) -> None:
    for name, value in {
        "user.name": "M",
        "user.email": "m@x.org",
        "commit.gpgsign": "true",
        "gpg.format": "ssh",
    }.items():
        git("config", "--file", str(Path.home() / ".gitconfig"), name, value, folder=shop.clone)
    git("config", "--file", str(Path.home() / ".gitconfig"), "user.signingkey", "/nowhere", folder=shop.clone)
    done = shop.run()
    assert done.exit_code == 2
    assert set(shop.forge.branches) == {"main"}, "no commit goes out unsigned"


@pytest.mark.parametrize(
    ("url", "server", "slug"),
    [
        ("git@github.com:acme/shop.git", "https://github.com", "acme/shop"),
        ("ssh://git@git.acme.example:2222/acme/shop.git", "https://git.acme.example", "acme/shop"),
        ("https://user:secret@github.com/acme/shop", "https://github.com", "acme/shop"),
        ("https://git.acme.example:8443/acme/a.b-c.git/", "https://git.acme.example:8443", "acme/a.b-c"),
        ("http://[::1]:80/acme/shop", "http://[::1]:80", "acme/shop"),
    ],
)
def test_urls_of_clones(url: str, server: str, slug: str) -> None:
    remote = of_url(url)
    assert (remote.server, remote.slug) == (server, slug)
    assert "secret" not in remote.url


@pytest.mark.parametrize("url", ["file:///x/y", "ext::sh", "https://[/a/b", "git@host:--x/y", "https://h/a/b/c", ""])
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(RemoteError):
        of_url(url)


def test_where_the_api_is() -> None:
    assert api_of(of_slug("a/b", "https://github.com"), "") == "https://api.github.com"
    assert api_of(of_slug("a/b", "https://acme.ghe.com"), "") == "https://api.acme.ghe.com"
    assert api_of(of_slug("a/b", "https://git.acme.example"), "") == "https://git.acme.example/api/v3"
    assert api_of(of_slug("a/b", "https://git.acme.example"), "https://x/api/") == "https://x/api"


def test_which_api_is_for_which_server() -> None:
    taken = take({"GITHUB_API_URL": "https://api.github.com"})
    assert taken.api_for(Remote("https://github.com", "a", "b")) == "https://api.github.com"
    assert taken.api_for(Remote("https://git.acme.example", "a", "b")) == ""


def test_which_token_is_for_which_server() -> None:
    cloud, own = Remote("https://github.com", "a", "b"), Remote("https://git.acme.example", "a", "b")
    environment = {"GITHUB_TOKEN": "cloud", "GH_ENTERPRISE_TOKEN": "own", "OTHER": "x"}
    taken = take(environment)
    assert environment == {"OTHER": "x"}
    assert (taken.token_for(cloud), taken.token_for(own)) == ("cloud", "own")
    assert take({"GITHUB_TOKEN": "cloud"}).token_for(own) == ""
    assert take({"GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://git.acme.example"}).token_for(own) == "t"
    assert take({"GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://git.acme.example"}).token_for(cloud) == ""
    assert take({"GITHUB_TOKEN": "t"}).token_for(Remote("https://acme.ghe.com", "a", "b")) == "t"
    assert "cloud" not in repr(taken)
