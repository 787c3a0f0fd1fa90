"""Mutated inputs for each parser, from a seed; and the run that counts them.

A failure is any exception that is not a deliberate error, or one input over LONGEST_S of processor time.
"""

import faulthandler
import gzip
import io
import os
import pickle
import random
import resource
import signal
import sqlite3
import struct
import tempfile
import time
import zipfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
from books_made import ods, packed, xls, xlsb, xlsx

from burnish.errors import BurnishError
from burnish.schema.contracts import Column
from burnish.sources import mapping
from burnish.sources.reading.breaks import melted
from burnish.sources.reading.contents import contents_of
from burnish.sources.reading.csv import read_text
from burnish.sources.reading.profile import column_profile
from burnish.sources.reading.reports import as_list
from burnish.sources.reading.shapes import Limits
from burnish.sources.reading.sheets import read_workbook
from burnish.sources.reading.sniff import encoding_of, kind_of, layout_of
from burnish.sources.values import convert, date_order_of, decimal_mark_of, marked_currencies

LONGEST_S, HANGS_S, STANDS_STILL_S, MORE_MEMORY = 2.0, 20, 300, 1 << 29
SMALL = Limits(expanded_mb=8, cell_bytes=4096, columns=200, members=50)
TEXTS = [
    "Order,Customer,Date,Amount\n1,Acme,2024-01-02,5\n2,Beta Inc,3/4/24,6.50\n3,Gamma,x,\n",
    'Order;Note\r\n1;"two\r\nlines"\r\n2;"a ""quote"""\r\n3;plain\r\n',
    "Report\nas of 3/4/24\n\n,Date,Num,Amount\nAcme,,,\n,1/2/25,1,10\n,1/3/25,2,5\nTotal for Acme,,,15\n"
    'Bolt,,,\n,1/4/25,3,7\nTotal for Bolt,,,7\nTOTAL,,,22\n\n"Thursday, November 20, 2025 08:10 AM GMT-5"\n',
    ",,,,Type,,Date,,Amount\n,Acme,,,,,,,\n,,Job,,,,,,\n,,,,Invoice,,1/7/25,,12.00\n,,Total Job,,,,,,12.00\n"
    ",Total Acme,,,,,,,12.00\nTOTAL,,,,,,,,12.00\n",
    "Quote,quantity1,quantity2,quantity3,price1,price2,price3\nQ1,10,20,30,3,2,1\nQ2,5,,,4,,\n",
    "Customer,Order,Amount\nAcme,1,5\nAcme Total,,5\nBolt,2,6\nBolt Total,,6\nGrand Total,,11\n,,11\n",
    "Kunde\tOrt\nMüller\tKöln\nSöhne\tTrier\n",
]
TOKENS = [
    *(b",;\t|\"\n\r\0 'x0()$%-=#:/."[at : at + 1] for at in range(26)),
    *(
        b'""',
        b"\r\n",
        b'",',
        b',"',
        b"\xff",
        b"\xc3\xa9",
        b"\xe2\x82\xac",
        b"\xef\xbb\xbf",
        b"\x80",
        b"Total ",
    ),
    *(
        b"Total for Acme",
        b"TOTAL",
        b"Page 1 of 2",
        b"Accrual Basis",
        b"1,234.50",
        b"12/31/2024",
        b"Acme,,,\n",
    ),
    *(
        b"Subtotal:",
        b"Customer: ",
        b"," * 40,
        b"\n" * 20,
        b'"' * 9,
        b"9" * 40,
        b"quantity1",
        b"price2",
        b"[" * 1500,
    ),
]


def bytes_like(rng, seeds):
    """One of some seeds, changed in a few places."""
    raw = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        at = rng.randrange(len(raw) + 1)
        way = rng.randrange(7)
        if way == 0 and raw:
            raw[at % len(raw)] = rng.randrange(256)
        elif way == 1:
            raw[at:at] = rng.choice(TOKENS)
        elif way == 2:
            del raw[at : at + rng.randrange(1, 30)]
        elif way == 3:
            raw[at:at] = raw[at : at + rng.randrange(1, 60)]
        elif way == 4:
            other = rng.choice(seeds)
            begin = rng.randrange(len(other) + 1)
            raw[at:] = other[begin : begin + 400]
        elif way == 5:
            del raw[at:]
        else:
            raw[at : at + 4] = struct.pack(
                "<I", rng.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, rng.randrange(1 << 32)))
            )
    return bytes(raw[:4000])


