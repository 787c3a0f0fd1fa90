import gzip
import json

import pytest
from books_made import packed
from reading_made import reading, rows

from burnish.errors import InputError
from burnish.sources.reading.contents import contents_of
from burnish.sources.reading.shapes import Limits


def document(content, limits=None, name="made.json"):
    """The sheets of a JSON text by name; anything else than text is written as JSON first."""
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    raw = text if isinstance(text, bytes) else text.encode()
    return {sheet.name: sheet for sheet in contents_of(memoryview(raw), name, limits or Limits()).sheets}


def lines(*values):
    return "\n".join(json.dumps(value) for value in values) + "\n"


def cells(sheet):
    return [dict(zip(sheet.header, row[1:], strict=True)) for row in rows(sheet)]


def test_an_array_of_objects_is_a_sheet_with_the_union_of_their_fields():
    sheet = document([{"id": 1, "paid": True}, {"name": "Acme", "id": 2, "due": None}])[""]
    assert sheet.header == ("id", "paid", "name", "due")
    assert rows(sheet) == [[1, "1", "true", "", ""], [2, "2", "", "Acme", ""]]


def test_nested_objects_become_columns_and_plain_lists_one_cell():
    sheet = document([{"context": {"page": {"url": "/a"}}, "tags": ["x", 2, None, True], "none": []}])[""]
    assert cells(sheet) == [{"context.page.url": "/a", "tags": "x; 2; true"}]


def test_a_list_of_objects_becomes_a_sheet_that_carries_its_record():
    found = document({"Data": [{"id": 7, "customer": {"name": "Acme"}, "lines": [{"id": 1}, {"id": 2}]}]})
    assert list(found) == ["Data", "lines"]
    assert rows(found["lines"]) == [[1, "1", "7", "Acme"], [1, "2", "7", "Acme"]]
    assert found["lines"].header == ("id", "Data.id", "customer.name")


def test_lists_within_lists_carry_all_that_is_above_them():
    found = document([{"order": 1, "lines": [{"line": 1, "steps": [{"step": "rack"}, {"step": "plate"}]}]}])
    assert cells(found["steps"]) == [
        {"step": "rack", "line": "1", "order": "1"},
        {"step": "plate", "line": "1", "order": "1"},
    ]


def test_keys_with_values_become_columns_as_ga4_means_them():
    params = [
        {"key": "page", "value": {"string_value": "/a", "int_value": None}},
        {"key": "time", "value": {"int_value": "31"}},
    ]
    sheet = document(lines({"event_name": "view", "event_params": params}, {"event_name": "x"}))[""]
    assert cells(sheet)[0] == {"event_name": "view", "event_params.page": "/a", "event_params.time": "31"}


def test_an_object_may_hold_several_lists_at_any_of_four_levels():
    found = document({"QueryResponse": {"Invoice": [{"Id": "1"}], "Payment": [{"Id": "2"}]}, "time": "now"})
    assert list(found) == ["QueryResponse.Invoice", "QueryResponse.Payment"]


def test_an_object_with_many_fields_of_its_own_is_a_record_with_lists():
    record = {f"field {n}": n for n in range(9)} | {"products": [{"sku": "a"}]}
    assert [sheet.table.num_rows for sheet in document(record).values()] == [1, 1]


def test_a_bad_line_costs_only_itself_and_says_why():
    content = lines({"a": 1}) + '{"a":2,"a":3}\n{"a":NaN}\n\n{bad}\n{"a":"x\\u0000"}\n{"a":"\\ud83d"}\n[1]\n'
    content += '{"a.b":1,"a":{"b":2}}\n' + "[" * 3000 + "\n" + lines({"a": "\U0001f600"})
    sheet = document(content)[""]
    assert rows(sheet) == [[1, "1"], [11, "\U0001f600"]]
    assert sheet.broken == [
        (2, "names a field twice"),
        (3, "holds NaN or Infinity, which is no number"),
        (5, "is no sound JSON from character 2 on"),
        (6, "holds a NUL byte"),
        (7, "holds text with half a character"),
        (8, "is no record"),
        (9, "has two fields that become one column"),
        (10, "is nested too deeply"),
    ]


