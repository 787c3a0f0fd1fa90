from burnish.features.known import as_known
from burnish.schema.tables import CANONICAL

from .build import d, event


def ids(engine, name, rows, day):
    """native_id of the rows known on a day."""
    known = engine.rows(as_known(engine.table(name, rows), d(day), CANONICAL[name]))
    return sorted(row["native_id"] for row in known)


def test_a_row_is_known_from_the_day_it_was_entered(engine):
    rows = [event(3, native_id="late", known_on=d(9))]
    assert ids(engine, "order_line", rows, 8) == []
    assert ids(engine, "order_line", rows, 9) == ["late"]


def test_the_version_of_the_day_is_taken(engine):
    old = event(3, native_id="old", known_on=d(3), superseded_on=d(9))
    new = event(3, native_id="new", known_on=d(9))
    assert ids(engine, "order_line", [old, new], 8) == ["old"]
    assert ids(engine, "order_line", [old, new], 9) == ["new"]


def test_a_withdrawn_row_was_known_until_its_withdrawal(engine):
    withdrawn = [event(3, native_id="gone", superseded_on=d(9))]
    assert (ids(engine, "order_line", withdrawn, 8), ids(engine, "order_line", withdrawn, 9)) == (
        ["gone"],
        [],
    )


def test_an_event_dated_in_the_future_has_not_happened(engine):
    announced = [event(9, native_id="announced", known_on=d(3))]
    assert ids(engine, "order_line", announced, 5) == []
    assert ids(engine, "order_line", announced, 9) == ["announced"]


def test_a_party_needs_no_day_of_its_own(engine):
    rows = [{"name": "Alpha", "native_id": "A", "known_on": d(2)}]
    assert ids(engine, "organisation", rows, 5) == ["A"]


def outcomes(engine, day, **values):
    quote = engine.table("quote", [event(0, outcome="won", **values)])
    (row,) = engine.rows(as_known(quote, d(day), CANONICAL["quote"]))
    return row["outcome"], row["outcome_on"]


def test_an_outcome_is_empty_until_its_own_day(engine):
    assert outcomes(engine, 8, outcome_on=d(9)) == (None, None)
    assert outcomes(engine, 9, outcome_on=d(9)) == ("won", d(9))


def test_an_outcome_of_no_stated_day_stays_empty(engine):
    assert outcomes(engine, 9) == (None, None)
