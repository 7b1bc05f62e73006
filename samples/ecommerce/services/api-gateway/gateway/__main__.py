import argparse
import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

SERVICES = {
    "recommender", "search", "pricing", "chatbot-rag",
    "fraud-detection", "demand-forecasting", "visual-recognition",
}
# {service} is replaced; Kubernetes and Compose both resolve the plain name
UPSTREAM = os.environ.get("UPSTREAM_URL", "http://{service}:8000")
TIMEOUT = float(os.environ.get("UPSTREAM_TIMEOUT", "5"))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/health":
            return self._send(200, {"status": "ok"})
        if self.path == "/metrics":
            return self._send(200, b"gateway_up 1\n", "text/plain")
        return self._forward(None)

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        self._forward(self.rfile.read(size))

    def _forward(self, body: bytes | None) -> None:
        service, _, rest = self.path.lstrip("/").partition("/")
        if service not in SERVICES:
            return self._send(404, {"error": f"no service {service}"})
        request = Request(f"{UPSTREAM.format(service=service)}/{rest}", data=body)
        request.add_header("Content-Type", self.headers.get("Content-Type", "application/json"))
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:
                return self._send(answer.status, answer.read())
        except HTTPError as error:
            return self._send(error.code, error.read())
        except (URLError, TimeoutError) as error:
            return self._send(502, {"error": f"{service}: {error}"})

    def _send(self, status: int, value: object, kind: str = "application/json") -> None:
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    parser = argparse.ArgumentParser(prog="gateway")
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args()
    with ThreadingHTTPServer(("0.0.0.0", options.port), Handler) as server:
        print(f"gateway on port {options.port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
