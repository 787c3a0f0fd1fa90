from datetime import date

import null_shops
import numpy as np
import polars as pl
import pytest
import quiet_rates
from build import orders

from burnish.detectors.calibration import (
    Spent,
    alarm_threshold,
    own_thresholds,
    quarter_start,
    shipped_thresholds,
    shrunk,
    top_bars,
)
from burnish.schema.facts import ALARM_THRESHOLD
from burnish.stats.renewal import survival

SHARE = 0.25


@pytest.fixture(scope="module")
def shop():
    return null_shops.shop("poisson", seed=3, customers=80, weeks=200)


def test_the_table_keeps_its_contract_and_blends_own_and_shipped(shop):
    frame = alarm_threshold(shop, fitted_on=date(2030, 1, 1), replicas=5)
    ALARM_THRESHOLD.check(frame.to_arrow().cast(ALARM_THRESHOLD.schema).schema, "test")
    for row in frame.rows(named=True):
        ends = sorted([row["shop_ppm"], row["shipped_ppm"]])
        assert ends[0] <= row["threshold_ppm"] <= ends[1] + 1


def test_under_65_weeks_the_shipped_thresholds_stand():
    short = orders(**{f"c{n}": range(n, 440, 5) for n in range(10)})
    frame = alarm_threshold(short, fitted_on=date(2030, 1, 1))
    assert frame["shop_ppm"].to_list() == [None, None]
    assert frame["threshold_ppm"].to_list() == frame["shipped_ppm"].to_list()


def test_only_what_was_known_on_the_day_counts(shop):
    day = null_shops.end_of(150)
    whole = alarm_threshold(shop, fitted_on=day, replicas=4)
    assert whole.equals(alarm_threshold(shop.filter(pl.col("release_on") <= day), fitted_on=day, replicas=4))


def test_row_order_does_not_matter(shop):
    first = alarm_threshold(shop, fitted_on=date(2030, 1, 1), replicas=4)
    shuffled = shop.sample(fraction=1.0, shuffle=True, seed=9)
    assert alarm_threshold(shuffled, fitted_on=date(2030, 1, 1), replicas=4).equals(first)


def test_a_customer_draws_the_same_blocks_whoever_else_is_there(shop):
    assert own_thresholds(shop, min_gaps=8, replicas=2)["watch"] > 1
    assert shipped_thresholds()["gone_quiet"]["watch"] < shipped_thresholds()["gone_quiet"]["briefing"]


def test_the_threshold_spends_the_share_and_not_more():
    spent = Spent(np.array([9.0, 7.0, 5.0, 3.0, 2.0]), months_at_risk=1000.0)
    threshold = spent.spending(0.25)
    assert threshold == 5.0
    assert (spent.scores > threshold).sum() == 2
    assert spent.spending(10.0) == 1.0


def test_the_bar_of_a_replica_is_that_of_its_survival_curve():
    draws = np.random.default_rng(6)
    cell = np.sort(draws.integers(0, 4, 3000))
    times = np.round(draws.gamma(1.0, 2.0, 3000), 2) + 0.01
    expected = [survival(np.sort(times[cell == each]), np.array([])).bar(0.01) for each in range(4)]
    assert top_bars(times, cell, 4).tolist() == expected
    assert top_bars(times[:98], np.zeros(98, np.int64), 1).tolist() == [np.inf]


def test_half_of_104_weeks_of_history_is_the_shops_own_on_the_log_scale():
    assert shrunk(4.0, 1.0, 104) == pytest.approx(2.0)
    assert shrunk(None, 1.5, 300) == 1.5


def test_thresholds_stand_from_the_day_before_the_quarter():
    assert quarter_start(date(2014, 6, 30)) == date(2014, 3, 31)
    assert quarter_start(date(2014, 1, 1)) == date(2013, 12, 31)


@pytest.mark.parametrize("family", ["poisson", "batchy", "late entry"])
def test_false_alarms_per_gap_stay_within_one_and_a_half_times_nominal(family):
    rates = quiet_rates.false_alarms(family, seed=1, customers=120, replicas=4)
    assert rates.gaps > 3000
    assert rates.per_gap <= 0.015


@pytest.mark.long
@pytest.mark.parametrize("family", quiet_rates.FAMILIES)
def test_out_of_sample_alarms_of_null_shops_meet_the_budget(family):
    each = [quiet_rates.false_alarms(family, seed=seed) for seed in range(100, 106)]
    watch = np.average([rates.watch for rates in each], weights=[rates.months for rates in each])
    per_gap = np.average([rates.per_gap for rates in each], weights=[rates.gaps for rates in each])
    assert per_gap <= 0.015
    assert 0.1 <= watch <= 1.5 * SHARE
