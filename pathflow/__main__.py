"""`python -m pathflow` is the command `pathflow`."""

from __future__ import annotations

from pathflow.cli.main import run_main

if __name__ == "__main__":
    run_main()
