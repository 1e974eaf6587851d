"""Leaves room in the pages of PostgreSQL, so that a new version of a row lands beside the old one (HOT)."""

from django.db import migrations

FILL = {"outreach_message": 85, "outreach_dispatch": 50}


def leave_room(apps, schema_editor):
    """Set the fill factor of both tables; SQLite updates in place and needs nothing."""
    if schema_editor.connection.vendor == "postgresql":
        for table, percent in FILL.items():
            schema_editor.execute(f"ALTER TABLE {table} SET (fillfactor = {percent})")


def fill_up(apps, schema_editor):
    """Go back to full pages."""
    if schema_editor.connection.vendor == "postgresql":
        for table in FILL:
            schema_editor.execute(f"ALTER TABLE {table} RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial")]

    operations = [migrations.RunPython(leave_room, fill_up)]
