"""Known ways of doing it wrong, planted one at a time into the engine, the host and the stores; and who finds each of them."""

from __future__ import annotations

import inspect
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from pathflow.base.durations import DAY, HOUR
from pathflow.engine import commands, facts, machine, migrating, record
from pathflow.host import auditing, definitions, desk, family, outbox, pairing, projecting, service, together
from pathflow.host import migrating as migration
from pathflow.store import chain, edge, lists, memory, sql, sqlite, wholes
from tests.faults import simulation
from tests.host import test_linking, test_migrating, test_service, test_versions
from tests.host.world import BEGINNING
from tests.store import test_conformance as conformance

STEPS, MOST_SEEDS = 80, 60


class Edit(NamedTuple):
    """A change of the text of one function: `where` is a module or class, `old` stands in its source once."""

    where: Any
    function: str
    old: str
    new: str


class Mutant(NamedTuple):
    """What is done wrong, how, and what finds it."""

    name: str
    edits: tuple[Edit, ...]
    found_by: Callable[[Path], object]

    @contextmanager
    def planted(self) -> Iterator[None]:
        """It is in force until the block is left."""
        with ExitStack() as stack:
            by_function: dict[tuple[Any, str], list[Edit]] = {}
            for edit in self.edits:
                by_function.setdefault((edit.where, edit.function), []).append(edit)
            for (where, function), edits in by_function.items():
                _plant(stack, where, function, edits)
            yield


def _plant(stack: ExitStack, where: Any, function: str, edits: list[Edit]) -> None:
    before = inspect.getattr_static(where, function)
    source = textwrap.dedent(inspect.getsource(getattr(where, function)))
    for edit in edits:
        assert source.count(edit.old) == 1, f"{function}: {source.count(edit.old)} times {edit.old!r}"
        source = source.replace(edit.old, edit.new)
    module = sys.modules[where.__module__] if inspect.isclass(where) else where
    made: dict[str, Any] = {}
    exec(compile(f"from __future__ import annotations\n{source}", f"<{function}>", "exec"), module.__dict__, made)
    after = made[function]
    stack.enter_context(patch.object(where, function, after))
    for other in [one for name, one in sys.modules.items() if name.startswith("pathflow.") and one is not module]:
        if getattr(other, function, None) is before:
            stack.enter_context(patch.object(other, function, after))


# who finds them


def seeds(first: int) -> Callable[[Path], object]:
    """The simulation: by a seed that is known to find it, or else by whichever does."""

    def found(_folder: Path) -> None:
        for number in (first, *range(MOST_SEEDS)):
            simulation.run(number, STEPS)

    found.seed = first  # type: ignore[attr-defined]
    return found


def of_store(test: Callable[..., Any], **more: Any) -> Callable[[Path], object]:
    """A test of every store, on SQLite."""

    def found(folder: Path) -> None:
        opened: list[Any] = []

        def open_store() -> Any:
            opened.append(sqlite.SqliteStore(folder / "care.db"))
            return opened[-1]

        wanted = inspect.signature(test).parameters
        given: dict[str, Any] = {"kind": "sqlite", "open_store": open_store}
        if "store" in wanted:
            given["store"] = open_store()
        try:
            test(**{name: value for name, value in given.items() if name in wanted}, **more)
        finally:
            for store in opened:
                store._db.close()

    return found


def of_memory(test: Callable[..., Any]) -> Callable[[Path], object]:
    """A test of every store, on the one in memory."""
    return lambda _folder: test(memory.MemoryStore())


def of_host(test: Callable[..., Any], *given: Any) -> Callable[[Path], object]:
    """A test of the service."""
    return lambda folder: test(*given, *([folder] if "tmp_path" in inspect.signature(test).parameters else []))


def versions(test: Callable[..., Any]) -> Callable[[Path], object]:
    """A test of versions of a path."""
    return lambda _folder: test([simulation.shipped()[name] for name in ("memory", "memory 3")])


