import csv
from pathlib import Path

from burnish.simulate.rows import order_rows, party_table


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rows_have_distinct_people_and_mostly_distinct_descriptions(tmp_path: Path) -> None:
    rows = read(order_rows(tmp_path / "big.csv", 5000, customers=50, seed=1))
    pairs = {(row["Customer"], row["Contact"], row["Email"]) for row in rows}
    assert len(rows) == 5000
    assert len(pairs) == len({email for _, _, email in pairs}) == 50
    assert len({row["Description"] for row in rows}) > 4900


def test_forty_thousand_customers_have_as_many_contacts_and_addresses() -> None:
    parties = party_table(40_000)
    assert all(len(parties[name].unique()) == 40_000 for name in ("Customer", "Contact", "Email"))


def test_equal_arguments_give_equal_bytes_and_people_can_be_left_out(tmp_path: Path) -> None:
    once, twice = (order_rows(tmp_path / name, 700, customers=9, seed=3, people=False) for name in ("a", "b"))
    assert once.read_bytes() == twice.read_bytes()
    assert {"Contact", "Email"}.isdisjoint(read(once)[0])
