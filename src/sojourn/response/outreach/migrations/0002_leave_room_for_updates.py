"""Leaves room in the pages of PostgreSQL, so that new versions land beside the old ones (HOT).

A claim or an end touches all rows of a page in one transaction, so half of each page is kept free.
"""

from django.db import migrations

FILL = {"outreach_message": 45, "outreach_dispatch": 45}


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
