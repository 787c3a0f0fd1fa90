"""What is kept, a file per theme. Each model is a `Said`; its migration makes it append-only."""

from burnish.journal.models.matching import MatchDecision, MatchModel

__all__ = ["MatchDecision", "MatchModel"]
