"""Care chains of any length, as people write them: each part visits, decides, hands over, orders, repeats and waits.

No two parts name a step or an item alike, nor do two turns, as nothing that was read before may help.
"""

from __future__ import annotations

NETWORK = """\
network Bench network
    organiser County
    professions nurse, doctor, specialist, counsellor

    calendar Office days
        holidays of Finland

    provider Health Centre
        sector public
        professions nurse, doctor
        register county records

    provider Hospital
        sector public
        professions nurse, specialist
        register county records

    provider Association
        sector third
        professions counsellor
        register association records

    agreement Support
        with Association
        mode grant
        covers everything
        valid from 2026-01-01
        accepted within 7 days
        legal basis The client's permission

    item age: number of years
    item blood result: number of mmol/l
    item picture: document

    service blood test
        window 2 weeks, unless worse
        makes blood result
    service imaging
        window 2 months, unless worse
        makes picture

"""

HEAD = """\
path Long {0}
    version 1.0
    valid from 2026-01-01
    uses Bench network
    responsible Hospital
    accountable Health Centre

clients Adults
    enter when age >= 18 years
{1}
plan Long plan
    owner nurse at Health Centre
    review every 12 months
    if another path joins, the owner stays

steps
"""

ITEMS = """\
    item letter {0}: document
    item severity {0}: one of mild, moderate, severe
    item score {0}: number of points
    item better {0}: yes or no
"""

PART = """\
    # part {0}
    step Visit {0}
        by nurse or doctor at Health Centre
        within 14 days, at most 3 months
        does blood test because worse
        makes letter {0}, severity {0}, score {0}
        note The score is of the first questionnaire

    decide How is the client {0}?
        if severity {0} is severe or score {0} >= 20 points
            handoff Referral {0}
                from doctor at Health Centre to specialist at Hospital
                carries letter {0}, severity {0}
                accepted within 3 working days
                if not accepted, Health Centre keeps the client
                keeps the plan with its owner
            step Examination {0}
                by specialist at Hospital
                within 6 weeks of Referral {0}, at most 3 months
                needs letter {0}
                does imaging because worse
            repeat every 2 weeks, at most 6 times
                step Round {0}
                    by nurse at Hospital, remote
                    within 3 days
                    makes better {0}
            until better {0}
            handoff Back {0}
                from specialist at Hospital to nurse at Health Centre
                carries letter {0}, picture
                accepted within 5 working days
                if not accepted, Hospital keeps the client
                keeps the plan with its owner
        if severity {0} is one of mild, moderate and score {0} < 20 points
            continue

    together
        branch Exercise {0}
            step Exercise {0}
                by counsellor at Association
                ordered by nurse at Health Centre
                carries letter {0}
                if not accepted, Health Centre takes over
                within 8 weeks
        branch Advice {0}
            wait 1 week
            step Advice {0}
                by nurse at Health Centre
                within 2 weeks

    wait 3 months

"""
END = "    end Done\n        closes the plan\n"
LINES = PART.count("\n") + ITEMS.count("\n")


def chain(size: int, turn: int, name: int = 0) -> str:
    """One sound path of about so many lines; its network is not in it."""
    parts = [f"{turn}x{name}x{number}" for number in range(max(1, round((size - HEAD.count("\n")) / LINES)))]
    items = "".join(ITEMS.format(part) for part in parts)
    return HEAD.format(name, items) + "".join(PART.format(part) for part in parts) + END
