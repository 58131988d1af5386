"""How a handoff, and an order in the same way, goes from one party to another. The states are a table.

A handoff has two phases. It is *proposed* by the sender, who stays accountable, and then *accepted*, *returned* with a
reason, or *expired* when the deadline passes with neither. Returned, the sender must propose it again, redirect it or end,
within the first deadline; when that passes the fallback takes over all the same. Expired, the fallback is accountable; the
receiver may still accept, and the fallback may propose anew. Cancelled, it is as if never sent. What the table does not
hold changes nothing: the fact stays in the record, and is a finding. Source: docs/explanation/promises.md, law 2.

    reached ──proposed──▶ proposed ──accepted──▶ accepted
       ▲                  │  ▲  │
       └────cancelled─────┘  │  └─returned─▶ returned ──expired──▶ expired ──accepted──▶ accepted
                             └───proposed──────┘                     │
                             └───proposed────────────────────────────┘
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from pathflow.engine.record import Offer

OfferState = Literal["reached", "proposed", "accepted", "returned", "expired", "cancelled"]
OfferMove = Literal["proposed", "accepted", "returned", "expired", "cancelled"]

MOVES: Final[Mapping[tuple[OfferState, OfferMove], OfferState]] = {
    ("reached", "proposed"): "proposed",
    ("reached", "accepted"): "accepted",
    ("proposed", "accepted"): "accepted",
    ("proposed", "returned"): "returned",
    ("proposed", "expired"): "expired",
    ("proposed", "cancelled"): "cancelled",
    ("returned", "proposed"): "proposed",
    ("returned", "accepted"): "accepted",
    ("returned", "expired"): "expired",
    ("returned", "cancelled"): "cancelled",
    ("expired", "accepted"): "accepted",
    ("expired", "proposed"): "proposed",
    ("expired", "returned"): "returned",
    ("expired", "cancelled"): "cancelled",
    ("cancelled", "proposed"): "proposed",
    ("cancelled", "accepted"): "accepted",
}
"""(state, what happens) → state. An acceptance without a proposal means that both happened at that moment."""


def moved_on(offer: Offer, move: OfferMove) -> OfferState | None:
    """The state of an offer after it; that it was sent may be told once, after it has been taken for granted."""
    if move == "proposed" and offer.state == "proposed" and not offer.is_told:
        return "proposed"
    return moved(offer.state, move)


def moved(state: OfferState, move: OfferMove) -> OfferState | None:
    """The state after it, or None when it changes nothing."""
    return MOVES.get((state, move))
