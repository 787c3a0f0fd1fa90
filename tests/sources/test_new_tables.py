"""Lots, rejects, credits, projects, mail, web, posts, notes, shows, consent: from a file to the snapshot."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from burnish import intake, pipeline
from burnish.privacy.scan import find_markers
from burnish.schema.contracts import Column
from burnish.schema.tables import CANONICAL, EVENTS, OF_PEOPLE, TRADE
from burnish.shop import Shop
from burnish.shop import init as new
from burnish.sources import mapping as mappings
from burnish.sources.mapping import OBJECTS, Mapping, TableMap, Take
from burnish.sources.reading import open_file
from burnish.sources.systems import recognise
from burnish.sources.values import convert
from burnish.store import loads
from burnish.verify import verify
from shops import add, csv_file, new_shop, orders, refreshed, table

DAY = date(2026, 3, 31)
AT = Column("occurred_at", "instant", "UTC", "moment")
AUDIENCE = (
    "Email Address,First Name,Last Name,Company,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME,LAST_CHANGED,LEID,EUID"
)
ACTIVITY = "campaign_id,list_id,email_id,email_address,action,type,timestamp,ip,url"
MEMBER = (
    "Zo@Mark.example,Zo,Markerson,Acme Plating Works,3,2024-01-02 10:00:00,2024-01-02 10:05:00,"
    "2026-01-02 10:05:00,7,e1"
)
OPENED = "c1,l1,{md5},zo@mark.example,open,,2026-03-04T14:22:00+00:00,198.51.100.4,"
CLICKED = (
    "c1,l1,{md5},zo@mark.example,click,,2026-03-05T01:30:00+00:00,198.51.100.4,https://x.example/zn?mc_eid=q"
)
CALLS = (
    "anonymousId,userId,messageId,type,event,timestamp,context.ip,context.userAgent,context.page.path,"
    "context.consent.categoryPreferences.Analytics,traits.email,traits.name,traits.company"
)
DEVICE = (
    "anon-77f1c2,{user},{n},{type},,2026-03-04T14:2{n}:00.000Z,203.0.113.77,Mozilla/5.0 (Zebra),/zinc,"
    "{agreed},{mail},,"
)


def chicago(folder: Path) -> Shop:
    return new(folder, name="Test", time_zone="America/Chicago", currency="USD", country="US")


def mailed(folder: Path) -> list[Path]:
    acts = [line.format(md5="0" * 31 + "a") for line in (OPENED, CLICKED)]
    return [
        csv_file(folder, "email_activity.csv", acts, header=ACTIVITY),
        csv_file(folder, "subscribed.csv", [MEMBER], header=AUDIENCE),
    ]


def landed(shop: Shop, name: str) -> pl.DataFrame:
    paths = loads.parquet_of(shop.landing, loads.all_loads(shop.landing), name)
    return pl.concat([pl.DataFrame(pq.read_table(path)) for path in paths])


def added(shop: Shop, paths: Iterable[Path]) -> Shop:
    for path in paths:
        load = add(shop, path, on=DAY)
        assert [part.difference for part in load.parts] == [0] * len(load.parts)
    return shop


def test_every_event_of_the_new_tables_has_its_day_and_an_object_of_its_own() -> None:
    assert all("occurred_on" in CANONICAL[name].by_name for name in EVENTS)
    assert OBJECTS.keys() == CANONICAL.keys()
    assert all(CANONICAL[name].by_name["person_id"].keyed == "person" for name in OF_PEOPLE)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-03-04T14:22:05Z", "2026-03-04T14:22:05"),
        ("2026-03-04T14:22:05.250+01:00", "2026-03-04T13:22:05.250"),
        ("2026-03-04 14:22", "2026-03-04T20:22:00"),
        ("3/4/2026 2:22 PM", "2026-03-04T20:22:00"),
        ("Wed, 04 Mar 2026 14:22:00 GMT", "2026-03-04T14:22:00"),
        ("Wed, 04 Mar 2026 14:22:00 -0600", "2026-03-04T20:22:00"),
        ("1772634120", "2026-03-04T14:22:00"),
        ("1772634120000", "2026-03-04T14:22:00"),
        ("1772634120000250", "2026-03-04T14:22:00.000250"),
        ("/Date(1772634120000+0000)/", "2026-03-04T14:22:00"),
        ("2026-03-08 02:30", "2026-03-08T08:30:00"),  # left out by the clocks: the hour after it
        ("2026-11-01 01:30", "2026-11-01T06:30:00"),  # passed twice: the first of both
        ("2026-03-04", "2026-03-04T06:00:00"),
    ],
)
def test_a_moment_is_read_as_utc_and_one_without_a_zone_is_the_shops(cell: str, moment: str) -> None:
    done = convert(AT, _cells(cell), date_order="mdy", decimal_mark=".", zone="America/Chicago")
    assert done.values.to_pylist() == [datetime.fromisoformat(moment)]
    assert done.problem.null_count == 1


@pytest.mark.parametrize("cell", ["26:99", "2026-03-04 25:00", "2026-13-04T10:00:00Z", "soon"])
def test_what_is_no_moment_is_noted_and_never_repeated(cell: str) -> None:
    done = convert(AT, _cells(cell), date_order="mdy", decimal_mark=".", zone="UTC")
    assert done.values.null_count == 1
    assert cell not in str(done.problem.to_pylist())
    assert done.problem.null_count == 0


def _cells(*texts: str):
    return pl.Series(texts).to_arrow()


def test_the_day_of_a_moment_is_the_shops_own(tmp_path: Path) -> None:
    shop = added(chicago(tmp_path / "shop"), mailed(tmp_path)[:1])
    days = landed(shop, "mail_event").sort("occurred_at")
    assert days["occurred_on"].to_list() == [date(2026, 3, 4), date(2026, 3, 4)]  # 01:30 UTC is still the 4th
    assert days["link"].to_list()[1] == "https://x.example/zn"


@pytest.mark.parametrize("first", ["events", "people"])
def test_who_opened_a_mail_is_the_contact_of_that_address_whichever_came_first(
    tmp_path: Path, first: str
) -> None:
    paths = mailed(tmp_path)
    shop = added(new_shop(tmp_path / "shop"), paths if first == "events" else paths[::-1])
    snapshot = refreshed(shop, DAY)
    [person] = table(snapshot, "person")["person_id"].to_list()
    assert set(table(snapshot, "mail_event")["person_id"]) == {person}
    assert table(snapshot, "consent")["person_id"].to_list() == [person]


def test_an_address_that_opened_a_mail_stands_nowhere_outside_the_vault(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    shop = added(new_shop(tmp_path / "shop"), mailed(tmp_path / "in"))
    refreshed(shop, DAY)
    assert find_markers(shop.folder, [b"zo@mark.example", b"Zo@Mark", b"Markerson", b"198.51.100.4"]) == []
    assert verify(shop).ok


def test_a_list_keyed_by_the_address_gives_the_same_id_as_the_events_that_name_it(tmp_path: Path) -> None:
    scans = "Show,Company,First Name,Last Name,Email,Scan Date,Scan Time"
    rows = ["FABTECH 2025,Acme Plating Works,Zo,Markerson,ZO@mark.example,9/8/2025,2:58 PM"]
    shop = added(chicago(tmp_path / "shop"), [csv_file(tmp_path, "badge scans.csv", rows, header=scans)])
    [seen] = landed(shop, "attendance").rows(named=True)
    [person] = landed(shop, "person").rows(named=True)
    assert seen["person_id"] == person["person_id"] == person["email_id"]
    assert (seen["occurred_at"], seen["how_known"]) == (datetime(2025, 9, 8, 19, 58), "badge scan")


def test_a_visitor_is_named_only_with_consent_and_no_device_is_kept(tmp_path: Path) -> None:
    told = {"type": "page", "mail": ""}
    rows = [
        DEVICE.format(user="usr_1", n=1, agreed="true", **told),
        DEVICE.format(user="usr_2", n=2, agreed="false", **told),
        DEVICE.format(user="usr_1", n=3, agreed="true", type="identify", mail="zo@mark.example"),
        DEVICE.format(user="usr_2", n=4, agreed="false", type="identify", mail="no@mark.example"),
    ]
    (tmp_path / "in").mkdir()
    shop = added(new_shop(tmp_path / "shop"), [csv_file(tmp_path / "in", "calls.csv", rows, header=CALLS)])
    seen = landed(shop, "web_event").sort("line")
    assert seen["person_id"].is_null().to_list() == [False, True, False, True]
    assert seen["native_id"].str.contains("^key [0-9a-f]{32}$").all()
    assert shop.vault.find("email", "no@mark.example") == []
    assert find_markers(shop.folder, [b"anon-77f1c2", b"203.0.113.77", b"Zebra", b"usr_2"]) == []


def test_without_a_column_for_consent_nobody_is_named(tmp_path: Path) -> None:
    header = "anonymousId,userId,messageId,type,timestamp,context.page.path"
    shop = new_shop(tmp_path / "shop")
    row = "anon-77f1c2,usr_1,m1,page,2026-03-04T14:22:00Z,/zinc"
    added(shop, [csv_file(tmp_path, "calls.csv", [row], header=header)])
    assert landed(shop, "web_event")["person_id"].null_count() == 1


def test_a_long_note_goes_to_the_vault_and_leaves_its_words_of_the_trade(tmp_path: Path) -> None:
    body = "Talked with their new buyer Zebedee about zinc nickel instead of cadmium for the brake line; " * 3
    rows = [f"2026-03-04,JM,Acme Plating Works,{body}", "2026-03-05,JM,Acme Plating Works,wants samples"]
    path = csv_file(tmp_path, "notes.csv", rows, header="Date,Author,Customer,Text")
    shop = added(new_shop(tmp_path / "shop"), [path])
    long, short = landed(shop, "note").sort("occurred_on")["text"].to_list()
    assert (short, "zinc nickel" in long.casefold()) == ("wants samples", True)
    assert find_markers(shop.landing, [b"Zebedee", b"their new buyer", b"JM"]) == []


def test_a_public_post_stays_whole_without_its_markup(tmp_path: Path) -> None:
    text = "Our zinc nickel line runs again. " * 8
    row = f'1,2026-03-04T10:00:00.000Z,https://s.example/1,"<p>{text}<b>Ask zo@mark.example</b></p>",acme'
    path = csv_file(tmp_path, "statuses.csv", [row], header="id,created_at,url,content,account.acct")
    shop = added(new_shop(tmp_path / "shop"), [path])
    [said] = landed(shop, "post")["text"].to_list()
    assert len(said) > 200
    assert "<" not in said
    assert "[e-mail]" in said


def test_who_is_only_named_in_posts_and_scans_is_no_customer_but_a_customer_named_there_is_known(
    tmp_path: Path,
) -> None:
    posts = [
        "1,2026-03-04T10:00:00Z,https://s.example/1,<p>Hello</p>,ACME plating works",
        "2,2026-03-04T11:00:00Z,https://s.example/2,<p>Hello</p>,The Finishing News",
    ]
    shop = added(
        new_shop(tmp_path / "shop"),
        [
            orders(tmp_path, ["1001,2026-01-05,Acme Plating Works,PO-1,100,50.25"]),
            csv_file(tmp_path, "s.csv", posts, header="id,created_at,url,content,account.acct"),
        ],
    )
    snapshot = refreshed(shop, DAY)
    assert table(snapshot, "customer").height == 1
    ref = table(snapshot, "customer_ref")
    assert ref.filter(pl.col("source") == "mastodon")["organisation_ref"].to_list() == ["ACME plating works"]


def test_a_credit_has_no_sign_and_the_sums_agree(tmp_path: Path) -> None:
    header = "CreditNoteID,CreditNoteNumber,Type,Status,Date,Total,RemainingCredit,ContactID,CurrencyCode"
    rows = ["a,CN-1,ACCRECCREDIT,AUTHORISED,2026-03-04,-120.50,0,c1,USD"]
    shop = added(new_shop(tmp_path / "shop"), [csv_file(tmp_path, "credit_notes.csv", rows, header=header)])
    assert landed(shop, "credit")["amount"].to_list() == [Decimal("120.5000")]
    assert verify(shop).ok


def test_rejects_that_nobody_recorded_are_not_zero(tmp_path: Path) -> None:
    header = "ncNumber,ncDate,ncCode,ncDescription,quantity,customerCode,jobNumber,employeeCode"
    rows = ["NC1,2026-03-04,THN,thin,25,ACME,101-01,Zo Markerson", "NC2,2026-03-05,,rusty,,ACME,101-02,"]
    shop = added(new_shop(tmp_path / "shop"), [csv_file(tmp_path, "nc.csv", rows, header=header)])
    found = landed(shop, "inspection").sort("native_id")
    assert found["rejected"].to_list() == [Decimal(25), None]
    assert found["inspected"].null_count() == 2
    assert len(found["inspector"][0]) == 32
    assert find_markers(shop.landing, [b"Markerson"]) == []


def test_an_ncr_log_of_the_shops_own_is_guessed(tmp_path: Path) -> None:
    header = "NCR #,Date,Job #,Customer,Qty Insp,Qty Rej,Defect,Disposition,Insp By"
    rows = [f"N{n},2026-03-{n:02d},{n},Acme Plating Works,100,{n},thin,rework,JM" for n in range(1, 20)]
    with intake.look(new_shop(tmp_path / "shop"), csv_file(tmp_path, "NCR.csv", rows, header=header)) as plan:
        [fed] = plan.proposals[0].mapping.tables
    assert (fed.table, fed.key) == ("inspection", ("NCR #",))
    assert {"rejected", "inspected", "defect_text", "inspector", "lot_ref"} <= fed.takes.keys()


def test_what_a_cell_stands_for_and_where_it_holds_survive_being_written_and_read(tmp_path: Path) -> None:
    act = Take(("Type",), means=(("OPEN", "open"), ("", "none")))
    who = Take(("Mail",), where=(("Agreed", ("yes",)),), people="contacts", markup=True)
    fed = TableMap("mail_event", {"occurred_at": Take(("At",)), "act": act, "person_id": who}, None)
    made = Mapping("generic", "mail", "0" * 12, (fed,), (), confirmed=True)
    mappings.write(made, tmp_path / "m.toml", None)
    assert mappings.read(tmp_path / "m.toml") == made
    assert fed.columns == ("At", "Type", "Mail", "Agreed")


def test_a_column_that_names_a_person_cannot_be_a_key(tmp_path: Path) -> None:
    with open_file(mailed(tmp_path)[0]) as reading:
        sheet = reading.sheets[0]
    made = recognise(sheet)
    assert made is not None
    fed = made.tables[0]
    wrong = Mapping(
        made.source,
        made.object,
        made.fingerprint,
        (TableMap(fed.table, fed.takes, ("email_address",)),),
        (),
        confirmed=True,
    )
    with pytest.raises(mappings.MappingError, match="cannot be a key"):
        mappings.check(wrong, sheet)


def test_tables_that_no_file_fed_are_there_and_empty_and_are_not_worked_on(tmp_path: Path) -> None:
    shop = added(new_shop(tmp_path / "shop"), [orders(tmp_path, ["1,2026-01-05,Acme Plating Works,P,1,5.0"])])
    steps: list[str] = []
    snapshot = pipeline.refresh(shop, DAY, step=lambda name, rows, seconds: steps.append(name))
    assert {name for name in CANONICAL if table(snapshot, name).height} == {"order_line"}
    assert [name for name in steps if name.startswith("read ")] == ["read order_line"]
    assert set(table(snapshot, "entry_clock")["table"]) == set(TRADE)


def test_a_load_of_people_from_before_the_new_tables_still_counts(tmp_path: Path) -> None:
    shop = added(new_shop(tmp_path / "shop"), mailed(tmp_path)[1:])
    [load] = loads.all_loads(shop.landing)
    [path] = loads.parquet_of(shop.landing, [load], "person")
    loads.write_parquet(pq.read_table(path).drop_columns(["email_id"]), path)
    object.__setattr__(load, "files", {**load.files, path.name: loads.digest(path)})
    loads.write_manifest(path.parent, load)
    assert table(refreshed(shop, DAY), "person")["email_id"].null_count() == 1
