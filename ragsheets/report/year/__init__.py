"""The end-of-year report: its content, and the Word document written from it."""
