"""What the pages of P codes say besides the table of mistakes: how each is mended, where a rule comes from, and examples
that are not the text of one path: several files, events, files that cannot be shown.

In an example, a line `== name ==` begins a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIX: Final[Mapping[str, str]] = {
    "P001": "Save the file as UTF-8 in the editor it was written in; a document of a word processor, as plain text.",
    "P002": "Check that it is the right file. A network or path that is truly so large is divided into several.",
    "P003": "Write the path, or let `pathflow new` write a first one to change.",
    "P004": "Take the character away, or let `pathflow check --fix` do it. It comes along with copied text.",
    "P010": "Use four spaces for each level; `pathflow check --fix` turns the tabs into spaces.",
    "P011": "Put the line level with its neighbours, or one level deeper under the line that it belongs to.",
    "P012": "Write the inner part as a path of its own, and `include` it by its name; or make several decisions of one.",
    "P013": "Write the list on several lines, each beginning with its keyword; shorten a note, or put it where people read.",
    "P101": "Begin the line with a keyword of its block: the message names the nearest one. A remark begins with `#`.",
    "P102": "Put the line under the block it belongs to, or write the line that begins that block above it.",
    "P103": "Add the line below the one that begins the block, one level deeper.",
    "P104": "Take one of the two away; or write the line that begins the next block between them.",
    "P105": "Say what happens there, or write `continue` where nothing is meant to happen; or take the block away.",
    "P106": "Move the line to where the message says, or write the line that is missing above it.",
    "P107": "Write the `branch` line that is missing; or take the blank line away.",
    "P108": "Write at the top of the file: `language fi` or `language sv`; or use the English words.",
    "P109": "Write an edition that the message names, or use the version of pathflow that knows the edition.",
    "P201": "Write after the keyword what the message shows as an example.",
    "P202": "Write the value as the message shows it.",
    "P203": "Write the unit after the number.",
    "P204": "Use one of the units that the message names.",
    "P205": "Write year, month and day: 2026-01-31.",
    "P206": "Choose one of the words that the message lists.",
    "P207": "Take away what stands after the keyword, or put it on a line of its own.",
    "P208": "Put the second quotation mark where the name ends.",
    "P301": "Correct the name as the message proposes, or declare what it names.",
    "P302": "Give one of the two another name, or take one away.",
    "P303": "Name something of the kind that the line needs.",
    "P304": "Correct the name of the network, or put its file into the same folder.",
    "P305": "Put what both need into a network or path of its own that both use.",
    "P306": "Copy the file into the folder, or start pathflow from a folder above both.",
    "P307": "Begin the file with `path` and its name, and say version, network, responsible and accountable below it.",
    "P308": "Look at what has changed with `pathflow diff`; then write the version that is there, or keep the old file.",
    "P309": "Put the name in double quotes wherever it is used; where it is given it may have them too.",
    "P401": "Give the value in the item's own unit: pathflow does not convert units.",
    "P402": "Use the item as its type allows: a number is compared, a choice `is` one of its options.",
    "P403": "Choose one of the item's options, or add the option to the item.",
    "P404": "Write a length of time, a count or a period that can be meant.",
    "P405": "Write a number of the item's range, or say another range where the item is declared.",
    "P501": "Name the columns in a `log` block, or rename one in the file: client, time, event.",
    "P502": "Export the time as ISO 8601: 2026-01-31T14:30.",
    "P503": "Nothing need be done; to be rid of the remark, export each event once.",
    "P504": "Nothing need be done; to be rid of the remark, export the rows by client and time.",
    "P505": "Mend the row in the system it comes from, or leave it out.",
    "P506": "Export the item as its type has it: a number with a point, yes or no, one of the options.",
    "P507": "Say in the path's `log` block with `shows` what the source can show; add what it lacks from another source.",
    "P601": "Write the code of the finding as `pathflow check` prints it.",
    "P602": "Mend the mistake: only what is proved of a path can be allowed.",
    "P603": "Take the line away, or put it into the block where the finding stands.",
}  # fmt: skip
"""How each is mended."""

SOURCE: Final[Mapping[str, str]] = {
    "P001": "Unicode 15.1, section 3.9 (UTF-8).",
    "P004": "Unicode Technical Report 36, Unicode Security Considerations; Boucher & Anderson, Trojan Source, 2021.",
    "P205": "ISO 8601-1:2019.",
    "P401": "Institute for Safe Medication Practices, List of Error-Prone Abbreviations, 2021: units mistaken for others.",
    "P502": "ISO 8601-1:2019.",
}
"""Where a rule has one."""

_ROWS: Final = "client,time,event\na,2026-01-05,Visit\n"
_HEAD: Final = "    version 1.0\n    valid from 2026-01-01\n"

_STEPS: Final = "steps\n    step Visit\n        by nurse at Health Centre\n"
_TWO_FILES: Final = (
    f"== one.path ==\npath One\n{_HEAD}    …\nsteps\n    include Two\n== two.path ==\npath Two\n{_HEAD}    …\nsteps\n"
)
_VERSIONS: Final = "== support.path ==\npath Support\n    version 2.0\n    …\n== path.path ==\nsteps\n    include Support\n"

EXAMPLES: Final[Mapping[str, tuple[str, str]]] = {
    "P001": ("pathway.path, saved as a document of a word processor, or as Windows-1252", "pathway.path, saved as UTF-8 text"),
    "P002": ("pathway.path, of 17 MB", "pathway.path, of some pages"),
    "P003": ("# Nothing but a remark.\n", "path Heart failure\n    version 1.0\n    …\n"),
    "P012": ("a decision in a branch of a decision in a branch …, 41 levels deep", "steps\n    include Medicines\n"),
    "P013": (
        "contains goals, medication list, alarm signs, …, of 4,001 characters",
        "contains goals, medication list\ncontains alarm signs\n",
    ),
    "P305": (_TWO_FILES + "    include One\n", _TWO_FILES + "    step Visit\n"),
    "P306": (
        'path Visits\n    uses Other network from "../elsewhere/net.path"\n',
        'path Visits\n    uses Other network from "networks/net.path"\n',
    ),
    "P307": (_STEPS, f"path Visits\n{_HEAD}    …\n\n{_STEPS}"),
    "P308": (_VERSIONS + "        version 1.0\n", _VERSIONS + "        version 2.0\n"),
    "P501": ("client,event\na,Visit\n", _ROWS),
    "P502": (_ROWS + "b,yesterday,Visit\n", _ROWS + "b,2026-01-06,Visit\n"),
    "P503": (_ROWS + "a,2026-01-05,Visit\n", _ROWS),
    "P504": ("client,time,event\na,2026-01-09,Done\na,2026-01-05,Visit\n", _ROWS + "a,2026-01-09,Done\n"),
    "P505": (_ROWS + ",2026-01-06,Visit\n", _ROWS + "b,2026-01-06,Visit\n"),
    "P506": ("client,time,event,age\na,2026-01-05,Visit,old\n", "client,time,event,age\na,2026-01-05,Visit,71\n"),
    "P507": (
        "client,time,event\na,2026-01-05,Visit\n",
        "log Our system\n    client in client\n    time in time\n    event in event\n    shows completed, reviewed\n",
    ),
}  # fmt: skip
"""Wrong and right, for codes of which the table of mistakes has no example."""