CELLS = [
    "",
    "",
    "1",
    "2.50",
    "1,234.50",
    "(7)",
    "3/4/24",
    "Acme",
    "Bolt",
    "Total",
    "Total for Acme",
    "TOTAL",
    "x y",
]
CELLS += [
    "Acme Total",
    "Customer:",
    "Customer: Bolt",
    " ",
    "é",
    "€5",
    "Page 2",
    "Accrual Basis",
    "-",
    "a\nb",
    'q"q',
]
HEADS = [
    "Order",
    "Customer",
    "Date",
    "Amount",
    "Balance",
    "Qty 1",
    "Qty 2",
    "Qty 3",
    "Price 1",
    "Price 2",
    "Price 3",
    "",
    "",
]


def table_like(rng):
    """A table of odd cells, written as some program would."""
    width = rng.randrange(1, 9)
    rows = [[rng.choice(HEADS) for _ in range(width)]]
    for _ in range(rng.randrange(14)):
        few = rng.random() < 0.4
        rows.append([rng.choice(CELLS) if not few or rng.random() < 0.3 else "" for _ in range(width)])
    mark, end = rng.choice(",;\t|"), rng.choice(("\n", "\r\n", "\r"))
    text = end.join(mark.join(written(cell, mark) for cell in row) for row in rows) + end
    return text.encode(rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")), "replace")


def written(cell, mark):
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in (mark, '"', "\n")) else cell


def text_like(rng):
    """A text file, whole or hurt."""
    seeds = [text.encode() for text in TEXTS]
    return table_like(rng) if rng.random() < 0.5 else bytes_like(rng, [*seeds, table_like(rng)])


ROWS = [["Order", "Customer", "Qty"], [1, "Acme", 5], [2, "Bolt", 2.5], ["Total", "", 7.5]]
BOOKS = [xlsx(S=ROWS, T=[["a", "=1/0"], [1, 2]]), ods(*ROWS), xls(*ROWS, merged=[(2, 3, 1, 1)]), xlsb(*ROWS)]


def parts_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        return {name: source.read(name) for name in source.namelist()}


PARTS = [parts_of(book) for book in BOOKS if book[:2] == b"PK"]
XML = [
    b'<c r="B9"><v>1</v></c>',
    b'r="C3"',
    b't="e"',
    b't="s"',
    b"<f>1+1</f><v/>",
    b"<v>1e400</v>",
    b"<row r='7'>",
]
XML += [
    b"</row>",
    b"<mergeCell ref='A1:B9'/>",
    b"&amp;",
    b"&#0;",
    b"<!--",
    b"]]>",
    b"A1:XFD1048576",
    b's="9"',
    b"<c>",
]


def book_like(rng):
    """A workbook with one of its parts, or its bytes, changed."""
    if rng.random() < 0.35:
        return bytes_like(rng, BOOKS)
    parts = dict(rng.choice(PARTS))
    name = rng.choice([*parts, *(each for each in parts if "sheet" in each or "content" in each)])
    raw = bytearray(parts[name])
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(raw) + 1)
        way = rng.randrange(5)
        if way == 0:
            raw[at:at] = rng.choice(XML)
        elif way == 1:
            del raw[at : at + rng.randrange(1, 40)]
        elif way == 2 and raw:
            raw[at % len(raw)] = rng.randrange(256)
        elif way == 3:
            raw[at:at] = raw[at : at + rng.randrange(1, 80)]
        else:
            raw = raw.replace(b'"1"', b'"%d"' % rng.randrange(-1, 300), 1)
    return packed(parts | {name: bytes(raw)}, zipfile.ZIP_STORED)


ARCHIVES = [
    gzip.compress(TEXTS[0].encode()),
    gzip.compress(TEXTS[0].encode()) + gzip.compress(TEXTS[1].encode()),
    packed({"a.csv": TEXTS[0], "b.txt": TEXTS[2], "LICENSE": "free, for all\n"}),
    packed({"x/a.csv": TEXTS[0], "c.xlsx": BOOKS[0]}, zipfile.ZIP_STORED),
]


