import numpy as np

from burnish.stats.binomial import at_least
from burnish.stats.bootstrap import block_starts, replicate, stream


def slow_replica(days, starts, block_days):
    """Copy the blocks one after the other, without the days before the first or after the last event."""
    placed, clock = [], 0
    for start in starts:
        for day in range(start, start + block_days):
            if min(days) <= day <= max(days):
                placed += [clock] * days.count(day)
                clock += 1
    return placed, clock


def test_replicas_agree_with_copying_day_by_day():
    draws = np.random.default_rng(3)
    per_group = [sorted(draws.choice(100, 12, replace=False).tolist()) for _ in range(4)]
    day = np.concatenate([np.array(days) for days in per_group])
    starts = draws.integers(0, 80, (8, 5))
    found = replicate(day, np.repeat(np.arange(4), 12), starts, block_days=20)
    for row in range(8):
        placed, clock = slow_replica(per_group[row % 4], starts[row].tolist(), 20)
        assert found.day[found.group == row].tolist() == placed
        assert found.alive_days[row] == clock
    np.testing.assert_array_equal(np.sort(found.group), found.group)


def test_each_copied_event_knows_its_original():
    day = np.array([0, 5, 9, 2, 7])
    found = replicate(day, np.array([0, 0, 0, 1, 1]), np.array([[4], [0]]), block_days=6)
    assert day[found.source].tolist() == [5, 9, 2]


def test_random_streams_depend_on_their_key_alone():
    first = stream("gone_quiet", "a").integers(0, 1000, 5)
    stream("gone_quiet", "b").integers(0, 1000, 5)
    assert stream("gone_quiet", "a").integers(0, 1000, 5).tolist() == first.tolist()
    assert stream("gone_quiet", "b").integers(0, 1000, 5).tolist() != first.tolist()


def test_blocks_cover_the_history_and_stay_inside_it():
    starts = block_starts(stream("x"), replicas=500, days=1000, block_days=182)
    assert starts.shape == (500, 6)
    assert starts.min() == 0
    assert starts.max() == 1000 - 182


def test_a_binomial_tail_counts_the_count_itself():
    assert at_least(2, 3, 0.5) == 0.5
    assert at_least(0, 3, 0.2) == 1.0
