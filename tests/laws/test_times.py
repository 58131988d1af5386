"""How long it may take agrees with every way of small paths, gone one by one."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from pathflow.base.days import date_of
from pathflow.base.durations import DAY, HOUR, Duration
from pathflow.rules.chart import Reading
from pathflow.rules.reckoning import Exact, Open, Reckoning
from pathflow.rules.times import Times, To, times_of
from pathflow.rules.ways import Ways
from tests.helpers import program_of
from tests.oracles.ways import TooMany, Walker, earliest, end_of_day, first_times, later, latest, moment_of
from tests.rules.examples import whole

READINGS: tuple[Reading, ...] = ("shortest", "targets", "maxima")
FIRST = datetime(2026, 1, 1)
LENGTHS = (
    "1 day",
    "3 days",
    "2 weeks",
    "1 month",
    "3 working days",
    "1 working day",
    "the same working day",
    "5 hours",
    "1 year",
)
HELSINKI = "network Example network\n    organiser County\n    calendar Office\n        time zone Europe/Helsinki\n        holidays of Finland\n"


SEVEN_HOURS_OR_AT_ONCE = """\
steps
    decide
        if alone
            wait 7 hours
        otherwise
            continue
    repeat every 1 working day, at most 2 times
        step Visit
            by nurse at Health Centre
            within the same working day
    wait 1 working day
    end Done
        closes the plan
"""
AT_ONCE_OR_IN_SEVEN_HOURS = """\
steps
    decide
        if alone
            wait 7 hours
        otherwise
            continue
    wait 1 working day
    end Done
        closes the plan
