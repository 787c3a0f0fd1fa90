"""A step of a migration after which a table takes new rows and nothing else, whoever writes to it."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation

REFUSED = {
    "update": "before update on {table}",
    "delete": "before delete on {table}",
    "replace": "before insert on {table} when exists (select 1 from {table} where seq = new.seq)",
    "backdate": "after insert on {table} when new.seq < (select max(seq) from {table})",
}


class AppendOnly(Operation):
    """Refuse UPDATE, DELETE, REPLACE and a `seq` that does not grow, by triggers.

    Django rebuilds a table to alter it, and its triggers go with the old one: a migration that alters an
    append-only table ends with this step again.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the triggers."""
        for name, when in self._triggers(app_label, to_state).items():
            says = "select raise(abort, 'the journal only takes new rows')"
            schema_editor.execute(f"create trigger {name} {when} begin {says}; end", params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the triggers."""
        for name in self._triggers(app_label, from_state):
            schema_editor.execute(f"drop trigger if exists {name}", params=None)

    def describe(self) -> str:
        """What the step does."""
        return f"Let {self.model} take new rows only"

    def _triggers(self, app_label: str, state: Any) -> dict[str, str]:
        table = state.apps.get_model(app_label, self.model)._meta.db_table
        return {f"{table}_no_{name}": when.format(table=table) for name, when in REFUSED.items()}