def archive_like(rng):
    """An archive, its bytes changed, or of changed files under odd names."""
    if rng.random() < 0.6:
        return bytes_like(rng, ARCHIVES)
    if rng.random() < 0.3:
        return gzip.compress(rng.choice((text_like, archive_like))(rng), 1)
    names = (
        "a.csv",
        "../b.csv",
        "C:\\d.txt",
        "e",
        "f.pdf",
        "g.xlsx",
        "a.csv/",
        "\n",
        "__MACOSX/h.csv",
        "ü.tsv",
    )
    parts = {rng.choice(names): text_like(rng) for _ in range(rng.randrange(1, 4))}
    return packed(parts, rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))


JSONS = [
    b'[{"id": 1, "c": {"name": "Acme"}, "lines": [{"n": 1}, {"n": 2, "tags": ["a", 2]}]},'
    b' {"id": 2, "x": 1.5e3}]',
    b'{"a": 1, "d": "/Date(1518685950940+0000)/"}\n{"a": null, "b": true}\n{"a": "x", "c": [1, 2]}\n',
    b'{"Data": [{"id": 1}], "page": {"next": null}}',
    b'{"event": "x", "event_params": [{"key": "p", "value": {"string_value": "v"}}]}\n{"event": "y"}\n',
    '[{"Ort": "K\u00f6ln"}]'.encode("utf-16"),
]
OF_JSON = [
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b",",
        b":",
        b"\n",
        b'"a":',
        b'"a.b":1,',
        b"null",
        b"NaN",
        b"1e999",
        b"-",
        b"\\",
    ),
    *(
        b"\\ud800",
        b"\\u0000",
        b'{"a":1},',
        b"[" * 1200,
        b'{"k":' * 70,
        b'[{"key":"k","value":1}]',
        b"9" * 40,
        b"1e29",
    ),
    *(b'{"jane@acme.example":1}', b"{}", b"[]", b"true", b'"/Date(99)/"', b"\xff", b"\xef\xbb\xbf"),
]
FEEDS = [
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>F</title><item><title>A &amp; B</title>'
    b"<pubDate>Wed, 04 Mar 2026 13:00:00 GMT</pubDate><description>&lt;p&gt;x&lt;/p&gt;</description></item>"
    b"</channel></rss>",
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><entry><title type="html">A</title>'
    b'<author><name>J</name></author><category term="c"/><content type="xhtml"><div>x</div></content></entry>'
    b"</feed>",
]
OF_XML = [
    *(
        b"<item>",
        b"</item>",
        b"<entry>",
        b"</title>",
        b"<title/>",
        b"&lt;script&gt;",
        b"&#0;",
        b"&#x41;",
        b"<![CDATA[",
        b"]]>",
    ),
    *(
        b'<!DOCTYPE rss [<!ENTITY a "b">]>',
        b"&a;",
        b"<!--",
        b"-->",
        b'encoding="utf-7"',
        b'encoding="cp037"',
        b"<a>" * 400,
    ),
]
NOTES = [
    b"# Log\n\n2026-03-04 JM: called\nmore\n\n3/5/2026 [Acme] x\nCustomer: Bolt\n",
    b"2026-03-04 10:30 - JM: a\r\n2026-03-05: b\r\n",
]
OF_NOTES = [
    b"2026-03-04 ",
    b"\n\n",
    b"[",
    b"] ",
    b"Customer: x\n",
    b"JM: ",
    b"## ",
    b" " * 300,
    b"**",
    b"\t",
    b"\0",
    b"\r",
]


def database(*statements):
    """An SQLite file."""
    with tempfile.NamedTemporaryFile(suffix=".sqlite") as file:
        base = sqlite3.connect(file.name)
        for statement in statements:
            base.execute(statement)
        base.commit()
        base.close()
        return Path(file.name).read_bytes()


