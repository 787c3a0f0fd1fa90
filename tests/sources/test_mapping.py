"""The mapping as data: reading, writing, checking, asking."""

import string
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.errors import MappingError
from burnish.schema.tables import CANONICAL
from burnish.sources.mapping import (
    DATE_ORDERS,
    UNITS,
    Mapping,
    TableMap,
    Take,
    check,
    fingerprint,
    fit,
    path_for,
    questions,
    read,
    write,
)
from burnish.sources.reading import ColumnProfile, SheetProfile


def shown(name: str, *, dates: str | None = None, marks: str | None = None) -> ColumnProfile:
    return ColumnProfile(name, 9, 9, float(bool(dates)), float(bool(marks)), 0, 0, 0, dates, marks, 9, ())


def of(*columns: ColumnProfile) -> SheetProfile:
    return SheetProfile("orders.csv", "", 1, 9, columns, "utf-8", ",", "\n", ())


def column(name: str, example: str = "x") -> ColumnProfile:
    return ColumnProfile(name, 9, 9, 0, 0, 0, 0, 1, None, None, 9, (example,))


def sheet(*names: str, file: str = "orders.csv", called: str = "", example: str = "x") -> SheetProfile:
    columns = tuple(column(name, example) for name in names)
    return SheetProfile(file, called, 1, 9, columns, "utf-8", ",", "\n", ())


def orders(**more: Take) -> TableMap:
    takes = {"occurred_on": Take(("Order Date",), date_order="mdy"), "organisation_ref": Take(("Customer",))}
    return TableMap("order_line", takes | more, None)


def mapping(*tables: TableMap, dropped: tuple[str, ...] = (), confirmed: bool = True) -> Mapping:
    return Mapping("generic", "orders", "0" * 12, tables, dropped, confirmed)


def saved(text: str, folder: Path) -> Path:
    path = folder / "map.toml"
    path.write_text(text, "utf-8")
    return path


HEAD = 'source = "generic"\nobject = "orders"\n'

headers = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
several = st.lists(headers, min_size=1, max_size=3).map(tuple)
share = st.floats(0, 1)
details = {
    "glue": st.text(string.printable, max_size=3),
    "date_order": st.none() | st.sampled_from(DATE_ORDERS),
    "decimal_mark": st.none() | st.sampled_from([".", ","]),
    "unit": st.none() | st.sampled_from(sorted(UNITS)),
    "confidence": share,
}
takes = st.one_of(
    st.builds(Take, headers.map(lambda name: (name,)), **details),
    st.builds(Take, several, st.sampled_from(["join", "first"]), **details),
    st.builds(Take, st.just(()), constant=headers, confidence=share),
)


@st.composite
def mappings(draw: st.DrawFn) -> Mapping:
    tables = draw(st.lists(st.sampled_from(sorted(CANONICAL)), min_size=1, max_size=3, unique=True))
    maps = tuple(
        TableMap(
            name,
            draw(st.dictionaries(st.sampled_from(sorted(CANONICAL[name].by_name)), takes, max_size=4)),
            draw(st.none() | several),
            draw(st.sampled_from([None, "file", "period"])),
            draw(st.none() | takes),
        )
        for name in tables
    )
    made = Mapping(draw(headers), draw(headers), draw(headers), maps, (), draw(st.booleans()))
    left = draw(st.lists(headers, max_size=4).map(tuple))
    return Mapping(
        **{**made.__dict__, "dropped": tuple(name for name in left if name not in made.columns)},
    )


@settings(deadline=None)
@given(mappings())
def test_what_is_written_is_read_back_equal(tmp_path_factory, made):
    path = tmp_path_factory.mktemp("maps") / "map.toml"
    write(made, path, sheet("a") if made.confirmed else None)
    assert read(path) == made


def test_the_written_file_holds_no_cell_and_names_what_was_left_out(tmp_path):
    seen = sheet("Order Date", "Customer", "Buyer's Phone", example="+1 555 0100")
    write(mapping(orders(), dropped=("Buyer's Phone",)), tmp_path / "m.toml", seen)
    text = (tmp_path / "m.toml").read_text("utf-8")
    assert "0100" not in text
    assert '"Buyer\'s Phone", # words' in text


def test_a_half_written_file_never_replaces_the_old_one(tmp_path):
    write(mapping(orders()), tmp_path / "m.toml", None)
    assert [path.name for path in tmp_path.iterdir()] == ["m.toml"]


