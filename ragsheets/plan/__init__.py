"""A plan: who reports on what."""
