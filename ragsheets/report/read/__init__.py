"""A Word document in the report's layout, read back."""
