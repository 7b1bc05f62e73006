"""What every parser of ours raises."""


class UnparsableError(ValueError):
    """The text is not what it should be; `reason` says why and `line`, counted from 1, where."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(f"line {line}: {reason}")
        self.reason = reason
        self.line = line
