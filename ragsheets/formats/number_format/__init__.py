"""Number formats: display a cell's number, date or time as its program does."""
