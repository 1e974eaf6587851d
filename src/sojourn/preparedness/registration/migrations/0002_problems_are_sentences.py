"""How a file was read, and what was wrong with it, kept as codes with values instead of English."""

from django.db import migrations, models

AT_ONCE = 500


def forwards(apps, schema_editor):
    Import = apps.get_model("registration", "Import")
    for record in Import.objects.iterator(AT_ONCE):
        record.read_as = _written(record.form)
        record.problems = [[_line_in(where), _written(words)] for where, words in record.problems]
        record.save(update_fields=["read_as", "problems"])
    SourceRow = apps.get_model("registration", "SourceRow")
    for row in SourceRow.objects.filter(has_problems=True).iterator(AT_ONCE):
        row.problems = [[column, _written(words)] for column, words in row.problems]
        row.save(update_fields=["problems"])


def backwards(apps, schema_editor):
    from sojourn.exchange.sentences import unpacked

    Import = apps.get_model("registration", "Import")
    for record in Import.objects.iterator(AT_ONCE):
        record.form = str(unpacked(record.read_as))[:200]
        record.problems = [[f"line {line}", str(unpacked(kept))] for line, kept in record.problems]
        record.save(update_fields=["form", "problems"])
    SourceRow = apps.get_model("registration", "SourceRow")
    for row in SourceRow.objects.filter(has_problems=True).iterator(AT_ONCE):
        row.problems = [[column, str(unpacked(kept))] for column, kept in row.problems]
        row.save(update_fields=["problems"])


def _written(words):
    return ["as_written", {"text": words}]


def _line_in(where):
    digits = "".join(sign for sign in where.partition(",")[0] if sign.isdecimal())
    return int(digits) if digits else 0


class Migration(migrations.Migration):
    dependencies = [("registration", "0001_initial")]

    operations = [
        migrations.AddField(
            "import",
            "read_as",
            models.JSONField(default=list, help_text="how the file was read: a sentence"),
        ),
        migrations.AlterField(
            "import",
            "form",
            models.CharField(default="", help_text="how the file was read", max_length=200),
        ),
        migrations.RunPython(forwards, backwards),
        migrations.RemoveField("import", "form"),
        migrations.AlterField(
            "import",
            "problems",
            models.JSONField(
                default=list, help_text="of the file as a whole: [line, sentence]"
            ),
        ),
        migrations.AlterField(
            "sourcerow",
            "problems",
            models.JSONField(default=list, help_text="[column, sentence]"),
        ),
        migrations.AlterField(
            "sourcerow",
            "match_why",
            models.CharField(
                blank=True,
                choices=[
                    ("document", "the same document number"),
                    ("phone_and_name", "the same telephone and name"),
                    ("name", "a name that is alike"),
                ],
                max_length=120,
            ),
        ),
    ]
