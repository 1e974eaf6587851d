"""Before a crisis: alerts and registration."""
