"""Says what it can do: GET / writes a line to each file named after --write and tells how many lines it has then.

`python server.py --write /data/notes --read /app/secret`; GET /health answers without writing. The owner of a file is
not looked at: the answer is the same for every user that may do the same.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def append(path: str) -> int | str:
    try:
        with Path(path).expanduser().open("a+") as file:
            file.write("line\n")
            file.seek(0)
            return len(file.readlines())
    except OSError as error:
        return type(error).__name__


def read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError as error:
        return type(error).__name__


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answer: object = "ok"
        if self.path == "/":
            answer = {
                "folder": str(Path.cwd()),
                "written": {path: append(path) for path in options.write},
                "read": {path: read(path) for path in options.read},
            }
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, default=8080)
parser.add_argument("--write", action="append", default=[])
parser.add_argument("--read", action="append", default=[])
options = parser.parse_args()
ThreadingHTTPServer(("", options.port), Handler).serve_forever()
