"""Durable steps of DBOS, in a process of its own: each line that comes in is a turn, and its answer is how many steps a second.

A workflow is as many steps as a case of `bench/process.path` has, and no step does anything: what is measured is how soon each
is known to be done. Eight threads run them. It is what a host would take for the order of steps; nothing of care is in it.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from typing import Any

THREADS, CASES, STEPS = 8, 16, 19


def main(address: str) -> None:
    """Answers turns until there are none."""
    from dbos import DBOS

    DBOS(config={"name": "bench", "system_database_url": address, "log_level": "ERROR", "sys_db_pool_size": 20})

    @DBOS.step()
    def do(_name: str) -> None:
        return None

    @DBOS.workflow()
    def chain(case: int) -> int:
        for number in range(STEPS):
            do(f"step {number}")
        return case

    with redirect_stdout(sys.stderr):
        DBOS.launch()
        _turn(chain)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(_turn(chain), flush=True)
    os._exit(0)  # its threads are not waited for


def _turn(chain: Callable[[int], Any]) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(chain, range(CASES)))
    assert done == list(range(CASES))
    return CASES * STEPS / (time.perf_counter() - begun)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    main(sys.argv[1])