def test_the_form_people_write_is_understood(tmp_path):
    text = (
        HEAD
        + """
confirmed = true
left_out = ["Notes", "Total"]
[order_line]
key = ["ID"]
organisation_ref = { join = ["Country", "Project"], glue = " - " }
occurred_on = { first = ["Ordered", "Entered"], date_order = "mdy" }
amount = "Total"
weight_kg = { column = "Lbs", unit = "lb" }
currency = { constant = "USD" }
known = "Entered"
"""
    )
    made = read(saved(text, tmp_path))
    assert made.tables[0] == TableMap(
        "order_line",
        {
            "organisation_ref": Take(("Country", "Project"), "join", " - "),
            "occurred_on": Take(("Ordered", "Entered"), "first", date_order="mdy"),
            "amount": Take(("Total",)),
            "weight_kg": Take(("Lbs",), unit="lb"),
            "currency": Take((), constant="USD"),
        },
        ("ID",),
        known=Take(("Entered",)),
    )
    assert made.dropped == ("Notes",)
    assert made.columns == ("Country", "Project", "Ordered", "Entered", "Total", "Lbs", "ID")


def test_every_misunderstanding_of_a_file_is_named_at_once(tmp_path):
    text = """
object = "orders"
confirmed = "yes"
sauce = "generic"
[order_line]
amount = { colum = "Total" }
quantity = { column = "Qty", confidence = "high" }
price = 3
[shipmnt]
"""
    with pytest.raises(MappingError) as caught:
        read(saved(text, tmp_path))
    for said in (
        "source is missing",
        "confirmed must be true or false",
        '"sauce" is unknown (nearest: "source")',
        '"colum" is unknown (nearest: "column")',
        "order_line.quantity.confidence must be a number",
        "order_line.price must be a heading",
        'there is no table "shipmnt" (nearest: "shipment")',
        "order_line.occurred_on is missing",
    ):
        assert said in caught.value.problem


@pytest.mark.parametrize("text", ["[order_line", 'source = "a"\nsource = "b"', "\x00"])
def test_broken_toml_is_refused_with_its_place(tmp_path, text):
    with pytest.raises(MappingError, match="not valid TOML at"):
        read(saved(text, tmp_path))


def test_a_file_in_another_encoding_and_a_missing_one_are_refused(tmp_path):
    (tmp_path / "latin.toml").write_bytes('source = "Größe"'.encode("latin-1"))
    with pytest.raises(MappingError, match="UTF-8"):
        read(tmp_path / "latin.toml")
    with pytest.raises(MappingError, match="no such mapping file"):
        read(tmp_path / "nothing.toml")


def test_a_fitting_mapping_passes_the_check():
    fitting = mapping(orders())
    check(fitting, sheet("Order Date", "Customer", "Notes"))
    assert [table.table for table in fitting.tables] == ["order_line"]


def test_the_check_names_everything_wrong_at_once_with_the_nearest_heading():
    wrong = TableMap(
        "order_line",
        {
            "occurred_on": Take(("Order Dat",), date_order="dym"),
            "amuont": Take(("Total",)),
            "weight_kg": Take(("Total",), unit="ft2"),
            "price": Take(("Total",), constant="3"),
        },
        ("Nr",),
    )
    with pytest.raises(MappingError) as caught:
        check(mapping(wrong, wrong), sheet("Order Date", "Total"))
    for said in (
        "table order_line stands twice",
        "order_line.organisation_ref is missing",
        'there is no column "Order Dat" (nearest: "Order Date")',
        'there is no column "Nr"',
        'order_line.amuont: there is no such column (nearest: "amount")',
        "date_order must be one of ymd, dmy, mdy, ambiguous",
        'unit "ft2" cannot become kg',
        "has both a constant and a column",
    ):
        assert said in caught.value.problem
    assert caught.value.where == "orders.csv"


def test_a_personal_column_may_not_be_the_key_but_a_contacts_own_number_may():
    contact = {"name": Take(("Contact",)), "email": Take(("Mail",))}
    here = sheet("Contact", "Mail", "Contact ID")
    with pytest.raises(MappingError, match='"Mail" holds a person\'s data'):
        check(mapping(TableMap("person", contact, ("Mail",))), here)
    check(mapping(TableMap("person", contact, ("Contact ID",))), here)


def test_a_contact_needs_a_name_or_a_way_to_reach_them():
    with pytest.raises(MappingError, match="person needs one of name, email, phone"):
        check(mapping(TableMap("person", {"role": Take(("Title",))}, None)), sheet("Title"))


