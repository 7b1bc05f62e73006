"""Checks for the container healthcheck."""

from urllib.error import URLError
from urllib.request import urlopen


def api_answers(port: int) -> None:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/", timeout=3):
            return
    except (URLError, TimeoutError) as error:
        raise SystemExit(f"no answer: {error}") from error