def test_a_bad_record_of_an_array_costs_only_itself():
    sheet = document('[{"a":1},5,{"a":{"b":1,"b":2}},{"a":-Infinity},{},{"a":2}]')[""]
    assert rows(sheet) == [[1, "1"], [6, "2"]]
    assert [line for line, _ in sheet.broken] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1.50", "1.50"),
        ("1e5", "100000"),
        ("-2.5E-3", "-0.0025"),
        ("1e999", "1e999"),
        ("9" * 5000, "9" * 5000),
        ("false", "false"),
        ("null", ""),
        ('"2026-03-04T05:06:07Z"', "2026-03-04T05:06:07Z"),
        ("1518685950940", "1518685950940"),
        (r'"\/Date(1518685950940+0000)\/"', "2018-02-15T09:12:30+00:00"),
        ('"/Date(1518652800000+0000)/"', "2018-02-15"),
        ('"/Date(1518685950940-0800)/"', "2018-02-15T01:12:30-08:00"),
        ('"/Date(99999999999999999)/"', "/Date(99999999999999999)/"),
    ],
)
def test_values_become_text_as_they_are_written(written, read):
    assert rows(document(f'[{{"k": "x", "a": {written}}}]')[""])[0][2] == read


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_any_encoding_is_read(encoding):
    assert rows(document('[{"Ort": "Köln"}]'.encode(encoding))[""]) == [[1, "Köln"]]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("[1, 2, 3]", "plain values and not of records"),
        ('["a", "b"]', "plain values and not of records"),
        ("[[1, 2], [3, 4]]", "plain values and not of records"),
        ('[{"Jane": 1}', "cut short"),
        ('{"Data": [{"Jane": "Do', "cut short"),
        ('[{"a": 1},\n{"Jane": Doe}]', r"unsound .made.json, line 2"),
        ('[{"a": 1}] [2]', "unsound"),
        ("[" * 5000, "nested too deeply"),
        ("[{}, {}]", "one holds nothing"),
        ('[{"jane@acme.example": {"orders": 1}}]', "named by an e-mail address"),
        ('{"x": {"jane@acme.example": [{"a": 1}]}}', "named by an e-mail address"),
    ],
)
def test_what_is_no_list_is_refused_without_its_values(content, found):
    with pytest.raises(InputError, match=found) as caught:
        document(content)
    assert "Jane" not in str(caught.value)


@pytest.mark.parametrize("content", ["[]", "{}", '{"data": []}', '{"records": [], "totalSize": 0}'])
def test_a_list_without_records_is_left_out(content):
    found = contents_of(memoryview(content.encode()), "made.json", Limits())
    assert (found.sheets, found.left_out) == ([], [("", "the JSON holds no list of records")])


def test_too_many_columns_and_cells_too_long_are_said():
    with pytest.raises(InputError, match="more than 2,000 columns"):
        document([{f"c{n}": n} for n in range(2001)])
    sheet = document([{"a": "x" * 2000}, {"a": "y"}], Limits(cell_bytes=1000))[""]
    assert sheet.broken == [(1, "has a cell of more than 1,000 bytes")]


def test_a_field_that_is_an_object_elsewhere_leaves_no_blank_column():
    found = document(
        [
            {"id": 1, "customer": None, "lines": None},
            {"id": 2, "customer": {"name": "Acme"}, "lines": [{"n": 1}]},
        ]
    )
    assert found[""].header == ("id", "customer.name")


def test_records_deeper_than_any_list_are_broken():
    deep = value = {}
    for _ in range(80):
        value["a"] = value = {}
    sheet = document([{"b": 1}, {"b": 2, "c": deep}])[""]
    assert sheet.broken == [(2, "is nested more than 64 levels deep")]


def test_a_record_that_swells_into_the_rows_of_its_list_is_refused():
    with pytest.raises(InputError, match="carry more than 1,024 MB"):
        document([{"note": "x" * 500_000, "lines": [{"n": 1}] * 3000}])


def test_packed_json_lines_are_read_and_a_lone_object_in_an_archive_is_no_list():
    content = lines({"a": 1}, {"a": 2})
    assert rows(document(gzip.compress(content.encode()))[""]) == [[1, "1"], [2, "2"]]
    archive = packed({"events.jsonl": content, "datapackage.json": '{"name": "x"}', "page.json": "[]"})
    found = contents_of(memoryview(archive), "made.zip", Limits())
    assert [sheet.name for sheet in found.sheets] == ["events.jsonl"]
    assert [name for name, _ in found.left_out] == ["datapackage.json", "page.json"]


def test_numbered_price_breaks_are_rows_of_their_own():
    record = (
        {"quote": "Q1"} | {f"quantity{n}": n * 10 for n in (1, 2, 3)} | {f"price{n}": n for n in (1, 2, 3)}
    )
    assert document([record, record])[""].table.num_rows == 6


def test_json_crosses_the_pipe(tmp_path):
    with reading(tmp_path, lines({"a": 1.50, "b": "x"}, {"a": 2}), "made.jsonl") as opened:
        [sheet] = opened.sheets
        [batch] = opened.batches("", ["a"])
    assert (sheet.rows, sheet.header_line) == (2, 0)
    assert batch.to_pydict() == {"a": ["1.5", "2"], "line": [1, 2]}
