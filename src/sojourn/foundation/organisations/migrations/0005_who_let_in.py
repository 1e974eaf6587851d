from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("organisations", "0004_decoys")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="let_in_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="let_in_by",
            field=models.CharField(
                blank=True, help_text="audit key of who last gave this user a password", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False, help_text="someone else knows it"),
        ),
    ]
