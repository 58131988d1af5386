"""A store by its address."""

from __future__ import annotations

from pathlib import Path

from pathflow.store.port import Store, StoreError


def opened(where: str, create: bool = True) -> Store:
    """`memory`; a file for SQLite, also as `sqlite:care.db`; or the address of a database, as `postgresql://…`.

    Raises: StoreError.
    """
    if where == "memory":
        from pathflow.store.memory import MemoryStore

        return MemoryStore()
    if where.startswith(("postgresql:", "postgres:")):
        from pathflow.store.postgres import PostgresStore

        return PostgresStore(where, create)
    kind, colon, place = where.partition(":")
    if colon and len(kind) > 1 and kind.isalpha() and kind != "sqlite":
        say = "there is no kind of store `{kind}`; write a file, sqlite:care.db, postgresql://… or memory"
        raise StoreError(say, kind=kind)
    from pathflow.store.sqlite import SqliteStore

    file = Path(place if kind == "sqlite" and colon else where)
    if not create and not file.is_file():
        raise StoreError("there is no store in {store}; `pathflow store init` makes one", store=file)
    return SqliteStore(file, create)
