import gzip
import sqlite3
import struct
import sys
from contextlib import closing

import duckdb
import pytest
from books_made import packed
from reading_made import reading, rows

from burnish.errors import InputError
from burnish.sources.reading import databases
from burnish.sources.reading.contents import contents_of
from burnish.sources.reading.shapes import Limits

WORD = 0xBF58476D1CE4E5B9  # what DuckDB multiplies each word of a header's checksum by
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the child is Linux's")


def sqlite(folder, *statements, rows_of=()):
    """An SQLite file as bytes."""
    path = folder / "made.sqlite"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as base:
        for statement in statements:
            base.execute(statement)
        for row in rows_of:
            base.execute(f"insert into orders values ({', '.join('?' * len(row))})", row)
        base.commit()
    return path.read_bytes()


def duck(folder, *statements):
    """A DuckDB file."""
    path = folder / "made.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as base:
        for statement in statements:
            base.execute(statement)
    return path


def contents(raw, limits=None, name="made.sqlite"):
    return contents_of(memoryview(raw), name, limits or Limits())


COUNTING = "with recursive n(x) as (select 1 union all select x + 1 from n"
ORDERS = "create table orders (id integer primary key, customer text, amount real, paid)"


def test_each_table_and_view_is_a_sheet_of_text(tmp_path):
    raw = sqlite(
        tmp_path,
        ORDERS,
        "create view late as select customer from orders where paid is null",
        rows_of=[(1, "Acme", 2.50, "2026-03-04"), (2, "Müller", 1e20, None), (3, None, 7.0, 12)],
    )
    orders, late = contents(raw).sheets
    assert rows(orders) == [
        [1, "1", "Acme", "2.5", "2026-03-04"],
        [2, "2", "Müller", "100000000000000000000", ""],
        [3, "3", "", "7", "12"],
    ]
    assert (late.name, rows(late)) == ("late", [[1, "Müller"]])


def test_binary_columns_are_left_out_and_other_unfit_cells_break_their_rows(tmp_path):
    raw = sqlite(
        tmp_path,
        "create table orders (id, photo, mixed, amount)",
        rows_of=[
            (1, b"\xff", "a", 1.0),
            (2, None, b"\0", 2.0),
            (3, None, "x\0y", 3.0),
            (4, None, "y", float("inf")),
        ],
    )
    found = contents(raw)
    [sheet] = found.sheets
    assert found.left_out == [("orders, column photo", "holds binary data")]
    assert (sheet.header, sheet.lines.to_pylist()) == (("id", "mixed", "amount"), [1])
    assert sheet.broken == [
        (2, "holds binary data"),
        (3, "holds a NUL byte"),
        (4, "holds NaN or Infinity, which is no number"),
    ]


def test_text_that_is_no_utf8_breaks_its_row(tmp_path):
    raw = sqlite(tmp_path, ORDERS, rows_of=[(1, "Marker", 1, 1), (2, "b", 1, 1)])
    [sheet] = contents(raw.replace(b"Marker", b"Mark\xff\xfe")).sheets
    assert (sheet.broken, rows(sheet)) == (
        [(1, "holds text with half a character")],
        [[2, "2", "b", "1", "1"]],
    )


def test_triggers_and_functions_of_a_hostile_file_do_nothing(tmp_path):
    raw = sqlite(
        tmp_path,
        ORDERS,
        "create trigger t after insert on orders begin delete from orders; end",
        "create view loads as select 'x' as a",
        f"create view endless as {COUNTING}) select x from n",
        "create view gone as select * from nowhere",
        rows_of=[(1, "Acme", 1, 1)],
    )
    found = contents(raw.replace(b"select 'x' as a", b"select fts5()a "))
    assert [sheet.name for sheet in found.sheets] == ["orders"]
    assert found.left_out == [(name, "the view cannot be read") for name in ("loads", "endless", "gone")]


@pytest.fixture(autouse=True)
def _few_steps(monkeypatch):
    monkeypatch.setattr(databases, "MOST_LOOKS", 2)


def test_virtual_tables_are_left_out_with_what_belongs_to_them(tmp_path):
    raw = sqlite(tmp_path, ORDERS, "create virtual table notes using fts5(body)", rows_of=[(1, "Acme", 1, 1)])
    found = contents(raw)
    assert [sheet.name for sheet in found.sheets] == ["orders"]
    assert ("notes", "a virtual table") in found.left_out
    assert all(name.startswith("notes") for name, _ in found.left_out)


def test_a_database_made_for_a_log_is_read_but_not_while_its_log_is_there(tmp_path):
    path = tmp_path / "made.sqlite"
    with closing(sqlite3.connect(path)) as base:
        base.execute("pragma journal_mode = wal")
        base.execute(ORDERS)
        base.execute("insert into orders values (1, 'Acme', 1, 1)")
        base.commit()
        with (
            pytest.raises(InputError, match="changes that stand in -wal beside it"),
            reading(tmp_path, path.read_bytes(), path.name),
        ):
            pass
    assert contents(path.read_bytes()).sheets[0].table.num_rows == 1


@pytest.mark.parametrize("at", [20, 100, 1500, 4096, 5000])
def test_a_damaged_database_is_refused_or_read(tmp_path, at):
    raw = bytearray(sqlite(tmp_path, ORDERS, rows_of=[(n, "Jane", 1, 1) for n in range(500)]))
    raw[at : at + 60] = b"\xff" * 60
    said = ""
    try:
        contents(bytes(raw))
    except InputError as problem:
        said = str(problem)
    assert "Jane" not in said
    with pytest.raises(InputError, match="damaged or cut short"):
        contents(bytes(raw[:100]))


