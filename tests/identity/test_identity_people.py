"""People across systems: joined by what they share, moved with dates, mailboxes and namesakes left apart."""

from __future__ import annotations

from datetime import date

import ibis
import polars as pl
import pyarrow as pa
import pytest

from burnish.identity.deciding import Grouping
from burnish.identity.model import Model
from burnish.identity.people import Individuals, individuals, private_links
from burnish.pipeline import acts
from burnish.privacy.keys import ShopKey
from burnish.privacy.vault import Vault

KEY = ShopKey.of(b"k" * 32)
MODEL = Model.shipped("person")
NOBODY_SAID = pl.DataFrame(
    schema={"seq": pl.Int64, "verdict": pl.String, "left_key": pl.String, "right_key": pl.String}
)
COLUMNS = ("source", "organisation_ref", "role", "name", "email", "phone", "on", "back", "merged_from")


@pytest.fixture
def vault(tmp_path):
    with Vault.open(tmp_path, KEY) as opened:
        yield opened


class Book:
    """Contact records in the making; each customer is called by its name in every source."""

    def __init__(self, vault: Vault) -> None:
        self.vault, self.rows = vault, []

    def has(self, source: str, company: str | None, name: str | None = None, **cells: object) -> str:
        """A record; returns its person id."""
        person = self.vault.person_ids(source, "contacts", pa.array([f"{len(self.rows)}"]))[0].as_py()
        row = dict.fromkeys(COLUMNS) | {"source": source, "organisation_ref": company, "name": name} | cells
        self.rows.append({"person_id": person} | row)
        hidden = {column: row[column] for column in ("name", "email", "phone") if row[column]}
        columns = {
            "person_id": [person] * len(hidden),
            "column": list(hidden),
            "value": list(hidden.values()),
            "load_id": ["L1"] * len(hidden),
        }
        self.vault.put(pa.table(columns))
        return person

    def resolved(self, decision: pl.DataFrame = NOBODY_SAID, *, turned: bool = False) -> Individuals:
        """Who is who among them."""
        rows = pl.DataFrame(self.rows, infer_schema_length=None)
        text = dict.fromkeys(("organisation_ref", "role", "merged_from"), pl.String())
        person = (
            rows.with_columns(load_id=pl.lit("L1")).cast(text).drop("name", "email", "phone", "on", "back")
        )
        ref = person.select("source", "organisation_ref").drop_nulls().unique()
        ref = ref.with_columns(customer_id="C" + pl.col("organisation_ref"))
        days = rows.select("person_id", *(pl.col(each).cast(pl.Date) for each in ("on", "back")))
        act = days.group_by("person_id").agg(
            first_on=pl.col("on").min(), last_on=pl.col("on").max(), bounced_on=pl.col("back").max()
        )
        if turned:
            person, ref, act = person.reverse(), ref.reverse(), act.reverse()
        return individuals(person, ref, act, self.vault, MODEL, decision)


@pytest.fixture
def book(vault):
    return Book(vault)


def same(found: Individuals, *ids: str) -> bool:
    """Whether these records are one individual."""
    return found.individual.filter(pl.col("person_id").is_in(ids))["individual_id"].n_unique() == 1


def test_one_person_in_three_systems_is_one_individual(book):
    ids = [
        book.has("crm", "Acme", "Dana Pellmoor", email="dana@acme.example"),
        book.has("erp", "Acme", "Pellmoor, Dana", phone="(618) 555-0112"),
        book.has("news", None, "Dana Pellmoor", email="Dana@ACME.example"),
    ]
    found = book.resolved()
    assert same(found, *ids)
    assert found.individual["individual_id"][0].startswith("I")


def test_a_private_address_at_the_same_customer_is_the_same_person(book):
    ids = [
        book.has("crm", "Acme", "Dana Pellmoor", email="dana.pellmoor@acme.example"),
        book.has("erp", "Acme", "Dana Pellmoor", email="dana77@gmail.com"),
    ]
    assert same(book.resolved(), *ids)


def test_bob_and_robert_of_one_customer_are_one(book):
    ids = [
        book.has("crm", "Acme", "Bob Pellmoor"),
        book.has("erp", "Acme", "Robert Pellmoor", phone="5550112345"),
    ]
    assert same(book.resolved(), *ids)


def test_a_slip_of_the_finger_in_the_family_name_does_not_part_a_person(book):
    ids = [book.has("crm", "Acme", "Dana Pellmoor"), book.has("erp", "Acme", "Dana Pelmoor")]
    assert same(book.resolved(), *ids)


