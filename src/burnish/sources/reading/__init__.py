"""Reading somebody else's file: parsed by a limited child without network, handed over as text.

`open_file` starts the child and returns what it saw (`Reading.sheets`); `Reading.batches` brings the
cells of chosen columns as strings, with the true line of each row. Nothing is typed here.
"""

from burnish.sources.reading.parent import Reading, content_hash, network_ban, open_file
from burnish.sources.reading.shapes import ColumnProfile, Limits, SheetProfile

__all__ = ["ColumnProfile", "Limits", "Reading", "SheetProfile", "content_hash", "network_ban", "open_file"]
