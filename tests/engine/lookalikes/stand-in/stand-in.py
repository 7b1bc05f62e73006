"""Keeps what is posted to it in each of its folders, and prints on every port what those in DATA keep.

DATA, SCRATCH and PORTS are lists of words. As a vault it also locks memory, and ends where it may not.
"""

import ctypes
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

DATA, SCRATCH = ([Path(folder) for folder in os.environ[name].split()] for name in ("DATA", "SCRATCH"))
LOCKED = ctypes.create_string_buffer(64 * 1024 * 1024)
"""More than anyone may lock without the capability."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._send("\n".join((folder / "kept").read_text() for folder in DATA))

    def do_POST(self) -> None:
        value = self.rfile.read(int(self.headers["Content-Length"])).decode()
        keep(f"{value} ")
        self._send(value)

    def log_message(self, *_: object) -> None:
        pass

    def _send(self, text: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(text.encode())


def keep(text: str) -> None:
    for folder in DATA + SCRATCH:
        with (folder / "kept").open("a") as kept:
            kept.write(text)


def lock() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlock(LOCKED, len(LOCKED)) != 0:
        sys.exit(f"cannot lock memory: {os.strerror(ctypes.get_errno())}")


if "vault" in sys.executable:
    lock()
keep("")
for port in os.environ["PORTS"].split():
    Thread(target=ThreadingHTTPServer(("", int(port)), Handler).serve_forever).start()
