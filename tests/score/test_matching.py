"""Alarms and planted events: who matches whom, and what the rest is."""

from itertools import permutations

import numpy as np
import polars as pl

from burnish.score.episodes import entries
from burnish.score.kinds import kinds
from burnish.score.matching import Alarm, Event, Lookalike, Slump, eligible, judged, matched
from score.build import GONE_QUIET, alarm, day, event

FALLS = kinds()["volume_shift_down"]


def verdict(alarms: list[Alarm], events: list[Event], kind=GONE_QUIET, lookalikes=(), slumps=()) -> list[str]:
    return judged(alarms, kind, events, list(lookalikes), slumps)["verdict"].to_list()


def most_pairs(alarms: list[Alarm], events: list[Event]) -> int:
    """The slow way: the best of all orders in which events may be handed out."""
    best = 0
    for order in permutations(range(len(events))):
        used: set[int] = set()
        for n in order:
            free = [a.number for a in alarms if a.number not in used and events[n].in_time(a.day)]
            used |= set(free[:1])
        best = max(best, len(used))
    return best


def test_an_entry_is_the_first_row_after_thirteen_weeks_without() -> None:
    weeks = [4, 8, 20, 36, 40]
    standing = pl.DataFrame({"origin": [day(week) for week in weeks], "customer_id": "C1"})
    assert entries(standing, ["customer_id"], first=day(0))["origin"].to_list() == [day(4), day(36)]
    assert entries(standing, ["customer_id"], first=day(4))["origin"].to_list() == [day(36)]


def test_as_many_alarms_and_events_are_paired_as_can_be() -> None:
    draws = np.random.default_rng(3)
    for _ in range(40):
        starts = draws.integers(0, 30, 4)
        events = [
            event(n, t0=int(start), t1=int(start + draws.integers(0, 9))) for n, start in enumerate(starts)
        ]
        alarms = [alarm(int(week), number=n) for n, week in enumerate(draws.integers(0, 50, 4))]
        assert len(matched(alarms, events)) == most_pairs(alarms, events)


def test_an_alarm_names_an_event_from_its_onset_to_thirteen_weeks_after_full_effect() -> None:
    stop = event(t0=10, t1=14)
    assert [verdict([alarm(week)], [stop])[0] for week in (10, 27)] == ["true", "true"]
    assert verdict([alarm(9)], [stop]) == ["premature"]
    assert verdict([alarm(28)], [stop]) == ["late"]


def test_an_outcome_after_the_full_effect_closes_the_window() -> None:
    late = event(kind="distress", t0=10, t1=14, outcome=16)
    assert verdict([alarm(17)], [late], FALLS) == ["late"]
    assert verdict([alarm(17)], [event(kind="distress", t0=10, t1=14, outcome=12)], FALLS) == ["true"]


def test_a_second_alarm_is_no_second_find_and_another_kind_is_misnamed() -> None:
    assert verdict([alarm(11, 1), alarm(20, 2)], [event()]) == ["true", "repeat"]
    assert verdict([alarm(11)], [event(kind="later_payment")]) == ["misnamed"]


def test_an_alarm_after_the_end_is_a_recovery_and_about_nobody_else() -> None:
    passing = event(kind="fewer_orders", t0=10, t1=12, ends=30)
    assert verdict([alarm(32)], [passing], FALLS) == ["recovery"]
    assert verdict([alarm(11, company=2)], [event()]) == ["false"]


def test_a_look_alike_is_right_only_with_its_explanation() -> None:
    pause = Lookalike(1, "stop", day(10), day(14), "blanket_pause")
    assert verdict([alarm(12, kept=["blanket_calendar"])], [], lookalikes=[pause]) == ["explained"]
    assert verdict([alarm(12, kept=["season"])], [], lookalikes=[pause]) == ["lookalike"]
    assert verdict([alarm(12, company=2)], [], lookalikes=[pause]) == ["false"]


def test_a_fall_with_the_whole_industry_counts_neither_way() -> None:
    slump = Slump("Fasteners", day(10), day(40))
    of_it = Alarm(1, "C1", frozenset({1}), day(20), industry="fasteners")
    assert verdict([of_it], [], FALLS, slumps=[slump]) == ["slump"]
    assert verdict([of_it], [], GONE_QUIET, slumps=[slump]) == ["slump"]
    assert verdict([of_it], [], kinds()["volume_shift_up"], slumps=[slump]) == ["false"]


def test_only_events_whose_window_was_seen_count() -> None:
    events = [event(1, t0=5), event(2, t0=10), event(3, t0=45)]
    assert [one.event for one in eligible(events, GONE_QUIET, first=day(8), last=day(52))] == [2]
