"""Rates, intervals, odds and comparisons, each beside a slow reference or a published figure."""

import numpy as np
import polars as pl
import pytest
from scipy import stats

from burnish.score.bootstrap import Curve, against, area, precision_at
from burnish.score.identity import companies, rated, together
from burnish.score.rates import came_true, clopper_pearson, precision, recall
from burnish.score.reliability import brier, corp, recalibrated, told
from score.build import day


def events(rows: list[tuple]) -> pl.DataFrame:
    schema = {"alarm_on": pl.Date, "outcome_on": pl.Date, "has_outcome": pl.Boolean, "t50": pl.Date}
    return pl.DataFrame(rows, schema=schema | {"nats": pl.Float64, "orders": pl.Int64}, orient="row")


def test_timely_recall_counts_all_events_with_an_outcome() -> None:
    found = recall(
        events(
            [
                (day(10), day(20), True, day(9), 12.0, 30),
                (day(15), day(20), True, day(9), 5.0, 10),
                (None, day(20), True, day(9), 1.0, 0),
                (day(14), None, False, day(10), 1.0, 0),
            ]
        )
    )
    assert (found["recall"], found["timely_recall_6w"], found["n"]) == (0.75, 0.3333, 4)
    assert (found["lead_weeks"], found["delay_weeks"]) == (7.5, 4.0)
    assert found["recall_by_class"]["C"] == {"share": 0.5, "n": 2}
    assert found["timely_recall_6w_order_weighted"] == 0.75


def test_precision_stands_on_six_true_events_among_350_customers_a_year() -> None:
    # 6 / 350 x .5 true ones against .1 / 100 x 12 false ones a customer and year
    assert precision(0.5, 0.1) == round((3 / 350) / (3 / 350 + 0.012), 4)
    assert precision(None, 0.1) is None
    assert precision(0.0, 0.0) is None


def test_the_exact_interval_holds_its_coverage() -> None:
    low, high = clopper_pearson(7, 20)
    assert stats.binom.sf(6, 20, low) == pytest.approx(0.05, abs=2e-4)
    assert stats.binom.cdf(7, 20, high) == pytest.approx(0.05, abs=2e-4)
    assert came_true(pl.Series([True] * 19))["says"] == "not enough to judge"


def pooled_slowly(said: np.ndarray, came: np.ndarray) -> list[float]:
    """Isotonic regression by its min-max formula."""
    order = np.argsort(said, kind="stable")
    y = came[order]
    n = len(y)
    fit = [max(min(y[i : j + 1].mean() for j in range(k, n)) for i in range(k + 1)) for k in range(n)]
    return list(np.array(fit)[np.argsort(order, kind="stable")])


def test_recalibration_is_isotonic_regression() -> None:
    draws = np.random.default_rng(1)
    said = draws.permutation(np.linspace(0.05, 0.95, 25))
    came = (draws.random(25) < said).astype(float)
    assert recalibrated(said, came) == pytest.approx(pooled_slowly(said, came))


def test_the_parts_of_the_brier_score_add_up() -> None:
    draws = np.random.default_rng(2)
    said = draws.choice([0.1, 0.35, 0.65, 0.9], 300)
    came = (draws.random(300) < said**2).astype(float)
    parts = corp(said, came)
    assert parts.brier == pytest.approx(parts.miscalibration - parts.discrimination + parts.uncertainty)
    assert parts.brier == pytest.approx(brier(said, came))
    assert min(parts.miscalibration, parts.discrimination) >= 0


def test_nothing_is_claimed_of_odds_under_a_hundred_outcomes() -> None:
    few = np.full(99, 0.5)
    assert told(few, few, few)["brier_skill"] is None
    sure = np.array([0.0, 1.0] * 50)
    assert told(sure, np.full(100, 0.5), sure)["brier_skill"] == 1.0


def curve(found: list[list[float]], false: list[list[float]], textbook: int = 0) -> Curve:
    shape = np.array(found).shape
    return Curve(
        np.arange(shape[1], dtype=float),
        np.array(found, dtype=float),
        np.full(shape, 50.0),
        np.array(false, dtype=float),
        np.full(shape, 4000.0),
        textbook,
    )


def test_a_detector_is_read_at_the_recall_of_the_rule() -> None:
    recalls, precisions = np.array([0.9, 0.6, 0.3]), np.array([0.1, 0.4, 0.8])
    assert precision_at(recalls, precisions, 0.5) == 0.4
    assert np.isnan(precision_at(recalls, precisions, 0.95))
    assert area((recalls, precisions), (recalls, precisions / 2))[1] == pytest.approx(
        area((recalls, precisions), (recalls, precisions))[0] / 2
    )


def test_a_win_needs_two_hundred_events_and_an_interval_above_zero() -> None:
    better, worse = curve([[40, 30]] * 6, [[2, 1]] * 6), curve([[30, 20]] * 6, [[40, 20]] * 6)
    found = against(better, worse, draws=100)
    assert found["wins"] is True
    assert found["interval"][0] > 0
    few = against(curve([[40, 30]] * 3, [[2, 1]] * 3), curve([[30, 20]] * 3, [[40, 20]] * 3), draws=100)
    assert few["wins"] is None
    assert "150 planted events" in few["says"]


def test_one_shop_gives_no_interval() -> None:
    found = against(curve([[40]], [[2]]), curve([[30]], [[40]]))
    assert found["interval"] is None
    assert found["difference"] > 0


def test_identity_is_scored_on_pairs_of_names_across_systems() -> None:
    refs = [
        ("erp", "ACME", "C1"),
        ("books", "Acme Inc", "C1"),
        ("erp", "BOLT", "C2"),
        ("books", "Bolt Co", "C3"),
    ]
    truth = [("erp", "ACME", 1), ("books", "Acme Inc", 1), ("erp", "BOLT", 2), ("books", "Bolt Co", 2)]
    names = {"source": pl.String, "organisation_ref": pl.String}
    found = companies(
        pl.DataFrame(refs, schema=names | {"customer_id": pl.String}, orient="row"),
        pl.DataFrame(truth, schema=names | {"company": pl.Int64}, orient="row"),
    )
    assert (found["precision"], found["recall"]) == (1.0, 0.5)
    assert found["pairs"]["books - erp"] == {"precision": 1.0, "recall": 0.5, "n": 2, "taken": 1, "both": 1}


def test_identity_of_several_shops_comes_from_the_sums_of_their_pairs() -> None:
    found = together([rated(100, 10, 10), rated(10, 90, 10)])
    assert (found["precision"], found["recall"], found["n"]) == (round(20 / 110, 4), 0.2, 100)
