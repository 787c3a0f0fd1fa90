from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from burnish import intake
from burnish.errors import InputError, MappingError, ShopBusyError, UsageError, VerifyError
from burnish.privacy.masking import KnownNames
from burnish.privacy.scan import find_markers
from burnish.shop import Shop
from burnish.sources import landing
from burnish.sources.cells import joined, upto
from burnish.sources.mapping import Mapping, TableMap, Take
from burnish.sources.people import People
from burnish.sources.reading import SheetProfile
from burnish.store import loads
from burnish.store.loads import Load
from burnish.verify import verify
from shops import ORDERS, add, csv_file, new_shop, orders

ROWS = ["1001,2026-01-05,Acme Plating Works,PO-1,100,50.25", "1002,2026-01-06,Birch Metals Inc,PO-2,20,10.00"]


def landed(shop, load, table: str) -> pa.Table:
    [path] = loads.parquet_of(shop.landing, [load], table)
    return loads.read_parquet(path)


def test_rows_in_are_loaded_or_rejected_with_line_and_reason(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    broken = [*ROWS, "1003,2026-01-07,,PO-3,5,1.00", "1004,2026-01-08,Acme Plating Works,PO-4"]
    load = add(shop, orders(tmp_path, broken))
    part = load.parts[0]
    assert (part.rows_in, part.loaded, part.rejected, part.difference) == (4, 2, 2, 0)
    problems = loads.rejects(shop.landing, load).to_pylist()
    assert [(row["line"], row["column"]) for row in problems] == [(4, "Customer"), (5, "")]


def test_words_in_date_and_number_cells_become_notes_and_the_row_stays(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    many = [f"{n},2026-01-{n:02d},Acme Plating Works,PO-1,{n},5.00" for n in range(1, 20)]
    load = add(shop, orders(tmp_path, [*many, "20,not captured,Acme Plating Works,PO-1,call,7.00"]))
    assert (load.parts[0].loaded, load.parts[0].noted) == (20, 2)
    noted = loads.rejects(shop.landing, load).to_pylist()
    assert {(row["column"], row["verdict"]) for row in noted} == {("Order Date", "noted"), ("Qty", "noted")}
    assert "call" not in str(noted)
    assert landed(shop, load, "order_line").column("amount").to_pylist()[-1] == Decimal("7.0000")


def test_the_same_file_twice_counts_once(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    path = orders(tmp_path, ROWS)
    assert add(shop, path).load_id == add(shop, path).load_id
    assert len(loads.all_loads(shop.landing)) == 1


def test_an_undone_add_leaves_neither_rows_nor_people_and_its_number_stays_used(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    header = "Customer,Contact,Email,Phone"
    first = add(
        shop, csv_file(tmp_path, "a.csv", ["Acme Inc,Zo Marker,zo@acme.example,312-555-0142"], header=header)
    )
    assert shop.vault.count() == 1
    intake.remove(shop, first.load_id)
    assert shop.vault.count() == 0
    assert loads.all_loads(shop.landing) == []
    assert add(shop, orders(tmp_path, ROWS)).load_id == "L000002"


def test_people_stand_in_no_file_outside_the_vault(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    header = "Order No,Order Date,Customer,Description,Amount,Contact,Email,Phone,Secret Notes"
    person = "Zebedee Markerson,zeb@mark.example,312-555-0142"
    row = f"1,2026-01-05,Acme Inc,bracket for Zebedee Markerson,5.00,{person},Xyzzyq"
    add(shop, csv_file(tmp_path, "orders.csv", [row, row.replace("1,", "2,", 1)], header=header))
    with shop.writing():
        from burnish.sources.remasking import mask_landed

        mask_landed(shop.landing, shop.vault)
    markers = [b"Markerson", b"zeb@mark", b"555-0142", b"Xyzzyq"]
    assert find_markers(shop.folder, markers) == []
    assert find_markers(tmp_path / "orders.csv", markers) or find_markers(tmp_path, markers)


def test_a_mapping_that_nobody_confirmed_lands_nothing(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    with intake.look(shop, orders(tmp_path, ROWS)) as plan, pytest.raises(MappingError):
        intake.land(shop, plan, progress=lambda name, rows: None)
    assert loads.all_loads(shop.landing) == []


def test_a_file_written_while_it_is_read_is_refused_and_nothing_stays(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    path = orders(tmp_path, ROWS)
    with intake.look(shop, path) as plan:
        path.write_text(path.read_text() + "1003,2026-01-07,Acme Plating Works,PO-3,5,1.00\n")
        with pytest.raises(InputError, match="changed while it was read"):
            intake.land(shop, intake.confirmed(plan), progress=lambda name, rows: None)
    assert loads.all_loads(shop.landing) == []


def test_two_writers_do_not_work_at_once(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    with shop.writing(), pytest.raises(ShopBusyError):
        add(shop, orders(tmp_path, ROWS))


def test_verify_finds_a_changed_byte_and_a_lost_row(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    load = add(shop, orders(tmp_path, ROWS))
    assert verify(shop).ok
    [path] = loads.parquet_of(shop.landing, [load], "order_line")
    loads.write_parquet(loads.read_parquet(path).slice(0, 1), path)
    verdict = verify(shop)
    assert not verdict.ok
    assert [account.difference for account in verdict.accounts] == [1]


def test_removing_an_unknown_load_says_which_there_are(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    add(shop, orders(tmp_path, ROWS), on=date(2026, 1, 9))
    with pytest.raises(UsageError, match="L000001"):
        intake.remove(shop, "L000009")


def test_rejected_cells_are_shown_from_the_users_own_file(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    rows = [f"{n},2026-01-{n:02d},Acme Plating Works,PO-1,{n},5.00" for n in range(1, 20)]
    path = orders(tmp_path, [*rows, "20,2026-01-20,Acme Plating Works,PO-1,a dozen,7.00"])
    add(shop, path)
    [(row, text)] = list(intake.rejected_cells(shop, path))
    assert (row["line"], row["column"], text) == (21, "Qty", "a dozen")


def test_a_row_that_the_guard_holds_in_two_columns_is_rejected_once(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    held = "352099001761481"
    header = "Order No,Order Date,Customer,Description,Process,Amount"
    rows = ["1,2026-01-05,Acme Inc,bracket,zinc,5.00", f"2,2026-01-06,Acme Inc,unit {held},unit {held},6.00"]
    load = add(shop, csv_file(tmp_path, "orders.csv", rows, header=header))
    part = load.parts[0]
    assert (part.rows_in, part.loaded, part.rejected) == (2, 1, 1)
    assert [row["line"] for row in loads.rejects(shop.landing, load).to_pylist()] == [3]


def test_a_held_row_that_does_not_speak_of_a_second_table_is_not_rejected_there(tmp_path: Path) -> None:
    batch = pa.record_batch({"Contact": [""], "Note": ["unit 352099001761481"], "line": [2]})
    table_map = TableMap("person", {"name": Take(("Contact",)), "role": Take(("Note",))}, None)
    feed, making = feed_of(tmp_path, table_map)
    taken(feed, batch)
    assert (feed.account().rows_in, feed.account().rejected) == (0, 0)
    assert making.problems == []


def feed_of(folder: Path, table_map: TableMap) -> tuple[landing.Feed, landing.Landing]:
    """A secondary table's feed without a file."""
    people = People(new_shop(folder / "shop").vault, "erp", KnownNames())
    making = landing.Landing(folder, "L000001", "a.csv", "erp", "USD", people)
    sheet = SheetProfile("a.csv", "", 1, 1, (), "utf-8", ",", "\n", ())
    mapping = Mapping("erp", "orders", "0" * 12, (table_map,), (), True)
    return landing.Feed(making, sheet, mapping, table_map, primary=False), making


def taken(feed: landing.Feed, batch: pa.RecordBatch) -> None:
    rows, speaks = feed.typed(batch)
    feed.take(rows, speaks, None)


def companies(*names: str, cities: list[str] | None = None) -> pa.RecordBatch:
    lines = pa.array(range(2, len(names) + 2), pa.int64())
    given = {"Company": pa.array(names), "City": pa.array(cities or ["Springfield"] * len(names))}
    return pa.record_batch(given | {"line": lines})


COMPANY = TableMap("organisation", {"name": Take(("Company",)), "city": Take(("City",))}, None)


def test_companies_without_a_key_are_told_apart_by_name(tmp_path: Path) -> None:
    feed, _ = feed_of(tmp_path, COMPANY)
    taken(feed, companies("Acme Inc", "Birch Ltd", "ACME INC "))
    taken(feed, companies("Birch Ltd", "Cedar Co"))
    part = feed.account()
    assert (part.rows_in, part.loaded, part.silent) == (3, 3, 2)


@pytest.mark.parametrize("key", [None, ("Company",)])
def test_rows_of_one_company_that_differ_all_stay(tmp_path: Path, key: tuple[str, ...] | None) -> None:
    feed, _ = feed_of(tmp_path, replace(COMPANY, key=key))
    towns = ["Springfield", "Shelbyville", "Springfield"]
    taken(feed, companies("Acme Inc", "Acme Inc", "Acme Inc", cities=towns))
    assert feed.account().loaded == 2


def test_a_load_in_which_a_row_is_lost_is_not_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = new_shop(tmp_path / "shop")
    monkeypatch.setattr(landing.Feed, "reject", lambda self, line, flags, column, reasons: None)
    with pytest.raises(VerifyError, match="unaccounted"):
        add(shop, orders(tmp_path, [*ROWS, "1003,2026-01-07,,PO-3,5,1.00"]))
    assert loads.all_loads(shop.landing) == []
    assert shop.vault.loads() == set()


def test_a_manifest_counts_the_columns_left_out_and_names_none(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    rows = [f"{row},z,z" for row in ROWS]
    path = csv_file(tmp_path, "orders.csv", rows, header=f"{ORDERS},Zebedee Markerson,Qqzz")
    load = add(shop, path)
    assert load.dropped == 2
    assert find_markers(shop.landing, [b"Markerson"]) == []


def test_a_refused_column_is_not_read_as_the_entry_stamp() -> None:
    given = TableMap("order_line", {}, None, known=Take(("Device Id",)))
    assert landing.without(given, {"Device Id"}).known is None


def test_open_files_are_closed_when_a_batch_cannot_be_landed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []
    monkeypatch.setattr(landing.Feed, "close", lambda self: closed.append(self.contract.name))

    def fails(self: landing.Feed, *given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(landing.Feed, "take", fails)
    with pytest.raises(RuntimeError):
        add(new_shop(tmp_path / "shop"), orders(tmp_path, ROWS))
    assert closed[0] == "order_line"


def test_a_row_without_a_customer_is_rejected_in_plain_words(tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "shop")
    load = add(shop, orders(tmp_path, [*ROWS, "1003,2026-01-07,,PO-3,5,1.00"]))
    reasons = loads.rejects(shop.landing, load).column("reason").to_pylist()
    assert reasons == ["the row names no customer"]


MIXED = TableMap("invoice", {}, ("Num",), rows=(("Type", ("Invoice", "Sales receipt")),))
LEDGER = "Type,Date,Num,Name,Amount"
ENTRIES = [
    "Invoice,2026-01-05,1,Acme:Job 7,10.00",
    "sales-receipt,2026-01-06,2,Acme,5.00",
    "Payment,2026-01-07,3,Acme,-10.00",
    "Journal,2026-01-08,4,Acme,99.00",
    "INVOICE,2026-01-09,5,,7.00",
    ",,6,Acme,1.00",
]


def ledger(folder: Path, *tables: TableMap) -> tuple[Shop, Load]:
    """A list of several kinds of rows, landed by a mapping written here."""
    whose = {"organisation_ref": Take(("Name",), upto=":"), "occurred_on": Take(("Date",), date_order="ymd")}
    takes = whose | {"amount": Take(("Amount",), decimal_mark=".")}
    more = {"invoice": {"number": Take(("Num",))}, "payment": {"invoice_ref": Take(("Num",))}}
    whole = tuple(replace(one, takes=one.takes or takes | more[one.table]) for one in tables)
    shop, path = new_shop(folder / "shop"), csv_file(folder, "ledger.csv", ENTRIES, header=LEDGER)
    with intake.look(shop, path) as plan:
        mapping = Mapping("books", "ledger", "0" * 12, whole, (), confirmed=True)
        [given] = plan.proposals
        agreed = replace(plan, source="books", proposals=(replace(given, mapping=mapping),))
        return shop, intake.land(shop, agreed, progress=lambda name, rows: None)[0]


def test_rows_of_several_kinds_go_to_the_table_that_takes_them_and_none_is_lost(tmp_path: Path) -> None:
    paid = TableMap("payment", {}, ("Num",), rows=(("Type", ("Payment",)),))
    shop, load = ledger(tmp_path, MIXED, paid)
    counts = {part.table: (part.rows_in, part.loaded, part.rejected, part.silent) for part in load.parts}
    assert counts == {"invoice": (5, 2, 3, 1), "payment": (1, 1, 0, 5)}
    reasons = [(row["line"], row["reason"]) for row in loads.rejects(shop.landing, load).to_pylist()]
    assert (5, "a kind of row that is not read") in reasons
    assert (7, "a kind of row that is not read") in reasons
    assert load.parts[0].of_sheet == (6, 3, 3)
    assert [part.lost for part in load.parts] == [0, 0]


def test_a_company_named_in_every_row_does_not_make_the_row_read(tmp_path: Path) -> None:
    named = TableMap("organisation", {"name": Take(("Name",))}, None)
    _, load = ledger(tmp_path, MIXED, named)
    assert load.parts[0].of_sheet == (6, 2, 4)


def test_a_table_without_kinds_takes_what_it_did_beside_one_with_kinds(tmp_path: Path) -> None:
    all_of_them = TableMap("payment", {}, ("Num",))
    _, load = ledger(tmp_path, MIXED, all_of_them)
    counts = {part.table: (part.rows_in, part.loaded, part.rejected) for part in load.parts}
    assert counts == {"invoice": (4, 2, 2), "payment": (5, 4, 1)}
    assert load.parts[0].of_sheet == (6, 4, 2)


def test_only_the_text_before_the_mark_is_the_customer(tmp_path: Path) -> None:
    shop, load = ledger(tmp_path, MIXED)
    [path] = loads.parquet_of(shop.landing, [load], "invoice")
    assert loads.read_parquet(path)["organisation_ref"].to_pylist() == ["Acme", "Acme"]


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("Acme:Job:2", "Acme"), (" Acme : Job", "Acme"), ("Acme", "Acme"), (":Job", ":Job"), ("A b:\nc", "A b")],
)
def test_text_without_anything_before_the_mark_stays_whole(cell: str, kept: str) -> None:
    assert upto(pa.array([cell]), ":").to_pylist() == [kept]


def test_joining_cells_of_which_all_are_blank_loses_no_row() -> None:
    first, last = pa.array(["Ann", None, None]), pa.array(["Lee", None, "Ito"])
    assert joined([first, last], " ").to_pylist() == ["Ann Lee", None, "Ito"]
