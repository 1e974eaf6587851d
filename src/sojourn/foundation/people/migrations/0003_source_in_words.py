"""Whereabouts may be guessed from a place that was told in words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_confidential_notes")]

    operations = [
        migrations.AlterField(
            "whereabouts",
            "source",
            models.CharField(
                choices=[
                    ("self", "The person"),
                    ("relative", "A relative"),
                    ("warden", "A warden"),
                    ("officer", "An officer"),
                    ("employer", "The employer"),
                    ("list", "A list"),
                    ("words", "A place in words, guessed"),
                ],
                max_length=12,
            ),
        )
    ]
