from datetime import timedelta

import null_shops
import numpy as np
import pytest
from build import FIRST, orders, working_days

from burnish.detectors.season import season
from burnish.detectors.volume_replicas import bessel, busy, size_thresholds, volume_thresholds
from burnish.detectors.volume_scores import against_own, in_cents, size_scores, sums, volume_scores
from burnish.detectors.volume_shift import weekly_scores
from burnish.detectors.volume_weeks import last_full_week, size_of, sunday, weeks_of_releases

NO_CALENDAR = working_days(days=0)


def weeks_of(releases, *, weeks, works=NO_CALENDAR, size=None):
    """Weeks of a shop up to the last Sunday of so many weeks."""
    complete_on = FIRST + timedelta(days=7 * weeks - 1)
    return weeks_of_releases(releases, works, complete_on=complete_on, size=size)


@pytest.fixture(scope="module")
def shop():
    return null_shops.shop("mixed", seed=5, customers=60, weeks=170)


def test_a_week_counts_once_its_sunday_is_complete():
    releases = orders(a=[0, 6, 7])
    seen = [
        weeks_of_releases(releases, NO_CALENDAR, complete_on=FIRST + timedelta(days=day)).releases.tolist()
        for day in (6, 12, 13)
    ]
    assert seen == [[[2.0]], [[2.0]], [[2.0, 1.0]]]
    assert sunday(last_full_week(FIRST + timedelta(days=12))) == FIRST + timedelta(days=6)


def test_the_week_of_the_first_order_is_worth_nothing():
    assert weeks_of(orders(a=[0, 8, 15], b=[16]), weeks=3).alive.tolist() == [
        [False, True, True],
        [False] * 3,
    ]


def test_a_week_is_worth_its_working_days_over_five():
    works = working_days(closed=(7, 8))
    assert weeks_of(orders(a=[0, 20]), weeks=3, works=works).worth.tolist() == [1.0, 0.6, 1.0]


def test_expected_are_the_orders_of_the_year_before_by_working_days():
    closed = range(7 * 60, 7 * 60 + 5)
    steady = orders(a=range(0, 7 * 66, 7))
    found = weekly_scores(weeks_of(steady, weeks=66, works=working_days(closed=closed)))
    assert found.before[0, -1] == 52
    assert found.expected[0, -1] == pytest.approx(12.0)
    assert found.recent[0, -1] == 13


def test_sums_reach_back_only_to_what_is_there():
    assert sums(np.array([[1.0, 2, 3, 4]]), 2).tolist() == [[1, 3, 5, 7]]
    assert sums(np.array([[1.0, 2, 3, 4]]), 2, ago=1).tolist() == [[0, 1, 3, 5]]


def test_money_that_adds_up_to_nothing_is_nothing():
    money = np.array([[0.1, 0.2, -0.3]])
    assert sums(money, 3)[0, -1] != 0
    assert sums(in_cents(money), 3)[0, -1] == 0


def slow_dispersion(counts, week, shop):
    """Squared errors of earlier 13-week sums over what the up to 52 weeks before them led to expect."""
    squares = freedom = 0.0
    fade = 1.0
    for end in range(week - 13, 12, -13):
        first = max(end - 64, 1)
        before = counts[first : end - 12]
        if len(before) < 13:
            break
        share = 13 / len(before)
        expected = before.sum() * share
        if expected >= 1:
            square = (counts[end - 12 : end + 1].sum() - expected) ** 2 / (expected * (1 + share))
            squares += fade * min(square, 9)
            freedom += fade
        fade *= 0.95
    return max((squares + 4 * shop) / (freedom + 4), 0.3), squares, freedom


def test_the_dispersion_is_that_of_the_customers_own_earlier_sums_drawn_to_the_shops():
    draws = np.random.default_rng(3)
    counts = draws.poisson(1.3, (4, 150)).astype(float)
    counts[:, 0] = 1.0
    alive = np.ones_like(counts)
    alive[:, 0] = 0.0
    found = volume_scores(counts, alive, alive)
    week = 149
    plain = [slow_dispersion(row, week, 1.0) for row in counts]
    usual = (sum(each[1] for each in plain) + 1) / (sum(each[2] for each in plain) + 1)
    expected = [slow_dispersion(row, week, usual)[0] for row in counts]
    assert found.dispersion[:, week] / (1 + 13 / 52) == pytest.approx(np.array(expected))


