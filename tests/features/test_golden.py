"""The DuckDB SQL of every table as reviewed, so that a change of Ibis or of ours shows as a difference.

BURNISH_GOLDEN=write pytest tests/features/test_golden.py writes the files anew.
"""

import os
from pathlib import Path

import ibis
import pytest

from .every import expressions

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.mark.parametrize("name", expressions())
def test_the_sql_of_a_table_is_the_reviewed_one(name):
    compiled = f"{ibis.to_sql(expressions()[name], dialect='duckdb', pretty=True)}\n"
    path = GOLDEN / f"{name}.sql"
    if os.environ.get("BURNISH_GOLDEN") == "write":
        path.write_text(compiled, "utf-8")
    assert path.read_text("utf-8") == compiled
