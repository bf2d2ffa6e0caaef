"""Answers read from a returned workbook."""
