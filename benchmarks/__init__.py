"""What ragsheets is like to run, beside what its user would otherwise run. Never a timed test: nothing here fails."""
