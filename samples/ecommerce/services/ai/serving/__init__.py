"""Serves one model over HTTP: POST /predict with JSON, GET /health."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOME = Path(os.environ.get("APP_HOME", "/app"))
Model = Callable[[dict[str, Any]], dict[str, Any]]


def serve(model: Model) -> None:
    """Answer until stopped; every prediction is logged and its input spooled while it is worked on."""
    name = os.environ.get("SERVICE_NAME", "model")
    port = int(os.environ.get("PORT", "8000"))
    (HOME / "models" / "loaded.json").write_text(json.dumps({"model": name, "at": time.time()}))
    log = (HOME / "logs" / f"{name}.log").open("a", buffering=1)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path == "/health"
            self._send(200 if known else 404, {"status": "ok", "service": name} if known else {"error": "not found"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with tempfile.NamedTemporaryFile(dir=HOME / "tmp") as spool:
                spool.write(body)
                try:
                    answer, status = model(json.loads(body)), 200
                except (ArithmeticError, KeyError, TypeError, ValueError) as error:
                    answer, status = {"error": f"bad request: {error}"}, 400
            self._send(status, answer)

        def log_message(self, format: str, *args: object) -> None:
            log.write(f"{self.log_date_time_string()} {format % args}\n")

        def _send(self, status: int, value: dict[str, Any]) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("0.0.0.0", port), Handler) as server:
        print(f"{name} on port {port}", flush=True)
        server.serve_forever()
