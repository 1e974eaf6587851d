"""Pages of alerts and of feeds."""
