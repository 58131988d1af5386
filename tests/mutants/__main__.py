"""`python -m tests.mutants`: plants defects into the shipped paths, one at a time, and says which of them are found."""

from __future__ import annotations

import argparse
import json
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.conftest import ROOT
from tests.mutants.judge import Judge, Verdict, planted
from tests.mutants.kinds import KINDS
from tests.mutants.report import Report


def work(folder: Path, asked: argparse.Namespace, part: int) -> list[Verdict]:
    judge = Judge(folder, asked.ways, asked.seed)
    mutants = list(planted(judge, asked.most, asked.seed, asked.kind, asked.path))
    if 0 < asked.sample < len(mutants):
        mutants = random.Random(asked.seed).sample(mutants, asked.sample)
    return [judge.verdict(mutant) for mutant in mutants[part :: asked.jobs]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--kind", choices=list(KINDS), metavar="KIND", help="one kind of defect alone")
    parser.add_argument("--path", help="only files whose name has this in it")
    parser.add_argument("--most", type=int, default=0, help="so many at most of a kind in a file, drawn by chance; 0 for all")
    parser.add_argument("--sample", type=int, default=0, help="so many of all of them, drawn by chance; 0 for all")
    parser.add_argument("--ways", type=int, default=60, help="random ways in search of harm, where nothing is found")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    folder = ROOT / "paths"
    judge = Judge(folder)
    wrong = judge.clean()
    if wrong:
        print(f"the shipped paths are not clean: {wrong[0].code} {wrong[0].message}", file=sys.stderr)
        return 2
    with ProcessPoolExecutor(asked.jobs) as workers:
        jobs = [workers.submit(work, folder, asked, part) for part in range(asked.jobs)]
        report = Report(verdict for job in jobs for verdict in job.result())
    texts = {name: source.text for name, source in judge.sources.items()}
    print(json.dumps(report.as_dict(texts), indent=1, ensure_ascii=False) if asked.format == "json" else report.as_text(texts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
