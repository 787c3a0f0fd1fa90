"""How much the records can know of a planted event: true parameters, true expected counts, no detector.

Kullback-Leibler divergence in nats of what is against what would have been, from the onset until 13 weeks
after full effect: of Poisson counts for orders, of normal laws for days and log sizes, of Bernoulli trials
for rejects and the mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from burnish.simulate.laws import expected_orders
from burnish.simulate.plan import Plan
from burnish.simulate.sizes import SHOPS
from burnish.simulate.world import intensity

PAYING_SPREAD_DAYS = 9.0  # of one check run around the customer's habit
LOT_SPREAD = 0.75  # of the logarithm of a lot's size within a customer
REJECTED = 0.035  # lots
CLICKS_A_WEEK = 0.15  # of one customer about one topic
WATCHED_DAYS = 91  # after full effect
Row = Mapping[str, Any]


def nats_of(plan: Plan, event: Row, company: Row | None, everybody: list[Any]) -> float:
    """Nats about an event; a slump's are those of all customers of the industry together."""
    if event["kind"] == "industry_slump":
        there = [row for row in everybody if row["industry"] == event["subject"]]
        return round(sum(orders_nats(plan, event, row) for row in there), 3)
    assert company is not None  # noqa: S101
    return round(KINDS[event["kind"]](plan, event, company), 3)


def watched(plan: Plan, event: Row, company: Row) -> tuple[np.ndarray, np.ndarray]:
    """Expected orders per day while the event is watched, and how far it has gone."""
    days = plan.days
    far = intensity(days, t0=event["t0"], t1=event["t1"], ends_on=event["ends_on"])
    seen = (days >= np.datetime64(event["t0"])) & (days <= np.datetime64(event["t1"]) + WATCHED_DAYS)
    return expected_orders(plan, company)[seen], far[seen]


def poisson_nats(usual: np.ndarray, times: np.ndarray) -> float:
    """Of counts with mean usual * times against mean usual."""
    logs = np.log(np.maximum(times, 1e-12))
    return float((usual * (times * logs - times + 1)).sum())


def coin_nats(trials: np.ndarray, now: np.ndarray, usual: float) -> float:
    """Of trials that succeed with chance `now` against chance `usual`."""
    now = np.clip(now, 1e-9, 1 - 1e-9)
    each = now * np.log(now / usual) + (1 - now) * np.log((1 - now) / (1 - usual))
    return float((trials * each).sum())


def orders_nats(plan: Plan, event: Row, company: Row) -> float:
    """Orders that stay away or come on top."""
    usual, far = watched(plan, event, company)
    sign = 1 if event["kind"] == "more_orders" else -1
    share = 1.0 if event["kind"] == "stop" else event["size"] / 100
    return poisson_nats(usual, 1 + sign * share * far)


def paying_nats(plan: Plan, event: Row, company: Row, days_later: float | None = None) -> float:
    """Check runs, one a week at most, that come later."""
    usual, far = watched(plan, event, company)
    weekly = company["per_week"]
    runs = usual * min(1.0, (1 - np.exp(-weekly)) / max(weekly, 1e-9))
    shift = (event["size"] if days_later is None else days_later) * far / PAYING_SPREAD_DAYS
    return float((runs * shift**2 / 2).sum())


def lots_nats(plan: Plan, event: Row, company: Row, share: float | None = None) -> float:
    """Lots that are smaller."""
    usual, far = watched(plan, event, company)
    smaller = np.log1p(-np.minimum((event["size"] / 100 if share is None else share) * far, 0.99))
    lots = usual * SHOPS[plan.size].lines_per_order
    return float((lots * (smaller / LOT_SPREAD) ** 2 / 2).sum())


def distress_nats(plan: Plan, event: Row, company: Row) -> float:
    """Orders, payments and lots together."""
    alike = {"size": event["size"], "kind": "fewer_orders"}
    less = dict(event) | alike
    usual, far = watched(plan, event, company)
    seen = float((usual * far * event["size"] / 100).sum() / max(usual.sum(), 1e-9))
    late = paying_nats(plan, event, company, distress_days(event["size"])) * (1 - seen)
    return orders_nats(plan, less, company) + late + lots_nats(plan, event, company, 0.25) * (1 - seen)


def distress_days(size: float) -> float:
    """How many days later a customer in distress pays at the worst: 8 to 40 as orders fade 30 to 80 %."""
    return float(np.clip(8 + (size - 30) / 50 * 32, 8, 40))


def reject_nats(plan: Plan, event: Row, company: Row) -> float:
    """Rejected lots."""
    usual, far = watched(plan, event, company)
    odds = REJECTED / (1 - REJECTED) * event["size"] ** far
    return coin_nats(usual * SHOPS[plan.size].lines_per_order, odds / (1 + odds), REJECTED)


def mix_nats(plan: Plan, event: Row, company: Row) -> float:
    """Lines that are of the new process, of which there were few."""
    usual, far = watched(plan, event, company)
    few = 0.05
    return coin_nats(
        usual * SHOPS[plan.size].lines_per_order, few + (1 - few) * event["size"] / 100 * far, few
    )


def topic_nats(plan: Plan, event: Row, company: Row) -> float:
    """Clicks on a topic."""
    usual, far = watched(plan, event, company)
    return poisson_nats(np.full(len(usual), CLICKS_A_WEEK / 7), 1 + (event["size"] - 1) * far)


def program_nats(plan: Plan, event: Row, company: Row) -> float:
    """Lines with the program's specification, of which there were hardly any."""
    usual, far = watched(plan, event, company)
    few = 0.02
    return coin_nats(usual * SHOPS[plan.size].lines_per_order, few + 0.3 * far, few)


KINDS = {
    "stop": orders_nats, "fewer_orders": orders_nats, "more_orders": orders_nats,
    "later_payment": paying_nats, "smaller_lots": lots_nats, "distress": distress_nats,
    "more_rejects": reject_nats, "pickier": reject_nats, "process_drift": mix_nats,
    "topic_interest": topic_nats, "oem_program": program_nats,
}  # fmt: skip
