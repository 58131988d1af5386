"""A handbook published: the pages bound in each language, rendered, and put into a folder, and the PDFs beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pathflow.dsl.languages import Code
from pathflow.handbook.book import Book, bind
from pathflow.handbook.material import Edition, Material
from pathflow.handbook.places import Places
from pathflow.handbook.shelving import Written, put, refuse_strange
from pathflow.handbook.site import files_of

Progress = Callable[[int, int], None]


def publish(
    material: Material, edition: Edition, codes: Sequence[Code], folder: Path, *, has_pdf: bool = False, force: bool = False,
    progress: Progress | None = None,
) -> Written:  # fmt: skip
    """Writes the site. Raises: Unreadable for a folder that must not be written; PathflowError for a package that lacks.

    Args:
        has_pdf: the whole of each language also as one PDF.
        force: writes into a folder that is not empty and no handbook's; nothing in it is deleted.
        progress: is told how many of how many files are written.
    """
    refuse_strange(folder, force=force)
    places = Places(material)
    books = [bind(material, edition, code, places) for code in codes]
    files = _files(books, material, edition, places, has_pdf)
    n_pages = sum(sum(1 for _ in book.pages()) + 2 + has_pdf for book in books) + 3
    return put(folder, _counted(files, n_pages, progress))


def _files(
    books: Sequence[Book], material: Material, edition: Edition, places: Places, has_pdf: bool
) -> Iterator[tuple[str, bytes]]:
    yield from files_of(books, material, edition, places, has_pdf=has_pdf)
    if has_pdf:
        from pathflow.handbook.pdf import pdf_of

        for book in books:
            yield f"{book.code}/handbook.pdf", pdf_of(book, material, edition, places)


def _counted(files: Iterator[tuple[str, bytes]], n_files: int, progress: Progress | None) -> Iterator[tuple[str, bytes]]:
    for number, file in enumerate(files, start=1):
        yield file
        if progress is not None:
            progress(number, n_files)
