"""A project folder and what can be done in it: one operation a module."""