def test_the_fingerprint_forgets_order_case_and_punctuation_only():
    assert fingerprint(["Due Date", "PO #", "Amount"]) == fingerprint(["amount", "po_no.", "due_date"])
    assert fingerprint(["Due Date", "Amount"]) != fingerprint(["Due Date", "Amounts"])
    assert len(fingerprint([])) == 12


def test_a_mapping_is_found_again_whatever_month_the_file_is_of(tmp_path):
    january = sheet("Order Date", "Customer", file="Orders 2026-01.csv")
    path = path_for(tmp_path, january)
    assert path.name.startswith("orders-")
    write(mapping(orders()), path, january)
    assert path_for(tmp_path, sheet("customer", "order_date", file="new export.csv")) == path


def test_a_mapping_is_respelled_for_a_sheet_that_writes_its_headings_otherwise():
    here = sheet("order_date", "CUSTOMER", "Notes")
    fitted = fit(mapping(orders()), here)
    check(fitted, here)
    assert fitted.tables[0].takes["occurred_on"].columns == ("order_date",)
    assert fitted.dropped == ("Notes",)


def test_doubts_become_questions_until_the_mapping_is_confirmed():
    doubtful = orders(amount=Take(("Total",), confidence=0.5))
    assert any("order_line.amount" in one for one in questions(mapping(doubtful, confirmed=False)))
    assert questions(mapping(doubtful)) == ()


def test_an_ambiguous_date_is_asked_about_even_when_all_else_is_confirmed():
    asked = questions(mapping(orders(due_on=Take(("Due",), date_order="ambiguous"))))
    assert asked == (
        'order_line.due_on: does "Due" write the day or the month first? '
        'Write date_order = "dmy" or "mdy" beside it',
    )


def test_a_missing_customer_and_a_weight_without_unit_are_asked_about():
    takes = {"occurred_on": Take(("Date",)), "weight_kg": Take(("Weight",))}
    asked = questions(mapping(TableMap("order_line", takes, None)))
    assert "order_line: which column holds organisation_ref" in asked[0]
    assert "in which unit (kg, g, t, lb, oz)" in asked[1]


def test_the_units_are_the_defined_ones():
    inch, foot = Decimal("0.0254"), Decimal("0.3048")
    assert UNITS["ft2"].factor == foot**2
    assert UNITS["in2"].factor == inch**2
    assert UNITS["oz"].factor * 16 == UNITS["lb"].factor == Decimal("0.45359237")


def test_the_mapping_shown_in_the_guide_can_be_read_and_its_table_of_needs_is_true(tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "mapping.md").read_text("utf-8")
    shown = guide.split("```toml\n")[1].split("```")[0]
    assert [table.table for table in read(saved(shown, tmp_path)).tables] == ["order_line", "shipment"]
    for name, contract in CANONICAL.items():
        row = next(line for line in guide.splitlines() if line.startswith(f"| `{name}` |"))
        assert all(f"`{column.name}`" in row for column in contract.columns if column.required)
    assert all(f"`{unit}`" in guide for unit in UNITS)


def test_the_example_mappings_can_be_read():
    folder = Path(__file__).parents[2] / "examples" / "mappings"
    for path in folder.glob("*.toml"):
        made = read(path)
        assert made.confirmed
        assert questions(made) == ()
        assert "Disputed" not in made.columns


def written_by_hand(folder: Path, more: str = "") -> Mapping:
    text = f"""source = "generic"
confirmed = true
[order_line]
occurred_on = "Auftragsdatum"
organisation_ref = "Kunde"
amount = "Betrag"
{more}"""
    return read(saved(text, folder))


def test_a_hand_written_map_reads_dates_and_amounts_as_the_sheet_writes_them(tmp_path):
    here = of(shown("Auftragsdatum", dates="dmy"), shown("Kunde"), shown("Betrag", marks=","))
    fitted = fit(written_by_hand(tmp_path, 'known = "Auftragsdatum"'), here).tables[0]
    assert (fitted.takes["occurred_on"].date_order, fitted.takes["amount"].decimal_mark) == ("dmy", ",")
    assert fitted.known == Take(("Auftragsdatum",), date_order="dmy")


def test_what_a_map_says_of_dates_stays_as_it_is():
    here = of(shown("Order Date", dates="dmy"), shown("Customer"))
    assert fit(mapping(orders()), here).tables[0].takes["occurred_on"].date_order == "mdy"


