"""Returned workbooks: from received files to checked and recounted frames."""
