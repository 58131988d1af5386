"""Reading logs as they come: whatever is wrong with a row, the others go on, and nothing is lost without a word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pathflow.replay.log import Events, LogError, read_log
from pathflow.replay.run import Run
from tests.helpers import program_of, run_rows
from tests.rules.examples import whole

VISIT = "    step Visit\n        by doctor at Health Centre\n        within 14 days\n        known as GP visit\n        makes ejection fraction\n"
ECHO = "    step Echo\n        by doctor at Health Centre\n        within 6 weeks\n"
PATH = whole("steps\n" + VISIT + ECHO + "    end Done\n        closes the plan\n")


def read(folder: Path, rows: str | bytes, name: str = "events.csv") -> Events:
    file = folder / name
    file.write_bytes(rows.encode() if isinstance(rows, str) else rows)
    return read_log(file, [program_of(PATH)])


def said(events: Events) -> list[tuple[str, int, str]]:
    return [(f.code, f.span.line if f.span else 0, f.message) for f in events.findings]


def as_csv(rows: list[dict[str, object]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join([",".join(names), *(",".join(str(row.get(name, "")) for name in names) for row in rows)]) + "\n"


ROWS: list[dict[str, object]] = [
    {"client": "A", "time": "2026-03-02T09:00", "event": "enrolled Example", "age": 70},
    {"client": "A", "time": "2026-03-02T10:00", "event": "Visit", "provider": "Health Centre", "ejection fraction": 35},
    {"client": "A", "time": "2026-03-03T10:00", "event": "Echo", "performer": "doctor"},
]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_json_lines_with_other_keys_in_each_row_say_what_csv_says(tmp_path: Path, order: tuple[int, ...]) -> None:
    lines = "".join(json.dumps(ROWS[place]) + "\n" for place in order)
    by_json, by_csv = read(tmp_path, lines, "events.jsonl"), read(tmp_path, as_csv(ROWS))
    strip = [[row._replace(line=0) for row in rows] for rows in (by_json.clients["A"], by_csv.clients["A"])]
    assert strip[0] == strip[1]
    assert by_json.shows == by_csv.shows
    assert by_json.unused == by_csv.unused == ()


def test_items_in_an_object_of_their_own(tmp_path: Path) -> None:
    events = read(
        tmp_path,
        '{"client":"A","time":"2026-03-02","event":"Visit","items":{"client":"B","ejection fraction":"35 %"}}\n',
        "e.jsonl",
    )
    assert events.clients["A"][0].items == {"ejection fraction": 35}
    assert list(events.clients) == ["A"]


HEAD = "client,time,event\n"
GOOD = "B,2026-03-02,Visit\n"


@pytest.mark.parametrize(
    ("rows", "code", "line", "words"),
    [
        (HEAD + "A,2.3.2026,Visit\n" + GOOD, "P502", 2, "`2.3.2026` is not a time"),
        (HEAD + "A,0001-01-01,Visit\n" + GOOD, "P502", 2, "is not a time"),
        (HEAD + "A,9999-12-31T23:59-23:59,Visit\n" + GOOD, "P502", 2, "is not a time"),
        (HEAD + "A,,Visit\n" + GOOD, "P502", 2, "says no time"),
        (HEAD + "A,2026-03-02,\n" + GOOD, "P505", 2, "names no event"),
        (HEAD + ",2026-03-02,Visit\n" + GOOD, "P505", 2, "names no client"),
        (HEAD + "A\x1b[31m,2026-03-02,Visit\n" + GOOD, "P505", 2, "cannot be seen"),
        (HEAD + 'A,2026-03-02,"Visit\nVisit"\n' + GOOD, "P505", 2, "cannot be seen"),
        (HEAD + "A,2026-03-02\n" + GOOD, "P505", 2, "2 cells and the file 3 columns"),
        (HEAD + 'A,2026-03-02,"Visit\n' + GOOD + "C,2026-03-02,Visit\n", "P505", 2, "never closed"),
        (HEAD + GOOD + 'A,2026-03-02,"Visit\n', "P505", 3, ""),
        (
            '{"client":"A","time":"2026-03-02"}\n{"client":"B","time":"2026-03-02","event":"Visit"}\n',
            "P505",
            1,
            "names no event",
        ),
        ('{"client":"A","event":"Visit"}\n{"client":"B","time":"2026-03-02","event":"Visit"}\n', "P502", 1, "says no time"),
        ('{"client":"A",\n{"client":"B","time":"2026-03-02","event":"Visit"}\n', "P505", 1, "not JSON"),
        ('{"client":"B","time":"2026-03-02","event":"Visit"}\n[1]\n', "P505", 2, "not a JSON object"),
        ('{"a":1,"a":2}\n{"client":"B","time":"2026-03-02","event":"Visit"}\n', "P505", 1, "stands twice in one object"),
        ('{"age":' + "9" * 5000 + '}\n{"client":"B","time":"2026-03-02","event":"Visit"}\n', "P505", 1, "too many digits"),
        ('{"client":"A\\ud800"}\n{"client":"B","time":"2026-03-02","event":"Visit"}\n', "P505", 1, "half of a letter"),
    ],
)
def test_a_row_is_set_aside_and_the_others_go_on(tmp_path: Path, rows: str, code: str, line: int, words: str) -> None:
    events = read(tmp_path, rows, "e.jsonl" if rows[0] == "{" else "e.csv")
    first = said(events)[0]
    assert first[:2] == (code, line)
    assert words in first[2]
    assert events.clients["B"][0].subject == "Visit"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        (HEAD, "holds no events"),
        ("client,when,event\nA,2026-03-02,Visit\n", "no column `time`"),
        ("client,time,event,age,age\nA,2026-03-02,Visit,1,2\n", "two columns `age`"),
        ('[{"client":"A"}]', "one JSON array"),
        (HEAD + "A,yesterday,Visit\n", "line 2: `yesterday` is not a time"),
        ('{"client":"A","event":"Visit"}\n', "no column `time`"),
        ("client,time,event\n".encode("utf-16"), "UTF-16"),
        (b"client,time,event\nA,2026-03-02,\xff\n", "line 2: not UTF-8"),
    ],
)
def test_a_file_that_says_nothing_is_refused_in_one_line(tmp_path: Path, rows: str | bytes, words: str) -> None:
    with pytest.raises(LogError, match=words) as wrong:
        read(tmp_path, rows)
    assert "\n" not in str(wrong.value)


def test_a_device_is_no_file_of_events() -> None:
    with pytest.raises(LogError, match="device"):
        read_log(Path("/dev/zero"), [program_of(PATH)])


@pytest.mark.parametrize("rows", ["sep=;\nclient;time;event\nA;2026-03-02;Visit\n", "\n\nclient\ttime\tevent\nA\t2026-03-02\tVisit\n",
                                  "\ufeffclient,time,event\r\nA,2026-03-02,Visit\r\n", 'client,time,event\rA,2026-03-02,"Visit"\r'])  # fmt: skip
def test_spreadsheets_habits(tmp_path: Path, rows: str) -> None:
    events = read(tmp_path, rows)
    assert [row.subject for row in events.clients["A"]] == ["Visit"]
    assert said(events) == []


def test_a_note_of_several_lines_is_one_cell(tmp_path: Path) -> None:
    events = read(tmp_path, 'client,time,event,note\nA,2026-03-02,Visit,"first\nsecond, and third"\nA,2026-03-03,Echo,\n')
    assert [(row.line, row.subject) for row in events.clients["A"]] == [(2, "Visit"), (4, "Echo")]


def test_of_a_life_cycle_only_what_was_done_counts(tmp_path: Path) -> None:
    rows = "".join(
        f"A,2026-03-0{day},Visit,{what}\n"
        for day, what in enumerate(("schedule", "start", "complete", "assign", "ate_abort"), 2)
    )
    events = read(tmp_path, "case,timestamp,activity,lifecycle:transition\n" + rows)
    assert [row.kind for row in events.clients["A"]] == ["started", "completed", "cancelled"]
    assert [(code, line) for code, line, _ in said(events)] == [("P507", 2), ("P507", 5)]


def test_one_client_however_the_letters_are_composed(tmp_path: Path) -> None:
    events = read(tmp_path, HEAD + "A\u0308iti,2026-03-02,Visit\nÄiti,2026-03-03,Echo\n")
    assert list(events.clients) == ["Äiti"]


def outcome(result: Run) -> list[object]:
    return [(c.client, c.outcome, [(f.code, f.message) for f in c.findings]) for c in result.clients]


def test_the_order_of_rows_at_one_moment_does_not_matter(tmp_path: Path) -> None:
    rows = ["A,2026-03-02,Visit", "A,2026-03-02,Echo", "A,2026-03-02,Done"]
    first = run_rows(PATH, HEAD + "\n".join(rows) + "\n", tmp_path)
    for order in ((1, 0, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)):
        assert outcome(run_rows(PATH, HEAD + "\n".join(rows[n] for n in order) + "\n", tmp_path)) == outcome(first)
    assert outcome(first) == [("A", "Done", [])]


def test_a_client_outside_the_group_is_seen(tmp_path: Path) -> None:
    result = run_rows(PATH, "client,time,event,age\nA,2026-03-02,Visit,12\nB,2026-03-02,Visit,70\n", tmp_path)
    assert [[f.code for f in c.findings if f.code == "G207"] for c in result.clients] == [["G207"], []]


def test_a_row_set_aside_is_told_with_its_client(tmp_path: Path) -> None:
    result = run_rows(PATH, HEAD + "A,2026-03-02,Visit\nA,30.2.2026,Echo\nB,soon,Visit\n", tmp_path)
    (client,) = result.clients
    assert [(f.code, f.client) for f in client.findings] == [("P502", "A")]
    assert [(f.code, f.client) for f in result.findings if f.code == "P502"] == [("P502", "B")]
    assert (result.n_rows, result.n_aside) == (1, 2)
    assert result.as_dict()["summary"]["set_aside"] == 2


def test_a_near_miss_is_named(tmp_path: Path) -> None:
    result = run_rows(PATH, HEAD + "A,2026-03-02,Visitt\n", tmp_path)
    (finding,) = [f for c in result.clients for f in c.findings if f.code == "G201"]
    assert finding.advice == "Did you mean `Visit`? Otherwise add it to the path, or to its aliases (`known as`)"
