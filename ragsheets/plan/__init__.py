"""The plan: sub-groups, outcomes and tasks, and comparison with earlier plans."""
