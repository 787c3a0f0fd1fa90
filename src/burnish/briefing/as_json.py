"""The briefing for machines. Key order is fixed and nothing in it depends on when it is written.

`odds` is a percent number, `amount` a number with two decimals, days are ISO dates.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from burnish.briefing.contents import Briefing, Change, Counts, Item, Reason, Row, Standing


def document(briefing: Briefing) -> dict[str, Any]:
    """The briefing as plain values: dicts, lists, strings, numbers."""
    return {
        "as_of": _day(briefing.as_of),
        "snapshot": briefing.snapshot,
        "reader": briefing.reader,
        "changes": None if briefing.changes is None else [_changed(change) for change in briefing.changes],
        "items": [_item(item) for item in briefing.items],
        "watch": [_watched(item) for item in briefing.watch],
        "standing": [_standing(one) for one in briefing.standing],
        "customers": _counts(briefing.counts),
        "notes": [{"kind": note.kind, "says": note.says} for note in briefing.notes],
        "newest_order_on": _day(briefing.newest_order_on),
        "rows": _rows_kept(briefing),
    }


def text(briefing: Briefing) -> str:
    """The document as indented JSON, ending in a line end."""
    return json.dumps(document(briefing), indent=2, ensure_ascii=False) + "\n"


def _item(item: Item) -> dict[str, Any]:
    measured = item.measured
    return {
        "id": item.id,
        "kind": item.kind,
        "subject": {"customer_id": item.customer_id, "name": item.name},
        "sentence": item.sentence,
        "odds": item.odds_percent,
        "money": {"amount": _cents(item.amount), "currency": item.currency},
        "owner": item.owner,
        "next_step": item.next_step,
        "because": [_reason(reason) for reason in item.because],
        "checks": [
            {
                "explanation": check.explanation,
                "verdict": check.verdict,
                "because": check.because,
                "signal": check.signal,
            }
            for check in item.checks
        ],
        "evidence": [_row(row) for row in item.rows],
        "tier": item.tier,
        "rank": item.rank,
        "headline": item.headline,
        "entry_on": _day(item.entry_on),
        "is_new": item.is_new,
        "due": _day(item.due_on),
        "expires": _day(item.expires_on),
        "outcome": item.outcome,
        "outcome_on": _day(item.outcome_on),
        "effect": {"value": measured.effect, "unit": measured.unit},
        "interval": {"low": measured.low, "high": measured.high, "percent": 90},
        "baseline": {"value": measured.baseline, "unit": measured.baseline_unit, "n": measured.n},
        "period": {"first": _day(measured.first), "last": _day(measured.last)},
        "changes_mind": item.changes_mind,
        "factors": {factor.name: factor.number for factor in item.factors},
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "signal": reason.signal,
        "sentence": reason.sentence,
        "sources": list(reason.sources),
        "bits": reason.bits,
    }


def _changed(change: Change) -> dict[str, Any]:
    return {
        "id": change.id,
        "kind": change.kind,
        "change": change.change,
        "subject": {"customer_id": change.customer_id, "name": change.name},
        "sentence": change.sentence,
        "since": _day(change.since),
        "odds": change.odds_percent,
        "odds_before": change.odds_before,
        "rank": change.rank,
        "rank_before": change.rank_before,
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "file": row.file,
        "sheet": row.sheet,
        "line": row.line,
        "table": row.table,
        "source": row.source,
        "native_id": row.native_id,
        "occurred_on": _day(row.occurred_on),
        "amount": _cents(row.amount),
        "currency": row.currency,
    }


def _watched(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "subject": {"customer_id": item.customer_id, "name": item.name},
        "sentence": item.sentence,
        "odds": item.odds_percent,
        "tier": item.tier,
        "entry_on": _day(item.entry_on),
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "subject": {"customer_id": one.customer_id, "name": one.name},
        "kind": one.kind,
        "entry_on": _day(one.entry_on),
    }


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "all": counts.customers,
        "usual": counts.usual,
        "watched": counts.watched,
        "standing": counts.standing,
        "unjudged": counts.unjudged,
        "without_orders": counts.without_orders,
        "reasons": [{"reason": reason, "customers": number} for reason, number in counts.reasons],
        "people": counts.people,
    }


def _rows_kept(briefing: Briefing) -> dict[str, int] | None:
    if briefing.rows is None:
        return None
    return {
        "rows_in": briefing.rows.rows_in,
        "loaded": briefing.rows.loaded,
        "rejected": briefing.rows.rejected,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _cents(amount: Decimal | None) -> float | None:
    return None if amount is None else float(round(amount, 2))
