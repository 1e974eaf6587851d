"""Pure computation on arrays and frozen dataclasses: no framework."""
