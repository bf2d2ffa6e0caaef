"""Number formats: a cell's number, date or time as its program displays it."""
