"""The guess against the headings of real systems, and its manners: unsure where it cannot know."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.preview import mapping_table
from burnish.schema.tables import CANONICAL, HEAD
from burnish.sources.guessing import guess, synonyms
from burnish.sources.mapping import SURE, UNITS, Mapping, TableMap, Take, check, fit, questions, read
from burnish.sources.reading import ColumnProfile, SheetProfile, open_file

ROWS = 400
SECTIONS = (Path(__file__).parent / "headings.txt").read_text("utf-8").split("\n== ")[1:]
LISTS = {title: text for title, _, text in (section.partition("\n") for section in SECTIONS)}
# what a column holds: dates, numbers, emails, phones, words (shares), distinct values, longest cell
HOLDS = {
    "date": (1.0, 0, 0, 0, 0, 250, 10),
    "halfdate": (0.5, 0, 0, 0, 0.5, 200, 12),
    "num": (0, 1.0, 0, 0, 0, 300, 9),
    "few": (0, 1.0, 0, 0, 0, 12, 3),
    "id": (0, 1.0, 0, 0, 0, ROWS, 6),
    "ref": (0, 0.2, 0, 0, 0.1, 320, 10),
    "words": (0, 0, 0, 0, 1.0, 60, 30),
    "text": (0, 0, 0, 0, 0.8, 350, 90),
    "kind": (0, 0, 0, 0, 1.0, 5, 12),
    "yes": (0, 0, 0, 0, 1.0, 2, 3),
    "cur": (0, 0, 0, 0, 1.0, 1, 3),
    "uom": (0, 0, 0, 0, 1.0, 4, 4),
    "email": (0, 0, 1.0, 0, 0, 90, 24),
    "phone": (0, 0, 0, 1.0, 0, 90, 14),
    "unique": (0, 0, 0, 0, 0.9, ROWS, 24),
    "empty": (0, 0, 0, 0, 0, 0, 0),
}


def column(name: str, holds: str, examples: tuple[str, ...] = ()) -> ColumnProfile:
    dates, numbers, emails, phones, words, distinct, longest = HOLDS[holds]
    return ColumnProfile(
        name,
        0 if holds == "empty" else ROWS,
        len(examples) or distinct,
        dates,
        numbers,
        emails,
        phones,
        words,
        "mdy" if dates else None,
        "." if numbers else None,
        longest,
        examples,
    )


def sheet(*columns: ColumnProfile, file: str = "export.csv") -> SheetProfile:
    return SheetProfile(file, "", 1, ROWS, columns, "utf-8", ",", "\n", ())


def parsed(text: str) -> tuple[list[ColumnProfile], dict[str, set[str]]]:
    """One list of headings.txt: its columns, and where each heading belongs."""
    columns, expected = [], {}
    for line in text.strip().splitlines():
        name, holds, *belongs = (part.strip() for part in line.split("|"))
        holds, _, examples = holds.partition("!")
        columns.append(column(name, holds.strip(), tuple(examples.split(",")) if examples else ()))
        expected[name] = set(belongs[0].split()) if belongs else set()
    return columns, expected


def targets(mapping: Mapping) -> dict[str, dict[str, float]]:
    """Heading -> where the guess takes it, with the confidence."""
    found: dict[str, dict[str, float]] = {}
    for table in mapping.tables:
        known = {"known": table.known} if table.known else {}
        for name, take in {**table.takes, **known}.items():
            for heading in take.columns:
                found.setdefault(heading, {})[f"{table.table}.{name}"] = take.confidence
    return found


def judged(title: str) -> tuple[int, int, list[str], list[str]]:
    """(right, all, surely wrong, otherwise wrong) over the headings of one list."""
    columns, expected = parsed(LISTS[title])
    found = targets(
        guess(sheet(*columns, file=f"{title.partition(':')[2].strip() or 'export'}.csv"), source="generic")
    )
    right, surely, other = 0, [], []
    for name, belongs in expected.items():
        must = {one for one in belongs if not one.startswith("?")}
        may = must | {one[1:] for one in belongs}
        given = found.get(name, {})
        right += must <= given.keys() <= may
        wrong = {one: sure for one, sure in given.items() if one not in may}
        surely += [f"{title}: {name} -> {one}" for one, sure in wrong.items() if sure >= SURE]
        other += [f"{title}: {name} -> {one} {sure}" for one, sure in wrong.items() if sure < SURE]
        other += [f"{title}: {name} lacks {one}" for one in must - given.keys()]
    return right, len(expected), surely, other


@pytest.mark.parametrize("title", LISTS)
def test_no_heading_is_surely_mapped_to_the_wrong_place(title):
    right, total, surely, _ = judged(title)
    assert surely == []
    assert right >= 0.6 * total


def test_the_guess_is_right_for_nearly_all_headings_of_real_systems(capsys):
    results = [judged(title) for title in LISTS]
    right, total = sum(one[0] for one in results), sum(one[1] for one in results)
    surely = [line for one in results for line in one[2]]
    with capsys.disabled():
        print(f"\nheadings right: {right} of {total} ({right / total:.1%}), surely wrong: {len(surely)}")
        print("\n".join(line for one in results for line in one[3]))
    assert right / total >= 0.95
    assert surely == []


def table(mapping: Mapping, name: str) -> TableMap:
    return next(one for one in mapping.tables if one.table == name)


def an_order_list(*more: ColumnProfile) -> SheetProfile:
    plain = [column("Order No", "id"), column("Order Date", "date"), column("Customer", "words")]
    return sheet(*plain, column("Order Total", "num"), *more)


def guessed(*more: ColumnProfile) -> Mapping:
    return guess(an_order_list(*more), source="generic")


def test_a_plain_order_list_is_understood_surely_and_asks_nothing():
    made = guessed()
    check(made, an_order_list())
    assert questions(made) == ()
    assert table(made, "order_line").key == ("Order No",)


@pytest.mark.parametrize("spelled", ["ORDER DATE", "order_date", "orderDate", "Order-Date:", "OrderDate"])
def test_spelling_of_a_heading_does_not_matter(spelled):
    named = [column("Order No", "id"), column(spelled, "date"), column("Customer", "words")]
    made = guess(sheet(*named, column("Order Total", "num")), source="generic")
    assert table(made, "order_line").takes["occurred_on"] == Take(
        (spelled,), date_order="mdy", confidence=0.97
    )


def test_values_that_disagree_lower_the_confidence_below_sure():
    wordy = sheet(
        column("Order No", "id"),
        column("Order Date", "date"),
        column("Customer", "words"),
        column("Order Total", "words"),
    )
    takes = table(guess(wordy, source="generic"), "order_line").takes
    assert takes.get("amount", Take((), confidence=0)).confidence < SURE


def test_two_headings_for_one_amount_leave_doubt():
    assert table(guessed(column("Order Value", "num")), "order_line").takes["amount"].confidence < SURE


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Weight (Kilograms)", "kg"),
        ("Weight (lbs)", "lb"),
        ("Net Wt. (g)", None),
        ("Weight lbs", "lb"),
        ("Weight", None),
    ],
)
def test_the_unit_of_a_weight_is_read_from_its_heading(heading, unit):
    take = table(guessed(column(heading, "num")), "order_line").takes["weight_kg"]
    assert take.unit == unit
    assert (take.confidence >= SURE) == (unit is not None)


def test_an_area_in_square_feet_is_known():
    take = table(guessed(column("Area (sq ft)", "num")), "order_line").takes["area_m2"]
    assert (take.columns, take.unit) == (("Area (sq ft)",), "ft2")


def test_a_currency_in_the_amounts_heading_holds_for_every_row():
    seen = sheet(
        column("Order No", "id"),
        column("Order Date", "date"),
        column("Customer", "words"),
        column("Order Total (EUR)", "num"),
    )
    assert table(guess(seen, source="generic"), "order_line").takes["currency"].constant == "EUR"


def test_freight_insurance_notes_and_tax_are_left_out():
    extras = ("Freight Amount", "Insurance", "Tax Amount", "Notes", "Memo", "Comments")
    made = guessed(
        *(column(name, "num") for name in extras[:3]), *(column(name, "text") for name in extras[3:])
    )
    assert made.dropped == extras


@pytest.mark.parametrize("heading", ["Buyer", "Contact", "Attn", "Contact Name", "Purchasing Contact"])
def test_a_contact_in_an_order_list_goes_to_the_vault_with_its_customer(heading):
    contact = table(guessed(column(heading, "words")), "person")
    assert contact.takes["name"].columns == (heading,)
    assert contact.takes["organisation_ref"].columns == ("Customer",)


def test_first_and_last_name_are_joined():
    contact = table(guessed(column("First Name", "words"), column("Last Name", "words")), "person")
    assert contact.takes["name"] == Take(("First Name", "Last Name"), "join", " ", confidence=0.97)


def test_a_contacts_number_is_the_key_and_never_their_address():
    made = guessed(column("Contact ID", "ref"), column("Contact", "words"), column("E-mail", "email"))
    assert table(made, "person").key == ("Contact ID",)
    assert table(guessed(column("E-mail", "unique"), column("Contact", "words")), "person").key is None


def test_phone_and_address_of_a_list_without_contacts_belong_to_the_company():
    seen = sheet(
        column("Customer", "unique"),
        column("Phone", "phone"),
        column("Address", "text"),
        column("City", "words"),
        file="customers.csv",
    )
    made = guess(seen, source="generic")
    assert table(made, "organisation").takes.keys() >= {"name", "phone", "address", "city"}
    assert [one.table for one in made.tables] == ["organisation"]


def test_every_personal_heading_goes_to_a_vault_column_or_nowhere():
    personal = (
        "Contact Name",
        "E-mail",
        "Cell Phone",
        "Billing Address",
        "First Name",
        "Last Name",
        "Home Address",
    )
    found = targets(guessed(*(column(name, "email" if name == "E-mail" else "text") for name in personal)))
    for name in personal:
        for place in found.get(name, {}):
            owner, _, taken = place.partition(".")
            assert CANONICAL[owner].by_name[taken].vault


def test_an_order_and_line_number_together_are_the_key():
    seen = sheet(
        column("Order No", "ref"),
        column("Line", "few"),
        column("Order Date", "date"),
        column("Customer", "words"),
    )
    assert table(guess(seen, source="generic"), "order_line").key == ("Order No", "Line")


def test_rows_without_an_own_number_have_no_key():
    seen = sheet(column("Order No", "ref"), column("Order Date", "date"), column("Customer", "words"))
    assert table(guess(seen, source="generic"), "order_line").key is None


def test_an_ambiguous_date_follows_the_sheets_other_dates():
    unclear = replace(column("Promised Date", "date"), date_order="ambiguous")
    assert table(guessed(unclear), "order_line").takes["due_on"].date_order == "mdy"


def test_an_ambiguous_date_stays_a_question_where_nothing_settles_it():
    seen = an_order_list()
    unclear = replace(
        seen, columns=tuple(replace(c, date_order=c.date_order and "ambiguous") for c in seen.columns)
    )
    assert questions(guess(unclear, source="generic")) == (
        'order_line.occurred_on: does "Order Date" write the day or the month first? '
        'Write date_order = "dmy" or "mdy" beside it',
    )


def test_several_half_filled_dates_are_taken_in_order():
    names = ("PQ First Sent to Client Date", "PO Sent to Vendor Date")
    seen = sheet(
        column("Order No", "id"),
        *(column(n, "halfdate") for n in names),
        column("Due Date", "date"),
        column("Customer", "words"),
    )
    take = table(guess(seen, source="generic"), "order_line").takes["occurred_on"]
    assert take.how == "first"
    assert take.columns == ("PO Sent to Vendor Date", "PQ First Sent to Client Date", "Due Date")
    assert take.confidence < SURE


def test_a_list_of_mixed_documents_is_never_sure():
    kinds = column("Transaction type", "kind", ("Invoice", "Payment"))
    seen = sheet(
        kinds, column("Date", "date"), column("Num", "id"), column("Name", "words"), column("Amount", "num")
    )
    found = targets(guess(seen, source="generic"))
    assert found
    assert all(sure < SURE for places in found.values() for sure in places.values())


def test_an_invoices_total_that_stands_on_every_line_is_doubted():
    seen = sheet(
        column("Invoice No", "ref"),
        column("Invoice Date", "date"),
        column("Customer", "words"),
        column("Invoice Total", "num"),
    )
    assert table(guess(seen, source="generic"), "invoice").takes["amount"].confidence <= 0.6


def test_a_sheet_of_something_else_maps_nothing():
    made = guess(
        sheet(column("Temperature", "num"), column("Tank", "kind"), column("Checked", "date")),
        source="generic",
    )
    assert made.tables == ()
    assert questions(made) == ("What does a row of this sheet stand for?",)


def test_every_column_and_table_of_the_vocabulary_exists():
    for name in CANONICAL.keys() & synonyms().data.keys():
        assert synonyms().data[name].keys() - {"key"} <= CANONICAL[name].by_name.keys()
    assert synonyms().data["kinds"].keys() == CANONICAL.keys() - {HEAD}
    assert synonyms().data["units"].keys() <= UNITS.keys()


@settings(deadline=None)
@given(
    st.lists(
        st.builds(column, st.text(min_size=1, max_size=20), st.sampled_from(sorted(HOLDS))),
        unique_by=lambda c: c.name,
    )
)
def test_whatever_the_headings_the_guess_reads_only_them_and_never_twice_drops_one(columns):
    seen = sheet(*columns)
    made = guess(seen, source="generic")
    assert set(made.columns) | set(made.dropped) == {one.name for one in columns}
    assert not set(made.columns) & set(made.dropped)
    assert all(0 <= take.confidence <= 1 for one in made.tables for take in one.takes.values())


@pytest.mark.parametrize(("rows", "said"), [(1, "export.csv: 1 row "), (2000, "export.csv: 2,000 rows ")])
def test_the_preview_counts_rows_as_people_do(rows, said):
    assert said in mapping_table(replace(an_order_list(), rows=rows), guessed(), ())


@pytest.mark.parametrize("file", ["Auftragsliste Mai.csv", "export.csv", "Sheet1.csv"])
def test_the_object_says_what_the_rows_are_and_never_the_files_name(file):
    assert guess(replace(an_order_list(), file=file, sheet="May"), source="generic").object == "orders"


@pytest.mark.parametrize(
    ("country", "order"), [("US", "mdy"), ("ph", "mdy"), ("DE", "dmy"), ("CA", "ambiguous")]
)
def test_a_date_that_fits_both_ways_is_read_as_the_country_does_and_said_so(country, order):
    seen = an_order_list()
    unclear = replace(
        seen, columns=tuple(replace(c, date_order=c.date_order and "ambiguous") for c in seen.columns)
    )
    made = guess(unclear, source="generic", country=country)
    take = table(made, "order_line").takes["occurred_on"]
    assert (take.date_order, take.assumed) == (order, order != "ambiguous")
    assert take.confidence < SURE or not take.assumed
    assert any("will be read" in one for one in questions(made)) == take.assumed


@pytest.mark.parametrize(
    ("order", "line"),
    [("SO", "Line"), ("Sales Order", "Ln"), ("Order No", "Item"), ("Order No", "Line No"), ("Job", "Pos")],
)
def test_order_and_line_number_under_any_usual_name_are_the_key(order, line):
    seen = sheet(
        column(order, "ref"), column(line, "few"), column("Order Date", "date"), column("Customer", "words")
    )
    made = guess(seen, source="generic")
    assert table(made, "order_line").key == (order, line)
    assert any("differ in every row" in one for one in questions(made))


def test_an_item_number_that_is_no_count_of_lines_is_a_part_and_no_key():
    items = replace(column("Item", "ref"), longest=12)
    seen = sheet(column("Order No", "ref"), items, column("Order Date", "date"), column("Customer", "words"))
    made = table(guess(seen, source="generic"), "order_line")
    assert made.key is None
    assert made.takes["part_ref"].columns == ("Item",)


@pytest.mark.parametrize(
    ("heading", "country", "currency"),
    [
        ("Ext Price ($)", None, "USD"),
        ("Ext Price (US$)", "CA", "USD"),
        ("Ext Price ($)", "CA", None),
        ("Ext Price (C$)", None, None),
        ("Betrag €", "DE", "EUR"),
        ("Amount (GBP)", None, "GBP"),
        ("Amount £", None, "GBP"),
    ],
)
def test_a_currency_in_a_heading_is_proposed_as_a_question(heading, country, currency):
    seen = sheet(
        column("Order No", "id"),
        column("Order Date", "date"),
        column("Customer", "words"),
        column(heading, "num"),
    )
    made = guess(seen, source="generic", country=country)
    takes = table(made, "order_line").takes
    assert takes["amount"].columns == (heading,)
    assert (takes["currency"].constant if "currency" in takes else None) == currency
    assert any("order_line.currency" in one for one in questions(made)) == (currency is not None)


@pytest.mark.parametrize(
    ("columns", "wanted"),
    [
        (
            {
                "Auftrags-Nr.": "ref",
                "Pos": "few",
                "Kunde": "words",
                "Auftragsdatum": "date",
                "Teilenummer": "ref",
            }
            | {"Bezeichnung": "text", "Verfahren": "words", "Menge": "num", "Preis": "num", "Betrag": "num"}
            | {"Liefertermin": "date", "Bestellnummer": "ref", "Ansprechpartner": "words"},
            {"order_no", "occurred_on", "organisation_ref", "part_ref", "description", "process_text"}
            | {"quantity", "price", "amount", "due_on", "po_no"},
        ),
        (
            {"Rechnungsnummer": "id", "Kunde": "words", "Rechnungsdatum": "date", "Fälligkeit": "date"}
            | {"Betrag": "num", "Bezahlt am": "date"},
            {"number", "organisation_ref", "occurred_on", "due_on", "amount"},
        ),
        (
            {"Kundennr.": "unique", "Kunde": "unique", "Straße": "text", "PLZ": "ref", "Ort": "words"}
            | {"Land": "words", "Telefon": "phone"},
            {"code", "name", "address", "postal_code", "city", "country", "phone"},
        ),
    ],
)
def test_german_headings_are_understood(columns, wanted):
    made = guess(sheet(*(column(name, holds) for name, holds in columns.items())), source="generic")
    assert made.tables[0].takes.keys() == wanted
    assert made.dropped == ()


REAL = Path(__file__).parents[3] / "shared" / "data"
EXAMPLES = Path(__file__).parents[2] / "examples" / "mappings"


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
def test_the_real_receivables_are_understood_without_help():
    with open_file(REAL / "receivables_ibm" / "ibm_accounts_receivable.csv") as reading:
        made = guess(reading.sheets[0], source="generic")
        wanted = fit(read(EXAMPLES / "receivables.toml"), reading.sheets[0])
    assert [(t.table, t.key, {n: k.columns for n, k in t.takes.items()}) for t in made.tables] == [
        (t.table, t.key, {n: k.columns for n, k in t.takes.items()}) for t in wanted.tables
    ]
    assert questions(made) == ()


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
def test_the_real_order_lines_are_proposed_and_the_customer_is_asked_for():
    with open_file(REAL / "orders_scms" / "SCMS_Delivery_History_Dataset.csv") as reading:
        made = guess(reading.sheets[0], source="generic")
        check(read(EXAMPLES / "scms.toml"), reading.sheets[0])
    line = table(made, "order_line")
    assert line.key == ("ID",)
    assert line.takes["organisation_ref"].columns == ("Country", "Project Code")
    assert any("organisation_ref" in one for one in questions(made))


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("invoice", "invoice"),
        ("estimate", "quote"),
        ("payment", "payment"),
        ("customer", "organisation"),
        ("vendor", None),
        ("bill", None),
        ("account", None),
    ],
)
def test_of_the_real_accounting_tables_only_those_of_customers_are_sure(file, wanted):
    with open_file(REAL / "exports" / "quickbooks" / f"{file}_data.csv") as reading:
        made = guess(reading.sheets[0], source="generic")
    sure = {one.table for one in made.tables if any(take.confidence >= SURE for take in one.takes.values())}
    assert sure - {"person"} == ({wanted} if wanted else set())


def jobs_in(folder: Path, *customers: str) -> TableMap:
    rows = [f"{n},2026-01-{n % 28 + 1:02},{whose},10.00" for n, whose in enumerate(customers, start=1)]
    path = folder / "orders.csv"
    path.write_text("\n".join(["Order No,Order Date,Customer,Amount", *rows]), "utf-8")
    with open_file(path) as reading:
        [seen] = reading.sheets
    return table(guess(seen, source="generic"), "order_line")


def test_customers_written_with_their_jobs_are_read_up_to_the_colon_after_asking(tmp_path):
    shown = ["Acme:Job 1", "Acme:Job 2", "Acme", "Birch:Hood", "Birch:Rail", "Cedar Co"] * 3
    made = jobs_in(tmp_path, *shown)
    assert made.takes["organisation_ref"].upto == ":"
    mapping = Mapping("generic", "orders", "0" * 12, (made,), (), confirmed=False)
    assert any('before ":"' in question for question in questions(mapping))


def test_a_colon_that_does_not_part_customers_from_jobs_stays(tmp_path):
    alone = [f"Company {n}: Plating Division" for n in range(12)]
    assert jobs_in(tmp_path, *alone).takes["organisation_ref"].upto is None
    links = [f"https://example.org/{n}" for n in range(12)]
    assert jobs_in(tmp_path, *links).takes["organisation_ref"].upto is None
