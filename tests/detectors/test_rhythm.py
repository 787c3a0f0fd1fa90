from datetime import timedelta

import null_shops
import numpy as np
import polars as pl
import pytest
from build import FIRST, crowd, gaps, orders

from burnish.detectors.rhythm import gap_scores
from burnish.stats.renewal import significant


@pytest.fixture(scope="module")
def shop():
    return null_shops.shop("mixed", seed=5, customers=60, weeks=160)


def slow_p(gap, customer_id, gap_no):
    """The rank p of one gap in a shop whose gaps are all of one stratum, by plain loops over rows."""
    rows = gap.sort("customer_id", "gap_no").rows(named=True)

    def times(row, days):
        before = [
            r["gap_days"]
            for r in rows
            if r["customer_id"] == row["customer_id"] and r["gap_no"] < row["gap_no"]
        ]
        return round(days / float(np.median(before)), 9) if len(before) >= 8 else None

    row = next(r for r in rows if (r["customer_id"], r["gap_no"]) == (customer_id, gap_no))
    end = row["opened_on"] + timedelta(days=row["gap_days"])
    sunday = end - timedelta(days=end.weekday() + 1)
    ended = [times(r, r["gap_days"]) for r in rows if r["closed_on"] and r["closed_on"] <= sunday]
    still = [
        r for r in rows if r["opened_on"] <= sunday and not (r["closed_on"] and r["closed_on"] <= sunday)
    ]
    censored = [times(r, (sunday - r["opened_on"]).days) for r in still]
    ended, censored = [[t for t in them if t is not None] for them in (ended, censored)]

    def reaching(score):
        share = 1.0
        for length in sorted(set(ended)):
            if length < score:
                share *= 1 - ended.count(length) / sum(t >= length for t in ended + censored)
        return share

    plateau = reaching(np.inf)
    longer = (reaching(times(row, row["gap_days"])) - plateau) / (1 - plateau)
    return (1 + len(ended) * longer) / (1 + len(ended))


def test_scores_of_a_small_shop_agree_with_plain_loops():
    draws = np.random.default_rng(1)
    shop = orders(**{f"c{n}": np.unique(draws.integers(0, 400, 25)) for n in range(8)})
    gap = gaps(shop, day=400)
    scores = gap_scores(gap).filter(pl.col("p_value").is_not_null())
    assert scores["stratum"].unique().to_list() == ["all"]
    for row in scores.sample(30, seed=1).rows(named=True):
        assert row["p_value"] == pytest.approx(slow_p(gap, row["customer_id"], row["gap_no"]), rel=1e-8)


def test_ended_gaps_score_the_same_whatever_came_later(shop):
    end = null_shops.end_of(160)
    later = gap_scores(null_shops.gaps(shop, complete_on=end))
    for days_back in (1, 100, 333):
        day = end - timedelta(days=days_back)
        earlier = gap_scores(null_shops.gaps(shop, complete_on=day)).filter(pl.col("closed_on").is_not_null())
        same = later.filter(pl.col("closed_on") <= day)
        assert same.height == earlier.height
        assert same.equals(earlier)


def test_an_open_gap_scores_as_it_will_when_an_order_ends_it_on_that_day(shop):
    gap = null_shops.gaps(shop, complete_on=null_shops.end_of(160))
    scores = gap_scores(gap)
    ended = scores.filter(pl.col("closed_on").is_not_null(), pl.col("p_value") <= 0.05).sample(8, seed=2)
    for row in ended.rows(named=True):
        here = (pl.col("customer_id") == row["customer_id"]) & (pl.col("release_on") >= row["closed_on"])
        known = shop.filter(~here, pl.col("release_on") <= row["closed_on"])
        today = gap_scores(null_shops.gaps(known, complete_on=row["closed_on"]))
        still = today.filter(pl.col("customer_id") == row["customer_id"], pl.col("closed_on").is_null())
        for column in ("gap_days", "times_usual", "p_value", "score", "stays_silent", "nominal_on"):
            assert still[column].item() == row[column]


def test_the_day_of_entry_is_the_first_day_on_which_the_rule_is_met(shop):
    over = {"watch": 1.3}
    gap = null_shops.gaps(shop, complete_on=null_shops.end_of(160))
    entered = gap_scores(gap, over=over).filter(pl.col("watch_on").is_not_null()).head(5)
    assert entered.height == 5
    for row in entered.rows(named=True):
        met = []
        for day in (row["watch_on"] - timedelta(days=1), row["watch_on"]):
            today = gap_scores(null_shops.gaps(shop, complete_on=day), over=over)
            mine = today.filter(
                pl.col("customer_id") == row["customer_id"], pl.col("gap_no") == row["gap_no"]
            )
            met.append(mine.select((pl.col("p_value") <= 0.01) & (pl.col("score") > 1.3)).item())
        assert met == [False, True]


def test_row_order_does_not_matter(shop):
    gap = null_shops.gaps(shop, complete_on=null_shops.end_of(160))
    assert gap_scores(gap.sample(fraction=1.0, shuffle=True, seed=1)).equals(gap_scores(gap))


def test_fewer_gaps_than_needed_give_no_score():
    scores = gap_scores(gaps(orders(a=range(0, 63, 7), **crowd()), day=700))
    mine = scores.filter(pl.col("customer_id") == "a")
    assert mine["p_value"].null_count() == mine.height - 1
    assert mine["times_usual"][-1] == significant(np.array((700 - 56) / 7))


def test_a_blanket_order_is_ranked_among_customers_that_pause():
    releases = null_shops.shop("blanket", seed=1, customers=60, weeks=200)
    flagged = releases.with_columns(
        blanket_lines=pl.when(pl.col("customer_id") < "C0030").then(1).otherwise(0).cast(pl.Int64)
    )
    scores = gap_scores(null_shops.gaps(flagged, complete_on=null_shops.end_of(200))).filter(
        pl.col("customer_id") < "C0030", pl.col("reference_gaps") > 1000
    )
    assert scores.height > 100
    assert scores["stratum"].str.ends_with("pauses").all()


def test_a_shop_without_orders_has_no_scores():
    assert gap_scores(gaps(orders(), day=10)).height == 0
    assert gap_scores(gaps(orders(a=[3]), day=10))["p_value"].to_list() == [None]


def test_times_are_days_over_the_usual_gap():
    scores = gap_scores(gaps(orders(a=[*range(0, 70, 7), 100]), day=130))
    assert scores.sort("gap_no")["times_usual"].to_list()[8:] == [1.0, round(37 / 7, 8), round(30 / 7, 8)]
    assert FIRST + timedelta(days=100) == scores["opened_on"].max()
