"""The combined report: its content, and the Word document made of it."""
