"""Networks that are there already, and who of them can be on a first path."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from pathflow.base.names import fold, nearest
from pathflow.base.phrases import Listed
from pathflow.compiler.library import Library, Unreadable
from pathflow.compiler.passes import Compiler
from pathflow.draft.answers import Party, Unusable, professions_of, sector_of, split_list
from pathflow.model.network import Network, Provider


class Beside(Struct, frozen=True):
    """A network, its file, and the file as a path in the folder names it: "" where the network's name is enough."""

    network: Network
    file: Path
    source: str

    def professions(self, provider: Provider) -> tuple[str, ...]:
        """Who may act at a provider: its own people, or all of the network's where it does not say."""
        return provider.professions or self.network.professions


def inside(file: Path, folder: Path) -> str:
    """The file as seen from the folder. Raises: Unusable for one that lies elsewhere."""
    try:
        return file.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        raise Unusable(
            "{file} does not stand in the path's folder or below it, where a path finds its network", file=file
        ) from None


def network_in(file: Path, folder: Path) -> Beside:
    """The first network of a file. Raises: Unreadable; Unusable for a file without one, or outside the folder."""
    inside(file, folder)
    unit = Compiler(Library(folder)).network_unit(file)
    broken = next((found for found in unit.findings if found.level == "error"), None)
    if broken is not None:
        line = broken.span.line if broken.span is not None else 1
        say = "{file}:{line} is wrong, so the network cannot be used yet: {code} {finding}"
        raise Unusable(say, file=file, line=line, code=broken.code, finding=broken)
    if not unit.networks:
        raise Unusable("{file} holds no network: name another file, or leave --network out", file=file)
    network = unit.networks[0][0]
    return Beside(network, file, _source(network.name, file, folder))


def _source(network: str, file: Path, folder: Path) -> str:
    by_name = Library(folder).named("network", network, folder)
    is_found = by_name is not None and by_name.resolve() == file.resolve()
    return "" if is_found else inside(file, folder)


def path_beside(name: str, folder: Path) -> Path | None:
    """The file in the folder that holds a path of that name."""
    found = Library(folder).named("path", name, folder)
    return folder / found.name if found is not None else None


def networks_beside(folder: Path) -> list[Beside]:
    """The networks that can be used from the files of a folder."""
    found: list[Beside] = []
    library = Library(folder)
    for name in library.names("network", folder):
        file = library.named("network", name, folder)
        if file is None:
            continue
        try:
            found.append(network_in(folder / file.name, folder))
        except (Unusable, Unreadable):
            continue  # a network that cannot be used is not offered
    return found


def party_of(text: str, there: Beside) -> Party:
    """`Heart Hospital`, or `Heart Hospital, nurse and cardiologist`, as the network has them. Raises: Unusable."""
    parts = split_list(text)
    table = {fold(name): provider for name, provider in there.network.providers.items()}
    for end in range(len(parts), 0, -1):
        provider = table.get(fold(", ".join(parts[:end]).strip('"')))
        if provider is not None:
            return _party(provider, parts[end:], there)
    guess = nearest(parts[0] if parts else "", [p.name for p in table.values()])
    names = Listed(tuple(p.name for p in table.values()), "or", most=6)
    name = parts[0] if parts else ""
    if guess:
        raise Unusable("{file} has no provider `{name}`: did you mean {guess}?", file=there.file, name=name, guess=guess)
    if table:
        raise Unusable("{file} has no provider `{name}`: it has {names}", file=there.file, name=name, names=names)
    raise Unusable("{file} has no provider `{name}`: it has none", file=there.file, name=name)


def _party(provider: Provider, parts: list[str], there: Beside) -> Party:
    if parts and sector_of(parts[0]) is not None:
        parts = parts[1:]
    known = {fold(name): name for name in there.professions(provider)}
    if not known:
        raise Unusable(
            "{file} does not say who works at {name}: add a line `professions` to it", file=there.file, name=provider.name
        )
    if not parts:
        return Party(provider.name, tuple(known.values()), provider.sector)
    wanted = professions_of(parts, provider.name)
    for name in wanted:
        if fold(name) not in known:
            words = Listed(tuple(known.values()), "and", most=6)
            raise Unusable(
                "there is no {name} at {provider} in {file}, only {words}",
                name=name,
                provider=provider.name,
                file=there.file,
                words=words,
            )
    return Party(provider.name, tuple(known[fold(name)] for name in wanted), provider.sector)
