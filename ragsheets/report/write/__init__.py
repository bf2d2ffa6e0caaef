"""The combined report: its content, and the Word document written from it."""
