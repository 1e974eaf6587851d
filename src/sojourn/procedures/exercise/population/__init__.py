"""Makes people who do not exist: who they are, how they live, where they were last known to be."""
