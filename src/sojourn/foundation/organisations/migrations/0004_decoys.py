from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("organisations", "0003_locked_offices")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="is_decoy",
            field=models.BooleanField(
                default=False, help_text="stands in for another and holds nothing, see `accounts`"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="is_decoy",
            field=models.BooleanField(default=False, help_text="opened by a second password"),
        ),
    ]
