"""A whole score from walks written in the test."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from burnish.errors import UsageError
from burnish.score import read_truth, read_walk, scored
from burnish.score.kinds import kinds, pooled, rules
from burnish.score.outcomes import outcome
from burnish.score.page import text
from burnish.score.walk import Walk
from score.build import a_walk, day, signal

EVENT = "event,kind,company,subject,t0,t50,t1,outcome,outcome_on,ends_on,size,unit,nats,is_sudden,why"


def truth(folder: Path, events: list[str], *, null: str = "") -> Path:
    folder.mkdir()
    (folder / "event.csv").write_text("\n".join([EVENT, *events]) + "\n")
    (folder / "lookalike.csv").write_text("lookalike,company,looks_like,from_on,until_on,explanation,why\n")
    (folder / "company.csv").write_text("source,organisation_ref,company,parent\nerp,C1,1,\nerp,C2,2,\n")
    (folder / "shop.json").write_text(f'{{"null": "{null}"}}')
    return folder


def stop(week: int, company: int = 1) -> str:
    on = day(week)
    return f"1,stop,{company},,{on},{on},{on},stops ordering,{on},,1.0,orders a week,10.0,true,"


def standing(tier: str = "watch") -> list[dict]:
    """C1 stands from week 12 on, C2 in week 40."""
    stands = {("C1", week) for week in range(12, 61, 4)} | {("C2", 40)}
    return [
        signal(
            week,
            name,
            tier=tier if (name, week) in stands else None,
            score=3.0 if (name, week) in stands else 0.5,
        )
        for name in ("C1", "C2")
        for week in range(0, 61, 4)
    ]


def with_truth(walk: Walk, folder: Path) -> Walk:
    return replace(walk, truth=read_truth(folder))


def test_a_stop_that_was_called_is_found_and_the_other_alarm_is_false(tmp_path: Path) -> None:
    walked = with_truth(a_walk(standing()), truth(tmp_path / "truth", [stop(10)]))
    told = scored([walked])
    found = told["kinds"]["gone_quiet"]
    assert (found["recall"], found["n"], found["verdicts"]) == (1.0, 1, {"false": 1, "true": 1})
    months = 2 * 15 * 28 / (365.25 / 12)
    assert found["false_alarms_per_100_customer_months"] == pytest.approx(100 / months, abs=1e-3)
    assert told["tiers"] == {"watch": found["false_alarms_per_100_customer_months"], "briefing": 0.0}


def test_the_keys_that_programs_read_are_always_there(tmp_path: Path) -> None:
    told = scored([with_truth(a_walk(standing()), truth(tmp_path / "truth", [stop(10)]))])
    bare = scored([a_walk(standing())])
    names = {"recall", "timely_recall_6w", "precision", "lead_weeks", "false_alarms_per_100_customer_months"}
    for score in (told, bare):
        assert set(score) >= {"kinds", "tiers", "nulls", "rules", "identity"}
        assert all(set(kind) >= names | {"brier_skill", "n"} for kind in score["kinds"].values())
        assert set(score["identity"]["companies"]) >= {"precision", "recall"}
    assert bare["kinds"]["gone_quiet"]["recall"] is None
    assert bare["kinds"]["gone_quiet"]["alarms"] == 2
    assert told["identity"]["people"]["recall"] is None
    assert told["identity"]["companies"]["bar"] == {"precision": 0.98, "recall": 0.95}


def test_all_alarms_of_a_null_shop_are_false_and_told_by_family(tmp_path: Path) -> None:
    walked = with_truth(a_walk(standing("briefing")), truth(tmp_path / "truth", [], null="batchy"))
    told = scored([walked])
    assert set(told["nulls"]) == {"batchy"}
    assert told["nulls"]["batchy"] == told["tiers"]["watch"] > 0
    assert (
        told["kinds"]["gone_quiet"]["briefing"]["alarms"] == 2
    )  # who is told in the briefing is watched too


def test_shops_pool_by_adding(tmp_path: Path) -> None:
    one = with_truth(a_walk(standing()), truth(tmp_path / "one", [stop(10)]))
    other = with_truth(a_walk([]), truth(tmp_path / "other", [stop(10, company=2)]))
    told = scored([one, other])
    assert (told["shops"], told["kinds"]["gone_quiet"]["n"]) == (2, 2)
    assert told["kinds"]["gone_quiet"]["recall"] == 0.5


def test_a_company_known_as_two_customers_is_at_risk_once(tmp_path: Path) -> None:
    folder = truth(tmp_path / "truth", [])
    (folder / "company.csv").write_text("source,organisation_ref,company,parent\nerp,C1,1,\nerp,C2,1,\n")
    walked = a_walk(standing())
    assert scored([with_truth(walked, folder)])["customer_months"] * 2 == scored([walked])["customer_months"]


def test_walks_of_two_views_do_not_pool() -> None:
    one = a_walk(standing())
    with pytest.raises(UsageError, match="do not go together"):
        scored([one, replace(one, asked=replace(one.asked, view="occurred"))])


def test_a_kept_walk_scores_the_same_again(tmp_path: Path) -> None:
    walked = with_truth(a_walk(standing()), truth(tmp_path / "truth", [stop(10)]))
    walked.keep(tmp_path / "walk")
    assert scored([read_walk(tmp_path / "walk")]) == scored([walked])


def test_outcomes_wait_until_their_weeks_are_over() -> None:
    rows = pl.DataFrame({"origin": [day(10), day(10), day(30)], "customer_id": ["C1", "C2", "C1"]})
    walked = a_walk([], releases=[("C1", 12), ("C2", 30)], weeks=40)
    came = outcome("no_order", rows, walked["release"], walked["bill"], day(40))
    assert came.to_list() == [False, True, None]


def test_an_invoice_paid_after_thirty_days_went_late() -> None:
    bills = pl.DataFrame(
        {
            "customer_id": ["C1", "C2", "C3"],
            "due_on": [day(11), day(11), day(11)],
            "paid_on": [day(17), day(12), None],
        }
    )
    rows = pl.DataFrame({"origin": [day(10)] * 3, "customer_id": ["C1", "C2", "C3"]})
    came = outcome("thirty_days_late", rows, a_walk([])["release"], bills, day(60))
    assert came.to_list() == [True, False, True]


def test_half_of_what_was_expected_is_counted_from_the_signals_own_baseline() -> None:
    walked = a_walk([], releases=[("C1", week) for week in (11, 12, 13)])
    rows = pl.DataFrame({"origin": [day(10)] * 2, "customer_id": ["C1"] * 2, "baseline": [6.0, 5.0]})
    came = outcome("half_the_orders", rows, walked["release"], walked["bill"], day(60))
    assert came.to_list() == [True, False]


def test_every_kind_names_rules_and_parts_that_exist() -> None:
    assert {rule for kind in kinds().values() for rule in kind.rules} <= set(rules())
    assert {part for kind in kinds().values() for part in kind.joined} <= set(kinds())
    assert set(pooled()) > set(kinds())


def test_the_page_shows_every_kind_and_needs_nothing_from_outside(tmp_path: Path) -> None:
    walked = with_truth(a_walk(standing()), truth(tmp_path / "truth", [stop(10)]))
    page = text(scored([walked]))
    assert all(name in page for name in kinds())
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
