"""The HTTP API."""

import json
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shop import logs, settings

PRODUCTS = [
    {"id": 1, "name": "Enamel mug", "price": "12.50"},
    {"id": 2, "name": "Linen towel", "price": "18.00"},
    {"id": 3, "name": "Cutting board", "price": "34.90"},
]
LARGEST_UPLOAD = 5_000_000


class Handler(BaseHTTPRequestHandler):
    server: "ShopServer"

    def do_GET(self) -> None:
        if self.path == "/health/":
            return self._json({"status": "ok", "version": settings.VERSION})
        if self.path == "/api/products/":
            return self._json(PRODUCTS)
        if self.path == "/metrics":
            return self._text(f"shop_requests_total {self.server.requests}\n")
        return self._json({"error": "not found"}, 404)

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        if self.path != "/api/uploads/":
            return self._json({"error": "not found"}, 404)
        if size > LARGEST_UPLOAD:
            return self._json({"error": "too large"}, 413)
        name = f"{uuid.uuid4().hex}.bin"
        (settings.MEDIA / name).write_bytes(self.rfile.read(size))
        return self._json({"media": f"/media/{name}"}, 201)

    def log_message(self, format: str, *args: object) -> None:
        self.server.requests += 1
        self.server.log.info(format, *args)

    def _json(self, value: object, status: int = 200) -> None:
        self._send(json.dumps(value).encode(), "application/json", status)

    def _text(self, value: str) -> None:
        self._send(value.encode(), "text/plain; version=0.0.4", 200)

    def _send(self, body: bytes, kind: str, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class ShopServer(ThreadingHTTPServer):
    daemon_threads = True
    requests = 0

    def __init__(self, port: int) -> None:
        self.log = logs.start("backend")
        super().__init__(("0.0.0.0", port), Handler)


def run(port: int) -> None:
    with ShopServer(port) as server:
        server.log.info("listening on port %d", port)
        server.serve_forever()
