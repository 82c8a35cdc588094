"""The files of open data as they are sent: made at night, read by whoever asks."""

from django.db import models


class OpenDataFile(models.Model):
    """A table of a fiscal year in a format, compressed; a new one takes its place."""

    id = models.BigAutoField(primary_key=True)
    fiscal_year = models.SmallIntegerField(help_text="Buddhist era.")
    name = models.CharField(max_length=20, help_text="budgets or outcomes, .csv or .json.")
    content = models.BinaryField(help_text="gzip.")
    size = models.IntegerField(help_text="Bytes before compression.")
    sha256 = models.CharField(max_length=64, help_text="Of the bytes before compression.")
    bodies = models.IntegerField()
    complete_to = models.DateTimeField(null=True, help_text="What was recorded before is counted.")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "open_data_file"
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "name"], name="an_open_data_file_is_there_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}/{self.name}"
