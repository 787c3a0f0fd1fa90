from datetime import date

import pyarrow as pa
import pytest

from burnish.errors import ShopError
from burnish.features.calendar import working_day
from burnish.schema.facts import WORKING_DAY


def works(day, **place):
    """Whether one day is a working day."""
    return working_day(day, day, **place)["is_working"].to_list() == [1]


def test_every_day_is_there_once_and_keeps_the_contract():
    days = working_day(date(2023, 12, 25), date(2024, 1, 7), country="US")
    assert days.height == 14
    WORKING_DAY.check(days.to_arrow().cast(WORKING_DAY.schema).schema, "working_day")
    assert days.to_arrow().schema.field("is_working").type == pa.int64()


def test_working_days_are_numbered_up_to_and_with_each_day():
    # Christmas and New Year's Day are Mondays here.
    days = working_day(date(2023, 12, 25), date(2024, 1, 7), country="US")
    assert days["is_working"].to_list() == [0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0]
    assert days["working_no"].to_list() == [0, 1, 2, 3, 4, 4, 4, 4, 5, 6, 7, 8, 8, 8]


def test_a_holiday_on_a_sunday_closes_its_substitute_monday():
    assert not works(date(2023, 1, 2), country="US")
    assert works(date(2023, 1, 2), country="DE")


def test_a_region_has_holidays_of_its_own():
    epiphany = date(2023, 1, 6)
    assert works(epiphany, country="DE", region="NW")
    assert not works(epiphany, country="DE", region="BY")


def test_the_shop_says_its_weekend_and_its_own_closed_days():
    friday, saturday = date(2024, 3, 1), date(2024, 3, 2)
    assert not works(friday, country="US", weekend=(4,))
    assert works(saturday, country="US", weekend=(4,))
    assert not works(friday, country="US", extra_holidays=(friday,))


@pytest.mark.parametrize("place", [{"country": "Nowhere"}, {"country": "US", "region": "QQ"}])
def test_an_unknown_place_is_refused_with_its_fix(place):
    with pytest.raises(ShopError, match=r"no public holidays are known .* \(shop.toml\)"):
        working_day(date(2024, 1, 1), date(2024, 1, 2), **place)
