"""Writing what people say about who is who. Needs Django set up, see `database`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from burnish.errors import UsageError
from burnish.journal.models import MatchDecision, MatchModel
from burnish.journal.reading import digest
from burnish.journal.terms import KINDS, MOST_WHY, VERDICTS, WAYS, one_of, plain_line, sorted_pairs, speaker

ROWS_AT_ONCE = 1_000


def decide(
    alias: str, kind: str, verdict: str, pairs: Iterable[tuple[str, str]], *, by: str, why: str, how: str
) -> int:
    """Write one word on each pair, all or none. Returns the number of the batch."""
    said = {
        "kind": one_of(kind, KINDS, "the kind"),
        "verdict": one_of(verdict, VERDICTS, "the verdict"),
        "how": one_of(how, WAYS, "the way"),
        "said_by": speaker(by),
        "said_at": datetime.now(UTC),
        "why": plain_line(why, "the reason", MOST_WHY),
    }
    keys = sorted_pairs(pairs)
    words = MatchDecision.objects.using(alias)
    with transaction.atomic(using=alias):
        batch: int = (words.aggregate(last=Max("batch"))["last"] or 0) + 1
        rows = [MatchDecision(batch=batch, left_key=left, right_key=right, **said) for left, right in keys]
        words.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    return batch


def keep_model(alias: str, kind: str, parameters: Mapping[str, Any], *, by: str, why: str) -> str:
    """Adopt a model from now on. Returns its version."""
    text = canonical(parameters)
    row = MatchModel(
        kind=one_of(kind, KINDS, "the kind"),
        version=digest(text),
        parameters=text,
        said_by=speaker(by),
        said_at=datetime.now(UTC),
        why=plain_line(why, "the reason", MOST_WHY),
    )
    with transaction.atomic(using=alias):
        row.save(using=alias, force_insert=True)
    return row.version


def canonical(parameters: Mapping[str, Any]) -> str:
    """Parameters as JSON that is equal for equal parameters. Raises UsageError for what JSON cannot hold."""
    try:
        return json.dumps(
            parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
    except (TypeError, ValueError) as problem:
        raise UsageError(
            f"parameters of a model are not plain JSON: {problem}", "journal", "Report it."
        ) from None
