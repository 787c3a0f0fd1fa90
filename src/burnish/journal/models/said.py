from django.db import models


class Said(models.Model):
    """Something that somebody said: who, when, why. Never changed and never deleted.

    `seq` grows strictly and is never used twice; `said_at` is what the clock showed, to the microsecond.
    """

    seq = models.BigAutoField(primary_key=True)
    said_by = models.CharField(max_length=100)
    said_at = models.DateTimeField()
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        """Each kind of word has a table of its own."""

        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.seq}"
