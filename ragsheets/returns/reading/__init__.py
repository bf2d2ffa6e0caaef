"""Reading of answers from a returned workbook."""