def opened_as_it_must_be(folder: Path) -> None:
    """A store in a file has a write-ahead log and full synchronisation, also where others have changed the file."""
    with sqlite.SqliteStore(folder / "care.db") as store:
        assert store._db.execute("pragma journal_mode").fetchone() == ("wal",)
        assert store._db.execute("pragma synchronous").fetchone() == (2,)


def what_the_host_takes_back_is_gone(folder: Path) -> None:
    """A command on the host's own connection is kept when the host commits, and otherwise not."""
    import sqlite3

    store = sqlite.SqliteStore(folder / "care.db")
    with store, closing(sqlite3.connect(folder / "care.db", isolation_level=None)) as db:
        db.execute("pragma synchronous = full")
        nurse = test_service.service_of(store).desk("n")
        db.execute("begin immediate")
        nurse.within(db).enrol("Kaija", "Memory", BEGINNING, {"age": 80})
        assert db.in_transaction
        db.execute("rollback")
        assert store.head("Kaija") is None
        try:
            nurse.history("Kaija", BEGINNING)
        except KeyError:
            pass
        else:
            raise AssertionError("a client is read whom the host has taken back")
        db.execute("begin immediate")
        assert not isinstance(nurse.within(db).enrol("Kaija", "Memory", BEGINNING, {"age": 80}), facts.Refusal)
        db.execute("commit")
        assert len(nurse.history("Kaija", BEGINNING)) == 1


def an_export_is_of_one_moment(folder: Path) -> None:
    """What is written while an export goes on is not in it."""
    store = sqlite.SqliteStore(folder / "care.db")
    with store:
        nurse = test_service.service_of(store).desk("n")
        for n in range(3):
            nurse.enrol(f"client {n}", "Memory", BEGINNING, {"age": 80})
        before = list(store.export())
        lines = store.export()
        found = [next(lines) for _ in range(4)]
        nurse.enrol("client 9", "Memory", BEGINNING, {"age": 80})
        assert [*found, *lines] == before


def an_audit_that_was_cut_short_is_found(folder: Path) -> None:
    """The last row of an audit cannot be taken away unseen, also where nothing was signed."""
    import sqlite3

    store = sqlite.SqliteStore(folder / "care.db")
    with store, closing(sqlite3.connect(folder / "care.db", isolation_level=None)) as db:
        nurse = test_service.service_of(store).desk("n")
        nurse.enrol("Kaija", "Memory", BEGINNING, {"age": 80})
        nurse.plan("Kaija", BEGINNING)
        assert list(auditing.verify(store)) == []
        db.execute("delete from pathflow_audit where number = 2")
        assert len(list(auditing.verify(store))) == 1


def waits_come_to_an_end() -> None:
    """A notice is tried for days, and then set aside."""
    waits = [outbox.wait_after(attempts) for attempts in range(1, outbox.MOST_ATTEMPTS + 1)]
    assert waits == sorted(waits)
    assert max(waits) <= 6 * HOUR
    assert 3 * DAY < sum(waits) < 10 * DAY


_WRITE = "self.store.commit([self.commit_of(pending)], connection)\n"
_PARTS = """commit = self.commit_of(pending)
                self.store.commit([replace(commit, {part}=())], connection)
                pending.is_kept()
                later = Commit(client, pending.kept.version, commit.due, commit.seen, {part}=commit.{part})
                self.store.commit([later], connection)
"""
S, M, Q, T = service.CareService, memory.MemoryStore, sql.SqlStore, together.Together
nasty = next(
    mark
    for mark in test_service.test_what_cannot_be_kept_is_refused_before_anything_is_kept.pytestmark
    if mark.name == "parametrize"
).args[1]


def refused(number: int) -> Callable[[Path], object]:
    """One of the values that cannot be kept."""
    return of_host(test_service.test_what_cannot_be_kept_is_refused_before_anything_is_kept, *nasty[number])