def duck():
    """A DuckDB file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.duckdb"
        with duckdb.connect(str(path)) as base:
            base.execute("create table t as select i as id, 'x' || i as name, [i] as l from range(40) r(i)")
        return path.read_bytes()


DATABASES = [
    database(
        "pragma page_size = 512",
        "create table orders (id integer primary key, customer text, amount real, photo blob)",
        "create view some as select id, upper(customer) from orders where amount > 1",
        "create index by_customer on orders (customer)",
        "create trigger t after insert on orders begin select 1; end",
        "insert into orders values (1, 'Acme', 2.5, x'ff'), (2, 'Bolt', 1e300, null), (3, null, 7, null)",
    )
]
DUCKS = [duck()]
OF_SQL = [
    b"select",
    b"load_extension('x')",
    b"VIEW",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"VIRTUAL",
    b"'",
    b'"',
    b"(",
    b"fts5",
]


def changed(seeds, tokens):
    """What makes one of some seeds with tokens put in, and bytes changed."""

    def make(rng):
        raw = bytearray(rng.choice(seeds))
        for _ in range(rng.choice((0, 1, 1, 2, 4))):
            at = rng.randrange(len(raw) + 1)
            token = rng.choice(tokens)
            raw[at : at + rng.choice((0, 0, 1, len(token)))] = token
        way = rng.randrange(5)
        if way == 0:
            del raw[rng.randrange(len(raw) + 1) :]
        elif way == 1 and raw:
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        elif way == 2:
            at = rng.randrange(len(raw) + 1)
            raw[at:at] = raw[at : at + rng.randrange(1, 80)]
        return bytes(raw)

    return make


PIECES = {
    "dates": [
        *"0123456789/-. ,:T'",
        "12",
        "31",
        "2024",
        "99",
        "Jan",
        "june",
        "Sept",
        "th",
        "PM",
        "GMT",
        "Mon,",
        "é",
        "#REF!",
    ],
    "numbers": [
        *"0123456789.,-+()%'$€ eE\u00a0",
        "000",
        "1,234",
        "USD",
        "1e5",
        "CA$",
        "-–",
        "−",
        "N/A",
        "kg",
        "9" * 20,
    ],
}


def cells_like(rng, kind, size=2000):
    """Cells that nearly are dates or numbers, many at once."""
    pieces = PIECES[kind]
    return [("".join(rng.choices(pieces, k=rng.randrange(1, 9)))) for _ in range(size)]


MAPPING = """source = "generic"
object = "orders"
fingerprint = "a5cfb2fa8fea"
confirmed = true
individuals = "guess"
fill = ["Order No"]
left_out = ["Notes", "Freight"]

