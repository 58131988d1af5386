"""The files of a git revision, read without touching the folder that people work in."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct

from pathflow.compare.sides import Side, side_of
from pathflow.compiler.library import FILES_MAX, Library, Unreadable
from pathflow.compiler.passes import Compiler, Unit
from pathflow.dsl.parse import parse_bytes

_SECONDS_MAX: Final = 120
_COMMIT: Final = "%x1e%H%x1f%cs%x1f%s"
"""How git tells a commit: its hash, the day in ISO 8601, the first line of what was said, each behind a sign of its own."""


class Commit(Struct, frozen=True):
    """A commit that touched files: when, what was said of it, and which they were."""

    revision: str
    day: date
    subject: str
    files: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The hash as people tell it."""
        return self.revision[:10]


class Snapshot(Library):
    """The `.path` files of one revision, in memory; nothing is read from the disk.

    Args:
        root: the folder beyond which nothing is read.
        files: what there is, by its place.
        named: what each file is called in messages.
    """

    def __init__(self, root: Path, files: dict[Path, bytes], named: dict[Path, str]) -> None:
        super().__init__(root)
        self._files = files
        for path, data in files.items():
            self.give(path, parse_bytes(named[path], data), data)

    def listing(self, folder: Path) -> list[Path]:
        """The files of a folder."""
        return sorted(path for path in self._files if path.parent == folder)

    def beginning(self, path: Path) -> bytes:
        """What a file begins with."""
        return self._files[path]

    def missing(self, path: Path) -> bytes:
        """Raises: Unreadable."""
        raise Unreadable("there is no file {path} in that revision", path=path.name)


class Repository:
    """The git repository that holds a folder. Raises: Unreadable where there is none."""

    def __init__(self, folder: Path) -> None:
        while not folder.is_dir() and folder != folder.parent:
            folder = folder.parent
        self.folder = folder
        self.top = Path(self._git("rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n"))

    def _git(self, *words: str, given: bytes | None = None) -> bytes:
        try:
            command = ["git", "-C", str(self.folder), *words]  # no shell; what users wrote stands behind --end-of-options
            done = subprocess.run(command, input=given, capture_output=True, check=False, timeout=_SECONDS_MAX)  # noqa: S603
        except FileNotFoundError:
            raise Unreadable("git is not installed, so revisions cannot be compared; give two files or folders") from None
        except subprocess.TimeoutExpired:
            raise Unreadable("git did not answer within {n} seconds", n=_SECONDS_MAX) from None
        if done.returncode != 0:
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise _refused(self.folder, told[0] if told else f"exit code {done.returncode}")
        return done.stdout

    def commit(self, revision: str) -> str:
        """The commit that a revision names. Raises: Unreadable."""
        try:
            found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except Unreadable:
            say = "there is no revision `{revision}` in {top}; `git log --oneline --all` lists them"
            raise Unreadable(say, revision=revision, top=self.top) from None
        return found.decode().strip()

    def files(self, revision: str) -> dict[PurePosixPath, bytes]:
        """The `.path` files of a revision, by their place under the repository's top. Raises: Unreadable."""
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", self.commit(revision))
        found: dict[PurePosixPath, str] = {}
        for row in listed.split(b"\0"):
            about, _, name = row.partition(b"\t")
            if name.endswith(b".path") and about.startswith(b"100"):  # ordinary files: no links, no submodules
                found[PurePosixPath(name.decode("utf-8", "surrogateescape"))] = about.split()[2].decode()
        if len(found) > FILES_MAX:
            say = "`{revision}` holds {n} .path files, more than {most}; name the folder that is meant"
            raise Unreadable(say, revision=revision, n=len(found), most=FILES_MAX)
        return dict(zip(found, self._contents(list(found.values())), strict=True))

    def _contents(self, objects: list[str]) -> Iterable[bytes]:
        if not objects:
            return
        rest = self._git("cat-file", "--batch", given="\n".join(objects).encode() + b"\n")
        for _ in objects:
            head, _, rest = rest.partition(b"\n")
            size = int(head.split()[2])
            yield rest[:size]
            rest = rest[size + 1 :]

    def log(self, places: list[Path], most: int = 200) -> list[Commit]:
        """The commits that touched `.path` files of these places, the latest first. Raises: Unreadable."""
        inside = [str(self.under_top(place)) for place in places]
        asked = ("log", f"--max-count={most}", f"--format={_COMMIT}", "--name-only", "-z", "--end-of-options", "HEAD", "--")
        told = self._git("-C", str(self.top), *asked, *inside).decode("utf-8", "replace")
        return [_commit(text) for text in told.split("\x1e")[1:]]

    def side(self, revision: str, places: list[PurePosixPath]) -> Side:
        """The side that files and folders make in a revision; none of them makes an empty side.

        Args:
            places: under the repository's top.

        Raises: Unreadable.
        """
        files = {self.top / name: data for name, data in self.files(revision).items()}
        names = {path: f"{revision}:{path.relative_to(self.top).as_posix()}" for path in files}
        units: list[Unit] = []
        for place in places:
            where = self.top / place
            library = Snapshot(where.parent if where in files else where, files, names)
            compiler = Compiler(library)
            units += [compiler.unit(path) for path in sorted(files) if path == where or where in path.parents]
        shown = revision if places == [PurePosixPath()] else f"{revision}:{', '.join(map(str, places))}"
        return side_of(shown, units)

    def under_top(self, place: Path) -> PurePosixPath:
        """A place on the disk as the repository has it. Raises: Unreadable."""
        try:
            return PurePosixPath(place.absolute().resolve().relative_to(self.top.resolve()).as_posix())
        except ValueError:
            raise Unreadable("{path} lies outside the repository {top}", path=place, top=self.top) from None


def _commit(text: str) -> Commit:
    head, _, rest = text.partition("\0")
    revision, day, subject = head.split("\x1f")
    files = sorted({Path(name).name for name in rest.replace("\n", "\0").split("\0") if name.endswith(".path")})
    return Commit(revision, date.fromisoformat(day), subject, tuple(files))


def _refused(folder: Path, told: str) -> Unreadable:
    if "not a git repository" in told:
        return Unreadable("{path} is not in a git repository; give two files or folders", path=folder.absolute())
    return Unreadable("git cannot read it: {why}", why=told.removeprefix("fatal: "))
