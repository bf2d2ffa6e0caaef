"""Speed and memory of ragsheets compared with what its user would otherwise run. Not a test: nothing fails here."""
