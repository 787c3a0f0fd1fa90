from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The journal as a Django app: models and migrations; it reads no settings of its own."""

    name = "burnish.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
