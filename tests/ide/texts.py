"""A small folder that has something of everything, and changes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from pathflow.workspace import Workspace
from tests.fuzz import mutate

NETWORK = """\
network Shared
    organiser County
    professions nurse, doctor, social worker
    provider Health Centre
        sector public
        professions nurse
        offers X-ray
    provider Åland Hospital 🏥
        sector public
        professions doctor
        meets night duty
    provider Care Oy
        sector private
        professions nurse
    agreement Care at home
        with Care Oy
        mode purchase
        covers everything
        valid from 2026-01-01
        carries letter
    site Hill House
        hosts Health Centre, Care Oy
    alliance Together for hips
        partner Care Oy
            gain 50 %
            pain 50 %
            leads X-ray
        partner Health Centre
            gain 50 %
            pain 50 %
    item letter: document
    item severity: one of mild, severe
    item weight: number of kg, valid 30 days
    item consent: yes or no
    service X-ray
        window 12 months, unless worsening or consent
        makes letter
        requires night duty
    event Fall
    package Hips
        must have X-ray, Hip fracture
"""
PATH = """\
path Hip fracture
    version 1
    valid from 2026-01-01
    uses Shared
    responsible Åland Hospital 🏥
    accountable Health Centre
    promise Well
        within 6 months of enrolment

clients Adults with "a broken" hip
    item pain: number of points
    enter when weight > 20 kg
    linked carer
        shares letter

plan Plan
    owner nurse at Health Centre
    review every 6 months, and after Fall
    team doctor, nurse
    if another path joins, the owner stays

steps
    step Visit                                # comes first
        by nurse or doctor at Health Centre, home
        within 7 days of enrolment, at most 1 month, when pain > 3 points and not consent
        place Hill House
        does X-ray because worsening
        makes letter, severity
    decide How bad?
        if severity is one of severe, mild and weight >= 40,5 kg within 3 days
            handoff To the hospital
                from nurse at Health Centre to Åland Hospital 🏥
                carries letter
                accepted within 3 days
                if not accepted, Health Centre keeps the client
                keeps the plan with its owner
                legal basis consent
            end Cared for
                closes the plan
        otherwise
            continue
    client chooses place of training
        option Care Oy
        option Health Centre
        guided by nurse at Health Centre
        if no choice, Health Centre
    together
        branch Body
            repeat every 2 weeks, at most 6 times
                step Training
                    by nurse at place of training
                    ordered by whoever is accountable
                    accepted within 2 days
                    if not accepted, whoever is accountable takes over
                    within 2 weeks of Visit
            until pain < 2 points
        branch Mind
            wait until Fall happens, at most 2 months
            include Hip fracture
    end Well
        closes the plan
        no Fall within 28 days

whenever Fall happens and pain is known
    step After the fall
        by doctor at Åland Hospital 🏥
        ordered by whoever is accountable
        within 1 day
    resume

load A year
    arrivals 40 per month
    capacity 20 hours per week of nurse at Health Centre

test Mild
    given severity is mild, place of training is Care Oy, weight is 60 kg
    on day 3 Fall happens
    on day 3 expect owner is nurse at Health Centre
    expect Visit, After the fall, Well
    expect Training within 3 weeks of Visit
    never To the hospital
    expect holder is Health Centre
"""


@contextmanager
def folder(network: str = NETWORK, path: str = PATH) -> Iterator[Workspace]:
    with TemporaryDirectory() as name:
        place = Path(name).resolve()
        (place / "net.path").write_text(network, "utf-8", "replace")
        (place / "hip.path").write_text(path, "utf-8", "replace")
        workspace = Workspace(place)
        workspace.edit("net.path", network)
        workspace.edit("hip.path", path)
        yield workspace


def changed(chance: Random, text: str) -> str:
    """The text with a few changes that nobody would make."""
    most = chance.randrange(4)
    return mutate.text(chance, text, most) if most else text


def place_of(text: str, words: str, after: int = 0) -> tuple[int, int]:
    """The line and the column of words, from 1."""
    at = text.index(words) + after
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
