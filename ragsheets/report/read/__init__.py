"""Reading of Word documents in the report's layout."""
