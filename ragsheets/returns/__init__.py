"""Returned workbooks: from many files to checked, recounted frames."""
