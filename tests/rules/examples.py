"""The bad and good examples of the rules' pages, made into whole files."""

from __future__ import annotations

import re
import textwrap

HEAD = """\
path Example
    version 1.0
    valid from 2026-01-01 to 2027-12-31
    uses Example network
    responsible Health Centre
    accountable Health Centre
"""

NETWORK = """\
network Example network
    organiser County
    professions nurse, doctor, specialist, counsellor
    provider Health Centre
        sector public
        professions nurse, doctor
        register health
    provider Hospital
        sector public
        professions specialist, nurse
        register health
    provider Association
        sector third
        professions counsellor
    agreement Grant
        with Association
        mode grant
        covers everything
        valid from 2020-01-01
        legal basis the client's permission
    item ECG recording: document
    item referral letter: document
    item ejection fraction: number of %
    service ECG
        window 12 months, unless rhythm symptom
        makes ECG recording
"""

CLIENTS = """\
clients Adults
    item age: number of years
    item alone: yes or no
    event Emergency
    enter when age >= 18 years
"""

PLAN = """\
plan Care plan
    owner doctor at Health Centre
    review every 6 months
    if another path joins, the owner stays
"""

STEPS = """\
steps
    step Visit
        by doctor at Health Centre
        within 14 days
    end Done
        closes the plan
"""


def section(page: str, title: str) -> str:
    """One section of a rule's page, dedented."""
    found = re.search(rf"^{title}:[ ]*(.*?)(?=^\w+:|\Z)", page, re.S | re.M)
    if found is None:
        raise AssertionError(f"the page has no section {title}")
    text = found[1]
    return textwrap.dedent(text.lstrip("\n")) if text.startswith("\n") else text.strip()


def whole(snippet: str) -> str:
    """The snippet as a file that says nothing wrong besides. Items that the snippet carries exist from the start."""
    parts = [snippet if snippet.endswith("\n") else snippet + "\n"]
    has = {keyword: re.search(rf"^{keyword}\b", snippet, re.M) is not None for keyword in ("clients", "plan")}
    plan = PLAN if has["clients"] else PLAN.replace("6 months", "6 months, and after Emergency")  # which is heeded so
    clients = CLIENTS.replace("    event Emergency\n", "") if has["plan"] and "Emergency" not in snippet else CLIENTS
    for keyword, block in (("steps", STEPS), ("plan", plan), ("clients", clients), ("network", NETWORK), ("path", HEAD)):
        if not re.search(rf"^{keyword}\b", snippet, re.M):
            parts.insert(0, block)
    text = "".join(parts)
    if "carries referral letter" in text or "if alone" in text:
        text = text.replace(
            "enter when age >= 18 years", "enter when age >= 18 years and referral letter is known and alone is known"
        )
    return text


def files_of(snippet: str) -> dict[str, str]:
    """The files of an example of two paths and one client, by name: each path whole, and the network that they share.

    A path begins with a line `== Its name ==`.
    """
    network = NETWORK + "    service guidance\n" if "does guidance" in snippet else NETWORK
    return {"network.path": network} | {file_of(name): alone(name, text) for name, text in in_parts(snippet)}


def in_parts(snippet: str) -> list[tuple[str, str]]:
    """The paths of an example, each with its name."""
    parts = re.split(r"^== (.+) ==\n", snippet, flags=re.M)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def file_of(name: str) -> str:
    """The file in which a path of that name stands."""
    return f"{name.lower().replace(' ', '_')}.path"


def alone(name: str, snippet: str) -> str:
    """A path of an example as a file that uses the network of another."""
    return whole(snippet).replace(NETWORK, "").replace("path Example", f"path {name}")


def marked(text: str) -> list[tuple[int, str]]:
    """The lines that carry a mark `# <- CODE`, and the code."""
    return [(n, m[1]) for n, line in enumerate(text.splitlines(), 1) if (m := re.search(r"# <- ([A-Z]\d+)", line))]
