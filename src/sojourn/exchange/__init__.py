"""Pure reading and writing of formats: no framework, no network."""
