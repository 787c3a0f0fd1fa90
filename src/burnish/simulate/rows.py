"""Big order-like CSV files for the speed bench: as many rows as wished, with real work for every step.

Descriptions are mostly distinct, contacts and mail addresses repeat per customer, dates are ISO,
amounts have cents.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from burnish.simulate import words

BATCH = 1 << 19
PERSONAL = ("Contact", "Email")


def order_rows(path: Path, rows: int, *, customers: int, seed: int, people: bool = True) -> Path:
    """Write `rows` order lines of `customers` customers; without Contact and Email if not `people`.

    Equal arguments give equal bytes. Customer k orders in proportion to 1/k.
    """
    rng = np.random.default_rng(seed)
    parties = party_table(customers)
    weights = np.cumsum(1 / np.arange(1, customers + 1))
    schema = batch_of(rng, parties, weights, first=0, size=0, people=people).schema
    with csv.CSVWriter(path, schema, write_options=csv.WriteOptions(quoting_style="none")) as writer:
        for first in range(0, rows, BATCH):
            size = min(BATCH, rows - first)
            writer.write_batch(batch_of(rng, parties, weights, first=first, size=size, people=people))
    return path


def party_table(customers: int) -> pa.Table:
    """One row per customer: its name, one contact and that contact's address, all distinct."""
    given, initials = np.array(words.GIVEN), np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    towns = np.array([start + end for start in words.STARTS for end in words.ENDS])
    number = np.arange(customers)
    if customers > len(given) * len(initials) * len(towns):
        raise ValueError(f"there are no {customers} distinct names; ask for fewer customers")
    town, ordinal = towns[number % len(towns)], np.char.mod("%d", number)
    first = given[number // len(towns) % len(given)]
    initial = initials[number // (len(towns) * len(given))]
    return pa.table(
        {
            "Customer": join(town, " Works ", ordinal),
            "Contact": join(first, " ", initial, ". ", town),
            "Email": join(np.char.lower(first), ".", ordinal, "@", np.char.lower(town), ".example"),
        }
    )


def batch_of(
    rng: np.random.Generator, parties: pa.Table, weights: np.ndarray, *, first: int, size: int, people: bool
) -> pa.RecordBatch:
    """`size` rows, the first of them with ID 1,000,000 + `first`."""
    who = pa.array(np.searchsorted(weights, rng.random(size) * weights[-1]))
    day = rng.integers(0, 5 * 365, size)
    cents = np.exp(rng.normal(10.2, 1.1, size)).astype(np.int64) + 500
    columns = {
        "ID": pa.array(np.arange(first, first + size) + 1_000_000),
        "Order Date": ISO_DAYS.take(pa.array(day)),
        "Customer": parties["Customer"].combine_chunks().take(who),
        "PO": join("PO-", numbered(rng, 200_000, 900_000, size)),
        "Part No": join(numbered(rng, 1000, 9999, size), "-", numbered(rng, 100, 999, size)),
        "Process": one_of(words.PROCESSES, rng, size),
        "Description": join(
            one_of(words.PARTS, rng, size),
            " ",
            one_of(words.DETAILS, rng, size),
            " ",
            numbered(rng, 0, 10**7, size),
        ),
        **({name: parties[name].combine_chunks().take(who) for name in PERSONAL} if people else {}),
        "Qty": pa.array(rng.integers(1, 5000, size)),
        "Amount": join(pa.array(cents // 100).cast(pa.string()), ".", TWO_DIGITS.take(pa.array(cents % 100))),
        "Due Date": ISO_DAYS.take(pa.array(day + rng.integers(3, 15, size))),
    }
    return pa.RecordBatch.from_pydict(columns)


ISO_DAYS = pa.array(np.datetime_as_string(np.datetime64("2020-01-01") + np.arange(5 * 365 + 20)))
TWO_DIGITS = pa.array([f"{cents:02d}" for cents in range(100)])


def join(*pieces: str | np.ndarray | pa.Array) -> pa.Array:
    """The pieces of each row put together as one text."""
    columns = (piece if isinstance(piece, str | pa.Array) else pa.array(piece) for piece in pieces)
    return pc.binary_join_element_wise(*columns, "")


def numbered(rng: np.random.Generator, low: int, high: int, size: int) -> pa.Array:
    """Random whole numbers as text."""
    return pa.array(rng.integers(low, high, size)).cast(pa.string())


def one_of(texts: Sequence[str], rng: np.random.Generator, size: int) -> pa.Array:
    """One of the texts per row."""
    return pa.array(texts).take(pa.array(rng.integers(0, len(texts), size)))
