"""Just enough of the Redis protocol for a task queue."""

import socket

from shop import settings


class Broker:
    def __init__(self, timeout: float = 30.0) -> None:
        self._socket = socket.create_connection(settings.BROKER, timeout=timeout)
        self._replies = self._socket.makefile("rb")

    def push(self, queue: str, task: str) -> None:
        self._call("LPUSH", queue, task)

    def pop(self, queues: list[str], seconds: float) -> str | None:
        """The oldest task of the first queue that has one; None when all stay empty."""
        reply = self._call("BRPOP", *queues, f"{seconds:g}")
        return reply[1] if isinstance(reply, list) else None

    def _call(self, *words: str) -> object:
        request = [b"*%d\r\n" % len(words)]
        for word in words:
            data = word.encode()
            request.append(b"$%d\r\n%s\r\n" % (len(data), data))
        self._socket.sendall(b"".join(request))
        return self._read()

    def _read(self) -> object:
        line = self._replies.readline()
        if not line:
            raise ConnectionError("the broker closed the connection")
        kind, rest = line[:1], line[1:].strip()
        if kind == b"-":
            raise ConnectionError(rest.decode())
        if kind == b"+":
            return rest.decode()
        if kind == b":":
            return int(rest)
        size = int(rest)
        if size < 0:
            return None
        if kind == b"*":
            return [self._read() for _ in range(size)]
        return self._replies.read(size + 2)[:-2].decode()
