"""The rules for what several files say together."""
