# put VALUE: post it. get: print what is kept. On PORT of HOST, at AT.
python3 - "$@" <<PYTHON
import sys
from urllib.request import urlopen

body = sys.argv[2].encode() if sys.argv[1] == "put" else None
print(urlopen("http://${HOST:-127.0.0.1}:${PORT:-8080}${AT:-/}", body, 5).read().decode(), end="")
PYTHON
