"""Django's entry for the books."""

from django.apps import AppConfig


class AccountingConfig(AppConfig):
    """The books of one body: one app, one line of migrations, sliced by document."""

    name = "accounting"
    verbose_name = "Accounting"
