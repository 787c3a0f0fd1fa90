"""Tiny files for the reading tests."""

from contextlib import contextmanager

from burnish.sources.reading import open_file
from burnish.sources.reading.contents import contents_of
from burnish.sources.reading.csv import read_text
from burnish.sources.reading.shapes import Limits


def parsed(content, limits=None):
    """A text parsed in this process."""
    raw = content if isinstance(content, bytes) else content.encode()
    return read_text(memoryview(raw), "made.csv", limits or Limits())


def listed(content, limits=None):
    """The only sheet of a file, as a plain list, read in this process."""
    raw = content if isinstance(content, bytes) else content.encode()
    [sheet] = contents_of(memoryview(raw), "made.csv", limits or Limits()).sheets
    return sheet


def rows(sheet):
    """Rows of a parsed sheet as lists, each with its line in front."""
    columns = [column.to_pylist() for column in sheet.table.columns]
    return [[line, *cells] for line, *cells in zip(sheet.lines.to_pylist(), *columns, strict=True)]


@contextmanager
def reading(folder, content, name="made.csv", limits=None):
    """A reading of a file with this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_file(path, limits=limits) as opened:
        yield opened