"""


def in_helsinki(snippet: str) -> str:
    return whole(snippet).replace("network Example network\n    organiser County\n", HELSINKI)


class Writer:
    """Writes a small path; `earlier` is what a clock may start with on every way."""

    def __init__(self, draw: DrawFn) -> None:
        self.draw = draw
        self.count = 0
        self.names: list[str] = []
        self.loosely: set[str] = set()
        self.outside: list[str] = []  # what has come before the repeats around the place that is written

    def pick(self, options: tuple[str, ...]) -> str:
        return self.draw(st.sampled_from(options))

    def new(self, word: str) -> str:
        self.count += 1
        self.names.append(f"{word} {self.count}")
        return self.names[-1]

    def body(self, depth: int, earlier: list[str], most: int, is_main: bool) -> list[str]:
        lines: list[str] = []
        for _ in range(self.draw(st.integers(1, most))):
            lines += self.statement(depth, earlier, is_main)
        return lines

    def statement(self, depth: int, earlier: list[str], is_main: bool) -> list[str]:
        kinds = ("step", "step", "step", "wait", "after", "after", "until", "choice", "advice")
        kinds += ("handoff",) if is_main else ()
        kind = self.pick(kinds + (("decide", "together", "repeat") if depth else ()))
        if kind == "step":
            return self.step(earlier)
        if kind == "wait":
            return [f"wait {self.pick(('5 days', '1 month', '3 working days', '7 hours'))}"]
        if kind == "after":
            start = self.draw(st.sampled_from(["enrolment", *self.outside, *earlier]))
            return [f"wait until {self.pick(('5 days', '2 months', '9 working days', '30 hours', '1 year'))} after {start}"]
        if kind == "until":
            return ["wait until alone" + self.pick(("", ", at most 2 weeks", ", at most 1 month"))]
        if kind == "choice":
            name = self.new("place")
            return [
                f"client chooses {name}",
                "    option Hospital",
                "    option Health Centre",
                f"    within {self.pick(LENGTHS)}",
                "    if no choice, Hospital",
            ]
        if kind == "advice":
            name = self.new("Advice")
            earlier.append(name)
            return [
                f"consultation {name}",
                "    from doctor at Health Centre to specialist at Hospital",
                f"    answered within {self.pick(LENGTHS)}",
            ]
        if kind == "handoff":
            name = self.new("Handoff")
            lines = [
                f"handoff {name}",
                "    from whoever is accountable to Hospital",
                f"    accepted within {self.pick(LENGTHS)}",
                "    if not accepted, Hospital takes over",
            ]
            lines += self.limits(earlier)[:1] if self.draw(st.booleans()) else []
            earlier.append(name)
            return lines
        return self.block(kind, depth, earlier, is_main)

    def block(self, kind: str, depth: int, earlier: list[str], is_main: bool) -> list[str]:
        def inside(lines: list[str], by: int = 1) -> list[str]:
            return ["    " * by + line for line in lines]

        if kind == "decide":
            lines = ["decide", "    if alone", *inside(self.body(depth - 1, [*earlier], 2, is_main), 2)]
            end = ["end " + self.new("Out"), "    closes the plan"] if is_main and self.draw(st.integers(0, 3)) == 0 else None
            rest = end or (["continue"] if self.draw(st.booleans()) else self.body(depth - 1, [*earlier], 2, is_main))
            return [*lines, "    otherwise", *inside(rest, 2)]
        if kind == "together":
            until = self.pick(("", "", " until any is done"))
            lines = ["together" + until]
            before = [*earlier]
            for number in range(2):
                had = set(self.names)
                own = [*before]
                lines += [f"    branch B{self.count}x{number}", *inside(self.body(depth - 1, own, 2, False), 2)]
                if until:
                    self.loosely |= set(self.names) - had
                else:
                    earlier += own[len(before) :]
            return lines
        head = self.pick(
            (
                "repeat at most 2 times",
                "repeat every 10 days, at most 3 times",
                "repeat every 1 working day, at most 2 times",
                "repeat every 5 days",
            )
        )
        had = set(self.names)
        outside, self.outside = self.outside, [*self.outside, *earlier]
        lines = [head, *inside(self.body(depth - 1, [], 2, is_main))]
        self.outside = outside
        is_until = "at most" not in head or self.draw(st.booleans())
        self.loosely |= set(self.names) - had if "at most" not in head else set()
        return [*lines, *(["until alone"] if is_until else [])]

    def step(self, earlier: list[str]) -> list[str]:
        name = self.new("Step")
        lines = [f"step {name}", "    by nurse at Health Centre", *self.limits(earlier)]
        earlier.append(name)
        return lines

    def limits(self, earlier: list[str]) -> list[str]:
        if self.draw(st.integers(0, 9)) == 0:
            return []
        lines: list[str] = []
        if self.draw(st.integers(0, 4)) == 0:
            lines.append(f"    within {self.pick(LENGTHS)}, when age > 50 years")
        start = f" of {self.draw(st.sampled_from(earlier))}" if earlier and self.draw(st.booleans()) else ""
        most = f", at most {self.pick(LENGTHS)}" if self.draw(st.booleans()) else ""
        return [*lines, f"    within {self.pick(LENGTHS)}{start}{most}"]


@st.composite
def small_paths(draw: DrawFn) -> tuple[str, list[str], set[str]]:
    writer = Writer(draw)
    body = writer.body(2, [], 3, True)
    text = in_helsinki("steps\n" + "".join(f"    {line}\n" for line in body) + "    end Done\n        closes the plan\n")
    return text, [*writer.names, "Done"], writer.loosely


def times(text: str) -> Times:
    return times_of(Ways(program_of(text)))


def waited(text: str, reading: Reading) -> Callable[[float, Duration], float]:
    """Where there are hours, waits are reckoned so that who comes later is never through earlier."""
    return latest if reading != "shortest" else earliest if "hours" in text else later


def test_who_waits_for_hours_first_may_be_through_before_who_does_not() -> None:
    reckoned = times(in_helsinki(AT_ONCE_OR_IN_SEVEN_HOURS))
    friday = end_of_day(datetime(2026, 1, 2))
    walked = {moment_of(int(run.now)) - moment_of(friday) for run in Walker(reckoned.ways.path, "shortest").runs(friday)}
    assert walked == {
        2 * DAY + 7 * HOUR,
        3 * DAY,
    }  # from Saturday at seven to Monday at seven; from Friday to the end of Monday
    done = To(frozenset(reckoned.targets("Done")))
    found = [reckoned.exact(reckoned.program.start, reading, done).found for reading in ("shortest", "targets")]
    shortest, longest = (next(iter(one.values())).left[1] - moment_of(friday) for one in found)
    assert (shortest, longest) == (2 * DAY + 1, 3 * DAY)  # to the first moment of Monday, and to its last


@given(small_paths(), st.lists(st.integers(0, 364), min_size=3, max_size=3))
@example((in_helsinki(SEVEN_HOURS_OR_AT_ONCE), ["Visit", "Done"], set()), [1, 0, 92])
@example((in_helsinki(AT_ONCE_OR_IN_SEVEN_HOURS), ["Done"], set()), [1, 0, 92])
def test_from_enrolment_each_time_is_that_of_some_way_and_of_no_longer_one(
    written: tuple[str, list[str], set[str]], days: list[int]
) -> None:
    text, names, loosely = written
    reckoned = times(text)
    for reading in READINGS:
        found = {name: reckoned.exact(reckoned.program.start, reading, To(frozenset(reckoned.targets(name)))) for name in names}
        for day in days:
            start = end_of_day(FIRST + timedelta(days=day))
            try:
                ways = first_times(Walker(reckoned.ways.path, reading, waited=waited(text, reading)).runs(start))
            except TooMany:
                return
            for name in names:
                expected = ways.get(name)
                reached = found[name].found.get(reckoned.targets(name)[0])
                assert name in loosely or (reached is None) == (expected is None), name
                if reached is None or expected is None:
                    continue
                meant = min(expected) if reading == "shortest" else max(expected)
                if isinstance(reached.left, Open):
                    assert math.isinf(meant) or name in loosely, (name, reading, day)
                elif name in loosely and reading == "shortest":
                    assert reached.left[day] <= moment_of(int(meant)), (name, day)
                elif name in loosely:
                    assert math.isinf(meant) or reached.left[day] >= moment_of(int(meant)), (name, reading, day)
                else:
                    assert not math.isinf(meant), (name, reading, day)
                    assert reached.left[day] == moment_of(int(meant)), (name, reading, day)


@given(small_paths(), st.integers(0, 364), st.integers(0, 86_399), st.integers())
def test_between_any_two_points_nothing_is_sooner_or_later(
    written: tuple[str, list[str], set[str]], day: int, second: int, seed: int
) -> None:
    reckoned = times(written[0])
    chance = random.Random(seed)
    start = end_of_day(FIRST + timedelta(days=day)) - second * 1_000_000
    for reading in READINGS[1:]:
        walker = Walker(reckoned.ways.path, reading, lambda: chance.choice((0.0, 0.3, 1.0)))
        try:
            runs = walker.runs(start)
        except TooMany:
            return
        for run in chance.sample(runs, min(len(runs), 12)):
            seen = [(name, at) for name, at in run.seen if not math.isinf(at)]
            for place, (name, at) in enumerate(seen):
                following: dict[str, float] = {}
                for other, when in seen[place + 1 :]:
                    following.setdefault(other, when)
                source = reckoned.sources(name)[0]
                begun = run.started[name] if reckoned.chart.kind[source] == "handoff" else at
                if begun > at:
                    continue  # a handoff of a later round
                for other, when in following.items():
                    if when < at or _is_beside(reckoned, name, other):
                        continue
                    check_bounds(reckoned, reading, (source, int(begun)), (other, int(when)))


def check_bounds(reckoned: Times, reading: Reading, source: tuple[int, int], target: tuple[str, int]) -> None:
    (node, begun), (other, when) = source, target
    wanted = frozenset(reckoned.targets(other))
    starts = [moment_of(begun)]
    for way in ("shortest", reading):
        one = Reckoning(reckoned.chart, Exact(reckoned.days, reckoned.waited(way)), way, node, starts, wanted)
        reached = one.found.get(min(wanted))
        assert reached is not None, (node, other)
        if isinstance(reached.left, Open):
            continue
        if way == "shortest":
            assert date_of(reached.left[0]) <= date_of(moment_of(when)), (node, other)
        else:
            assert date_of(reached.left[0]) >= date_of(moment_of(when)), (node, other)


def _is_beside(reckoned: Times, one: str, other: str) -> bool:
    nodes = reckoned.program.nodes
    here = dict(nodes[reckoned.sources(one)[0]].region)
    there = nodes[reckoned.targets(other)[0]].region
    return any(split in here and here[split] != branch for split, branch in there)


@given(small_paths())
def test_the_way_that_is_told_makes_the_time_that_is_told(written: tuple[str, list[str], set[str]]) -> None:
    text, names, _ = written
    reckoned = times(text)
    for reading in READINGS:
        for name in names:
            between = reckoned.between(reckoned.program.start, reckoned.targets(name), reading)
            if between.way is None:
                continue
            moment = between.way.begun.toordinal() * DAY
            for move in between.way.moves:
                reckon = reckoned.days.due if move.is_due else partial(reckoned.waited(reading), reckoned.days)
                moment = reckon((moment,), move.length)[0] + move.is_after
            assert moment == between.way.begun.toordinal() * DAY + between.way.length
            assert date_of(moment) == between.way.ended


@given(small_paths())
def test_the_quick_bound_is_never_too_small(written: tuple[str, list[str], set[str]]) -> None:
    text, names, _ = written
    reckoned = times(text)
    for reading in READINGS[1:]:
        for name in names:
            exact = reckoned.exact(reckoned.program.start, reading, To(frozenset(reckoned.targets(name)))).found
            bound = reckoned.bound(reckoned.program.start, reading, To(frozenset(reckoned.targets(name)))).found
            assert exact.keys() == bound.keys()
            for node, reached in exact.items():
                most = bound[node].left
                assert isinstance(reached.left, Open) == isinstance(most, Open)
                if not isinstance(reached.left, Open):
                    lengths = [e - s for s, e in zip(reckoned.starts, reached.left, strict=True)]
                    assert max(lengths) <= most, name


@given(small_paths(), st.lists(st.integers(0, 364), min_size=2, max_size=2))
def test_nothing_comes_later_than_a_step_may_take_however_often_it_comes(
    written: tuple[str, list[str], set[str]], days: list[int]
) -> None:
    text, names, loosely = written
    reckoned = times(text)
    for reading in READINGS[1:]:
        nodes = {name: node for name in names for node in reckoned.targets(name) if reckoned.program.nodes[node].kind != "end"}
        exact = reckoned.exact(reckoned.program.start, reading, To(until=reckoned.until(nodes.values())))
        ways = reckoned.left(reckoned.program.start, list(nodes.values()), reading)
        for day in days:
            start = end_of_day(FIRST + timedelta(days=day))
            try:
                runs = Walker(reckoned.ways.path, reading, waited=waited(text, reading)).runs(start)
            except TooMany:
                return
            for name, node in nodes.items():
                meant = max((at for run in runs for came, at in run.seen if came == name), default=-math.inf)
                if math.isinf(meant):
                    continue
                left = exact.left[node]
                assert isinstance(left, Open) or left[day] >= moment_of(int(meant)), (name, reading, day)
                assert name in loosely or isinstance(left, Open) or left[day] == moment_of(int(meant)), (name, reading, day)
                way = ways[node]
                assert isinstance(way, Open) or way.length >= moment_of(int(meant)) - moment_of(start), (name, reading, day)


BESIDE_A_MONTH = """\
steps
    together until any is done
        branch Visits
            repeat every 1 week, at most 60 times
                step Visit
                    by nurse at Health Centre
                    within 3 months
        branch A month
            wait 1 month
    end Done
        closes the plan
