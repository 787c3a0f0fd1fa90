"""Only operations that mean the same on both engines: every expression is walked, node by node."""

import ibis
import ibis.expr.operations as ops
import pytest

from .every import expressions

BANNED = (
    ops.First,
    ops.Last,
    ops.NthValue,
    ops.Arbitrary,
    ops.ArgMin,
    ops.ArgMax,
    ops.Mode,
    ops.Kurtosis,
    ops.Correlation,
    ops.Covariance,
    ops.ArrayCollect,
    ops.GroupConcat,
    ops.Median,
    ops.Quantile,
    ops.MultiQuantile,
    ops.ApproxCountDistinct,
    ops.ApproxMedian,
    ops.ApproxQuantile,
    ops.ApproxMultiQuantile,
    ops.ArrayMode,
    ops.ScalarUDF,
    ops.AggUDF,
    ops.Sample,
    ops.RandomScalar,
)
UNIQUE = {"occurred_on", "release_on", "paid_on", "lag_days", "week"}  # within their partitions, see the ADR


def banned(expression):
    """What an expression holds of operations that are not allowed, as names."""
    nodes = list(expression.op().find(ops.Node))
    found = [type(node).__name__ for node in nodes if isinstance(node, BANNED)]
    found += [
        "aggregate of DOUBLE" for node in nodes if isinstance(node, ops.Reduction) and is_floating(node)
    ]
    found += ["asof join" for node in nodes if isinstance(node, ops.JoinLink) and node.how == "asof"]
    return found + [
        "order without a unique end"
        for node in nodes
        if isinstance(node, ops.WindowFunction) and not ends_uniquely(node)
    ]


def is_floating(node):
    return node.dtype.is_floating() or any(
        arg.dtype.is_floating() for arg in node.args if isinstance(arg, ops.Value)
    )


def ends_uniquely(window):
    """A window orders nothing and adds or compares, or ends its order in a column unique in its partition."""
    if not window.order_by:
        return isinstance(window.func, (ops.Sum, ops.Min, ops.Max, ops.Count, ops.CountStar))
    last = window.order_by[-1].arg
    return isinstance(last, ops.Field) and last.name in UNIQUE


@pytest.mark.parametrize("name", expressions())
def test_a_table_uses_only_operations_that_mean_the_same_on_both_engines(name):
    assert banned(expressions()[name]) == []


def test_the_walk_finds_what_is_banned():
    table = ibis.table({"key": "string", "day": "date", "amount": "float64", "n": "int64"}, name="any")
    of_key = {"group_by": "key", "order_by": "n"}
    assert {"Median", "Mode"} <= set(banned(table.agg(x=table.n.median(), y=table.key.mode())))
    assert banned(table.agg(x=table.amount.sum())) == ["aggregate of DOUBLE"]
    assert banned(table.agg(x=table.n.mean())) == ["aggregate of DOUBLE"]
    assert banned(table.mutate(x=table.n.lag().over(**of_key))) == ["order without a unique end"]
    assert banned(table.mutate(x=ibis.row_number().over(group_by="key"))) == ["order without a unique end"]
    assert banned(table.asof_join(table.view(), "day")) == ["asof join"]


def test_every_window_orders_by_a_column_that_its_table_makes_unique():
    ordered = {
        key.arg.name
        for table in expressions().values()
        for window in table.op().find(ops.WindowFunction)
        for key in window.order_by[-1:]
    }
    assert ordered == UNIQUE
