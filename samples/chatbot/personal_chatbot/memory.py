"""What the bot remembers: one JSON line per note, in a file that only grows."""

import json
import threading
import time
from pathlib import Path


class Memory:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "notes.jsonl"
        self._file.touch()
        self._lock = threading.Lock()

    def remember(self, text: str) -> None:
        line = json.dumps({"at": round(time.time()), "text": text})
        with self._lock, self._file.open("a") as file:
            file.write(line + "\n")

    def recall(self, question: str) -> str | None:
        """The newest note that shares a word with the question."""
        words = _words(question)
        with self._lock:
            notes = [json.loads(line)["text"] for line in self._file.open()]
        return next((note for note in reversed(notes) if words & _words(note)), None)


def _words(text: str) -> set[str]:
    return {word.strip(".,!?").lower() for word in text.split() if len(word) > 3}
