from django.db import migrations, models

import sojourn.foundation.identifiers


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_checkpoints")]

    operations = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sojourn.foundation.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("asked_by", models.CharField(help_text="audit key", max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "checkpoints",
                    models.IntegerField(default=0, help_text="how many were compared"),
                ),
                (
                    "problems",
                    models.JSONField(default=list, help_text="kinds, numbers and keys"),
                ),
            ],
        ),
    ]
