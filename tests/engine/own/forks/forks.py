"""A master and three workers on one socket; what is posted goes to a file that they share."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

KEPT = Path("kept")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._send(KEPT.read_bytes() if KEPT.exists() else b"")

    def do_POST(self) -> None:
        with KEPT.open("ab") as kept:
            kept.write(self.rfile.read(int(self.headers["Content-Length"])) + b"\n")
        self._send(b"")

    def log_message(self, *_: object) -> None:
        pass

    def _send(self, body: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)


server = HTTPServer(("", 8080), Handler)
for _ in range(3):
    if os.fork() == 0:
        server.serve_forever()
os.wait()
