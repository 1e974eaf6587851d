from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("note", models.TextField(help_text="as it was signed")),
                (
                    "peaks",
                    models.BinaryField(help_text="of the tree over the links, 32 bytes each"),
                ),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 1)), name="checkpoint_counts_an_event"
                    )
                ],
            },
        ),
    ]
