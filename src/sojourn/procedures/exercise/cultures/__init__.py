"""How people of several cultures are called, and how they answer. Words only; no real person is meant."""
