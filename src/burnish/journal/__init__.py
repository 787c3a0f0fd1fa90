"""What people decided, the only truth that is not derived: append-only rows in the shop's app.sqlite3 (D8).

Keys of companies and of people are opaque texts here. Written through Django's ORM, which only an opened
`Journal` imports; read with plain sqlite3. What is kept and how to read it: docs/methods/journal.md.
"""

from burnish.journal.book import Journal
from burnish.journal.reading import FILE_NAME, length, read_decisions, read_model, read_models

__all__ = ["FILE_NAME", "Journal", "length", "read_decisions", "read_model", "read_models"]
