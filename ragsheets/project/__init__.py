"""The project folder and its operations, one operation a module."""
