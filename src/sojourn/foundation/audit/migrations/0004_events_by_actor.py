from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_verifications")]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["by", "at"], name="audit_by_actor"),
        ),
    ]
