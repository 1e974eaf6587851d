"""Pages of imports and of the register."""
