"""Tiny workbooks of every kind, written byte by byte where no library writes them.

Formats: [MS-CFB] and [MS-XLS] for XLS, [MS-XLSB] for XLSB, OpenDocument 1.3 for ODS.
"""

import io
import struct
import zipfile
from xml.sax.saxutils import escape

import openpyxl


def packed(parts, method=zipfile.ZIP_DEFLATED):
    """A zip file of named parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def xlsx(**sheets):
    """An XLSX file of the given sheets, each a list of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def rewritten(content, part, change):
    """A zip file with one of its parts changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    return packed(parts | {part: change(parts[part])})


def ods(*rows, extra=""):
    """An ODS file with one sheet."""

    def cell(value):
        if value == "":
            return "<table:table-cell/>"
        if isinstance(value, str):
            text = f"<text:p>{escape(value)}</text:p>"
            return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    content = (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="Orders">{body}</table:table>{extra}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/"/></manifest:manifest>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def xls(*rows, merged=()):
    """An XLS file (BIFF8) with one sheet."""

    def record(kind, data):
        return struct.pack("<HH", kind, len(data)) + data

    def begin(kind):
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 1997, 0, 6))

    def cell(line, place, value):
        at = struct.pack("<HHH", line, place, 0)
        if isinstance(value, str):
            return record(0x204, at + struct.pack("<HB", len(value), 0) + value.encode("latin-1"))
        return record(0x203, at + struct.pack("<d", value))

    cells = b"".join(
        cell(line, place, value)
        for line, row in enumerate(rows)
        for place, value in enumerate(row)
        if value != ""
    )
    ranges = b"".join(struct.pack("<HHHH", top, bottom, left, right) for top, bottom, left, right in merged)
    joined = record(0xE5, struct.pack("<H", len(merged)) + ranges) if merged else b""
    sheet = begin(0x10) + cells + joined + record(0x0A, b"")
    name = b"Orders"
    globals_size = len(begin(5)) + 4 + 8 + len(name) + 4
    bound = record(0x85, struct.pack("<IBBBB", globals_size, 0, 0, len(name), 0) + name)
    return compound(begin(5) + bound + record(0x0A, b"") + sheet)


def compound(stream, name="Workbook"):
    """A compound file that holds one stream."""
    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    chain = [*range(3, 2 + sectors), 0xFFFFFFFE]
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *chain]
    fat += [0xFFFFFFFF] * (128 - len(fat))

    def entry(called, kind, child, start, size):
        raw = called.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBB", len(raw), kind, 1)
            + struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    empty = bytes(64) + struct.pack("<HBBIII", 0, 0, 0, *[0xFFFFFFFF] * 3) + bytes(48)
    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, len(stream)) + 2 * empty
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    return head + struct.pack("<128I", *fat) + folder + stream.ljust(sectors * 512, b"\0")


def xlsb(*rows):
    """An XLSB file with one sheet."""

    def varint(number, most):
        found = b""
        for _ in range(most):
            low, number = number & 0x7F, number >> 7
            found += bytes([low | (0x80 if number else 0)])
            if not number:
                break
        return found

    def record(kind, data=b""):
        code = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return code + varint(len(data), 4) + data

    def wide(text):
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def cell(place, value):
        at = struct.pack("<II", place, 0)
        return (
            record(6, at + wide(value))
            if isinstance(value, str)
            else record(5, at + struct.pack("<d", value))
        )

    lines = b"".join(
        record(0, struct.pack("<I", line) + bytes(13))
        + b"".join(cell(place, value) for place, value in enumerate(row) if value != "")
        for line, row in enumerate(rows)
    )
    size = struct.pack("<IIII", 0, len(rows), 0, max(map(len, rows)))
    sheet = record(129) + record(148, size) + record(145) + lines + record(146) + record(130)
    bundle = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Orders"))
    book = record(131) + record(143) + bundle + record(144) + record(132)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kinds}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    return packed(
        {"xl/workbook.bin": book, "xl/_rels/workbook.bin.rels": links, "xl/worksheets/sheet1.bin": sheet}
    )
