from datetime import date

import null_shops
import numpy as np
import polars as pl
import pytest
import quiet_rates
from build import orders

from burnish import detectors
from burnish.detectors import calibration
from burnish.detectors.calibration import (
    SHARES,
    Spent,
    quarter_start,
    replica_blocks,
    shipped_thresholds,
    shrunk,
    thresholds,
)
from burnish.detectors.gone_quiet import gone_quiet
from burnish.detectors.quiet_replicas import quiet_thresholds, top_bars
from burnish.schema.facts import ALARM_THRESHOLD
from burnish.stats.renewal import survival

SHARE = 0.25


def alarm_threshold(releases, *, fitted_on, **dials):
    frames = {"order_release": releases}
    return calibration.alarm_threshold([gone_quiet], frames, fitted_on=fitted_on, **dials)


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
    assert frame["shop_ppm"].to_list() == [None] * 3
    assert frame["threshold_ppm"].to_list() == frame["shipped_ppm"].to_list()


def test_only_what_was_known_on_the_day_counts(shop):
    day = null_shops.end_of(150)
    whole = alarm_threshold(shop, fitted_on=day, replicas=4)
    assert whole.equals(alarm_threshold(shop.filter(pl.col("release_on") <= day), fitted_on=day, replicas=4))


def test_row_order_does_not_matter(shop):
    first = alarm_threshold(shop, fitted_on=date(2030, 1, 1), replicas=4)
    shuffled = shop.sample(fraction=1.0, shuffle=True, seed=9)
    assert alarm_threshold(shuffled, fitted_on=date(2030, 1, 1), replicas=4).equals(first)


def test_a_customer_draws_the_same_blocks_whoever_else_is_there():
    apart, together = replica_blocks("gone_quiet", ["a", "b", "c"], days=900, replicas=3)
    alone, _ = replica_blocks("gone_quiet", ["b"], days=900, replicas=3)
    assert (apart[:, [1]] == alone).all()
    assert (together == together[:, [0]]).all()


def test_the_rarer_a_tier_the_higher_its_threshold(shop):
    own = quiet_thresholds(shop, fitted_on=date(2030, 1, 1), replicas=2)
    for each in (own, shipped_thresholds()["gone_quiet"]):
        assert each["support"] <= each["watch"] <= each["briefing"]
        assert list(each) == list(SHARES)


def test_thresholds_are_read_highest_tier_first():
    frame = alarm_threshold(orders(a=[0]), fitted_on=date(2030, 1, 1))
    assert list(thresholds(frame, "gone_quiet")) == ["briefing", "watch", "support"]
    assert thresholds(frame, "another") == {}


def test_a_detector_that_brings_no_replicas_has_no_threshold():
    @detectors.detector(says="x", evidence=(), outcome="y")
    def plain(order_release, *, as_of): ...

    assert calibration.alarm_threshold([plain], {}, fitted_on=date(2030, 1, 1)).is_empty()


def test_a_signal_that_nothing_ships_with_uses_the_shops_own_thresholds():
    def own(order_release, *, fitted_on):
        return {"watch": 4.0}

    @detectors.detector(says="x", evidence=(), outcome="y", calibrate=own)
    def zinc(order_release, *, as_of): ...

    frames = {"order_release": orders(a=[0, 7 * 70])}
    frame = calibration.alarm_threshold([zinc], frames, fitted_on=date(2030, 1, 1))
    assert frame.select("threshold_ppm", "shipped_ppm").row(0) == (4_000_000, None)
    young = {"order_release": orders(a=[0, 7 * 60])}
    assert calibration.alarm_threshold([zinc], young, fitted_on=date(2030, 1, 1)).is_empty()


def test_a_detectors_own_calibration_is_drawn_toward_what_ships_with_it(monkeypatch):
    def own(order_release, *, fitted_on):
        return {"watch": 4.0}

    @detectors.detector(says="x", evidence=(), outcome="y", calibrate=own)
    def zinc(order_release, *, as_of): ...

    monkeypatch.setattr(calibration, "shipped_thresholds", lambda: {"zinc": {"watch": 1.0}})
    releases = orders(a=[0, 7 * 104])
    frame = calibration.alarm_threshold([zinc], {"order_release": releases}, fitted_on=date(2030, 1, 1))
    assert thresholds(frame, "zinc") == {"watch": pytest.approx(2.0)}


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