def _mutants() -> Iterator[Mutant]:
    def one(name: str, found_by: Callable[[Path], object], *edits: Edit) -> Mutant:
        return Mutant(name, edits, found_by)

    # commands
    yield one("answers are not kept", seeds(0), Edit(S, "add", "if key is not None:", "if False:"))
    yield one("keys are remembered by the worker alone", seeds(0),
              Edit(S, "add", "if key is not None:", "if False:"),
              Edit(S, "answered", "known = self.store.answer(key)", "known = self.__dict__.setdefault('keys', {}).get(key)"))  # fmt: skip
    yield one("a key is not compared with its command", of_host(test_service.test_a_key_belongs_to_one_command),
              Edit(S, "answered", "known.asked != asked", "False"))  # fmt: skip
    yield one("the answer is kept in another transaction", seeds(0), Edit(S, "_decided", _WRITE, _PARTS.format(part="answers")))
    yield one(
        "the notices are kept in another transaction", seeds(0), Edit(S, "_decided", _WRITE, _PARTS.format(part="notices"))
    )
    yield one("the audit is kept in another transaction", seeds(0), Edit(S, "_decided", _WRITE, _PARTS.format(part="audit")))
    yield one("the work is kept in another transaction", seeds(0), Edit(S, "_decided", _WRITE, _PARTS.format(part="work")))
    yield one(
        "facts are numbered by a memory that does not go on", seeds(0), Edit(S, "add", "pending.kept.n_facts += 1", "pass")
    )
    yield one(
        "a refusal is not in the audit",
        seeds(0),
        Edit(S, "add", "pending.audit.append(", "isinstance(answer, Refusal) or pending.audit.append("),
    )
    yield one("a refusal is answered without its words", seeds(0), Edit(service, "_written_refusal", "answer.words", "{}"))
    yield one("what is held is not dropped after a conflict", seeds(2),
              Edit(S, "_decided", "except Conflict:\n                self.forget(client)", "except Conflict:\n                pass"))  # fmt: skip
    yield one("what is held is not dropped after a failure", seeds(6),
              Edit(S, "_decided", "except BaseException as wrong:\n                self.forget(client)", "except BaseException as wrong:\n                pass"))  # fmt: skip
    yield one("what is held is not dropped when the host may take it back", what_the_host_takes_back_is_gone,
              Edit(S, "_decided", "if connection is not None:", "if False:"))  # fmt: skip
    yield one("whoever tries again keeps the old decision", seeds(0),
              Edit(S, "_decided", "for _ in range(MOST_TRIES):", "answer = decided(self._get(client))\n        for _ in range(MOST_TRIES):"),
              Edit(S, "_decided", "answer = decided(pending.kept)", "pass"))  # fmt: skip
    yield one(
        "whoever reads does not ask whether others wrote", seeds(0), Edit(S, "_fresh", "head.version != kept.version", "False")
    )
    yield one("everybody is the engine in the audit", seeds(0), Edit(service, "_audit", "actor.name", "SYSTEM.name"))
    yield one(
        "what is told of a fact is another's digest",
        seeds(0),
        Edit(S, "add", "sha256(body.encode())", "sha256(what.encode())"),
    )

    # work, flags and notices
    yield one("work that is done is not taken away", seeds(0), Edit(S, "commit_of", "found.work_gone", "()"))
    yield one("flags that are mended are not taken away", seeds(0), Edit(S, "commit_of", "found.flags_gone", "()"))
    yield one(
        "only what is new is seen",
        seeds(0),
        Edit(projecting, "_difference", "gone = [place for place in old if place not in new]", "gone = []"),
    )
    yield one(
        "a row that says something else is not written",
        seeds(0),
        Edit(projecting, "_difference", "not _is_same(old.get(place), one)", "place not in old"),
    )
    yield one("nobody is told of a handoff that is sent again", seeds(11),
              Edit(projecting, "_is_asked_already", "and (old.since, old.provider) == (new.since, new.provider)", ""))  # fmt: skip
    yield one(
        "notices have keys by chance", seeds(0), Edit(projecting, "_notice", "{topic}/{place}", "{topic}/{place}/{id(told)}")
    )
    yield one(
        "a new owner is told once a moment",
        of_host(test_service.test_each_new_owner_is_told_also_within_a_moment),
        Edit(projecting, "moved", "{at}.{version}", "{at}"),
    )
    yield one(
        "who is accountable is not told", seeds(1), Edit(projecting, "moved", "for since, who in new:", "for since, who in ():")
    )
    yield one("of flags nobody is told", seeds(0), Edit(projecting, "changed", 'flag.level != "info" and', "False and"))
    yield one(
        "time does not come when a clock runs out",
        of_host(test_service.test_a_wait_is_over_when_its_time_comes),
        Edit(
            projecting, "due_after", "record.next_timer, _morning(record, at)", "_morning(record, at) + 2_000 * 86_400_000_000"
        ),
    )
    yield one("time does not come in the morning", seeds(0), Edit(projecting, "due_after", ", _morning(record, at)", ""))
    yield one(
        "time does not come after the end",
        of_host(test_service.test_time_comes_also_after_the_end),
        Edit(projecting, "due_after", "if record.enrolments and at < last + AFTER_THE_END", "if False"),
    )

    # time
    yield one(
        "what is due is claimed and not done",
        seeds(0),
        Edit(S, "_touch", "self.store.commit([self.commit_of(pending)])", "pass"),
    )
    yield one(
        "time passes in what is kept, not in the record",
        seeds(0),
        Edit(S, "commit_of", "if record.next_timer <= now:", "if False:"),
    )
    yield one("claims never expire", seeds(4), Edit(M, "claim_due", "kept.held <= now", "not kept.held"))
    yield one(
        "claims never expire (SQL)",
        of_store(conformance.test_what_is_due_is_claimed_once),
        Edit(Q, "claim_due", "held <= ?", "held = 0 and 0 <= ?"),
    )
    yield one("claims are not exclusive", seeds(0), Edit(M, "claim_due", "and kept.held <= now", ""))
    yield one(
        "claims are not exclusive (SQL)",
        of_store(conformance.test_what_is_due_is_claimed_once),
        Edit(Q, "claim_due", "held <= ?", "held <= ? or 1 = 1"),
    )
    yield one("those beyond the limit are lost", seeds(6),
              Edit(M, "claim_due", "for client in claimed:", "for _, client in sorted(due)[limit:]:\n            self._records[client].due = None\n        for client in claimed:"))  # fmt: skip
    yield one(
        "a record that cannot be read holds up the others",
        seeds(0),
        Edit(S, "run_due", "self._set_aside(client, wrong, at)", "raise"),
    )
    yield one(
        "a record that was set aside comes again at once",
        seeds(0),
        Edit(S, "_set_aside", "head.version, None, head.seen", "head.version, head.due, head.seen"),
    )

    # notices on their way
    yield one("a notice is marked as delivered before it is sent", seeds(0),
              Edit(S, "deliver", "send(claimed.notice)", "self.store.delivered([claimed.notice.key], at)\n                send(claimed.notice)"))  # fmt: skip
    yield one(
        "a notice that arrived is not marked",
        seeds(0),
        Edit(S, "deliver", "self.store.delivered([claimed.notice.key], at)", "pass"),
    )
    yield one("a notice is set aside the first time", seeds(0), Edit(S, "deliver", "claimed.attempts >= MOST_ATTEMPTS", "True"))
    yield one(
        "the waits never end",
        lambda _: waits_come_to_an_end(),
        Edit(
            outbox,
            "wait_after",
            "return min(FIRST_WAIT << min(attempts - 1, 20), LONGEST_WAIT)",
            "return FIRST_WAIT << min(attempts - 1, 20)",
        ),
    )
    yield one("notices are claimed for ever", seeds(0), Edit(M, "claim_notices", "sent.held <= now", "not sent.held"))
    yield one(
        "notices are claimed for ever (SQL)",
        of_store(conformance.test_a_worker_that_dies_with_a_notice_leaves_it_to_others),
        Edit(Q, "claim_notices", "held <= ?", "held = 0 and 0 <= ?"),
    )
    yield one("notices are given to everybody", seeds(0), Edit(M, "claim_notices", "and sent.held <= now", ""))
    yield one("notices behind a cursor are lost", seeds(0),
              Edit(M, "claim_notices", "sent.again is not None and", "sent.again is not None and sent.notice.at >= self.__dict__.get('cursor', 0) and"),
              Edit(M, "claim_notices", "for sent in claimed:", "for sent in claimed:\n            self.cursor = max(self.__dict__.get('cursor', 0), sent.notice.at)"))  # fmt: skip
    yield one("a failure brings back what was delivered", of_store(conformance.test_a_notice_is_kept_once_and_claimed_until_it_is_delivered),
              Edit(Q, "failed", " and delivered is null", ""))  # fmt: skip

    # audit
    yield one("rows of the audit are not chained", seeds(0), Edit(chain, "link", "sha256(before + ", "sha256("))
    yield one("reads are not in the audit", seeds(0), Edit(desk.Desk, "_log", "if clients:", "if False:"))
    yield one(
        "a read is in the audit once a client is named twice",
        of_memory(conformance.test_each_row_of_the_audit_holds_those_before_it),
        Edit(M, "log_read", "sorted(set(clients))", "sorted(clients)"),
    )
    yield one(
        "signatures are not made again", seeds(0), Edit(auditing, "_seals", "elif sign is not None and", "elif False and")
    )
    yield one(
        "facts are not compared with the audit",
        seeds(0),
        Edit(auditing, "_of_client", "yield from _facts(store, client, spoken)", "pass"),
    )
    yield one(
        "rows that lack at the end of the audit are not missed",
        an_audit_that_was_cut_short_is_found,
        Edit(auditing, "_of_client", "head is None or head.n_audit != number or head.audit_head != before", "False"),
    )

    # values
    yield one(
        "NUL is let in",
        refused(0),
        Edit(
            edge, "text", 'if value.isascii():\n        if "\\0" in value:', 'if value.isascii():\n        if "never" in value:'
        ),
    )
    yield one(
        "half a character is let in",
        lambda _: half_a_character(),
        Edit(
            edge,
            "text",
            "except UnicodeEncodeError:\n        raise",
            "except UnicodeEncodeError:\n        return\n        raise",
        ),
    )
    yield one("no number is let in", lambda _: no_number(), Edit(edge, "value", "if not math.isfinite(given):", "if False:"))
    yield one(
        "numbers past 64 bits are let in",
        lambda _: past_64_bits(),
        Edit(edge, "value", "if not -MOST_INTEGER <= given < MOST_INTEGER:", "if False:"),
    )
    yield one("ten megabytes are let in", refused(6), Edit(edge, "body", "if size > most:", "if False:"))

    # stores
    yield one(
        "the last one wins",
        seeds(0),
        Edit(M, "_may", "!= commit.expected", "== -1"),
        Edit(M, "_may", "raise AssertionError", "return\n        raise AssertionError"),
    )
    yield one(
        "the last one wins (SQL)",
        of_store(conformance.test_what_rests_on_another_version_is_a_conflict_and_changes_nothing, expected=1),
        Edit(Q, "_take", "version != commit.expected", "False"),
    )
    yield one(
        "what failed is not rolled back",
        of_store(conformance.test_of_several_records_all_or_none_are_kept),
        Edit(sqlite.SqliteStore, "_take_back", "if self._db.in_transaction:", "if False:"),
    )
    yield one(
        "what failed is kept as far as it came",
        of_store(conformance.test_a_key_is_used_once),
        Edit(sqlite.SqliteStore, "_take_back", '"rollback"', '"commit"'),
    )
    yield one("SQLite does not wait for the disk", opened_as_it_must_be,
              Edit(sqlite.SqliteStore, "_connect", "synchronous = full", "synchronous = normal"), Edit(sqlite.SqliteStore, "_assert_safe", "synchronous < 2", "False"))  # fmt: skip
    yield one("SQLite has no write-ahead log", opened_as_it_must_be,
              Edit(sqlite.SqliteStore, "_connect", "journal_mode = wal", "journal_mode = delete"), Edit(sqlite.SqliteStore, "_assert_safe", 'journal != "wal" or', ""))  # fmt: skip
    yield one("we commit what is the host's", what_the_host_takes_back_is_gone,
              Edit(sqlite.SqliteStore, "_of_caller", 'connection.execute("release pathflow")\n        raise\n    connection.execute("release pathflow")',
                   'connection.execute("release pathflow")\n        raise\n    connection.execute("commit")'))  # fmt: skip
    yield one(
        "an export sees what is written meanwhile",
        an_export_is_of_one_moment,
        Edit(sqlite.SqliteStore, "reading", 'db.execute("begin")', "pass"),
    )
    yield one(
        "a store that is not empty is restored into",
        seeds(1),
        Edit(M, "restore", "if self._records or self._notices or self._answers or self._paths:", "if False:"),
    )
    yield one(
        "a store that is not empty is restored into (SQL)",
        of_store(conformance.test_what_was_exported_comes_back_the_same_into_any_store),
        Edit(Q, "restore", "is not None:", "is Ellipsis:"),
    )
    yield one(
        "an export that was cut off is restored",
        of_store(conformance.test_an_export_is_restored_whole_or_not_at_all),
        Edit(wholes, "read_export", "if not is_over:", "if False:"),
    )
    yield one(
        "a page leaves out rows that are as urgent",
        of_store(conformance.test_work_is_asked_for_by_who_and_when_in_pages),
        Edit(lists, "_behind", "({', '.join(order)}) > (?, ?, ?)", "{order[0]} > ? and ? <> ?"),
    )
    yield one(
        "a page leaves out rows that are as urgent (memory)",
        of_memory(conformance.test_work_is_asked_for_by_who_and_when_in_pages),
        Edit(memory, "_page", "where > after", "where[0] > after[0]"),
    )
    yield one(
        "a profession is found in another's name",
        of_store(conformance.test_work_is_asked_for_by_who_and_when_in_pages),
        Edit(lists, "work_listing", 'word = f",{asked.profession},"', "word = asked.profession"),
    )
    yield one(
        "a page leaves out kinds of work",
        of_store(conformance.test_work_is_asked_for_by_who_and_when_in_pages),
        Edit(lists, "next_kinds", "range(len(branch.kinds) - 1, -1, -1)", "(len(branch.kinds) - 1,)"),
    )
    yield one(
        "a key may be used again",
        of_memory(conformance.test_a_key_is_used_once),
        Edit(M, "commit", "any(key in self._answers for key in keys)", "False"),
    )

    # versions
    yield one("versions are not published", seeds(0), Edit(definitions, "publish", "if new:", "if False:"))
    yield one(
        "a client begins on the first version of all",
        versions(test_versions.test_an_earlier_version_may_become_the_newest_again),
        Edit(machine.Machine, "newest", "if since <= at", "if since < 0"),
    )
    yield one(
        "a fact does not say on which version it is",
        seeds(0),
        Edit(commands, "decide", "begun.program.key if begun is not None else None", "None"),
    )
    yield one("versions that others published are not learnt", seeds(1), Edit(S, "_load", "self._read_versions()", "pass"))

    yield one("a client is taken to a version twice", seeds(43), Edit(S, "problems", "enrolment.version == version", "False"))
    yield one(
        "who is taken to another version loses the owner of the plan",
        seeds(1),
        Edit(migrating, "migration", "found = [other]", "found = [other]\n    record.owners.append((at, None))"),
    )
    yield one(
        "who is taken to another version loses who is accountable",
        seeds(1),
        Edit(
            migrating,
            "_carried_over",
            "other.tables = tables",
            'other.tables = tables\n    other.holders = [(other.began, "")]',
        ),
    )
    yield one(
        "who is taken to another version loses what falls due",
        lambda _: to_a_copy(),
        Edit(migrating, "_carried_over", "return other", "other.timers = {}\n    return other"),
    )
    yield one(
        "a record that cannot be read holds up the migration of the others",
        of_host(test_migrating.test_one_record_that_cannot_be_read_does_not_hold_up_the_others),
        Edit(migration, "tried", "except Damaged:", "except ZeroDivisionError:"),
    )

    # blocks
    yield one(
        "half a block is kept",
        seeds(0),
        Edit(
            T,
            "__exit__",
            "service.store.commit(commits, self._connection)",
            "[service.store.commit([one], self._connection) for one in commits]",
        ),
    )
    yield one(
        "what is held of a block is not dropped after a failure",
        seeds(0),
        Edit(T, "__exit__", "self._service.forget(client)", "pass"),
    )
    yield one(
        "the keys of a block are not looked up",
        seeds(0),
        Edit(T, "_known", "return self._service.answered(key, asked)", "return None"),
    )
    yield one("a block forgets the keys of its commands", seeds(0), Edit(T, "once", "self._key = key", "self._key = None"))

    # linked clients
    yield one(
        "a link is kept in one record",
        seeds(0),
        Edit(pairing, "with_other", "taken = there.take(asked, theirs)", "taken = theirs"),
    )
    yield one(
        "what the other record refuses is done in the first",
        of_host(test_linking.test_what_the_other_record_refuses_changes_neither_and_is_in_both_audits),
        Edit(pairing, "with_other", "theirs if isinstance(theirs, Refusal) else answer", "answer"),
    )
    yield one(
        "the other record names another link",
        seeds(0),
        Edit(pairing, "counterpart", 'Linking("link", command.at, link.back', 'Linking("link", command.at, command.subject'),
    )
    yield one(
        "a link that is taken away stays in the other record",
        seeds(0),
        Edit(pairing, "counterpart", 'if command.verb == "unlink":', 'if command.verb == "unlink":\n        return None'),
    )
    yield one(
        "what a step starts for a linked client is forgotten",
        of_host(test_linking.test_what_cannot_begin_yet_stays_owed, False),
        Edit(machine.Machine, "start_other", "record.to_begin[enrolment.index, node] = fact.at", "pass"),
    )
    yield one(
        "of several who are linked the first is taken",
        of_host(test_linking.test_of_several_somebody_says_for_whom, False),
        Edit(pairing, "set_off", "len(found) == 1", "found"),
    )
    yield one(
        "what is shared is seen without consent",
        of_host(test_linking.test_what_is_shared_is_seen_on_its_basis_as_long_as_it_holds),
        Edit(family, "_may_be_seen", 'consent is None or consent[1] != "yes"', "consent is None"),
    )
    yield one(
        "reading through a link is not in the audit",
        of_host(test_linking.test_a_link_alone_opens_nothing),
        Edit(desk.Desk, "_relatives", "if one.plan is not None", "if False"),
    )

    # the engine
    yield one(
        "what comes late is put at the end",
        seeds(0),
        Edit(machine.Machine, "extend", "if fact.at < record.settled or", "if False and"),
    )
    yield one(
        "two records share their enrolments",
        seeds(0),
        Edit(record.Record, "copy", "[e.copy() for e in self.enrolments]", "self.enrolments.copy()"),
    )