def test_an_address_that_spells_a_name_belongs_to_its_bearer(book):
    ids = [
        book.has("web", "Acme", email="dpellmoor@acme.example"),
        book.has("erp", "Acme", "Dana Pellmoor", email="dana77@gmail.com"),
    ]
    assert same(book.resolved(), *ids)


def test_colleagues_who_share_a_switchboard_stay_apart(book):
    ids = [
        book.has("crm", "Acme", "Dana Pellmoor", phone="(618) 555-0112", email="dana@acme.example"),
        book.has("crm", "Acme", "Lane Jessland", phone="(618) 555-0112", email="lane@acme.example"),
    ]
    assert not same(book.resolved(), *ids)


def test_colleagues_who_share_one_address_stay_apart(book):
    ids = [
        book.has(
            "crm", "Acme", "Dana Pellmoor", email="plant2@acme.example", role="Buyer", phone="6185550112"
        ),
        book.has(
            "erp", "Acme", "Lane Jessland", email="plant2@acme.example", role="Buyer", phone="6185550112"
        ),
    ]
    assert not same(book.resolved(), *ids)


def test_family_members_of_one_firm_stay_apart(book):
    ids = [book.has("crm", "Acme", "Dana Pellmoor"), book.has("erp", "Acme", "Lane Pellmoor")]
    assert not same(book.resolved(), *ids)


def test_a_mailbox_is_joined_with_itself_and_with_no_person(book):
    box = [
        book.has("crm", "Acme", "Purchasing", email="purchasing@acme.example"),
        book.has("erp", "Acme", None, email="purchasing@acme.example"),
    ]
    dana = book.has("news", "Acme", "Dana Pellmoor", email="purchasing@acme.example")
    found = book.resolved()
    assert same(found, *box)
    assert not same(found, box[0], dana)
    assert found.individual.filter("is_mailbox")["person_id"].sort().to_list() == sorted(box)
    assert found.pair.filter((pl.col("left_key") == dana) | (pl.col("right_key") == dana)).is_empty()


def test_namesakes_at_two_customers_stay_apart_and_are_asked_about(book):
    ids = [
        book.has("crm", "Acme", "Dana Pellmoor", email="dana@acme.example", phone="6185550112"),
        book.has("crm", "Bolt", "Dana Pellmoor", email="dpellmoor@bolt.example", phone="6185550199"),
    ]
    found = book.resolved()
    assert not same(found, *ids)
    assert found.pair.height == 1


def test_a_list_that_names_people_only_does_not_tie_namesakes(book):
    one = book.has("crm", "Acme", "Dana Pellmoor", email="dana@acme.example", phone="6185550112")
    two = book.has("crm", "Bolt", "Dana Pellmoor", email="dpellmoor@bolt.example", phone="6185550199")
    listed = book.has("erp", "Acme", "Dana Pellmoor", phone="6185550112")
    book.rows.append(book.rows[-1] | {"organisation_ref": "Bolt"})
    found = book.resolved()
    assert not same(found, one, two)
    assert found.individual["person_id"].to_list().count(listed) == 1


def test_a_job_changer_is_found_with_dates(book):
    old = book.has("crm", "Acme", "Dana Pellmoor", email="dana77@gmail.com", on=date(2024, 3, 1))
    seen = book.has("web", "Acme", email="dana77@gmail.com", on=date(2025, 2, 1))
    new = book.has("erp", "Bolt", "Dana Pellmoor", email="dana77@gmail.com", on=date(2025, 6, 1))
    found = book.resolved()
    assert same(found, old, seen, new)
    assert found.job.select("customer_id", "from_on", "until_on", "moved_to").rows() == [
        ("CAcme", date(2024, 3, 1), date(2025, 2, 1), "CBolt"),
        ("CBolt", date(2025, 6, 1), None, None),
    ]


def moved(book: Book, name: str, **cells: object) -> list[str]:
    """Somebody known at Acme whose mail came back, and a buyer called alike at Bolt one month later."""
    left = {"role": "Buyer", "on": date(2021, 3, 1), "back": date(2025, 5, 2)} | cells
    return [
        book.has("news", "Acme", name, email="one@acme.example", **left),
        book.has(
            "crm", "Bolt", name, email="d@bolt.example", role="Buyer", phone="6185550199", on=date(2025, 6, 1)
        ),
    ]


