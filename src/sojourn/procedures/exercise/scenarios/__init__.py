"""The scenarios: facts with their sources, one file each, and what is computed from them."""