"""


def test_what_is_left_as_it_stands_after_a_month_takes_no_longer() -> None:
    reckoned = times(whole(BESIDE_A_MONTH))
    visit = reckoned.targets("Visit")
    way = reckoned.between(reckoned.program.start, visit, "targets").way
    assert way is not None
    assert way.spelt == "31 days"
    assert [move.node.kind for move in way.moves] == ["wait"]
    last = reckoned.left(reckoned.program.start, visit, "targets")[visit[0]]
    assert last == way
    shortest = reckoned.between(reckoned.program.start, visit, "shortest").way
    assert shortest is not None
    assert not shortest.moves
    quick = BESIDE_A_MONTH.replace(
        "            wait 1 month", "            step Call\n                by nurse at Health Centre"
    )
    reckoned = times(whole(quick.replace("            repeat", "            wait 2 weeks\n            repeat")))
    later_than_a_call = reckoned.between(reckoned.program.start, reckoned.targets("Visit"), "shortest").way
    assert later_than_a_call is not None
    assert later_than_a_call.spelt == "14 days"


BEGUN_BY_STEPS = """\
steps
{first}    wait until alone, at most 2 weeks
    end Done
        closes the plan

whenever {what}, beside the main way
{second}"""
"""What follows a step may stand beside the main way."""


def _lines(*names: str, within: str = "within 10 working days") -> str:
    return "".join(f"    step {name}\n        by nurse at Health Centre\n        {within}\n" for name in names)


@given(st.lists(st.sampled_from(LENGTHS), min_size=4, max_size=4))
def test_a_way_that_a_step_begins_takes_as_long_as_if_it_stood_behind_the_step(lengths: list[str]) -> None:
    a, b, c, d = (_lines(name, within=f"within {length}") for name, length in zip("ABCD", lengths, strict=True))
    beside = times(in_helsinki(BEGUN_BY_STEPS.format(first=a + b, what="B happens", second=c + d)))
    behind = times(in_helsinki("steps\n" + a + b + c + d + "    end Done\n        closes the plan\n"))
    for reading in READINGS:
        for start in ("enrolment", "A", "B"):
            there, here = (one.between(one.sources(start)[0], one.targets("D"), reading).way for one in (behind, beside))
            assert here is not None
            assert there is not None
            assert (here.length, here.begun, here.spelt) == (there.length, there.begun, there.spelt), (reading, start)
            assert [move.node.name for move in here.moves] == [move.node.name for move in there.moves]


@pytest.mark.parametrize(
    ("what", "start", "expected"),
    [
        ("B happens", "enrolment", ("1 day", "11 days", True)),
        ("B happens and alone", "enrolment", ("1 day", "11 days", False)),
        ("A happens or B happens", "enrolment", ("no time", "6 days", False)),
        ("A happens or B happens", "A", ("no time", "4 days", False)),
        ("A happens or B happens", "M", ("no time", "7 days", False)),
        ("B happens", "M", ("1 day", "7 days", True)),
        ("A happens or B happens", "B", ("no time", "4 days", False)),
        ("(A happens or B happens) and alone", "enrolment", ("no time", "11 days", False)),
        ("B happens or Emergency happens", "enrolment", ("no time", "11 days", False)),
        ("Emergency happens", "enrolment", None),
        ("A happens", "B", None),
        ("alone", "enrolment", None),
    ],
)  # fmt: skip
def test_which_ways_beside_the_main_way_have_a_time(what: str, start: str, expected: tuple[str, str, bool] | None) -> None:
    first = _lines("A", "M", within="within 2 days") + "    wait 1 day\n" + _lines("B", within="within 2 days")
    reckoned = times(whole(BEGUN_BY_STEPS.format(first=first, what=what, second=_lines("C", within="within 4 days"))))
    source, wanted = reckoned.sources(start)[0], reckoned.targets("C")
    least, most = (reckoned.between(source, wanted, reading) for reading in READINGS[:2])
    assert reckoned.is_foreseen(source, wanted[0]) is (expected is not None) or what == "A happens"
    if expected is None:
        assert least.way is None
        assert most.way is None
        return
    assert least.way is not None
    assert most.way is not None
    assert (least.way.spelt, most.way.spelt, most.is_sure) == expected


def test_ways_that_begin_each_other_alone_have_no_time() -> None:
    text = BEGUN_BY_STEPS.format(first=_lines("A"), what="D happens", second=_lines("C"))
    reckoned = times(whole(text + "\nwhenever C happens, beside the main way\n" + _lines("D")))
    for reading in READINGS:
        assert reckoned.between(reckoned.program.start, reckoned.targets("D"), reading).way is None
    assert not reckoned.is_foreseen(reckoned.program.start, reckoned.targets("D")[0])


def test_what_may_be_passed_over_the_first_time_may_come_the_second_time() -> None:
    first = _lines("A", within="within 2 days") + "    wait 1 month\n" + _lines("B", within="within 2 days")
    asked = "    decide\n        if alone\n            continue\n        otherwise\n"
    second = asked + _lines("C", within="within 4 days").replace("    ", "            ", 1).replace("\n    ", "\n            ")
    reckoned = times(whole(BEGUN_BY_STEPS.format(first=first, what="A happens or B happens", second=second)))
    for start, expected in (("enrolment", "39 days"), ("A", "37 days"), ("B", "4 days")):
        way = reckoned.between(reckoned.sources(start)[0], reckoned.targets("C"), "targets").way
        assert way is not None
        assert way.spelt == expected


def test_what_asks_for_more_than_what_happens_may_come_in_the_last_round() -> None:
    rounds = "    repeat every 1 month, 3 times\n" + _lines("A", within="within 2 days").replace("    ", "        ", 1)
    rounds = rounds.replace("\n    ", "\n        ").replace("    repeat", "    repeat", 1)
    for what, expected in (("A happens", "6 days"), ("A happens and alone", "72 days")):
        text = BEGUN_BY_STEPS.format(first=rounds.rstrip(" "), what=what, second=_lines("C", within="within 4 days"))
        reckoned = times(whole(text))
        way = reckoned.between(reckoned.program.start, reckoned.targets("C"), "targets").way
        assert way is not None
        assert way.spelt == expected