[order_line]
key = ["Order No", "Line"]
rows = { "Type" = ["Invoice", ""] }
occurred_on = { column = "Order Date", date_order = "mdy" }
organisation_ref = { join = ["Country", "Project"], glue = " / " }
quantity = { column = "Qty", decimal_mark = ".", confidence = 0.7 }
weight_kg = { column = "Lbs", unit = "lb" }
currency = { constant = "USD" }
known = { column = "Entered", date_order = "ymd" }
complete = "file"
"""
TOML = [
    b"true",
    b"1e9",
    b"[]",
    b"{}",
    b'""',
    b"-1",
    b"nan",
    b"2024-01-01",
    b"[x]\n",
    b"[[shipment]]\n",
    b"'''",
    b"\\u0000",
]
TOML += [
    b"inf",
    b"[invoice]\n",
    b"a.b.c = 1\n",
    b'key = "x"\n',
    b"upto = 3\n",
    b"first = [1]\n",
    b"{column=1}",
    b"skip = true\n",
]


def mapping_like(rng):
    """A mapping file with changed values, tables and bytes."""
    lines = MAPPING.encode().split(b"\n")
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(lines))
        name, mark, _ = lines[at].partition(b" = ")
        lines[at] = name + mark + rng.choice(TOML) if mark and rng.random() < 0.8 else b""
    raw = b"\n".join(lines)
    if rng.random() < 0.6:
        return raw
    raw = bytes_like(rng, [raw])
    for _ in range(rng.randrange(3)):
        at = rng.randrange(len(raw) + 1)
        raw = raw[:at] + rng.choice(TOML) + raw[at + rng.randrange(12) :]
    return raw


class Text:
    """A text that is read like a file."""

    name = "made.toml"

    def __init__(self, raw):
        self.raw = raw

    def read_text(self, encoding):
        return self.raw.decode(encoding)


def run_text(raw):
    """Parse, take apart and melt a text; no line may be lost or stand twice."""
    sheet = as_list(read_text(memoryview(raw), "made.csv", SMALL))
    lines = [
        *sheet.lines.to_pylist(),
        *(line for line, _ in sheet.broken),
        *(line for line, _ in sheet.structure),
    ]
    assert len(set(lines)) == len(lines), "a line stands twice"
    made = melted(sheet)
    assert set(made.lines.to_pylist()) == set(sheet.lines.to_pylist()), "a line was lost"
    assert len(made.header) == made.table.num_columns
    if len(raw) % 40 == 0:
        column_profile(made.table.column_names[0], made.table.column(0))


def run_contents(name):
    def run(raw):
        check(contents_of(memoryview(raw), name, SMALL))

    return run


def run_duck(raw):
    with tempfile.NamedTemporaryFile(suffix=".duckdb") as file:
        file.write(raw)
        file.flush()
        check(contents_of(memoryview(raw), "made.duckdb", SMALL, file.name))


def check(found):
    """Every row is text under a heading; no record stands twice, and none is both row and broken."""
    for sheet in found.sheets:
        assert len(sheet.header) == sheet.table.num_columns > 0
        assert len(sheet.lines) == sheet.table.num_rows
        assert all(column.type == pa.string() and not column.null_count for column in sheet.table.columns)
        sheet.table.validate(full=True)
        broken = [line for line, _ in sheet.broken]
        if sheet is found.sheets[0]:
            assert len(set(broken)) == len(broken)
            assert not set(broken) & set(sheet.lines.to_pylist()), "a record is row and broken"


def run_book(raw):
    for sheet in read_workbook(memoryview(raw), "made.xlsx", SMALL):
        melted(as_list(sheet))


def run_heading(raw):
    kind_of(memoryview(raw), "made.csv")
    encoding_of(memoryview(raw))
    layout_of(memoryview(raw), "made.csv", max_columns=200)


def run_cells(kind):
    family = {"dates": "date", "numbers": "money"}[kind]
    column = Column("made", family, "day" if family == "date" else "shop currency", "made")

    def run(cells):
        made = pa.array(cells, pa.string())
        for form in ("mdy", "dmy", "ymd") if kind == "dates" else ".,":
            done = convert(column, made, date_order=form, decimal_mark=form)
            both = zip(
                cells, done.values.is_valid().to_pylist(), done.problem.is_valid().to_pylist(), strict=True
            )
            for cell, valid, problem in both:
                blank = not cell.strip(" \u00a0-‐‑‒–—―−_")
                assert valid + problem == 1 or (blank and not problem), "a cell is neither value nor problem"
        (date_order_of if kind == "dates" else decimal_mark_of)(made)
        marked_currencies(made)

    return run


@dataclass
class Tally:
    """How many inputs a parser took, how many it refused, and its slowest."""

    inputs: int = 0
    refused: int = 0
    ended: int = 0
    slowest_s: float = 0.0
    failures: list = field(default_factory=list)

    def add(self, other):
        """Count another's inputs too."""
        self.inputs += other.inputs
        self.refused += other.refused
        self.ended += other.ended
        self.slowest_s = max(self.slowest_s, other.slowest_s)
        self.failures += other.failures


@dataclass(frozen=True)
class Parser:
    """How a parser's inputs are made and run; `size` at once. `ends`: it may end its process."""

    make: object
    run: object
    size: int = 1
    ends: bool = False
    slow: int = 1


PARSERS = {
    "text": Parser(text_like, run_text),
    "workbook": Parser(book_like, run_book, ends=True),
    "archive": Parser(archive_like, lambda raw: contents_of(memoryview(raw), "made.zip", SMALL), ends=True),
    "json": Parser(changed(JSONS, OF_JSON), run_contents("made.json")),
    "feed": Parser(changed(FEEDS, OF_XML), run_contents("made.xml")),
    "notes": Parser(changed(NOTES, OF_NOTES), run_contents("made.txt")),
    "sqlite": Parser(changed(DATABASES, OF_SQL), run_contents("made.sqlite"), ends=True),
    "duckdb": Parser(changed(DUCKS, OF_SQL), run_duck, ends=True, slow=10),
    "dates": Parser(lambda rng: cells_like(rng, "dates"), run_cells("dates"), 2000),
    "numbers": Parser(lambda rng: cells_like(rng, "numbers"), run_cells("numbers"), 2000),
    "heading": Parser(text_like, run_heading),
    "mapping": Parser(mapping_like, lambda raw: mapping.read(Text(raw))),
}


