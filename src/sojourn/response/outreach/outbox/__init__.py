"""The engine of the outbox: `desk` is its hands in the database, `line` sends for one sender, `post` runs all."""