def to_a_copy() -> None:
    """Taken to a copy of the path clients go on as if nothing had been."""
    for number in range(12):
        test_migrating.check_copy(test_migrating.MEMORY, test_migrating.MEMORY + "\n# a remark\n", number, 6)


def no_number() -> None:
    """NaN and infinities are refused."""
    _refused(float("nan"))
    _refused(float("inf"))


def half_a_character() -> None:
    """A lone surrogate is refused."""
    _refused("\ud800")


def past_64_bits() -> None:
    """Whole numbers past 64 bits are refused."""
    _refused(1 << 63)


def _refused(given: object) -> None:
    try:
        edge.value(given, "age")
    except edge.NotKept:
        return
    raise AssertionError(f"{given} was let in")


MUTANTS = {mutant.name: mutant for mutant in _mutants()}


def is_found(mutant: Mutant, found_by: Callable[[Path], object] | None = None) -> BaseException | None:
    """What was found with the mutant planted; None where nothing was."""
    with tempfile.TemporaryDirectory() as folder, mutant.planted():
        try:
            (found_by or mutant.found_by)(Path(folder))
        except (Exception, simulation.Crash) as wrong:  # noqa: BLE001 - whatever it raises, it is found
            return wrong
        except BaseException as wrong:  # pytest.fail
            if type(wrong).__name__ != "Failed":
                raise
            return wrong
    return None