def test_no_score_uses_a_later_week(shop):
    whole = weekly_scores(weeks_of_releases(shop, NO_CALENDAR, complete_on=null_shops.end_of(170)))
    for weeks in (120, 151):
        part = weekly_scores(weeks_of_releases(shop, NO_CALENDAR, complete_on=null_shops.end_of(weeks)))
        rows = slice(0, part.down.shape[0])
        assert np.array_equal(part.down, whole.down[rows, :weeks])
        assert np.array_equal(part.expected, whole.expected[rows, :weeks])


def test_row_order_does_not_matter(shop):
    end = null_shops.end_of(170)
    found, other = (
        weekly_scores(weeks_of_releases(each, NO_CALENDAR, complete_on=end))
        for each in (shop, shop.sample(fraction=1.0, shuffle=True, seed=2))
    )
    assert np.array_equal(found.down, other.down)


def test_too_few_expected_orders_or_weeks_give_no_score():
    few = weekly_scores(weeks_of(orders(a=range(0, 7 * 80, 14)), weeks=80))
    young = weekly_scores(weeks_of(orders(a=range(0, 7 * 30, 3)), weeks=30))
    assert np.isnan(few.z).all()
    assert np.isnan(young.z).all()
    assert few.down.max() == 0


def test_a_swing_is_held_against_the_customers_own_farthest():
    z = np.zeros((1, 40))
    z[0, 10], z[0, 39] = -4.5, -4.5
    down, up = against_own(z)
    assert down[0, 10] == 4.5
    assert down[0, 39] == pytest.approx(2.25)
    assert up.max() == 0


def test_sizes_are_held_against_the_year_before():
    draws = np.random.default_rng(4)
    sized = np.full((30, 70), 2.0)
    logs = draws.normal(5.0, 0.3, (30, 70)) * 2
    logs[0, -13:] -= 2 * 0.7
    squares = logs**2 / 2 + 0.3**2
    found = size_scores(sized, logs, squares, np.ones((30, 70)))
    assert found.change[0, -1] == pytest.approx(-0.7, abs=0.2)
    assert found.down[0, -1] > 3.5
    assert found.down[1:, -1].max() < 3


def test_a_size_is_what_most_releases_state():
    releases = orders(a=range(5))
    assert size_of(releases) is None
    stated = releases.with_columns(amount=np.array([1.0, 0, 0, 0, 1]), pieces=np.array([1.0, 2, 3, 4, 0]))
    assert size_of(stated) == "pieces"


def test_a_season_that_comes_back_every_year_is_found_and_chance_is_not():
    week = np.arange(208)
    slots = np.minimum(week % 52 // 4, 12)
    draws = np.random.default_rng(5)
    calm = draws.poisson(50, 208).astype(float)
    summer = np.where(slots == 6, 25.0, 50.0)
    found = season(draws.poisson(summer).astype(float), np.ones(208), slots)
    assert found[6] == pytest.approx(0.52, abs=0.08)
    assert np.abs(season(calm, np.ones(208), slots) - 1).max() < 0.05
    assert found.mean() == pytest.approx(1.0)


def test_no_season_is_claimed_under_24_months():
    slots = np.minimum(np.arange(100) % 52 // 4, 12)
    assert season(np.arange(100.0), np.ones(100), slots).tolist() == [1.0] * 13


def test_thresholds_of_replicas_rise_with_the_tier_and_know_only_their_day(shop):
    day = null_shops.end_of(150)
    own = volume_thresholds(shop, NO_CALENDAR, fitted_on=day, replicas=4)
    assert 1.5 < own["support"] <= own["watch"] <= own["briefing"]
    later = shop.filter(shop["release_on"] <= day)
    assert volume_thresholds(later, NO_CALENDAR, fitted_on=day, replicas=4) == own


def test_a_shop_in_which_nothing_can_be_judged_has_no_thresholds_of_its_own():
    day = FIRST + timedelta(days=900)
    assert volume_thresholds(orders(a=range(0, 800, 30)), NO_CALENDAR, fitted_on=day) == {}
    assert volume_thresholds(orders(), NO_CALENDAR, fitted_on=day) == {}
    assert size_thresholds(orders(a=range(0, 800, 3)), NO_CALENDAR, fitted_on=day) == {}


def test_only_customers_that_may_be_judged_are_replicated():
    weeks = weeks_of(orders(a=range(0, 600, 3), b=range(0, 600, 40)), weeks=80)
    assert busy(weeks).customers == ("a",)
    assert bessel(12) == pytest.approx(np.sqrt(12 / 11))