def test_mail_that_comes_back_and_the_same_rare_name_elsewhere_are_a_job_changer(book):
    ids = moved(book, "Dana Pellmoor")
    found = book.resolved()
    assert same(found, *ids)
    assert found.job.select("customer_id", "from_on", "until_on", "moved_to").rows() == [
        ("CAcme", date(2021, 3, 1), date(2025, 5, 2), "CBolt"),
        ("CBolt", date(2025, 6, 1), None, None),
    ]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Dana Miller", {}),  # many are called so
        ("Dana Pellmoor", {"back": None}),  # still reached
        ("Dana Pellmoor", {"back": date(2023, 5, 2)}),  # two years between
        ("Dana Pellmoor", {"on": date(2025, 8, 1)}),  # answered afterwards
        ("Dana Pellmoor", {"role": "Plating engineer", "phone": "6185550112"}),  # neither goes along
    ],
)
def test_where_one_thing_does_not_fit_a_job_change_is_asked_about(book, name, cells):
    ids = moved(book, name, **cells)
    found = book.resolved()
    assert not same(found, *ids)
    assert found.pair.height == 1


def test_a_job_change_is_seen_through_another_list_that_has_the_same_address(book):
    crm = book.has(
        "crm", "Acme", "Dana Pellmoor", email="dana@acme.example", role="Buyer", on=date(2021, 3, 1)
    )
    book.has("news", None, email="dana@acme.example", on=date(2025, 1, 7), back=date(2025, 5, 2))
    new = book.has("crm", "Bolt", "Dana Pellmoor", email="dp@bolt.example", role="Buyer", on=date(2025, 6, 1))
    found = book.resolved()
    assert same(found, crm, new)
    assert found.job["until_on"].to_list() == [date(2025, 5, 2), None]


def test_the_likeliest_job_changers_are_asked_about_first(book):
    both = [("crm", "Acme", "acme"), ("crm", "Bolt", "bolt")]
    for name, days in (("Lane Jessland", (2020, 2020)), ("Dana Miller", (2019, 2020))):
        for (source, firm, host), year in zip(both, days, strict=True):
            mail = f"{name.split()[1].lower()}@{host}.example"
            book.has(source, firm, name, email=mail, on=date(year, 3, 1))
    left, right = moved(book, "Dana Pellmoor", role=None)
    first = book.resolved().pair.sort("probability_ppm")[-1]
    assert sorted((left, right)) == [first["left_key"][0], first["right_key"][0]]


def test_one_company_mail_address_at_two_customers_is_no_move(book):
    for firm, year in (("Acme", 2023), ("Acme Plant 2", 2025)):
        book.has("crm", firm, "Dana Pellmoor", email="dana@acme.example", on=date(year, 3, 1))
    found = book.resolved()
    assert found.individual["individual_id"].n_unique() == 1
    assert found.job["moved_to"].drop_nulls().is_empty()


def test_a_mobile_taken_along_shows_a_job_changer(book):
    ids = [
        book.has("crm", "Acme", "Dana Pellmoor", phone="6185550112, 6185550777"),
        book.has("erp", "Bolt", "Dana Pellmoor", phone="6185550777"),
    ]
    assert same(book.resolved(), *ids)


def test_what_a_source_merged_itself_is_one(book):
    gone = book.has("crm", "Acme", "Dana Pellmoor")
    kept = book.has("crm", "Bolt", "D. Miller", merged_from=gone)
    found = book.resolved()
    assert same(found, gone, kept)
    assert found.pair["origin"].to_list() == ["given"]


def test_what_people_said_goes_before_the_model(book):
    ids = [
        book.has("crm", "Acme", "Dana Pellmoor", email="dana@acme.example"),
        book.has("erp", "Acme", "Dana Pellmoor", email="dana@acme.example"),
    ]
    left, right = sorted(ids)
    said = pl.DataFrame({"seq": [1], "verdict": ["different"], "left_key": [left], "right_key": [right]})
    assert same(book.resolved(), *ids)
    assert not same(book.resolved(said), *ids)


def test_the_order_of_rows_does_not_matter(book):
    for at in range(4):
        book.has("crm", "Acme", "Dana Pellmoor", email="dana@acme.example", on=date(2024, 1, 1 + at))
        book.has(f"erp{at}", "Bolt", "Dana Pellmoor", email=f"dana{at}@bolt.example")
    one, other = book.resolved(), book.resolved(turned=True)
    for mine, theirs in zip(one, other, strict=True):
        if not isinstance(mine, Grouping):
            assert mine.equals(theirs)