def test_a_confirmed_map_whose_dates_or_amounts_fit_both_ways_is_refused_with_the_choices(tmp_path):
    here = of(shown("Auftragsdatum", dates="ambiguous"), shown("Kunde"), shown("Betrag", marks="ambiguous"))
    fitted = fit(written_by_hand(tmp_path), here)
    with pytest.raises(MappingError) as caught:
        check(fitted, here)
    assert '"Auftragsdatum" fits day first and month first; write date_order = "dmy" or "mdy"' in str(
        caught.value
    )
    assert '"Betrag" fits both decimal marks; write decimal_mark = "." or ","' in str(caught.value)
    check(Mapping(**{**fitted.__dict__, "confirmed": False}), here)


def test_a_map_without_an_object_is_called_by_what_it_holds(tmp_path):
    assert written_by_hand(tmp_path).object == "orders"


def test_rows_without_a_key_are_asked_about():
    asked = questions(mapping(orders(), confirmed=False))
    assert "order_line: no key: a later export cannot correct or withdraw these rows" in asked


def test_a_sheet_that_is_left_out_whole_needs_no_table(tmp_path):
    left_out = Mapping("generic", "", "0" * 12, (), (), confirmed=True, skip=True)
    write(left_out, tmp_path / "m.toml", None)
    assert read(tmp_path / "m.toml") == left_out
    check(left_out, sheet("Tank"))
    assert questions(left_out) == ()


def test_where_nothing_was_recognised_a_person_finds_a_template_to_fill(tmp_path):
    path = tmp_path / "m.toml"
    write(Mapping("generic", "", "0" * 12, (), ("Day", "Who"), confirmed=False), path, sheet("Day", "Who"))
    template = path.read_text("utf-8").partition("# [order_line]")[2].split("\n\n")[0]
    lines = [line.removeprefix("# ") for line in template.splitlines()[1:]]
    filled = "\n".join(["[order_line]", *lines]).replace('""', '"Day"')
    made = read(saved('source = "generic"\n' + filled, tmp_path))
    assert made.object == "orders"
    check(made, sheet("Day", "Who"))


def test_the_commented_lines_of_a_table_can_be_used_by_taking_the_mark_away(tmp_path):
    write(mapping(orders()), tmp_path / "m.toml", None)
    text = (tmp_path / "m.toml").read_text("utf-8").replace('# due_on = ""', 'due_on = "Due"')
    assert read(saved(text, tmp_path)).tables[0].takes["due_on"] == Take(("Due",))


def test_kinds_of_rows_marks_filled_columns_and_reasons_survive_being_written_and_read(tmp_path):
    kinds = (("Type", ("Invoice", "Sales Receipt")), ("Void", ("",)))
    table = replace(orders(po_no=Take(("PO",), upto="/")), rows=kinds)
    made = replace(mapping(table), fill=("Order No", "Customer"), recognised="books/orders")
    write(made, tmp_path / "map.toml", None)
    assert read(tmp_path / "map.toml") == made
    write(replace(made, skip=True, reason="old"), tmp_path / "skip.toml", None)
    assert read(tmp_path / "skip.toml").reason == "old"


def test_headings_of_kinds_and_filled_columns_must_be_in_the_sheet(tmp_path):
    here = sheet("Order Date", "Customer")
    made = replace(mapping(replace(orders(), rows=(("Typ", ("Invoice",)),))), fill=("Order No",))
    with pytest.raises(MappingError) as caught:
        check(made, here)
    assert 'order_line: there is no column "Typ"' in str(caught.value)
    assert 'fill: there is no column "Order No"' in str(caught.value)


def test_a_line_may_leave_customer_and_day_to_its_head_but_not_what_the_head_does_not_know():
    line = TableMap("payment", {"header_ref": Take(("Payment",))}, None)
    with pytest.raises(MappingError) as caught:
        check(mapping(line), sheet("Payment"))
    assert "payment.amount is missing" in str(caught.value)
    assert "organisation_ref" not in str(caught.value)


def test_days_in_both_orders_are_refused_with_what_to_do_about_them(tmp_path):
    here = of(shown("Order Date", dates="mixed"), shown("Customer"))
    table = replace(orders(), takes=orders().takes | {"occurred_on": Take(("Order Date",))})
    fitted = fit(mapping(table, confirmed=False), here)
    assert fitted.tables[0].takes["occurred_on"].date_order == "mixed"
    assert any("day first and days written month first" in question for question in questions(fitted))
    with pytest.raises(MappingError, match="export it in one order"):
        check(replace(fitted, confirmed=True), here)
