"""`python -m bench`, or parts of it: `python -m bench cold text lsp engine service scale long room soundness ways picture`."""

from __future__ import annotations

import importlib
import platform
import sys

PARTS = (
    "cold",
    "text",
    "lsp",
    "engine",
    "service",
    "scale",
    "long",
    "room",
    "proof",
    "soundness",
    "ways",
    "picture",
    "handbook",
)


def main(asked: list[str]) -> int:
    """Prints each figure as it comes; a limit that is missed is said, and never fails the run: machines differ."""
    unknown = [part for part in asked if part not in PARTS]
    if unknown:
        print(f"bench: no part named {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()} on {platform.machine()}; medians, with the least and the most\n")
    missed = 0
    for part in asked or PARTS:
        for line in importlib.import_module(f"bench.{part}").run():
            verdict = "" if line.met is None else f"   {line.limit}: {'met' if line.met else 'MISSED'}"
            print(f"{line.what:<66}{line.figure}{verdict}", flush=True)
            missed += line.met is False
    print(f"\n{missed} missed" if missed else "\nall limits met")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
