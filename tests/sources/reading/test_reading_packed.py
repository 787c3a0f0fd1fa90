import gzip
import io
import struct
import zipfile

import pytest
from books_made import packed, xlsx
from reading_made import listed, reading, rows

from burnish.errors import InputError
from burnish.sources.reading import Limits, archives
from burnish.sources.reading.archives import Budget, plain_label
from burnish.sources.reading.contents import contents_of

ORDERS = "Order,Customer\n1,Acme\n2,Bolt\n"
PEOPLE = "Name;City\nAnn;Troy\nBob;Rome\n"


def contents(content, limits=None):
    return contents_of(memoryview(content), "made.zip", limits or Limits())


def test_a_packed_text_is_read_as_if_it_were_not(tmp_path):
    with reading(tmp_path, gzip.compress(ORDERS.encode()), "orders.csv.gz") as opened:
        [sheet] = opened.sheets
        [batch] = opened.batches("", ["Customer"])
    assert (sheet.file, sheet.sheet, sheet.rows) == ("orders.csv.gz", "", 2)
    assert batch.column("line").to_pylist() == [2, 3]


def test_a_packed_workbook_and_a_text_packed_in_pieces_are_read():
    assert rows(listed(gzip.compress(xlsx(S=[["a", "b"], ["1", "2"]])))) == [[2, "1", "2"]]
    pieces = gzip.compress(ORDERS[:9].encode()) + gzip.compress(ORDERS[9:].encode()) + bytes(20)
    assert rows(listed(pieces)) == rows(listed(ORDERS))


def test_files_in_an_archive_are_sheets_named_after_them(tmp_path):
    book = xlsx(May=[["a", "b"], ["1", "2"]], June=[["a", "b"], ["3", "4"]])
    archive = packed({"2025/orders.csv": ORDERS, "people.txt": PEOPLE, "months.xlsx": book})
    with reading(tmp_path, archive, "export.zip") as opened:
        [batch] = opened.batches("months.xlsx/June", ["b"])
        assert [sheet.sheet for sheet in opened.sheets] == [
            "2025/orders.csv",
            "people.txt",
            "months.xlsx/May",
            "months.xlsx/June",
        ]
    assert batch.column("b").to_pylist() == ["4"]


def test_what_is_no_table_is_left_out_and_named(tmp_path):
    licence = (
        "Permission is hereby granted, free of charge,\nto any person, subject to this:\nthe above notice\n"
    )
    archive = packed(
        {
            "orders.csv": ORDERS,
            "empty.csv": "",
            "readme.pdf": b"%PDF-1.7",
            "LICENSE": licence,
            "logo.png": b"\x89PNG..",
            "app.log": "a,b\nc,d\n",
            "__MACOSX/._orders.csv": "x",
            ".DS_Store": "x",
        }
    )
    with reading(tmp_path, archive, "export.zip") as opened:
        assert [sheet.sheet for sheet in opened.sheets] == ["orders.csv"]
        assert dict(opened.left_out) == {
            "empty.csv": "it is empty",
            "readme.pdf": "this is a PDF document, whatever its name says",
            "LICENSE": "it is no table",
            "logo.png": "this is a picture, whatever its name says",
            "app.log": "it is no table",
        }


def test_a_table_that_cannot_be_read_fails_the_archive_with_its_name():
    with pytest.raises(InputError, match=r"no heading row \(made.zip/b.csv, line 1\)"):
        contents(packed({"a.csv": ORDERS, "b.csv": "5,9,3\n4,5,6\n7,8,9\n"}))


@pytest.mark.parametrize("inner", ["more.zip", "more.csv.gz", "more.tar"])
def test_an_archive_in_an_archive_is_refused(inner):
    tar = bytes(257) + b"ustar" + bytes(250)
    made = {"more.zip": packed({"a.csv": ORDERS}), "more.csv.gz": gzip.compress(b"a,b\n"), "more.tar": tar}
    with pytest.raises(InputError, match=f"holds another archive .made.zip/{inner}"):
        contents(packed({"a.csv": ORDERS, inner: made[inner]}))


@pytest.mark.parametrize(
    "inner",
    [packed({"a.csv": ORDERS}), gzip.compress(b"a,b\n"), bytes(257) + b"ustar"],
    ids=["zip", "gz", "tar"],
)
def test_an_archive_in_a_packed_file_is_refused(inner):
    with pytest.raises(InputError, match="holds another archive"):
        contents(gzip.compress(inner))


@pytest.mark.parametrize("cut", [5, 12, -9, -1])
def test_a_packed_file_cut_short_is_said_to_be(cut):
    with pytest.raises(InputError, match="cut short"):
        contents(gzip.compress(ORDERS.encode() * 50)[:cut])


