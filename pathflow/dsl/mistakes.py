"""Every way in which a text can fail to be read as meant: the P codes. A code is permanent and is never used again.

Each has a name, why it matters, and where it is the text of a path a wrong and a right example; `pathflow explain` and the
reference are made from this table and from `rules.lessons`. Tests check that the wrong examples give their code and the right
ones do not.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from pathflow.base.findings import Edit, Finding, Level, Related
from pathflow.base.spans import Span
from pathflow.dsl.syntax import Value


class Mistake(Struct, frozen=True):
    """Something wrong in a value: where, as offsets into it (an end of 0 is the whole value), and what would mend it.

    `salvage`: what can be read of the value all the same.
    """

    code: str
    say: str
    words: dict[str, str] = {}
    help: str | None = None
    start: int = 0
    end: int = 0
    replacement: str | None = None
    is_safe: bool = False
    salvage: Value | None = None


class Kind(Struct, frozen=True):
    """One P code."""

    code: str
    name: str
    what: str
    why: str
    bad: str = ""
    good: str = ""
    level: Level = "error"


KINDS: Final[dict[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind(
            "P001",
            "unreadable-file",
            "The file cannot be read as text.",
            "A path file is UTF-8 text. Word processors and older editors save other forms; save it as UTF-8.",
        ),
        Kind(
            "P002",
            "file-too-large",
            "The file is larger than a path file may be.",
            "16 MB is more than 200,000 lines. A larger file is almost surely not a path, and reading it would only cost time.",
        ),
        Kind(
            "P003",
            "empty-file",
            "There is nothing in the file.",
            "An empty file promises nothing, so it would check clean without meaning anything.",
            level="warning",
        ),
        Kind(
            "P004",
            "hidden-character",
            "The line holds a character that cannot be seen.",
            "Characters that turn the writing direction, or take no width, make a name look like another one.",
            "network Ours\n    provider Heart\u202e Hospital\n        sector public\n",
            "network Ours\n    provider Heart Hospital\n        sector public\n",
        ),
        Kind(
            "P010",
            "tab-in-indentation",
            "The line is indented with a tab.",
            "A tab is as wide as the editor says, so two people would see two different structures. Use four spaces.",
            "steps\n    step Triage\n\t\tby nurse at Health Centre\n",
            "steps\n    step Triage\n        by nurse at Health Centre\n",
        ),
        Kind(
            "P011",
            "indentation-off",
            "The line is not level with its neighbours.",
            "Indentation says what belongs together. A line one to three spaces off could belong to either block.",
            "steps\n    step Triage\n        by nurse at Health Centre\n       note Same day\n",
            "steps\n    step Triage\n        by nurse at Health Centre\n        note Same day\n",
        ),
        Kind(
            "P012",
            "too-deep",
            "The text is nested deeper than anyone can read.",
            "40 levels are far beyond what a reader can follow; a part of the path should be a path of its own.",
        ),
        Kind(
            "P013",
            "line-too-long",
            "The line is longer than a line may be.",
            "4,000 characters are two pages of text; a list that long is better written on several lines.",
        ),
        Kind(
            "P101",
            "unknown-keyword",
            "The line begins with a word that is no keyword here.",
            "Every line is understood: a misspelt keyword never becomes a comment or a description.",
            "steps\n    stepp Triage\n        by nurse at Health Centre\n",
            "steps\n    step Triage\n        by nurse at Health Centre\n",
        ),
        Kind(
            "P102",
            "line-in-wrong-place",
            "The line cannot stand in this block.",
            "Each block has its own closed set of lines. Often the line that should begin the block is missing above.",
            "steps\n    step Triage\n        by nurse at Health Centre\n        answered within 2 days\n",
            "steps\n    step Triage\n        by nurse at Health Centre\n        within 2 days\n",
        ),
        Kind(
            "P103",
            "line-missing",
            "The block lacks a line that it must have.",
            "What must be said is said: a block without it would leave a responsibility to guesswork.",
            "network Our network\n    provider Health Centre\n        legal form municipal enterprise\n",
            "network Our network\n    provider Health Centre\n        sector public\n",
        ),
        Kind(
            "P104",
            "line-twice",
            "The block has two lines of which it can have only one.",
            "Two answers to one question are no answer. Often the line that begins the next block is missing in between.",
            "network Our network\n    provider Health Centre\n        sector public\n        sector private\n",
            "network Our network\n    provider Health Centre\n        sector public\n",
        ),
        Kind(
            "P105",
            "empty-block",
            "The block has nothing in it.",
            "An empty branch may be meant, or its lines may have slipped to another level; `continue` says that it is meant.",
            "steps\n    decide\n        if alone\n        otherwise\n            continue\n",
            "steps\n    decide\n        if alone\n            end Home care\n        otherwise\n            continue\n",
        ),
        Kind(
            "P106",
            "out-of-order",
            "The line stands after one that it must come before, or without the one it belongs to.",
            "`until` closes the `repeat` above it, `otherwise` comes last, what is given comes before what is expected.",
            "steps\n    step Visit\n        by nurse at Health Centre\n    until better\n",
            "steps\n    repeat every 2 weeks\n        step Visit\n            by nurse at Health Centre\n    until better\n",
        ),
        Kind(
            "P107",
            "blank-line-in-branch",
            "A blank line stands inside a branch or an event's way, where blank lines part them.",
            "A `branch` line that was lost leaves nothing but the blank line before it: what should be done side by side "
            "would be done one after the other.",
            "steps\n"
            "    together\n"
            "        branch Body\n"
            "            step Training\n"
            "                by nurse at Health Centre\n"
            "\n"
            "            step Diet\n"
            "                by nurse at Health Centre\n"
            "\n"
            "        branch Mind\n"
            "            step Talk\n"
            "                by nurse at Health Centre\n",
            "steps\n"
            "    together\n"
            "        branch Body\n"
            "            step Training\n"
            "                by nurse at Health Centre\n"
            "\n"
            "        branch Food\n"
            "            step Diet\n"
            "                by nurse at Health Centre\n"
            "\n"
            "        branch Mind\n"
            "            step Talk\n"
            "                by nurse at Health Centre\n",
            level="warning",
        ),
        Kind(
            "P108",
            "language-not-said",
            "The keywords are Finnish or Swedish, and the head of the file does not say so.",
            "A reader, and pathflow, should know from the first line in which language to read. English needs no such line.",
            "vaiheet\n    vaihe Ensikäynti\n        tekijä lääkäri yksikössä Terveysasema\n",
            "kieli fi\n\nvaiheet\n    vaihe Ensikäynti\n        tekijä lääkäri yksikössä Terveysasema\n",
        ),
        Kind(
            "P109",
            "unknown-edition",
            "The file is of an edition of the language that this version of pathflow does not know.",
            "A later edition may give the same words another meaning; reading it as an old one could decide wrongly.",
            "edition 2999\n\nsteps\n    step Triage\n        by nurse at Health Centre\n",
            "edition 2026\n\nsteps\n    step Triage\n        by nurse at Health Centre\n",
        ),
        Kind(
            "P201",
            "value-missing",
            "The keyword stands alone, and needs something after it.",
            "A half-written line promises nothing.",
            "steps\n    step Triage\n        by\n",
            "steps\n    step Triage\n        by nurse at Health Centre\n",
        ),
        Kind(
            "P202",
            "value-unclear",
            "What stands after the keyword cannot be read.",
            "Each keyword takes one kind of value, written in one way, so that everyone reads the same.",
            "steps\n    step Triage\n        by nurse of Health Centre\n",
            "steps\n    step Triage\n        by nurse at Health Centre\n",
        ),
        Kind(
            "P203",
            "unit-missing",
            "A number stands without its unit.",
            "14 what? Days and working days differ by a week in a month; milligrams and grams by a thousand.",
            "steps\n    step Triage\n        by nurse at Health Centre\n        within 14\n",
            "steps\n    step Triage\n        by nurse at Health Centre\n        within 14 days\n",
        ),
        Kind(
            "P204",
            "unknown-time-unit",
            "The unit of time is not known.",
            "Times are in minutes, hours, days, working days, school days, weeks, months or years.",
            "steps\n    step Triage\n        by nurse at Health Centre\n        within 14 dayz\n",
            "steps\n    step Triage\n        by nurse at Health Centre\n        within 14 days\n",
        ),
        Kind(
            "P205",
            "not-a-date",
            "This is not a date.",
            "Dates are written year-month-day, which reads the same in every country: 2026-01-31.",
            "network Ours\n    calendar Office days\n        closed 31.12.2026\n",
            "network Ours\n    calendar Office days\n        closed 2026-12-31\n",
        ),
        Kind(
            "P206",
            "not-one-of-the-words",
            "The value must be one of a few words.",
            "A sector, a mode or a channel is counted and compared, so it is one of a closed list.",
            "network Our network\n    provider Health Centre\n        sector municipal\n",
            "network Our network\n    provider Health Centre\n        sector public\n",
        ),
        Kind(
            "P207",
            "nothing-may-follow",
            "The keyword stands alone, and something follows it.",
            "Words after a keyword that takes none would be silently lost.",
            "steps here\n    step Triage\n        by nurse at Health Centre\n",
            "steps\n    step Triage\n        by nurse at Health Centre\n",
        ),
        Kind(
            "P208",
            "quote-not-closed",
            "A quotation mark is opened and not closed.",
            "Without its second mark nobody can tell where the name ends.",
            'steps\n    step Triage\n        needs "height, weight\n',
            'steps\n    step Triage\n        needs "height, weight"\n',
        ),
        Kind(
            "P301",
            "unknown-name",
            "Nothing has this name.",
            "A name that is misspelt names nobody: the duty, the item or the provider would be lost.",
            "steps\n"
            "    step Visit\n"
            "        by docter at Health Centre\n"
            "        within 14 days\n"
            "    end Done\n"
            "        closes the plan\n",
            "steps\n"
            "    step Visit\n"
            "        by doctor at Health Centre\n"
            "        within 14 days\n"
            "    end Done\n"
            "        closes the plan\n",
        ),
        Kind(
            "P302",
            "name-twice",
            "Two things have the same name.",
            "Events, tests and colleagues find a thing by its name; two of them would be mixed up.",
            "clients Adults\n    item age: number of years\n    item age: number of years\n    enter when age >= 18 years\n",
            "clients Adults\n    item age: number of years\n    enter when age >= 18 years\n",
        ),
        Kind(
            "P303",
            "wrong-kind-of-name",
            "The name belongs to something of another kind.",
            "A provider cannot be needed, an item cannot act.",
            "steps\n"
            "    step Visit\n"
            "        by doctor at Health Centre\n"
            "        within 14 days\n"
            "        needs Hospital\n"
            "    end Done\n"
            "        closes the plan\n",
            "steps\n"
            "    step Visit\n"
            "        by doctor at Health Centre\n"
            "        within 14 days\n"
            "        needs age\n"
            "    end Done\n"
            "        closes the plan\n",
        ),
        Kind(
            "P304",
            "network-not-found",
            "The network that the path uses is not found.",
            "Providers, agreements and services stand in the network; without it no name can be checked.",
            "path Example\n"
            "    version 1.0\n"
            "    valid from 2026-01-01\n"
            "    uses Exmple network\n"
            "    responsible Health Centre\n"
            "    accountable Health Centre\n",
            "path Example\n"
            "    version 1.0\n"
            "    valid from 2026-01-01\n"
            "    uses Example network\n"
            "    responsible Health Centre\n"
            "    accountable Health Centre\n",
        ),
        Kind(
            "P305",
            "circular-use",
            "Files or paths use each other in a circle.",
            "A path that contains itself never ends, and a network that builds on itself has no beginning.",
        ),
        Kind(
            "P306",
            "outside-the-folder",
            "The file named lies outside this folder.",
            "What a path uses must travel with it: a file elsewhere is not there on the next machine.",
        ),
        Kind(
            "P307",
            "head-missing",
            "The file does not say which path or network it is.",
            "Steps, plans and tests belong to a path, and a path has a name, a version and somebody accountable.",
        ),
        Kind(
            "P308",
            "version-differs",
            "The path that is included has another version than the one that is meant.",
            "A sub-path that has changed may owe other things to the client than the path around it counts on.",
        ),
        Kind(
            "P309",
            "name-is-cut",
            "The name is cut where it is used, because it holds a comma or a word at which a name ends.",
            "Between names stands a comma, and a condition goes on at `is` and `and`: nobody could tell where the name ends.",
            "network Example network\n"
            "    organiser County\n"
            "    professions doctor\n"
            "    provider Health Centre\n"
            "        sector public\n"
            "        offers HbA1c, lipids and TSH\n"
            "    service HbA1c, lipids and TSH\n",
            "network Example network\n"
            "    organiser County\n"
            "    professions doctor\n"
            "    provider Health Centre\n"
            "        sector public\n"
            '        offers "HbA1c, lipids and TSH"\n'
            "    service HbA1c, lipids and TSH\n",
        ),
        Kind(
            "P401",
            "unit-differs",
            "The value has another unit than the item.",
            "Comparing unlike units decides wrongly without anyone noticing.",
            "clients Adults\n    item age: number of years\n    enter when age >= 216 months\n",
            "clients Adults\n    item age: number of years\n    enter when age >= 18 years\n",
        ),
        Kind(
            "P402",
            "type-differs",
            "The item is of another type than it is used as.",
            "A yes-or-no item cannot be larger than a number, and a number is never `yes`.",
            "clients Adults\n"
            "    item age: number of years\n"
            "    item alone: yes or no\n"
            "    enter when age >= 18 years and alone > 1\n",
            "clients Adults\n"
            "    item age: number of years\n"
            "    item alone: yes or no\n"
            "    enter when age >= 18 years and alone is yes\n",
        ),
        Kind(
            "P403",
            "not-an-option",
            "The item has no such option.",
            "A branch on an option that does not exist is never taken.",
            "clients Adults\n"
            "    item age: number of years\n"
            "    item NYHA class: one of I, II, III, IV\n"
            "    enter when age >= 18 years and NYHA class is V\n",
            "clients Adults\n"
            "    item age: number of years\n"
            "    item NYHA class: one of I, II, III, IV\n"
            "    enter when age >= 18 years and NYHA class is IV\n",
        ),
        Kind(
            "P404",
            "length-makes-no-sense",
            "The length of time or the count cannot be meant.",
            "A window of nothing, a repeat of no times or a period that ends before it begins would never do anything.",
            "steps\n"
            "    repeat at most 0 times\n"
            "        step Visit\n"
            "            by doctor at Health Centre\n"
            "            within 14 days\n"
            "    end Done\n"
            "        closes the plan\n",
            "steps\n"
            "    repeat at most 6 times\n"
            "        step Visit\n"
            "            by doctor at Health Centre\n"
            "            within 14 days\n"
            "    end Done\n"
            "        closes the plan\n",
        ),
        Kind(
            "P405",
            "out-of-range",
            "The number is one that the item never is.",
            "What is asked of a value that nobody can have is never so: the branch is never taken, the test never comes about.",
            "clients Adults\n"
            "    item age: number of years from 0 to 120\n"
            "    item pain: number of points from 0 to 10\n"
            "    enter when age >= 18 years and pain >= 40 points\n",
            "clients Adults\n"
            "    item age: number of years from 0 to 120\n"
            "    item pain: number of points from 0 to 10\n"
            "    enter when age >= 18 years and pain >= 4 points\n",
        ),
        Kind(
            "P501",
            "column-missing",
            "The events file lacks a column that is needed.",
            "Without the client, the time and the event a row says nothing that can be followed.",
        ),
        Kind(
            "P502",
            "time-unreadable",
            "A row's time cannot be read.",
            "An event without a time cannot be placed in a client's way; the row is set aside and the rest goes on.",
        ),
        Kind(
            "P503",
            "row-twice",
            "The same row stands twice.",
            "Exports often overlap. The event is counted once.",
            level="info",
        ),
        Kind(
            "P504",
            "rows-unordered",
            "Rows are not in the order of time.",
            "Events are followed in the order in which they happened; the rows were sorted for each client.",
            level="info",
        ),
        Kind(
            "P505",
            "row-unreadable",
            "A row cannot be read.",
            "The row is set aside and the rest goes on, so that one bad row does not hide the others.",
        ),
        Kind(
            "P506",
            "value-does-not-fit",
            "A value in a row does not fit the item's type.",
            "The value is kept as unknown: missing data is never taken for fine.",
            level="warning",
        ),
        Kind(
            "P507",
            "not-shown-by-the-source",
            "The source cannot show this kind of fact.",
            "A log of completed activities cannot show whether a handoff was accepted. That is said once, and is not held "
            "against each client.",
            level="info",
        ),
        Kind(
            "P601",
            "unknown-code",
            "`allow` names a code that no finding has.",
            "What is allowed is named by the code of the finding. A misspelt code would silence nothing, or something else.",
            "steps\n"
            "    step Visit\n"
            "        by doctor at Health Centre\n"
            "        allow G4O1 because the doctors keep a list of their own\n"
            "        within 14 days\n"
            "    end Done\n"
            "        closes the plan\n",
            "steps\n"
            "    step Visit\n"
            "        by doctor at Health Centre\n"
            "        allow G401 because the doctors keep a list of their own\n"
            "    end Done\n"
            "        closes the plan\n",
        ),
        Kind(
            "P602",
            "not-to-be-allowed",
            "`allow` names a mistake in the text.",
            "What cannot be read as meant promises nothing. Only what is proved of a path can be allowed.",
            "steps\n"
            "    step Visit\n"
            "        by doctor at Health Centre\n"
            "        within 14 days\n"
            "        allow P203 because everyone knows that it is days\n"
            "    end Done\n"
            "        closes the plan\n",
            "steps\n"
            "    step Visit\n"
            "        by doctor at Health Centre\n"
            "        within 14 days\n"
            "    end Done\n"
            "        closes the plan\n",
        ),
        Kind(
            "P603",
            "allows-nothing",
            "`allow` silences no finding.",
            "The finding was mended or stands elsewhere. Left here, the line could silence one that nobody has seen.",
            "steps\n"
            "    step Visit\n"
            "        by doctor at Health Centre\n"
            "        within 14 days\n"
            "        allow G401 because the doctors keep a list of their own\n"
            "    end Done\n"
            "        closes the plan\n",
            "steps\n"
            "    step Visit\n"
            "        by doctor at Health Centre\n"
            "        within 14 days\n"
            "    end Done\n"
            "        closes the plan\n",
            level="warning",
        ),
    )
}
"""All P codes, by code."""


def finding(
    code: str,
    say: str,
    span: Span,
    words: dict[str, str] | None = None,
    help: str | None = None,  # noqa: A002  # the contract's own word
    related: tuple[Related, ...] = (),
    edit: Edit | None = None,
) -> Finding:
    """A finding of a P code at a place."""
    kind = KINDS[code]
    return Finding(
        code=code,
        rule=kind.name,
        level=kind.level,
        say=say,
        words=words or {},
        help=help,
        span=span,
        related=related,
        edit=edit,
    )
