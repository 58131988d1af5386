"""Facts and records as text: facts to be kept, records to be compared byte for byte."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from pathflow.engine.facts import Fact
from pathflow.engine.record import Enrolment, Record

_encode: Final = msgspec.json.Encoder(order="sorted").encode
_decode: Final = msgspec.json.Decoder(Fact).decode


def encode_fact(fact: Fact) -> str:
    """A fact as one line of JSON; what does not apply is left out. Law: tests/engine/test_codec.py."""
    return _encode(fact).decode()


def decode_fact(text: str) -> Fact:
    """The fact in a line of JSON. Raises: ValueError for a line that is none."""
    try:
        return _decode(text)
    except msgspec.MsgspecError as wrong:
        raise ValueError(f"this is no fact: {wrong}") from None


def canonical(record: Record) -> str:
    """Everything that a record holds, in one fixed form: equal records have equal text."""
    return json.dumps(
        {
            "client": record.client,
            "facts": [encode_fact(fact) for fact in record.facts],
            "enrolments": [_enrolment(enrolment) for enrolment in record.enrolments],
            "items": {name: record.items[name] for name in sorted(record.items)},
            "made": {name: record.made[name] for name in sorted(record.made)},
            "results": {name: record.results[name] for name in sorted(record.results)},
            "owners": record.owners,
            "plan_from": record.plan_from,
            "reviewed": record.reviewed,
            "overrides": record.overrides,
            "away": record.away,
            "bonds": record.bonds,
            "to_begin": sorted(record.to_begin.items()),
            "fired": record.fired,
            "findings": [[f.code, f.level, f.message, f.since, f.due, f.who] for f in record.findings],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _enrolment(enrolment: Enrolment) -> dict[str, Any]:
    names = enrolment.tables.name
    offers = sorted(enrolment.offers.items())
    return {
        "path": enrolment.path,
        "version": enrolment.tables.program.key,
        "began": enrolment.began,
        "ended": enrolment.ended,
        "parent": enrolment.parent,
        "holders": enrolment.holders,
        "tokens": [[node, names[node], since] for node, since in sorted(enrolment.tokens.items())],
        "owed": [[node, names[node], since] for node, since in sorted(enrolment.owed.items())],
        "arrived": sorted(enrolment.arrived.items()),
        "rounds": sorted(enrolment.rounds.items()),
        "happened": sorted(enrolment.happened.items()),
        "early": sorted(enrolment.early.items()),
        "started": sorted(enrolment.started.items()),
        "offers": [
            [node, o.state, o.sent, o.due, o.receiver, o.settled, o.reason, o.is_told, o.asked, o.is_noted]
            for node, o in offers
        ],
        "chosen": sorted(enrolment.chosen.items()),
        "events": sorted(enrolment.events.items()),
        "timers": sorted(enrolment.timers.items()),
        "wakes": sorted(enrolment.wakes.items()),
        "dropped": sorted(enrolment.dropped.items()),
        **({"anew": sorted(enrolment.anew.items())} if enrolment.anew else {}),
        "spent": [[node, sorted(names)] for node, names in sorted(enrolment.spent.items())],
        "suspended": [[node, encode_fact(f) if f is not None else None] for node, f in sorted(enrolment.suspended.items())],
        "waiting": sorted(enrolment.waiting),
        "away": enrolment.away,
        "workers": sorted(enrolment.workers.items()),
    }