def test_no_name_mail_or_phone_leaves_the_vault(book, monkeypatch):
    book.has("crm", "Acme", "Zebulon Quixwood", email="zeb.quixwood@gmail.com", phone="(987) 654-3210")
    book.has("erp", "Acme", "Quixwood, Zebulon", email="zeb.quixwood@gmail.com", phone="987 654 3210")
    handed = seen_by_the_engine(monkeypatch)
    found = book.resolved()
    frames = [*handed, *(frame for frame in found if isinstance(frame, pl.DataFrame)), *found.grouping]
    assert handed
    text = "".join(frame.write_json() for frame in frames).lower()
    for marker in ("zebulon", "quixwood", "gmail", "987654", "654-3210"):
        assert marker not in text


def seen_by_the_engine(monkeypatch: pytest.MonkeyPatch) -> list[pl.DataFrame]:
    """Every table that is handed to Splink from now on."""
    from burnish.identity import linking

    handed, really = [], linking.predicted

    def watched(api, table, *rest):
        handed.append(pl.DataFrame(table))
        return really(api, table, *rest)

    monkeypatch.setattr(linking, "predicted", watched)
    return handed


def test_private_customers_meet_across_systems(vault):
    rows, party = [], []
    for source, phone in (("erp", "6185550112"), ("books", "(618) 555-0112")):
        name, firm = "dana pellmoor", vault.person_ids(source, "organisation", pa.array(["dana pellmoor"]))
        person = vault.person_ids(source, "customer", pa.array([name]))[0].as_py()
        rows += [(person, "name", "Dana Pellmoor"), (firm[0].as_py(), "phone", phone)]
        party.append((f"{source}:name:x", source, f"person {person}", True))
    party.append(("crm:name:dana pellmoor", "crm", "Dana Pellmoor", False))
    person_ids, columns, values = zip(*rows, strict=True)
    table = {"person_id": person_ids, "column": columns, "value": values, "load_id": ["L1"] * len(rows)}
    vault.put(pa.table(table))
    named = pl.DataFrame(party, schema=["party_key", "source", "ref", "is_person"], orient="row")
    nobody = pl.DataFrame(schema={"person_id": pl.String, "source": pl.String, "organisation_ref": pl.String})
    pair, evidence = private_links(named, nobody, vault, MODEL)
    assert pair.filter(pl.col("probability_ppm") >= MODEL.join_ppm).height == 3
    assert set(pair["kind"]) | set(evidence["kind"]) == {"company"}


def test_a_private_customer_is_not_joined_with_the_firm_they_work_for(book):
    name = pa.array(["dana pellmoor"])
    person = book.vault.person_ids("erp", "customer", name)[0].as_py()
    row = {"person_id": [person], "column": ["name"], "value": ["Dana Pellmoor"], "load_id": ["L1"]}
    book.vault.put(pa.table(row))
    for firm in (f"person {person}", "Acme", "Bolt Works"):
        book.has("erp", firm, "Dana Pellmoor", email="dana77@gmail.com", phone="6185550112")
    party = [("erp:a", "erp", f"person {person}", True), ("erp:b", "erp", "Acme", False)]
    party.append(("erp:c", "erp", "Bolt Works", False))
    named = pl.DataFrame(party, schema=["party_key", "source", "ref", "is_person"], orient="row")
    contact = pl.DataFrame(book.rows, infer_schema_length=None)
    pair, _ = private_links(named, contact, book.vault, MODEL)
    assert pair.filter(pl.col("probability_ppm") >= MODEL.join_ppm).is_empty()


def test_a_bounce_counts_while_nothing_arrives_and_only_people_show_themselves():
    days = [f"2025-0{month}-01" for month in range(1, 7)]
    rows = [
        ("left", "open", "likely", 0), ("left", "delivered", None, 1), ("left", "bounce", None, 2),
        ("full box", "bounce", None, 1), ("full box", "open", "unlikely", 2),
        ("back", "bounce", None, 1), ("back", "click", None, 3),
        ("sent to", "sent", None, 4),
    ]  # fmt: skip
    mail = pl.DataFrame(rows, schema=["person_id", "act", "human", "at"], orient="row")
    mail = mail.with_columns(occurred_on=pl.Series([date.fromisoformat(days[at]) for at in mail["at"]]))
    on = [None, date(2025, 6, 1), None]
    people = pl.DataFrame({"person_id": ["left", "left", "sent to"], "known_on": on})
    person = ibis.memtable(people)
    found = acts({"person": person, "mail_event": ibis.memtable(mail.drop("at"))}, {"mail_event"})
    shown = ibis.duckdb.connect().to_polars(found.order_by("person_id"))
    assert shown.drop("person_id").rows() == [
        (date(2025, 4, 1), date(2025, 4, 1), None),
        (None, None, None),
        (date(2025, 1, 1), date(2025, 1, 1), date(2025, 3, 1)),
        (None, None, None),
    ]