def test_a_packed_file_with_a_wrong_checksum_is_damaged():
    whole = bytearray(gzip.compress(ORDERS.encode()))
    whole[-6] ^= 1
    with pytest.raises(InputError, match="damaged"):
        contents(bytes(whole))
    with pytest.raises(InputError, match="is empty"):
        contents(gzip.compress(b""))


@pytest.mark.parametrize("bomb", [gzip.compress, lambda zeros: packed({"a.csv": zeros})], ids=["gzip", "zip"])
def test_a_bomb_is_refused_by_what_it_unpacks_to(bomb):
    with pytest.raises(InputError, match="would unpack to more than 64 MB"):
        contents(bomb(bytes(90 << 20)))
    with pytest.raises(InputError, match="would unpack to more than 1 MB"):
        contents(bomb(bytes(2 << 20)), Limits(expanded_mb=1))


def test_many_members_share_one_limit():
    parts = {f"{n}.csv": ORDERS + " " * (700 << 10) for n in range(3)}
    with pytest.raises(InputError, match="would unpack to more than"):
        contents(packed(parts), Limits(expanded_mb=2))
    with pytest.raises(InputError, match="more than 2 files"):
        contents(packed(parts), Limits(members=2))


def with_stated(archive, size):
    """An archive that states another unpacked size in both its headers."""
    lying = bytearray(archive)
    lying[22:26] = struct.pack("<I", size)
    at = lying.index(b"PK\x01\x02")
    lying[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(lying)


@pytest.mark.parametrize("stated", [0, 10, 1000])
def test_a_size_that_lies_is_found_out(stated):
    with pytest.raises(InputError, match="another size than it states"):
        contents(with_stated(packed({"orders.csv": ORDERS}), stated))


def test_a_bomb_that_states_a_small_size_unpacks_no_further():
    spent = []

    class Counting(Budget):
        def spend(self, size):
            spent.append(size)
            super().spend(size)

    bomb = with_stated(packed({"orders.csv": bytes(50 << 20)}), 100)
    [info] = archives.directory(memoryview(bomb), "x")
    with pytest.raises(InputError, match="another size"):
        list(archives.unpacked(memoryview(bomb), info, Counting(len(bomb), "x", Limits()), "x"))
    assert sum(spent) <= 1 << 21


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../etc/passwd.csv", "etc/passwd.csv"),
        ("/root/orders.csv", "root/orders.csv"),
        ("C:\\Users\\x\\orders.csv", "Users/x/orders.csv"),
        ("a\x00b\x1b[31m.csv", "a b [31m.csv"),
        ("..", "unnamed"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_paths_in_an_archive_are_labels_only(name, label):
    assert plain_label(name, set()) == label


def test_members_of_one_name_are_told_apart():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("a.csv", ORDERS)
        made.writestr("../a.csv", PEOPLE)
    assert [sheet.name for sheet in contents(target.getvalue()).sheets] == ["a.csv", "a (2).csv"]


def test_a_member_without_a_name_is_read_too():
    nameless = bytearray(packed({"z": ORDERS}))
    head = nameless.index(b"PK\x01\x02")
    nameless[26:30] = nameless[head + 28 : head + 32] = b"\0\0\1\0"  # the letter is an extra field now
    assert [sheet.name for sheet in contents(bytes(nameless)).sheets] == ["unnamed"]


def test_links_are_passed_over():
    link = zipfile.ZipInfo("orders.csv")
    link.external_attr = 0o120777 << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(link, "/etc/passwd")
        made.writestr("people.csv", PEOPLE)
    assert [sheet.name for sheet in contents(target.getvalue()).sheets] == ["people.csv"]


def test_a_locked_member_is_said_to_be():
    locked = bytearray(packed({"orders.csv": ORDERS}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match=r"locked by a password \(made.zip/orders.csv\)"):
        contents(bytes(locked))


def test_a_member_packed_another_way_or_damaged_is_refused():
    with pytest.raises(InputError, match="packed in a way"):
        contents(packed({"orders.csv": ORDERS}, zipfile.ZIP_BZIP2))
    hurt = bytearray(packed({"orders.csv": ORDERS}, zipfile.ZIP_STORED))
    hurt[hurt.index(b"Acme")] ^= 1
    with pytest.raises(InputError, match="damaged"):
        contents(bytes(hurt))


def test_many_tiny_packed_pieces_take_no_long_time():
    pieces = gzip.compress(b"a,b\n") + gzip.compress(b"1,2\n") * 20_000
    assert listed(pieces).table.num_rows == 20_000
