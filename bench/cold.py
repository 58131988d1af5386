"""A cold start: the command on the shipped heart failure path, against importing three libraries and nothing more."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measure import Line, ratio

OURS = (sys.executable, "-m", "pathflow", "check", "paths/heart_failure.path")
PEER = (sys.executable, "-c", "import lark, networkx, pydantic")
ROOT = Path(__file__).parent.parent


def run(runs: int = 15) -> Iterator[Line]:
    """Whole processes in turns; bytecode is kept, as on any machine where a command is run twice."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def seconds(command: tuple[str, ...]) -> float:
        start = time.perf_counter()
        subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - start

    for command in (OURS, PEER):
        seconds(command)
    pairs = [(seconds(OURS), seconds(PEER)) for _ in range(runs)]
    ours, peer = zip(*pairs, strict=True)
    found = ratio(ours, peer)
    yield Line("cold `pathflow check paths/heart_failure.path`", f"{1000 * statistics.median(ours):.0f} ms")
    yield Line("cold `import lark, networkx, pydantic`", f"{1000 * statistics.median(peer):.0f} ms")
    yield Line("  ratio", f"{found:.2f}", "below 1", found < 1)
