"""Tiny builders of the tables that detectors read."""

from datetime import date, timedelta

import null_shops
import polars as pl

FIRST = date(2020, 1, 6)


def orders(**customers):
    """Releases of customers by name, each a list of days counted from FIRST."""
    rows = [
        {"customer_id": name, "release_on": FIRST + timedelta(days=int(day)), "blanket_lines": 0}
        for name, days in customers.items()
        for day in days
    ]
    return pl.DataFrame(
        rows, schema={"customer_id": pl.String, "release_on": pl.Date, "blanket_lines": pl.Int64}
    )


def crowd(size=40, *, step=7, days=700):
    """Customers of a steady but not quite regular rhythm; the last order lies under two steps back."""
    wobble = (0, 1, 2, -1, 0, -2, 1, 0, 3, -1, 0)
    return {
        f"crowd{number:02}": [
            max(day + wobble[(day // step + number) % len(wobble)], 0)
            for day in range(number % step, days - 2, step)
        ]
        for number in range(size)
    }


def gaps(releases, *, day):
    return null_shops.gaps(releases, complete_on=FIRST + timedelta(days=day))


def customers(*names, persons=()):
    rows = [(name, name, name in persons) for name in names]
    schema = {"customer_id": pl.String, "name": pl.String, "is_person": pl.Boolean}
    return pl.DataFrame(rows, schema=schema, orient="row")


def thresholds(*, watch=1.5, briefing=3.0, as_of=FIRST):
    return pl.DataFrame(
        {
            "signal": ["gone_quiet"] * 2,
            "tier": ["watch", "briefing"],
            "threshold_ppm": [int(watch * 1e6), int(briefing * 1e6)],
            "shipped_ppm": [1, 1],
            "shop_ppm": [None, None],
            "weeks": [0, 0],
            "fitted_on": [as_of] * 2,
        }
    )


def clock(*, day, stated=100, lag_days=2):
    return pl.DataFrame(
        {
            "table": ["order_line"],
            "complete_on": [FIRST + timedelta(days=day)],
            "lag_days": [lag_days],
            "stated": [stated],
        }
    )


def working_days(*, days=1200, closed=()):
    """Monday to Friday from a week before FIRST, but for the days counted from FIRST in `closed`."""
    day = [FIRST + timedelta(days=each) for each in range(-7, days)]
    shut = {FIRST + timedelta(days=each) for each in closed}
    works = [int(each.weekday() < 5 and each not in shut) for each in day]
    return pl.DataFrame({"day": day, "is_working": works}, schema_overrides={"is_working": pl.Int64})


def bars(signal, *, support=2.4, watch=2.8, briefing=3.6):
    """Thresholds of one signal."""
    over = {"support": support, "watch": watch, "briefing": briefing}
    return pl.DataFrame(
        {
            "signal": [signal] * 3,
            "tier": list(over),
            "threshold_ppm": [int(each * 1e6) for each in over.values()],
        }
    )
