"""The shop's working days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import holidays
import polars as pl

from burnish.errors import ShopError


def working_day(
    first: date,
    last: date,
    *,
    country: str,
    region: str | None = None,
    weekend: Collection[int] = (5, 6),
    extra_holidays: Collection[date] = (),
) -> pl.DataFrame:
    """One row per day from `first` to `last`, both included; contract `working_day`.

    `weekend` counts Monday as 0. `working_no` counts the working days up to and with each day, so that the
    difference of two is the number of working days between them. Public holidays and their substitute
    days come from the `holidays` library; `extra_holidays` are the shop's own (shutdown, inventory).
    Raises ShopError for a country or region that the library does not know.
    """
    closed = public_holidays(country, region, range(first.year, last.year + 1)) | set(extra_holidays)
    days = pl.date_range(first, last, interval="1d", eager=True).alias("day")
    works = ~days.dt.weekday().is_in([number + 1 for number in weekend]) & ~days.is_in(sorted(closed))
    numbers = works.cast(pl.Int64)
    return pl.DataFrame([days, numbers.alias("is_working"), numbers.cum_sum().alias("working_no")])


def public_holidays(country: str, region: str | None, years: range) -> set[date]:
    """The public holidays of some years. Raises ShopError for an unknown country or region."""
    try:
        return set(holidays.country_holidays(country, subdiv=region, years=years))
    except NotImplementedError:
        place = country if region is None else f"{country}, {region}"
        raise ShopError(
            f"no public holidays are known for {place!r}",
            "shop.toml",
            'Write the ISO codes, such as country = "US" and region = "OH", or leave the region out.',
        ) from None
