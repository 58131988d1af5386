"""The handbook of the shipped library, from the files to the last page; there is no peer that knows what a path means."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bench.measure import Line

PATHS = Path(__file__).parent.parent / "paths"
SECONDS_MAX = 30


def run() -> Iterator[Line]:
    """The site in three languages, and one of them as a PDF. Units: seconds of the processor."""
    from pathflow.api import check
    from pathflow.cli.handbook_command import material_of
    from pathflow.handbook.book import bind
    from pathflow.handbook.material import Edition
    from pathflow.handbook.pdf import pdf_of
    from pathflow.handbook.places import Places
    from pathflow.handbook.publishing import publish

    edition = Edition(date(2026, 1, 1))
    start = time.process_time()
    material = material_of(check(PATHS))
    proved = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder:
        written = publish(material, edition, ("fi", "sv", "en"), Path(folder) / "site")
    taken = time.process_time() - start
    figure = f"{taken:.1f} s, of which {proved:.1f} s of proof; {written.n_files} files"
    yield Line("handbook, three languages", figure, f"under {SECONDS_MAX} s", taken < SECONDS_MAX)
    places = Places(material)
    book = bind(material, edition, "fi", places)
    start = time.process_time()
    data = pdf_of(book, material, edition, places)
    yield Line("the same as a PDF, one language", f"{time.process_time() - start:.1f} s, {len(data) / 1e6:.1f} MB")
