"""A first row of values is refused; whatever can be a heading passes."""

from pathlib import Path

import pytest
from reading_made import parsed

from burnish.errors import InputError

LISTS = (Path(__file__).parents[1] / "headings.txt").read_text("utf-8").split("\n== ")[1:]


@pytest.mark.parametrize(
    "text",
    [
        "Maria Gonzalez,maria.gonzalez@example.org,Acme\nBob Reed,bob@example.org,Bolt\n",
        "Maria Gonzalez,(616) 555-0100,Acme\nBob Reed,(616) 555-0101,Bolt\n",
        "1001,Acme,2024-01-02\n1002,Bolt,2024-01-03\n",
        "A-1,Acme,12.50,3\nA-2,Bolt,13.50,4\n",
        "Acme,Zinc\nBolt,Zinc\nAcme,Nickel\n",
        "A-1,Acme,2024-01-02\n",
    ],
)
def test_a_file_without_headings_is_refused_with_its_line(text):
    with pytest.raises(InputError, match="there is no heading row") as caught:
        parsed(text)
    assert caught.value.where == "made.csv, line 1"


@pytest.mark.parametrize(
    "text",
    [
        "Customer,2022,2023,2024\nAcme,5,6,7\nBolt,8,9,10\n",
        "Customer,Current,30 days,1 - 30,31 - 60\nAcme,5,6,7,8\nBolt,8,9,10,11\n",
        "Customer,1,2,3,4\nAcme,5,6,7,8\nBolt,8,9,10,11\n",
        "Customer,2024-01-01,2024-02-01\nAcme,5,6\nBolt,8,9\n",
        "Order,Unit,Amount\n1,EA,5\nOrder,Unit,Amount\n2,EA,6\n",
        "2024,30 days,1 - 30\n",
    ],
)
def test_years_spans_and_counts_are_headings(text):
    assert parsed(text).header_line == 1


@pytest.mark.parametrize("listed", LISTS)
def test_the_headings_of_real_systems_pass(listed):
    names = [line.partition("|")[0].strip() for line in listed.splitlines()[1:] if line.strip()]
    cells = ['"' + name.replace('"', '""') + '"' for name in names]
    rows = "".join(";".join(["7", *["x"] * (len(names) - 1)]) + "\n" for _ in range(3))
    assert parsed(";".join(cells) + "\n" + rows).header_line == 1
