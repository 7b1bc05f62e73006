# put VALUE: store it. get: print it. It keeps nothing beyond a restart.
python3 - "$@" <<'PYTHON'
import socket
import sys

_, verb, *values = sys.argv
answers = socket.create_connection(("127.0.0.1", 11211), 5).makefile("rwb")


def say(text: str) -> str:
    answers.write(text.encode())
    answers.flush()
    return answers.readline().decode().strip()


if verb == "put":
    sys.exit(say(f"set kept 0 0 {len(values[0])}\r\n{values[0]}\r\n") != "STORED")
if say("get kept\r\n").startswith("VALUE"):
    print(answers.readline().decode().strip())
PYTHON
