from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("organisations", "0002_data_protection_officer")]

    operations = [
        migrations.AddField(
            model_name="office",
            name="locked_at",
            field=models.DateTimeField(help_text="overrun: roles there do not count since", null=True),
        ),
    ]
