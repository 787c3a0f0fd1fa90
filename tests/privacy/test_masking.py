"""Masking: people in short text go, honest text stays, and the miss rates are measured."""

from __future__ import annotations

import random

import honest
import pyarrow as pa
import pytest

from burnish.privacy import masking
from burnish.privacy.masking import KnownNames, keep_apart, mask

NOBODY = KnownNames()
KNOWN = KnownNames.of(
    ["Maria Lopez", "Smith, John Q.", "José Álvarez", "Anna Meyer-Lüders", "Accounts Payable", "Cher"]
)
FIRST = [
    "Maria",
    "John",
    "Anna",
    "Jose",
    "Wei",
    "Priya",
    "Olga",
    "Sean",
    "Fatima",
    "Pierre",
    "Grant",
    "Rusty",
]
LAST = [
    "Lopez",
    "Smith",
    "Meyer",
    "O'Brien",
    "Nguyen",
    "Patel",
    "Black",
    "Steel",
    "Schmidt-Weber",
    "Dubois",
    "Zinkan",
    "Plater",
]
TITLED = (
    "Mr. {}",
    "call Mrs {} first",
    "ATTN: {}",
    "Attn {}, dock 4",
    "c/o {}",
    "Herrn {} vorlegen",
    "Sra. {}",
    "ok per Dr. {}",
    "contact: {}",
    "z.Hd. {}",
)
PHONES = (
    "216-555-{}",
    "(216) 555-{}",
    "(216)555-{}",
    "216.555.{}",
    "+1 216 555 {}",
    "+49 211 55{}",
    "tel 0211 55{}",
    "phone: 216 555 {}",
    "call 216 555 {}",
    "cell 216555{}",
    "+44 20 7946 {}",
    "fax 555-{}",
)
MAILS = (
    "{}@quill.example",
    "mailto:{}@mail.quill.co.uk",
    "<{}@x-y.example.com>",
    "{}(at)quill.example",
    "cert to {}@QUILL.EXAMPLE.",
)


def masked(*cells: str | None, known: KnownNames = NOBODY) -> list[str | None]:
    return mask(pa.array(cells, pa.string()), known)[0].to_pylist()


def people(count: int, *, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    return [f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in range(count)]


def embedded(forms: tuple[str, ...], fills: list[str], *, seed: int = 1) -> list[str]:
    """Each fill in a form in turn, between two pieces of an honest line."""
    chance = random.Random(seed)
    return [f"zinc plate, {chance.choice(forms).format(fill)}, 500 pcs" for fill in fills]


def missed(lines: list[str], fills: list[str], known: KnownNames = NOBODY) -> float:
    """Share of lines in which the fill still stands."""
    left = masked(*lines, known=known)
    return sum(fill.lower() in line.lower() for fill, line in zip(fills, left, strict=True)) / len(lines)


def four(count: int) -> list[str]:
    return [f"{n % 10_000:04}" for n in range(1_000, 1_000 + count)]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("mail bob@quill.example now", "mail [e-mail] now"),
        ("call 216-555-1234 x12", "call [phone]"),
        ("Mr. Bob Jones said", "Mr. [name] said"),
        ("ATTN: Bob Jones", "ATTN: [name]"),
        ("Herr Dr. Müller-Lüdenscheidt bitte", "Herr Dr. [name] bitte"),
        ("Rückruf Frau Petra Huber, 0711 4589123", "Rückruf Frau [name], [phone]"),
        ("ruf an unter 0711/458912-3 bitte", "ruf an unter [phone] bitte"),
        ("call back on 020 7946 0018", "call back on [phone]"),
        ("appel Mme Dupont 01 23 45 67 89", "appel Mme [name] [phone]"),
        ("Rückruf 07114589123", "Rückruf [phone]"),
    ],
)
def test_people_are_masked(line, left):
    assert masked(line) == [left]


@pytest.mark.parametrize(
    "line", ["Maria Lopez", "MARIA LOPEZ", "lopez, maria", "Lopez Maria", "maria  m. lopez", "maria.lopez"]
)
def test_a_known_name_is_masked_in_any_case_and_order(line):
    assert masked(f"ask {line}: ok", known=KNOWN) == ["ask [name]: ok"]


