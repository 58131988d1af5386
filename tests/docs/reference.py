"""The pages of docs/reference that are made from the code's own tables."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import click

from pathflow.base.durations import UNITS
from pathflow.cli.main import _COMMANDS, cli
from pathflow.compare.headings import TITLES
from pathflow.compare.kinds import KINDS, WEIGHTS
from pathflow.dsl.languages import LISTS, language
from pathflow.dsl.vocabulary import BLOCKS, CHANNELS, INNER, KEYWORDS, WEEKDAYS, WORD_LISTS
from pathflow.engine.facts import FACTS
from pathflow.graph.build import EDGE_ATTRIBUTES, NODE_ATTRIBUTES
from pathflow.replay.log import COLUMNS, NEEDED
from pathflow.replay.run import UNSHOWN
from pathflow.replay.words import ALONE, VERBS
from pathflow.rules.pages import codes, page

MADE: Final = "<!-- Made by `make golden` from the code; changes here are lost. -->\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def ticked(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def rules_page() -> str:
    families = {"P": "Reading", "G": "Gaps", "D": "Duplicates", "O": "Owners"}
    intro = {
        "P": "The file, or the source of events, cannot be read as meant.",
        "G": "Something is owed by nobody, without a time, or without what it needs.",
        "D": "Something is done twice while the first result holds.",
        "O": "The care plan has no owner, or two.",
    }
    parts = [
        MADE,
        "# The rules\n",
        "What `pathflow check` proves of a path and `pathflow run` watches in a client's record. `pathflow explain CODE` shows the same page.\n",
    ]
    for letter in "GDOP":
        parts.append(f"\n## {families[letter]}\n\n{intro[letter]}\n")
        parts += ["\n" + _rule(page(code) or "") for code in codes() if code.startswith(letter)]
    return "\n".join(parts).replace("\n\n\n", "\n\n")


def _rule(text: str) -> str:
    title, _, body = text.partition("\n")
    lines = [f"### {title}\n"]
    what, *sections = re.split(r"^(?=[A-Z][a-z]+:)", body.strip(), flags=re.M)
    lines.append(" ".join(what.split()) + "\n")
    for section in sections:
        name, _, rest = section.partition(":")
        if name in ("Bad", "Good"):
            code = rest.strip("\n")
            lines.append(f"{name}:\n\n```text\n{_dedented(code)}\n```\n")
        else:
            lines.append(f"**{name}.** {' '.join(rest.split())}\n")
    return "\n".join(lines)


def _dedented(code: str) -> str:
    rows = [row for row in code.split("\n") if row.strip()]
    least = min(len(row) - len(row.lstrip()) for row in rows)
    return "\n".join(row[least:] for row in rows)


OUTPUTS = (
    "## What the commands print for programs\n\n"
    "With `--format json`, `check` and `run` print the report whose schema is in the package, `pathflow/schema/report.schema.json`: `findings` and `summary`, of `check` also `allowed` and with a baseline `accepted`, of `run` also `clients`. "
    "A path with errors is not run: then `run` prints the report of `check`, with `clients` empty. `test` prints the report of `tests.schema.json` beside it, with `--explore` that of `explore.schema.json`; `fmt` prints `files`, `changed`, `not_understood`; "
    "`explain` prints `code`, `rule` and `page`, without a code an array of them all; `graph` prints node-link JSON, of several paths an array; `diff` prints what `pathflow/schema/diff.schema.json` says.\n\n"
    "What else `check` can print is in [how to check paths in CI](../howto/check_in_ci.md): SARIF 2.1.0, GitHub's workflow commands, GitLab's Code Quality report, JUnit XML. `run` has none of these: what it finds is about clients, and has no place in the log of a build.\n\n"
    "Results are on standard output, talk on standard error. A reader who leaves (`| head`) changes nothing of the exit code.\n"
)


def commands_page() -> str:
    parts = [MADE, "# The commands\n", (cli.help or "").replace("\n    ", "\n").strip() + "\n"]
    parts.append(
        "Exit codes: 0 clean; 1 errors found (with `--fail-on warning` warnings too, with `--strict` anything), a test that failed, a change that breaks something for clients on the way, a file not in its layout; 2 wrong usage or unreadable input; 3 a mistake of pathflow's own.\n"
    )
    for name in _COMMANDS:
        command: click.Command = importlib.import_module(f"pathflow.cli.{name}_command").command
        context = click.Context(command, info_name=f"pathflow {name}", terminal_width=110, help_option_names=["-h", "--help"])
        parts.append(f"## pathflow {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join([*parts, OUTPUTS])


_VALUES: Final[Mapping[str, str]] = {
    "label": "a name of its own",
    "label?": "a name of its own, or nothing",
    "name": "a name declared elsewhere",
    "names": "names, with commas between them",
    "text": "any text",
    "none": "nothing",
    "condition": "a condition: `age >= 18 years and not alone`",
    "duration": "a length of time: `3 working days`",
    "dates": "`from 2026-01-01 to 2027-12-31`; the end may be left out",
    "actor": "`nurse or doctor at Health Centre, remote`, `client`, `whoever is accountable`",
    "parties": "`doctor at Health Centre to specialist at Hospital`",
    "fallback": "`Hospital takes over`, or `Hospital keeps the client`",
    "limit": '`14 days of Visit, at most 3 months of enrolment, when age >= 23 years, source "HE 134/2024", valid from 2026-01-01`',
    "item": "`age: number of years`, `NYHA class: one of I, II`, `alone: yes or no`, `letter: document`, `text`, `date`; then perhaps `, valid 30 days`",
    "window": "`12 months, unless rhythm symptom or New fracture happens`: reasons, items, and events of the network",
    "review": "`every 6 months, after Discharge`",
    "joining": "`the owner stays`, or `nurse at Home Care owns the plan`",
    "repetition?": "`every 2 weeks, at most 6 times`, `every 2 weeks, 15 times`, either part of them, or nothing",
    "no return": "`Readmission within 28 days`",
    "does": "services, then perhaps `because` and a reason",
    "use": 'a network\'s name, then perhaps `from "folder/file.path"`',
    "waiting": "a length of time, or `until Release happens, at most 14 days`",
    "occasion": "a condition, then perhaps `, beside the main way`",
    "meeting?": "`until any is done`, `until 2 are done`, or nothing: all",
    "share": "`40 %`",
    "rate": "`40 per month`",
    "capacity": "`20 hours per week of doctor at Health Centre`",
    "price": "`120 €`, `120 € per visit`, `120 € per visit for ECG`",
    "payers": "names with commas between them, each with its share where it is known: `County 60 %, City 40 %`",
    "starting": "a path, then perhaps `for` and a linked client",
    "sector": ticked(WORD_LISTS["sector"]),
    "mode": ticked(WORD_LISTS["mode"]),
    "counts": ticked(WORD_LISTS["counts"]),
    "shows": ticked(WORD_LISTS["shows"]),
    "allowed": "the code of a finding and the reason: `G104 because the agreement of 2026 says so`",
    "given": "`age is 81 years, Referral is not accepted`, `Visit is done after 10 days`",
    "on day": "`3 Emergency happens`, `3 at 14:30 alone is no`, `3 client died`, `3 expect holder is Hospital`, `3 expect Visit is open`",
    "expect": "names in their order, or `holder is Hospital`, `owner is nurse at Home Care`, `finding is G101`, `Visit is due on day 14, at most on day 90`, `Visit within 14 days of Referral`",
    "never": "names, perhaps `before day 3` or `after day 3`; `holder is Hospital`, `owner is nobody`, `finding is G101`, `any finding`",
    "language": "`en`, `fi` or `sv`; left out, English",
    "edition": "the year of an edition; left out, `2026`",
}


def vocabulary_page() -> str:
    counts = {"one": "once", "maybe": "at most once", "many": "any number", "some": "once or more"}
    parts = [
        MADE,
        "# The vocabulary\n",
        "Every block, the keywords that may stand in it, what follows each, and how often it may come. A keyword means the same wherever it stands.\n",
    ]
    for kind, block in BLOCKS.items():
        title = "A file" if kind == "file" else f"`{kind}`" if kind != "choice" else "`client chooses`"
        rows = [
            (
                f"`{line.keyword}`",
                _VALUES[line.value],
                counts[line.count],
                f"[{line.opens}](#{_anchor(line.opens)})" if line.opens else "",
            )
            for line in block.lines.values()
        ]
        parts.append(f"## {title}\n\n" + table(("Keyword", "What follows", "How often", "Opens"), rows))
    words = ticked(sorted(set(INNER.values())))
    parts.append(
        f"## Words inside values\n\nA name that holds one of them where it would end the name is put in double quotes: {words}.\n"
    )
    parts.append(f"Channels: {ticked(CHANNELS)}. Weekdays: {ticked(WEEKDAYS)}.\n")
    parts += _three_languages()
    return "\n".join(parts)


def _three_languages() -> list[str]:
    fi, sv = language("fi"), language("sv")
    heads = ("English", "Suomi", "Svenska")
    parts = ["## The three languages\n", "One word for each, names are never translated. Keywords:\n"]
    parts.append(table(heads, [tuple(ticked([own.keywords[word]]) for own in (EN, fi, sv)) for word in KEYWORDS]))
    parts.append("Words inside values:\n")
    rows = dict.fromkeys(tuple(ticked([own.inner(key)]) for own in (EN, fi, sv)) for key in INNER)
    parts.append(table(heads, sorted(rows)))
    parts.append("Units of time:\n")
    parts.append(table(heads, [tuple(ticked(dict.fromkeys(own.units[unit])) for own in (EN, fi, sv)) for unit in UNITS]))
    parts.append("Words that stand where a name may stand; in quotes they are names:\n")
    lists = [tuple(ticked([own.lists[kind][word]]) for own in (EN, fi, sv)) for kind, words in LISTS.items() for word in words]
    parts.append(table(heads, dict.fromkeys(lists)))
    return parts


EN = language("en")


def _anchor(kind: str) -> str:
    return "client-chooses" if kind == "choice" else kind


def events_page() -> str:
    verbs: dict[str, list[str]] = {}
    for word, kind in VERBS.items():
        verbs.setdefault(kind, []).append(f"{word} …")
    for word, kind in ALONE.items():
        verbs.setdefault(kind, []).append(word)
    facts = [(f"`{kind}`", what, ticked(dict.fromkeys(verbs.get(kind, [])))) for kind, what in FACTS.items()]
    columns = [(meaning, "yes" if meaning in NEEDED else "", ticked(words)) for meaning, words in COLUMNS.items()]
    shown = [(f"`{kind}`", what) for kind, what in UNSHOWN.items()]
    return "\n".join(
        [
            MADE,
            "# Events\n",
            "What `pathflow run` reads: CSV (with commas, semicolons or tabs) or JSON Lines, UTF-8, one event a row, in any order.\n",
            "## Columns\n",
            table(("What", "Needed", "Found under these names"), columns),
            (
                "A path's `log` block may name them otherwise. Every other column that has the name or an alias of an item holds its value; those that have neither are listed and not used. "
                "In JSON Lines each row may have keys of its own, and items may also stand in an object `items`. An empty cell, `?`, `unknown`, `NA`, `null` say nothing. "
                "Of a lifecycle, `complete` and an empty cell say that something was done, `start` that it began, `withdraw`, `autoskip`, `manualskip` and aborts that it was cancelled; other transitions say nothing of what was done.\n"
            ),
            "Times are ISO 8601: `2026-01-31`, `2026-01-31T14:30`, with or without an offset; without one they are in the network's time zone.\n",
            "## What an event says\n",
            "An event is the name of a step, or an alias (`known as`): it was done. Or the name of an event, an end or a choice of the path. Or a verb and a name:\n",
            table(("Fact", "What it says", "Written"), facts),
            (
                "The first event of an unknown client enrols. Anything else is kept too, and becomes a finding; it never stops the run. "
                "A choice is recorded by its own name, with what was chosen in the provider's column: `place of training`, `Hospital`. "
                "A row that cannot be read (no client, no event, no time, a time outside the years 1900 to 2199, too few cells, an open quotation mark) is set aside with its line and a finding; the others go on. "
                "Rows at one moment are taken in the order in which the path leads to them; a row that stands twice counts once.\n"
            ),
            "## What a source cannot show\n",
            "A `log` block says with `shows` which kinds of fact the source shows at all; without one, what its rows and columns show is what it can. What it cannot show is said once, and is not held against each client:\n",
            table(("Kind", "Not shown"), shown),
        ]
    )


def graph_page() -> str:
    return "\n".join(
        [
            MADE,
            "# The graph\n",
            (
                '`pathflow.load("paths/heart_failure.path").graph` is a frozen `networkx.MultiDiGraph`. Its nodes are numbers, as in the tables that the engine runs; the two agree edge by edge. '
                "`pathflow graph --format json` prints the same as node-link JSON. Attributes that do not apply are absent.\n"
            ),
            "## The graph itself\n",
            table(
                ("Attribute", "What it holds"),
                [("`name`", "the path's name"), ("`version`", "its version"), ("`key`", "a hash of all its sources")],
            ),
            "## Nodes\n",
            table(("Attribute", "What it holds"), [(f"`{name}`", what) for name, what in NODE_ATTRIBUTES.items()]),
            "## Edges\n",
            table(("Attribute", "What it holds"), [(f"`{name}`", what) for name, what in EDGE_ATTRIBUTES.items()]),
            "## Questions\n",
            "Which items cross from one register to another? Who sends to whom, and how long may the answer take?\n",
            (
                "```python\nimport pathflow\n\n"
                'graph = pathflow.load("paths/heart_failure.path").graph\n'
                'handoffs = [a for _, a in graph.nodes(data=True) if a["kind"] == "handoff"]\n'
                "for handoff in handoffs:\n"
                '    print(handoff["sender"], "→", handoff["receiver"], "within", handoff["accepted_within"], handoff["carries"])\n'
                "assert len(handoffs) == 6\n```\n"
            ),
        ]
    )


def changes_page() -> str:
    parts = [
        MADE,
        "# The changes\n",
        (
            "Every kind of change that `pathflow diff` knows, what it says, and whether it breaks something for clients who are on the way. "
            "Kinds are permanent. Why they are classed so: [what a change means](../explanation/changes.md).\n"
        ),
    ]
    for weight in WEIGHTS:
        rows = [(f"`{k.name}`", _said(k.say), k.why) for k in KINDS.values() if k.weight == weight]
        parts.append(f"## {TITLES[weight]}\n\n" + table(("Kind", "What it says", "Why"), rows))
    return "\n".join(parts)


def _said(template: str) -> str:
    """A sentence with … for the user's words."""
    return re.sub(r"`?\{\w+\}`?", "…", template)


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "rules.md": rules_page,
    "commands.md": commands_page,
    "vocabulary.md": vocabulary_page,
    "events.md": events_page,
    "graph.md": graph_page,
    "changes.md": changes_page,
}
