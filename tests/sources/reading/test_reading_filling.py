import pytest
from reading_made import reading

from burnish.errors import InputError

ORDERS = """Order,Customer,PO,Part
S1,Acme,P7,a
,,,b
 ,,,c
S2,Bolt,,d
,,,e
S3,,P9,f
"""


def test_blank_cells_take_what_stands_above_until_the_next_order_begins(tmp_path):
    with reading(tmp_path, ORDERS) as opened:
        [batch] = opened.batches("", ["Order", "PO", "Part"], fill=["Order", "Customer", "PO"])
        [plain] = opened.batches("", ["Order", "PO"])
    assert batch.column("Order").to_pylist() == ["S1", "S1", "S1", "S2", "S2", "S3"]
    assert batch.column("PO").to_pylist() == ["P7", "P7", "P7", "", "", "P9"]
    assert plain.column("Order").to_pylist() == ["S1", "", " ", "S2", "", "S3"]


def test_nothing_is_carried_before_the_first_filled_cell(tmp_path):
    with reading(tmp_path, "Order,Part\n,a\nS1,b\n,c\n") as opened:
        [batch] = opened.batches("", ["Order", "Part"], fill=["Order"])
    assert batch.column("Order").to_pylist() == ["", "S1", "S1"]


def test_a_column_to_fill_that_is_not_there_is_named(tmp_path):
    with reading(tmp_path, ORDERS) as opened, pytest.raises(InputError, match="columns Rep"):
        opened.batches("", ["Order"], fill=["Rep"])
