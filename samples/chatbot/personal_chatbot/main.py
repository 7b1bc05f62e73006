"""HTTP front of the chatbot: POST /chat with {"message": …}, GET /health."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from personal_chatbot.memory import Memory

DATA = Path(os.environ.get("CHATBOT_DATA", "/data"))
RUN = Path(os.environ.get("CHATBOT_RUN", "/var/run/app"))
PORT = int(os.environ.get("CHATBOT_PORT", "8080"))


class Handler(BaseHTTPRequestHandler):
    memory: Memory

    def do_GET(self) -> None:
        if self.path == "/health":
            self._send(200, {"status": "ok"})
        else:
            self._send(404, {"error": "not found"})

    def do_POST(self) -> None:
        if self.path != "/chat":
            return self._send(404, {"error": "not found"})
        try:
            message = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))["message"]
        except (KeyError, TypeError, ValueError):
            return self._send(400, {"error": "a JSON object with a message is needed"})
        return self._send(200, {"reply": self._reply(str(message))})

    def _reply(self, message: str) -> str:
        if message.endswith("?"):
            return self.memory.recall(message) or "You have not told me that yet."
        self.memory.remember(message)
        return "I will remember that."

    def _send(self, status: int, value: dict[str, str]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    Handler.memory = Memory(DATA)
    with ThreadingHTTPServer(("0.0.0.0", PORT), Handler) as server:
        # monitoring looks for this file to see that start-up is over
        (RUN / "ready").write_text(f"{os.getpid()}\n")
        print(f"listening on port {PORT}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
