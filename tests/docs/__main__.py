"""Write the outputs in the documentation as they are printed."""

import sys
import tempfile
from pathlib import Path

from tests.docs.console import PAGES, renewed

named = {word for word in sys.argv[1:] if not word.startswith("--")}
for page in PAGES:
    if named and page.stem not in named:
        continue
    with tempfile.TemporaryDirectory() as work:
        text = page.read_text(encoding="utf-8")
        page.write_text(renewed(text, Path(work), engine="--engine" in sys.argv), encoding="utf-8")
