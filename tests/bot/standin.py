"""A forge on loopback: bare repositories by `git http-backend`, and GitHub's API for pull requests behind its contract.

It can be told to fail.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.bot import githttp
from tests.bot.contract import BrokenContractError, contract
from tests.bot.routes import answer
from tests.bot.state import API, TOKEN, Forge, RefusalError


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def handle_any(self) -> None:
        forge = self.server.forge
        if githttp.is_git(self.path):
            githttp.serve(self, forge.root, TOKEN)
            return
        path, _, query = self.path.removeprefix(API).partition("?")
        raw = githttp.body_of(self)
        body = json.loads(raw) if raw else None
        with forge.lock:
            forge.asked.append(f"{self.command} {path}{'?' if query else ''}{query}")
            status, content, headers = self._answer(forge, path, query, body)
        self._send(status, json.dumps(content).encode(), headers)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815 - the library's names

    def _answer(self, forge: Forge, path: str, query: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        described = contract()
        try:
            if described:
                forge.checked.add(described.request(self.command, path, query, body))
            status, content, headers, is_fault = self._right(forge, path, query, body)
            if described and not is_fault:
                described.answer(self.command, path, status, content)
        except BrokenContractError as broken:
            forge.broken.append(str(broken))
            return 500, RefusalError(500, str(broken)).body, {}
        return status, content, headers

    def _right(self, forge: Forge, path: str, query: str, body: Any) -> tuple[int, Any, dict[str, str], bool]:
        """Return the answer, and whether it is one that was asked for in place of the right one."""
        if "/app/" not in path and not path.endswith("/installation") and not self._is_known():
            return 401, RefusalError(401, "Bad credentials").body, {}, False
        fault = next(
            (f for f in forge.faults if f.times and f.method == self.command and re.search(f.path + "$", path)), None
        )
        try:
            if fault is None or fault.after:
                right = answer(forge, self.command, path, query, body)
        except RefusalError as refusal:
            return refusal.status, refusal.body, {}, False
        if fault is None:
            return *right, False
        fault.times -= 1
        fault.released.wait(fault.patience)
        return fault.status, RefusalError(fault.status, fault.message).body, fault.headers, True

    def _is_known(self) -> bool:
        return self.headers.get("Authorization", "").partition(" ")[2] == TOKEN

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    forge: Forge


@contextmanager
def served(forge: Forge) -> Iterator[str]:
    """Serve a forge and yield its URL."""
    server = Server(("127.0.0.1", 0), Handler)
    server.forge = forge
    forge.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield forge.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
