"""Decisions on pairs of records, and the models that compare them."""

from django.db import migrations, models
from django.db.models import F, Q

from burnish.journal.append_only import AppendOnly

KINDS = ("company", "person")
VERDICTS = ("same", "different", "unsure", "undone")
WAYS = ("queue", "merge", "split", "sample")
SAID = (
    ("seq", models.BigAutoField(primary_key=True, serialize=False)),
    ("said_by", models.CharField(max_length=100)),
    ("said_at", models.DateTimeField()),
    ("why", models.CharField(blank=True, max_length=500)),
)


class Migration(migrations.Migration):
    """The first step of every journal."""

    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="MatchDecision",
            fields=(
                *SAID,
                ("batch", models.BigIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("verdict", models.CharField(max_length=20)),
                ("how", models.CharField(max_length=20)),
                ("left_key", models.TextField()),
                ("right_key", models.TextField()),
            ),
            options={
                "db_table": "match_decision",
                "constraints": (
                    models.CheckConstraint(condition=Q(seq__gt=0), name="match_decision_seq"),
                    models.CheckConstraint(condition=Q(kind__in=KINDS), name="match_decision_kind"),
                    models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="match_decision_verdict"),
                    models.CheckConstraint(condition=Q(how__in=WAYS), name="match_decision_how"),
                    models.CheckConstraint(
                        condition=Q(left_key__lt=F("right_key")), name="match_decision_pair"
                    ),
                ),
            },
        ),
        migrations.CreateModel(
            name="MatchModel",
            fields=(
                *SAID,
                ("kind", models.CharField(max_length=20)),
                ("version", models.CharField(max_length=12)),
                ("parameters", models.TextField()),
            ),
            options={
                "db_table": "match_model",
                "constraints": (
                    models.CheckConstraint(condition=Q(seq__gt=0), name="match_model_seq"),
                    models.CheckConstraint(condition=Q(kind__in=KINDS), name="match_model_kind"),
                ),
            },
        ),
        AppendOnly("MatchDecision"),
        AppendOnly("MatchModel"),
    )
