"""Who is who: what people said about pairs of records, and the models that compare them."""

from django.db.models import BigIntegerField, CharField, CheckConstraint, F, Q, TextField

from burnish.journal.models.said import Said
from burnish.journal.terms import KINDS, VERDICTS, WAYS


class MatchDecision(Said):
    """One word on one pair of record keys. Words given together share their batch."""

    batch = BigIntegerField()
    kind = CharField(max_length=20)
    verdict = CharField(max_length=20)
    how = CharField(max_length=20)
    left_key = TextField()
    right_key = TextField()

    class Meta:
        """Its table, and what may be in it."""

        db_table = "match_decision"
        constraints = (
            CheckConstraint(condition=Q(seq__gt=0), name="match_decision_seq"),
            CheckConstraint(condition=Q(kind__in=KINDS), name="match_decision_kind"),
            CheckConstraint(condition=Q(verdict__in=VERDICTS), name="match_decision_verdict"),
            CheckConstraint(condition=Q(how__in=WAYS), name="match_decision_how"),
            CheckConstraint(condition=Q(left_key__lt=F("right_key")), name="match_decision_pair"),
        )


class MatchModel(Said):
    """One model that somebody adopted: its parameters as canonical JSON, and the head of their digest."""

    kind = CharField(max_length=20)
    version = CharField(max_length=12)
    parameters = TextField()

    class Meta:
        """Its table, and what may be in it."""

        db_table = "match_model"
        constraints = (
            CheckConstraint(condition=Q(seq__gt=0), name="match_model_seq"),
            CheckConstraint(condition=Q(kind__in=KINDS), name="match_model_kind"),
        )
