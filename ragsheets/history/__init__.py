"""Comparison of the periods of a project: carried answers, changes of tasks, trends and years."""