def test_a_malformed_schema_is_refused(tmp_path):
    raw = sqlite(tmp_path, ORDERS).replace(b"create table orders (id", b"create tablx orders (id", 1)
    raw = raw.replace(b"CREATE TABLE orders (id", b"CREATE TABLX orders (id", 1)
    with pytest.raises(InputError, match="damaged"):
        contents(raw)


def test_too_many_columns_tables_and_bytes_are_refused(tmp_path):
    raw = sqlite(tmp_path, ORDERS, "create table more (a, b)", rows_of=[(1, "x" * 90, 1, 1)] * 1)
    with pytest.raises(InputError, match="more than 3 columns"):
        contents(raw, Limits(columns=3))
    with pytest.raises(InputError, match="more than 1 tables"):
        contents(raw, Limits(members=1))
    insert = f"insert into orders {COUNTING} where x < 20000) select x, printf('%0100d', x), 1, 1 from n"
    many = sqlite(tmp_path, ORDERS, insert)
    with pytest.raises(InputError, match="more than 1 MB as text"):
        contents(many, Limits(expanded_mb=1))


def test_a_packed_database_is_read_from_memory(tmp_path):
    raw = sqlite(tmp_path, ORDERS, rows_of=[(1, "Acme", 1, 1)])
    assert contents(gzip.compress(raw)).sheets[0].name == "orders"
    assert contents(packed({"shop.db": raw})).sheets[0].name == "shop.db/orders"


def test_what_is_encrypted_is_said_to_be_none_or_encrypted():
    with pytest.raises(InputError, match="or an encrypted one"):
        contents(bytes(range(255, 0, -1)) * 40, name="shop.db")


@linux
def test_a_duckdb_file_is_read_in_the_child(tmp_path):
    path = duck(
        tmp_path,
        "create table orders as select 1 as id, 'Acme' as customer, date '2026-03-04' as day,"
        " 2.50::decimal(9, 2) as a, 1e20::double as big, true as paid, timestamp '2026-03-04' as made,"
        " null::blob as photo, 5::double as five",
        "create view cheap as select id from orders",
        "create view outside as select * from (select 1 as a)",
    )
    with reading(tmp_path, path.read_bytes(), "shop.duckdb") as opened:
        [batch] = opened.batches("orders", [column.name for column in opened.sheets[0].columns])
        assert [sheet.sheet for sheet in opened.sheets] == ["orders", "cheap", "outside"]
        assert opened.left_out == (("orders, column photo", "holds binary data"),)
    [row] = batch.to_pylist()
    assert list(row.values()) == [
        "1",
        "Acme",
        "2026-03-04",
        "2.50",
        "100000000000000000000",
        "true",
        "2026-03-04",
        "5",
        1,
    ]


def read_duck(path, limits=None):
    return contents_of(memoryview(path.read_bytes()), "made.duckdb", limits or Limits(), str(path))


def test_views_of_a_duckdb_file_reach_nothing_else(tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    path = duck(
        tmp_path, "create table t as select 1 as a", f"create view v as select * from read_csv('{secret}')"
    )
    found = read_duck(path)
    assert [sheet.name for sheet in found.sheets] == ["t"]
    assert found.left_out == [("v", "the view cannot be read")]


def test_nested_columns_and_odd_numbers_of_duckdb_become_rows(tmp_path):
    path = duck(
        tmp_path,
        "create schema crm",
        "create table crm.deals as select 1 as id, {'page': '/a', 'n': 2} as context,"
        " [{'sku': 'x'}, {'sku': 'y'}] as items",
        "create table odd as select unnest([1.5::double, 'nan'::double, 3]) as a",
    )
    sheets = {sheet.name: sheet for sheet in read_duck(path).sheets}
    assert rows(sheets["crm.deals"]) == [[1, "1", "/a", "2"]]
    assert rows(sheets["items"]) == [[1, "x", "1", "/a", "2"], [1, "y", "1", "/a", "2"]]
    assert (rows(sheets["odd"]), sheets["odd"].broken) == (
        [[1, "1.5"], [3, "3"]],
        [(2, "holds NaN or Infinity, which is no number")],
    )


def of_version(path, version):
    """The file with another storage version and its checksum made right."""
    raw = bytearray(path.read_bytes())
    before = struct.unpack_from("<Q", raw, 8)[0]
    raw[12:20] = version.to_bytes(8, "little")
    after = struct.unpack_from("<Q", raw, 8)[0]
    check = struct.unpack_from("<Q", raw, 0)[0] ^ (before * WORD % 2**64) ^ (after * WORD % 2**64)
    struct.pack_into("<Q", raw, 0, check)
    path.write_bytes(raw)
    return path


def test_a_duckdb_file_of_another_version_damaged_or_packed_is_refused(tmp_path):
    path = duck(tmp_path, "create table t as select 1 as a")
    whole = path.read_bytes()
    with pytest.raises(InputError, match="while it is packed"):
        contents_of(memoryview(gzip.compress(whole)), "made.gz", Limits())
    path.write_bytes(whole[:5000])
    with pytest.raises(InputError, match="damaged or cut short"):
        read_duck(path)
    path.write_bytes(whole)
    with pytest.raises(InputError, match="another version of DuckDB"):
        read_duck(of_version(path, 2000))


def test_an_encrypted_duckdb_file_is_said_to_be():
    said = 'Catalog Error: Cannot open encrypted database "x" without a key'
    assert databases.unopened(said, "x").problem == "the DuckDB database is encrypted"