def test_accents_and_hyphens_do_not_hide_a_known_name():
    assert (
        masked("Jose Alvarez", "JOSÉ ÁLVAREZ", "Anna Meyer-Lüders", "Meyer-Lüders, Anna", known=KNOWN)
        == ["[name]"] * 4
    )


@pytest.mark.parametrize(
    "line", ["maria bracket", "smithson john", "accounts payable", "cher", "john 5 smith st", "Lopezmaria"]
)
def test_single_names_parts_of_words_and_departments_stay(line):
    assert masked(line, known=KNOWN) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "P/N 216-555-1234",
        "MS 20470AD4",
        "pH 10.5-11.0 100-140",
        "+0.0005/-0.0002",
        "qty 300 250 1200",
        "5 @ 1.25 ea",
        "Attn: Quality Dept",
        "2024-08-15 03:22:11",
        "call when lot 0711 4589123 is done",
        "seal 025-1234-00 300 pcs",
        "call before 01.02.2026 08:30",
        "call for pickup 05 06 2026 10 00",
    ],
)
def test_shop_text_that_looks_like_people_stays(line):
    assert masked(line, known=KNOWN) == [line]


def test_masking_twice_changes_nothing_more():
    lines = embedded(TITLED + PHONES + MAILS, people(300))
    once, changed = mask(pa.array(lines), KNOWN)
    assert changed > 0
    assert (mask(once, KNOWN)[0].equals(once), mask(once, KNOWN)[1]) == (True, 0)


def test_blank_clean_and_repeated_columns_come_back_as_they_are():
    cells = pa.array([None, "zinc", ""] * 50)
    assert mask(cells, KNOWN)[0].equals(cells)
    assert mask(pa.array([], pa.string()), KNOWN)[1] == 0


def test_a_slice_of_a_column_is_masked_like_the_column():
    cells = pa.array(["zinc", "see Maria Lopez", None, "é Maria Lopez", "tin"])
    assert mask(cells.slice(1, 3), KNOWN)[0].to_pylist() == ["see [name]", None, "é [name]"]


def test_miss_rates_are_as_published():
    names, numbers = people(2_000), four(2_000)
    rates = {
        "e-mail": missed(
            embedded(MAILS, names_as_mail := [name.replace(" ", ".").replace("'", "") for name in names]),
            names_as_mail,
        ),
        "phone": missed(embedded(PHONES, numbers), numbers),
        "titled": missed(embedded(TITLED, names), names),
        "known": missed(embedded(("{}", "ok {} 5/3", "PER {}"), names), names, KnownNames.of(names)),
        "unknown, untitled": missed(embedded(("{}", "ok {} 5/3", "PER {}"), names), names),
    }
    print(rates)
    assert max(rates["e-mail"], rates["phone"], rates["titled"], rates["known"]) <= 0.01
    assert rates["unknown, untitled"] > 0.9


def test_without_patterns_the_measure_of_misses_fails(monkeypatch):
    monkeypatch.setattr(masking, "matching", lambda cells, pattern: pa.array([False] * len(cells)))
    assert missed(embedded(PHONES, four(100)), four(100)) == 1.0


def test_honest_lines_are_hardly_ever_masked():
    lines = honest.lines(10_000)
    changed = mask(pa.array(lines), KnownNames.of(people(500)))[1]
    print(f"honest lines masked by mistake: {changed} of {len(lines)}")
    assert changed <= 10


def test_a_local_number_beside_a_name_known_later_is_masked_with_it():
    line = "Petra Huber 0711 4589123"
    assert masked(line) == [line]
    assert masked(line, known=KnownNames.of(["Petra Huber"])) == ["[name] [phone]"]


def test_names_never_show_in_a_repr():
    assert "lopez" not in repr(KNOWN)


def test_long_text_is_kept_apart_with_a_neutral_note():
    open_text, bodies = keep_apart(pa.array(["short", "x" * 240, None]))
    assert open_text.to_pylist() == ["short", "[text kept apart, 240 characters]", None]
    assert bodies.to_pylist() == [False, True, False]