class HangError(Exception):
    """One input took far too long."""


@contextmanager
def watched():
    """Raise HangError from an endless loop."""

    def stop(signum, frame):
        raise HangError

    before = signal.signal(signal.SIGPROF, stop)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def fuzz(name, inputs, seed):
    """Run that many inputs of one parser; at most five failures are kept.

    It runs in processes of its own under a limit of memory, as the reading child does: one that a workbook's
    parser ends over that limit is counted apart (a reading says so and stores nothing) and a new one goes on.
    """
    total, steps = Tally(), -(-inputs // PARSERS[name].size)
    begin = 0
    while begin < steps and len(total.failures) < 5:
        tally, reached, end = in_process(name, range(begin, steps), seed)
        total.add(tally)
        begin = reached
        if end == "out of memory":
            total.ended += 1
            total.inputs += PARSERS[name].size
            begin += 1
        elif end:
            total.failures.append((end, "", PARSERS[name].make(random.Random(f"{seed} {begin}"))))
            begin += 1
    return total


def in_process(name, steps, seed):
    """Run steps in a process; returns its tally, the step it reached, and what ended it, if anything."""
    reads, writes = os.pipe()
    with tempfile.TemporaryFile() as said:
        process = os.fork()
        if process == 0:
            status = 1
            try:
                os.dup2(said.fileno(), 2)
                os.environ["RUST_BACKTRACE"] = "0"  # it costs seconds, and memory that is not there
                most = int(Path("/proc/self/statm").read_text().split()[0]) * 4096 + MORE_MEMORY
                resource.setrlimit(resource.RLIMIT_AS, (most, most))
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                faulthandler.disable()
                with os.fdopen(writes, "wb") as answers:
                    run_steps(name, steps, seed, answers)
                status = 0
            finally:
                os._exit(status)
        os.close(writes)
        tally, reached = Tally(), steps.start
        with os.fdopen(reads, "rb") as answers, suppress(EOFError, pickle.UnpicklingError):
            while True:
                reached, tally = pickle.load(answers)
        _, status = os.waitpid(process, 0)
        said.seek(0)
        words = said.read().decode("utf-8", "replace")
    if status == 0:
        return tally, reached, ""
    known = any(sign in words for sign in ("memory allocation of", "MemoryError", "bad_alloc"))
    return tally, reached, "out of memory" if known else f"ended with status {status}: {words[-300:]}"


def run_steps(name, steps, seed, answers):
    """Run the steps, telling after each begun one how far it came."""
    parser, tally = PARSERS[name], Tally()
    with watched():
        for step in steps:
            given = parser.make(random.Random(f"{seed} {step}"))
            if parser.ends or step % 100 == 0:
                pickle.dump((step, tally), answers)
                answers.flush()
            run_one(parser, given, tally)
            if len(tally.failures) == 5:
                break
    pickle.dump((steps.stop, tally), answers)


def run_one(parser, given, tally):
    """Run one input."""
    signal.setitimer(signal.ITIMER_PROF, HANGS_S)
    signal.alarm(STANDS_STILL_S)  # ends the process where it waits for nothing
    begin = time.process_time()
    try:
        parser.run(given)
    except BurnishError:
        tally.refused += 1
    except MemoryError:
        tally.ended += 1
    except (Exception, HangError) as problem:
        tally.failures.append((type(problem).__name__, str(problem)[:200], given))
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        tally.failures.append(("PanicException", "", given))
    took = time.process_time() - begin
    tally.inputs += parser.size
    tally.slowest_s = max(tally.slowest_s, took)
    if took > LONGEST_S:
        tally.failures.append(("too slow", f"{took:.1f} s", given))
